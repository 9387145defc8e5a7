-- one row a line: a learner, provider and entry date
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    submission.program_year,
    line.adult_education_provider_identifier,
    line.enrollment_entry_date,

    line.enrollment_exit_date,
    line.instructional_program_type,
    line.entry_functioning_level,
    line.posttest_functioning_level,
    line.instruction_hours,
    line.skill_gain_type,
    line.skill_gain_date,
    line.diploma_award_date,
    line.diploma_type,
    line.is_employed_while_enrolled,
    line.is_in_correctional_education,
    line.is_hispanic
from {{ accepted_lines('adult_education') }}
