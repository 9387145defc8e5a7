-- one row a line: a student, school and entry date, as one collection saw it
with line as (

    select * from {{ source('intake', 'k12_enrollment') }}

),

submission as (

    select * from {{ ref('stg_governance__drop') }}

)

select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.school_identifier_sea,

    line.lea_identifier_sea,
    line.school_year::integer as school_year,
    substring(submission.period from '[a-z]+$') as collection,
    line.enrollment_entry_date,
    line.enrollment_exit_date,
    line.exit_or_withdrawal_type,
    line.grade_level,
    line.cohort_year::integer as cohort_year,
    line.high_school_diploma_type,
    line.diploma_or_credential_award_date,

    line.sex,
    line.race_ethnicity,
    line.is_hispanic,
    line.is_english_learner,
    line.is_economically_disadvantaged,
    line.is_idea,
    line.is_homeless,
    line.is_foster_care,
    line.county_fips,
    line.locale_code
from line
inner join submission on line.drop_id = submission.drop_id and submission.is_accepted
