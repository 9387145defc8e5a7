{%- set cohort = ['is_cohort_held', 'are_cte_years_held'] -%}
{%- set wages = cohort + ['are_wages_held'] -%}
{%- set real = wages + ['are_prices_held'] -%}
{%- set employers = wages + ['are_employers_held'] -%}
{%- set terms = cohort + ['are_terms_held'] -%}
{%- set found = wages + ['are_terms_held'] -%}
{%- set later = cohort + ['is_year_and_later_held'] -%}
-- one row a cohort of high-school leavers, CTE group, career cluster and year since leaving
with leaver as (

    select * from {{ ref('dim_high_school_leaver') }}
    where leaver_type <> 'not_counted'

),

leaver_year as (

    select * from {{ ref('agg_leaver_year') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

participation as (

    select * from {{ ref('fct_cte_participation') }}

),

dim_program as (

    select * from {{ ref('dim_program') }}

),

cluster as (

    select * from {{ ref('ref_career_cluster') }}

),

employer as (

    select * from {{ ref('dim_employer') }}

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

program as (

    select
        leaver.person_id,
        participation.cip_code,
        coalesce(max(participation.career_cluster), max(dim_program.career_cluster), 'unknown') as career_cluster,
        sum(participation.cte_courses_passed) >= 2 as is_concentrator,
        coalesce(bool_or(participation.is_cte_concentrator), false) as is_concentrator_reported
    from participation
    inner join person_identity on participation.identity_id = person_identity.identity_id
    inner join leaver
        on
            person_identity.person_id = leaver.person_id
            and participation.school_year between leaver.leaver_school_year - 3 and leaver.leaver_school_year
    left join dim_program on participation.cip_code = dim_program.cip_code
    group by leaver.person_id, participation.cip_code

),

-- a person counts once in a cluster, and once over all clusters, in the highest group reached there
studied as (

    select
        program.person_id,
        clusters.career_cluster,
        bool_or(program.is_concentrator) as is_concentrator,
        bool_or(program.is_concentrator_reported) as is_concentrator_reported
    from program
    cross join lateral (values (program.career_cluster), ('all')) as clusters (career_cluster)
    group by program.person_id, clusters.career_cluster

),

member as (

    select
        leaver.person_id,
        leaver.leaver_school_year,
        leaver.leaver_type,
        case
            when studied.is_concentrator then 'concentrator'
            when studied.person_id is not null then 'participant'
            else 'no_cte'
        end as cte_group,
        coalesce(studied.career_cluster, 'all') as career_cluster,
        coalesce(studied.is_concentrator_reported, false) as is_concentrator_reported
    from leaver
    left join studied on leaver.person_id = studied.person_id

),

outcome as (

    select
        member.*,
        held.leaver_cohort,
        leaver_year.years_since_leaving,
        leaver_year.is_employed,
        leaver_year.quarters_employed,
        leaver_year.is_employed_second_quarter,
        leaver_year.is_same_employer,
        leaver_year.annual_wages_usd,
        leaver_year.annual_wages_real_usd,
        leaver_year.is_enrolled,
        leaver_year.is_seen_then_or_later,
        bridge.is_bridged,
        bridge.weight,
        employer.naics_sector,
        employer.naics_sector_title
    from member
    inner join leaver_year on member.person_id = leaver_year.person_id
    cross join lateral ({{ cohorts_of('member.leaver_school_year') }}) as cohorts (leaver_cohort)
    inner join held
        on cohorts.leaver_cohort = held.leaver_cohort and leaver_year.years_since_leaving = held.years_since_leaving
    inner join bridge on member.person_id = bridge.person_id
    left join employer on leaver_year.primary_ui_account_number = employer.ui_account_number

),

sector as (

    select distinct on (leaver_cohort, cte_group, career_cluster, years_since_leaving)
        leaver_cohort,
        cte_group,
        career_cluster,
        years_since_leaving,
        naics_sector_title as leading_industry,
        count(*) as persons_in_leading_industry
    from outcome
    where naics_sector_title is not null
    group by leaver_cohort, cte_group, career_cluster, years_since_leaving, naics_sector_title
    order by
        leaver_cohort,
        cte_group,
        career_cluster,
        years_since_leaving,
        count(*) desc,
        naics_sector_title

),

summed as (

    select
        leaver_cohort,
        cte_group,
        career_cluster,
        years_since_leaving,

        count(*) as persons,
        count(*) filter (where is_concentrator_reported) as persons_concentrator_reported,
        count(*) filter (where leaver_type = 'completer') as persons_completed_school,
        count(*) filter (where is_employed or is_enrolled) as persons_placed,
        {{ leaver_sums() }}
    from outcome
    group by leaver_cohort, cte_group, career_cluster, years_since_leaving

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

-- what could not be seen is null, never zero; without any CTE file a cohort has no groups to speak of
select
    counted.leaver_cohort,
    counted.cte_group,
    counted.career_cluster,
    counted.years_since_leaving,

    case when counted.career_cluster = 'all' then 'All clusters' else cluster.career_cluster_title end
        as career_cluster_title,
    held.cohorts_pooled,
    held.outcome_year,
    {{ if_held('counted.persons', cohort) }}::integer as persons,
    {{ if_held('counted.persons_concentrator_reported', cohort) }}::integer as persons_concentrator_reported,
    {{ if_held('counted.persons_completed_school', cohort) }}::integer as persons_completed_school,
    {{ leaver_work(cohort, wages, real, employers) }},
    {{ if_held('sector.leading_industry', employers) }} as leading_industry,
    {{ if_held('sector.persons_in_leading_industry', employers) }}::integer as persons_in_leading_industry,
    {{ if_held(share('sector.persons_in_leading_industry', 'counted.persons_employed'), employers) }}
        as share_in_leading_industry,
    {{ leaver_college(terms) }},
    {{ if_held('counted.persons_placed', found) }}::integer as persons_placed,
    {{ if_held(share('counted.persons_placed', 'counted.persons'), found) }} as share_placed,

    {{ leaver_unseen(cohort, later) }},
    held.k12_collections_held,
    held.cte_years_held,
    held.wage_quarters_held,
    held.college_terms_held,
    held.feeds_held,
    held.mature_from,
    held.is_mature
from counted
cross join lateral {{ weighted_median('counted') }} as paid
inner join held
    on
        counted.leaver_cohort = held.leaver_cohort
        and counted.years_since_leaving = held.years_since_leaving
        and held.cte_years_held > 0
left join sector
    on
        counted.leaver_cohort = sector.leaver_cohort
        and counted.cte_group = sector.cte_group
        and counted.career_cluster = sector.career_cluster
        and counted.years_since_leaving = sector.years_since_leaving
left join cluster on counted.career_cluster = cluster.career_cluster
