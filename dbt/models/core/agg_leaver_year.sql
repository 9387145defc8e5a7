{{ config(post_hook='analyze {{ this }}') }}

-- one row a high-school leaver and year since leaving: what the agencies saw of them in that year
with leaver as (

    select * from {{ ref('dim_high_school_leaver') }}
    where leaver_type <> 'not_counted'

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

school_year as (

    select * from {{ ref('dim_school_year') }}

),

quarter as (

    select * from {{ ref('dim_quarter') }}

),

person_quarter as (

    select * from {{ ref('agg_person_quarter') }}

),

retention as (

    select * from {{ ref('agg_leaver_retention') }}

),

college as (

    select * from {{ ref('fct_postsecondary_enrollment') }}
    where student_level <> 'HighSchool'

),

award as (

    select * from {{ ref('fct_postsecondary_award') }}

),

leaver_year as (

    select
        leaver.person_id,
        leaver.leaver_school_year,
        school_year.school_year - leaver.leaver_school_year as years_since_leaving,
        school_year.school_year as outcome_school_year,
        school_year.first_quarter_index,
        school_year.last_quarter_index
    from leaver
    inner join school_year
        on school_year.school_year between leaver.leaver_school_year + 1 and leaver.leaver_school_year + 8
    where school_year.has_begun

),

worked as (

    select
        leaver_year.person_id,
        leaver_year.years_since_leaving,
        count(*) as quarters_employed,
        sum(person_quarter.wages_usd) as annual_wages_usd,
        case
            when count(quarter.price_factor) = count(*) then sum(person_quarter.wages_usd * quarter.price_factor)
        end as annual_wages_real_usd,
        (array_agg(
            person_quarter.primary_ui_account_number
            order by person_quarter.wages_usd desc, person_quarter.quarter_index desc
        ))[1] as primary_ui_account_number
    from leaver_year
    inner join person_quarter
        on
            leaver_year.person_id = person_quarter.person_id
            and person_quarter.quarter_index
            between leaver_year.first_quarter_index and leaver_year.last_quarter_index
    inner join quarter on person_quarter.quarter_index = quarter.quarter_index
    group by leaver_year.person_id, leaver_year.years_since_leaving

),

studied as (

    select distinct
        person_identity.person_id,
        college.school_year as outcome_school_year
    from college
    inner join person_identity on college.identity_id = person_identity.identity_id

),

-- awards earned while still in high school (dual enrollment) are not an outcome of leaving it
credentialed as (

    select
        leaver.person_id,
        min(award.school_year) as outcome_school_year
    from award
    inner join person_identity on award.identity_id = person_identity.identity_id
    inner join leaver on person_identity.person_id = leaver.person_id
    where award.school_year > leaver.leaver_school_year
    group by leaver.person_id

),

-- the last school year with any trace: who has none from a year on may have left the state; years that are not
-- mature are left out, so that the figure reads the same periods for everybody
traced as (

    select
        traces.person_id,
        max(traces.school_year) as school_year
    from (
        select
            person_quarter.person_id,
            quarter.school_year
        from person_quarter
        inner join quarter on person_quarter.quarter_index = quarter.quarter_index
        union all
        select
            person_id,
            outcome_school_year as school_year
        from studied
    ) as traces
    inner join school_year on traces.school_year = school_year.school_year and school_year.is_mature
    group by traces.person_id

)

select
    leaver_year.person_id,
    leaver_year.years_since_leaving,

    leaver_year.leaver_school_year,
    leaver_year.outcome_school_year,
    worked.primary_ui_account_number,

    coalesce(worked.quarters_employed, 0)::integer as quarters_employed,
    worked.annual_wages_usd::bigint as annual_wages_usd,
    round(worked.annual_wages_real_usd, 2) as annual_wages_real_usd,

    worked.person_id is not null as is_employed,
    retention.person_id is not null as is_employed_second_quarter,
    coalesce(retention.is_same_employer, false) as is_same_employer,
    studied.person_id is not null as is_enrolled,
    credentialed.person_id is not null as has_credential,
    worked.person_id is not null
    or studied.person_id is not null
    or coalesce(traced.school_year >= leaver_year.outcome_school_year, false) as is_seen_then_or_later
from leaver_year
left join worked
    on
        leaver_year.person_id = worked.person_id
        and leaver_year.years_since_leaving = worked.years_since_leaving
left join retention
    on
        leaver_year.person_id = retention.person_id
        and leaver_year.outcome_school_year = retention.school_year
left join studied
    on
        leaver_year.person_id = studied.person_id
        and leaver_year.outcome_school_year = studied.outcome_school_year
left join credentialed
    on
        leaver_year.person_id = credentialed.person_id
        and leaver_year.outcome_school_year >= credentialed.outcome_school_year
left join traced on leaver_year.person_id = traced.person_id
