{%- set cohort = ['is_cohort_held'] -%}
{%- set wages = cohort + ['are_wages_held'] -%}
{%- set real = wages + ['are_prices_held'] -%}
{%- set employers = wages + ['are_employers_held'] -%}
{%- set terms = cohort + ['are_terms_held'] -%}
{%- set awards = cohort + ['are_awards_held'] -%}
{%- set found = wages + ['are_terms_held'] -%}
{%- set later = cohort + ['is_year_and_later_held'] -%}
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

bridge as (

    select * from {{ ref('int_leaver_bridge_weight') }}

),

ratio as (

    select * from {{ ref('int_unbridged_ratio') }}

),

held as (

    select * from {{ ref('dim_outcome_year') }}

),

district as (

    select * from {{ ref('ref_lea') }}

),

county as (

    select * from {{ ref('ref_county') }}

),

label as (

    select
        dimension,
        dimension_value,
        label
    from {{ ref('ref_group_label') }}
    union all
    select
        'county' as dimension,
        county_fips as dimension_value,
        county_name as label
    from county
    union all
    select
        'district' as dimension,
        lea_identifier_sea as dimension_value,
        lea_name as label
    from district

),

grouped as (

    select
        leaver.person_id,
        leaver.leaver_school_year,
        leaver.leaver_type,
        leaver.exit_type,
        leaver.conflicting_records > 0 as is_conflicting,
        facet.dimension,
        coalesce(facet.dimension_value, 'unknown') as dimension_value
    from leaver
    inner join person on leaver.person_id = person.person_id
    cross join lateral (
        values
        ('all', 'all'),
        ('county', leaver.county_fips),
        ('district', leaver.lea_identifier_sea),
        ('locale_class', {{ locale_class('leaver.locale_code') }}),
        ('sex', person.sex),
        ('race_ethnicity', person.race_ethnicity)
    ) as facet (dimension, dimension_value)

),

not_counted as (

    select
        cohorts.leaver_cohort,
        grouped.dimension,
        grouped.dimension_value,
        count(*) as persons_not_counted
    from grouped
    cross join lateral ({{ cohorts_of('grouped.leaver_school_year') }}) as cohorts (leaver_cohort)
    where grouped.leaver_type = 'not_counted'
    group by cohorts.leaver_cohort, grouped.dimension, grouped.dimension_value

),

summed as (

    select
        held.leaver_cohort,
        grouped.leaver_type,
        exits.exit_type,
        grouped.dimension,
        grouped.dimension_value,
        leaver_year.years_since_leaving,

        count(*) as persons,
        count(*) filter (where grouped.is_conflicting) as persons_conflicting,
        count(*) filter (where leaver_year.has_credential) as persons_credential,
        count(*) filter (where not leaver_year.is_employed and not leaver_year.is_enrolled) as persons_not_found,
        {{ leaver_sums('leaver_year.', 'bridge.') }}
    from grouped
    inner join leaver_year on grouped.person_id = leaver_year.person_id
    cross join lateral ({{ cohorts_of('grouped.leaver_school_year') }}) as cohorts (leaver_cohort)
    inner join held
        on cohorts.leaver_cohort = held.leaver_cohort and leaver_year.years_since_leaving = held.years_since_leaving
    inner join bridge on grouped.person_id = bridge.person_id
    cross join lateral (values (grouped.exit_type), ('all')) as exits (exit_type)
    group by
        held.leaver_cohort,
        grouped.leaver_type,
        exits.exit_type,
        grouped.dimension,
        grouped.dimension_value,
        leaver_year.years_since_leaving

),

counted as (

    select
        summed.*,
        {{ reweighting() }} as reweighting,
        {{ corrected_share('employed', 'ratio.ratio_employed') }} as corrected_employed,
        {{ corrected_share('employed_all_quarters', 'ratio.ratio_all_quarters') }} as corrected_employed_all_quarters
    from summed
    left join ratio on summed.years_since_leaving = ratio.years_since_leaving

)

-- what could not be seen is null, never zero
select
    counted.leaver_cohort,
    counted.leaver_type,
    counted.exit_type,
    counted.dimension,
    counted.dimension_value,
    counted.years_since_leaving,

    case counted.dimension_value
        when 'all' then 'Everyone'
        when 'unknown' then 'Unknown'
        else coalesce(label.label, counted.dimension_value)
    end as dimension_label,
    held.cohorts_pooled,
    held.outcome_year,
    {{ if_held('counted.persons', cohort) }}::integer as persons,
    {{ leaver_work(cohort, wages, real, employers) }},
    {{ leaver_college(terms) }},
    {{ if_held('counted.persons_credential', awards) }}::integer as persons_credential,
    {{ if_held(share('counted.persons_credential', 'counted.persons'), awards) }} as share_credential,

    {{ if_held('counted.persons_not_found', found) }}::integer as persons_not_found,
    {{ if_held(share('counted.persons_not_found', 'counted.persons'), found) }} as share_not_found,
    {{ leaver_unseen(cohort, later) }},
    {{ if_held('counted.persons_conflicting', cohort) }}::integer as persons_conflicting,
    {{ if_held('coalesce(not_counted.persons_not_counted, 0)', cohort) }}::integer as persons_not_counted,
    held.k12_collections_held,
    held.wage_quarters_held,
    held.college_terms_held,
    held.award_years_held,
    held.feeds_held,
    held.mature_from,
    held.is_mature
from counted
cross join lateral {{ weighted_median('counted') }} as paid
inner join held
    on counted.leaver_cohort = held.leaver_cohort and counted.years_since_leaving = held.years_since_leaving
left join label on counted.dimension = label.dimension and counted.dimension_value = label.dimension_value
left join not_counted
    on
        counted.leaver_cohort = not_counted.leaver_cohort
        and counted.dimension = not_counted.dimension
        and counted.dimension_value = not_counted.dimension_value
