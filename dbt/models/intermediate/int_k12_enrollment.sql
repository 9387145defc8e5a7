{{ config(materialized='view') }}

-- one row an identity, school, entry date and collection of who attends, each district from one feed
with enrollment as (

    select * from {{ ref('fct_k12_enrollment') }}

),

drops as (

    select * from {{ ref('stg_governance__drop') }}

),

filed as (

    select
        enrollment.*,
        drops.feed
    from enrollment
    inner join drops on enrollment.drop_id = drops.drop_id

),

-- districts whose enrollment of a collection is in the state's own file
first as (

    select distinct
        lea_identifier_sea,
        school_year,
        collection
    from filed
    where feed = 'k12_enrollment'

)

select
    filed.identity_id,
    filed.school_identifier_sea,
    filed.school_year,
    filed.collection,
    filed.enrollment_entry_date,

    filed.lea_identifier_sea,
    filed.enrollment_exit_date,
    filed.exit_or_withdrawal_type,
    filed.grade_level,
    filed.cohort_year,
    filed.high_school_diploma_type,
    filed.diploma_or_credential_award_date,

    filed.is_english_learner,
    filed.is_economically_disadvantaged,
    filed.is_idea,
    filed.is_homeless,
    filed.is_foster_care,
    filed.county_fips,
    filed.locale_code,

    filed.drop_id,
    filed.line_number
from filed
left join first
    on
        filed.lea_identifier_sea = first.lea_identifier_sea
        and filed.school_year = first.school_year
        and filed.collection = first.collection
where
    filed.enrollment_type = 'current'
    and (filed.feed = 'k12_enrollment' or first.lea_identifier_sea is null)
