{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    indexes=[{'columns': ['drop_id']}],
    pre_hook="{{ forget_drops('k12_enrollment') }}",
    post_hook='analyze {{ this }}'
) }}

-- one row an identity, school, entry date and collection: what that collection said last
with line as (

    select * from {{ ref('stg_k12__enrollment') }}
    where {{ is_new_drop('k12_enrollment') }}

),

numbered as (

    select
        line.*,
        count(*) over (filed) as line_count,
        row_number() over (filed order by line.line_number desc) as nth_from_last
    from line
    window filed as (
        partition by
            line.identity_id, line.school_identifier_sea, line.school_year, line.collection,
            line.enrollment_entry_date
    )

),

last_filed as (

    select
        identity_id,
        school_identifier_sea,
        school_year,
        collection,
        enrollment_entry_date,

        lea_identifier_sea,
        enrollment_exit_date,
        exit_or_withdrawal_type,
        grade_level,
        cohort_year,
        high_school_diploma_type,
        diploma_or_credential_award_date,

        is_english_learner,
        is_economically_disadvantaged,
        is_idea,
        is_homeless,
        is_foster_care,
        county_fips,
        locale_code,

        line_count::integer as line_count,
        drop_id,
        line_number
    from numbered
    where nth_from_last = 1

)

select * from last_filed
