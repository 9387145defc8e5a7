-- one row a line: an enrollment or a degree of a student, or that there is no record to show
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    submission.ends_on as searched_on,
    case
        when not line.is_record_found then 'NotFound'
        when line.college_code is null then 'Private'
        when line.is_graduated then 'Degree'
        when line.enrollment_begin_date is null then 'Undated'
        else 'Enrollment'
    end as row_kind,
    line.high_school_graduation_date,
    line.college_code,
    line.college_state,
    line.college_level,
    line.college_control,
    line.college_sequence,

    line.enrollment_begin_date,
    line.enrollment_end_date,
    line.enrollment_status,
    line.class_level,
    {{ cip_with_point('line.enrollment_cip_1') }} as enrollment_cip_1,
    {{ cip_with_point('line.enrollment_cip_2') }} as enrollment_cip_2,

    line.graduation_date,
    {{ cip_with_point('line.degree_cip_1') }} as degree_cip_1,
    {{ cip_with_point('line.degree_cip_2') }} as degree_cip_2,
    {{ cip_with_point('line.degree_cip_3') }} as degree_cip_3,
    {{ cip_with_point('line.degree_cip_4') }} as degree_cip_4
from {{ accepted_lines('nsc_studenttracker') }}
