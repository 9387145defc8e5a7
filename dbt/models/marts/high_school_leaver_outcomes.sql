-- one row a cohort, kind of exit, group of people and year since leaving
with leaver as (

    select * from {{ ref('dim_high_school_leaver') }}

),

person as (

    select * from {{ ref('dim_person') }}

),

leaver_year as (

    select * from {{ ref('agg_leaver_year') }}

),

school_year as (

    select * from {{ ref('dim_school_year') }}

),

award_years as (

    select
        cohort.school_year as leaver_school_year,
        later.school_year as outcome_school_year,
        sum(award.award_drops_held) as award_years_held
    from school_year as cohort
    inner join school_year as later
        on later.school_year between cohort.school_year + 1 and cohort.school_year + 8
    inner join school_year as award
        on award.school_year between cohort.school_year + 1 and later.school_year
    group by cohort.school_year, later.school_year

),

grouped as (

    select
        leaver.person_id,
        leaver.leaver_school_year,
        leaver.leaver_type,
        leaver.exit_type,
        facet.dimension,
        coalesce(facet.dimension_value, 'unknown') as dimension_value
    from leaver
    inner join person on leaver.person_id = person.person_id
    cross join lateral (
        values
        ('all', 'all'),
        ('county', leaver.county_fips),
        ('locale_class', {{ locale_class('leaver.locale_code') }}),
        ('sex', person.sex),
        ('race_ethnicity', person.race_ethnicity)
    ) as facet (dimension, dimension_value)

),

not_counted as (

    select
        leaver_school_year,
        dimension,
        dimension_value,
        count(*) as persons_not_counted
    from grouped
    where leaver_type = 'not_counted'
    group by leaver_school_year, dimension, dimension_value

),

counted as (

    select
        grouped.leaver_school_year,
        grouped.leaver_type,
        exits.exit_type,
        grouped.dimension,
        grouped.dimension_value,
        leaver_year.years_since_leaving,
        leaver_year.outcome_school_year,

        count(*) as persons,
        count(*) filter (where leaver_year.is_employed) as persons_employed,
        count(*) filter (where leaver_year.quarters_employed = 4) as persons_employed_all_quarters,
        {{ median('leaver_year.annual_wages_usd') }} as median_annual_wages_usd,
        {{ median('case when leaver_year.quarters_employed = 4 then leaver_year.annual_wages_usd end') }}
            as median_annual_wages_all_quarters_usd,
        count(*) filter (where leaver_year.is_enrolled) as persons_enrolled,
        count(*) filter (where leaver_year.has_credential) as persons_credential,
        count(*) filter (where not leaver_year.is_employed and not leaver_year.is_enrolled) as persons_not_found,
        count(*) filter (where not leaver_year.is_seen_then_or_later) as persons_not_observable,
        count(*) filter (where not leaver_year.has_wage_bridge) as persons_without_bridge
    from grouped
    inner join leaver_year on grouped.person_id = leaver_year.person_id
    cross join lateral (values (grouped.exit_type), ('all')) as exits (exit_type)
    group by
        grouped.leaver_school_year,
        grouped.leaver_type,
        exits.exit_type,
        grouped.dimension,
        grouped.dimension_value,
        leaver_year.years_since_leaving,
        leaver_year.outcome_school_year

),

-- what could not be seen is null, never zero
covered as (

    select
        counted.*,
        school_year.school_year_label as outcome_year,
        {{ school_year_label('counted.leaver_school_year') }} as leaver_cohort,
        school_year.wage_quarters_held = 4 as are_wages_held,
        school_year.college_terms_held = 2 as is_college_held,
        award_years.award_years_held = counted.years_since_leaving as are_awards_held,
        school_year.wage_quarters_held,
        school_year.college_terms_held,
        award_years.award_years_held,
        school_year.feeds_held,
        school_year.mature_from,
        school_year.is_mature
    from counted
    inner join school_year on counted.outcome_school_year = school_year.school_year
    inner join award_years
        on
            counted.leaver_school_year = award_years.leaver_school_year
            and counted.outcome_school_year = award_years.outcome_school_year

),

seen as (

    select
        *,
        case when are_wages_held then persons_employed end as seen_employed,
        case when are_wages_held then persons_employed_all_quarters end as seen_employed_all_quarters,
        case when is_college_held then persons_enrolled end as seen_enrolled,
        case when are_awards_held then persons_credential end as seen_credential,
        case when are_wages_held then persons_not_found end as seen_not_found,
        case when are_wages_held then persons_not_observable end as seen_not_observable
    from covered

)

select
    seen.leaver_cohort,
    seen.leaver_type,
    seen.exit_type,
    seen.dimension,
    seen.dimension_value,
    seen.years_since_leaving,

    seen.outcome_year,
    seen.persons::integer as persons,
    seen.seen_employed::integer as persons_employed,
    {{ share('seen.seen_employed', 'seen.persons') }} as share_employed,
    seen.seen_employed_all_quarters::integer as persons_employed_all_quarters,
    {{ share('seen.seen_employed_all_quarters', 'seen.persons') }} as share_employed_all_quarters,
    case when seen.are_wages_held then seen.median_annual_wages_usd end as median_annual_wages_usd,
    case when seen.are_wages_held then seen.median_annual_wages_all_quarters_usd end
        as median_annual_wages_all_quarters_usd,
    seen.seen_enrolled::integer as persons_enrolled,
    {{ share('seen.seen_enrolled', 'seen.persons') }} as share_enrolled,
    seen.seen_credential::integer as persons_credential,
    {{ share('seen.seen_credential', 'seen.persons') }} as share_credential,

    seen.seen_not_found::integer as persons_not_found,
    {{ share('seen.seen_not_found', 'seen.persons') }} as share_not_found,
    seen.seen_not_observable::integer as persons_not_observable,
    {{ share('seen.seen_not_observable', 'seen.persons') }} as share_not_observable,
    seen.persons_without_bridge::integer as persons_without_bridge,
    {{ share('seen.persons_without_bridge', 'seen.persons') }} as share_without_bridge,
    coalesce(not_counted.persons_not_counted, 0)::integer as persons_not_counted,
    seen.wage_quarters_held,
    seen.college_terms_held,
    seen.award_years_held::integer as award_years_held,
    seen.feeds_held,
    seen.mature_from,
    seen.is_mature
from seen
left join not_counted
    on
        seen.leaver_school_year = not_counted.leaver_school_year
        and seen.dimension = not_counted.dimension
        and seen.dimension_value = not_counted.dimension_value
