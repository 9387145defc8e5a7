{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    indexes=[{'columns': ['drop_id']}],
    pre_hook="{{ forget_drops('ps_enrollment') }}",
    post_hook='analyze {{ this }}'
) }}

-- one row an identity, institution and term: what the institution said last
with line as (

    select * from {{ ref('stg_higher_ed__enrollment') }}
    where {{ is_new_drop('ps_enrollment') }}

),

numbered as (

    select
        line.*,
        count(*) over (filed) as line_count,
        row_number() over (filed order by line.line_number desc) as nth_from_last
    from line
    window filed as (
        partition by
            line.identity_id, line.institution_ipeds_unit_id, line.academic_year, line.academic_term
    )

),

last_filed as (

    select
        identity_id,
        institution_ipeds_unit_id,
        academic_year,
        academic_term,

        school_year,
        entry_date,
        exit_date,
        student_level,
        enrollment_status,
        cip_code,

        credits_attempted,
        credits_earned,

        is_resident_tuition,
        is_pell_recipient,
        county_fips,
        locale_code,

        line_count::integer as line_count,
        drop_id,
        line_number
    from numbered
    where nth_from_last = 1

)

select * from last_filed
