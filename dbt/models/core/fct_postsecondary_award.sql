{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    indexes=[{'columns': ['drop_id']}],
    pre_hook="{{ forget_drops('ps_award') }}",
    post_hook='analyze {{ this }}'
) }}

-- one row an identity, institution, program, level and award date
with line as (

    select * from {{ ref('stg_higher_ed__award') }}
    where {{ is_new_drop('ps_award') }}

),

numbered as (

    select
        line.*,
        count(*) over (filed) as line_count,
        row_number() over (filed order by line.line_number desc) as nth_from_last
    from line
    window filed as (
        partition by
            line.identity_id, line.institution_ipeds_unit_id, line.cip_code, line.academic_award_level,
            line.academic_award_date
    )

),

last_filed as (

    select
        identity_id,
        institution_ipeds_unit_id,
        cip_code,
        academic_award_level,
        academic_award_date,

        school_year,

        line_count::integer as line_count,
        drop_id,
        line_number
    from numbered
    where nth_from_last = 1

)

select * from last_filed
