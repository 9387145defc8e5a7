{{ grows_by_drop('k12_cte') }}

-- one row an identity, program, school and school year: what the district said last
select
    identity_id,
    cip_code,
    school_identifier_sea,
    school_year,

    lea_identifier_sea,
    career_cluster,
    program_participation_start_date,
    program_participation_exit_date,

    cte_courses_passed,
    is_cte_participant,
    is_cte_concentrator,
    is_cte_completer,
    is_nontraditional_gender,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_k12__cte'),
    ['identity_id', 'cip_code', 'school_identifier_sea', 'school_year']
) }}) as filed
