-- one row a line: a student, program, school and school year
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.school_identifier_sea,
    line.cip_code,

    line.lea_identifier_sea,
    line.school_year::integer as school_year,
    line.career_cluster,
    line.program_participation_start_date,
    line.program_participation_exit_date,

    line.cte_courses_passed::integer as cte_courses_passed,
    line.is_cte_participant,
    line.is_cte_concentrator,
    line.is_cte_completer,
    line.is_nontraditional_gender
from {{ accepted_lines('k12_cte') }}
