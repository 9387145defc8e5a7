{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    indexes=[{'columns': ['drop_id']}],
    pre_hook="{{ forget_drops('k12_cte') }}",
    post_hook='analyze {{ this }}'
) }}

-- one row an identity, program, school and school year: what the district said last
with line as (

    select * from {{ ref('stg_k12__cte') }}
    where {{ is_new_drop('k12_cte') }}

),

numbered as (

    select
        line.*,
        count(*) over (filed) as line_count,
        row_number() over (filed order by line.line_number desc) as nth_from_last
    from line
    window filed as (
        partition by line.identity_id, line.cip_code, line.school_identifier_sea, line.school_year
    )

),

last_filed as (

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

        line_count::integer as line_count,
        drop_id,
        line_number
    from numbered
    where nth_from_last = 1

)

select * from last_filed
