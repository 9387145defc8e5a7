-- one row a line: a student, school, form of work-based learning, internship and course
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.school_identifier_sea,
    line.work_based_learning_type,
    line.internship_identifier,
    line.embedded_state_course_code,

    submission.school_year,
    line.lea_identifier_sea,
    line.nonpublic_school_identifier,
    line.employer_evaluation_code,

    line.external_hours,
    line.embedded_hours
from {{ accepted_lines('k12_wbl') }}
