-- one row a line: a student, school, course, section and term
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.school_identifier_sea,
    line.course_identifier,
    line.course_section_identifier,
    line.course_term,

    line.lea_identifier_sea,
    line.school_year::integer as school_year,
    line.sced_course_code,
    line.sced_course_level,
    line.grade_level_when_taken,
    line.grade_earned,

    line.credits_attempted,
    line.credits_earned,
    line.credit_unit_type,
    line.is_dual_credit,
    line.dual_credit_institution_ipeds_unit_id,

    line.course_entry_date,
    line.course_exit_date
from {{ accepted_lines('k12_course') }}
