-- one row a line: a student, program, school and first day, in a school year
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.program_type,
    line.school_identifier_sea,
    line.program_participation_start_date,

    line.lea_identifier_sea,
    line.school_year::integer as school_year,
    line.program_participation_exit_date,

    line.school_food_service_eligibility,
    line.homeless_primary_nighttime_residence,
    line.is_homeless_unaccompanied_youth,
    line.idea_disability_type,
    line.military_connected_student_indicator
from {{ accepted_lines('k12_program') }}
