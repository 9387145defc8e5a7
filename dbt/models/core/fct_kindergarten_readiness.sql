{{ config(materialized='view') }}

-- one row an identity, program year and day of assessment: how ready a child came to kindergarten
with enrollment as (

    select * from {{ ref('fct_early_learning_enrollment') }}

),

-- the department repeats a result in each line of the child
stated as (

    select distinct on (identity_id, school_year, kindergarten_assessment_date)
        identity_id,
        school_year,
        kindergarten_assessment_date,

        kindergarten_readiness_level,

        drop_id,
        line_number
    from enrollment
    where kindergarten_assessment_date is not null and kindergarten_readiness_level is not null
    order by identity_id, school_year, kindergarten_assessment_date, drop_id desc, line_number desc

)

select * from stated
