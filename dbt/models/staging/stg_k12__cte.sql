-- one row a line: a student, program, school and school year
with line as (

    select * from {{ source('intake', 'k12_cte') }}

),

submission as (

    select * from {{ ref('stg_governance__drop') }}

)

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
from line
inner join submission on line.drop_id = submission.drop_id and submission.is_accepted
