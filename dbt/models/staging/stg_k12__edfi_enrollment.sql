-- one row a record: a student, school and entry date, as one collection of the Ed-Fi pilot saw it
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.school_identifier_sea,

    school.lea_identifier_sea,
    submission.school_year,
    submission.collection,
    line.enrollment_entry_date,
    line.enrollment_exit_date,
    line.exit_or_withdrawal_type,
    line.grade_level,
    coalesce(line.enrollment_type, 'current') as enrollment_type
from {{ accepted_lines('edfi_enrollment') }}
left join {{ ref('ref_school') }} as school on line.school_identifier_sea = school.school_identifier_sea
