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

school_year as (

    select * from {{ ref('dim_school_year') }}

),

-- without CTE files of the years before leaving, a leaver without CTE cannot be told from one with it
cte_years as (

    select
        cohort.school_year as leaver_school_year,
        sum(least(earlier.cte_drops_held, 1)) as cte_years_held
    from school_year as cohort
    inner join school_year as earlier
        on earlier.school_year between cohort.school_year - 3 and cohort.school_year
    group by cohort.school_year

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
            and participation.school_year <= leaver.leaver_school_year
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
        leaver_year.years_since_leaving,
        leaver_year.outcome_school_year,
        leaver_year.is_employed,
        leaver_year.quarters_employed,
        leaver_year.annual_wages_usd,
        leaver_year.is_enrolled,
        leaver_year.is_seen_then_or_later,
        leaver_year.has_wage_bridge,
        employer.naics_sector,
        employer.naics_sector_title
    from member
    inner join leaver_year on member.person_id = leaver_year.person_id
    left join employer on leaver_year.primary_ui_account_number = employer.ui_account_number

),

sector as (

    select distinct on (leaver_school_year, cte_group, career_cluster, years_since_leaving)
        leaver_school_year,
        cte_group,
        career_cluster,
        years_since_leaving,
        naics_sector_title as leading_industry,
        count(*) as persons_in_leading_industry
    from outcome
    where naics_sector_title is not null
    group by leaver_school_year, cte_group, career_cluster, years_since_leaving, naics_sector_title
    order by
        leaver_school_year,
        cte_group,
        career_cluster,
        years_since_leaving,
        count(*) desc,
        naics_sector_title

),

counted as (

    select
        leaver_school_year,
        cte_group,
        career_cluster,
        years_since_leaving,
        outcome_school_year,

        count(*) as persons,
        count(*) filter (where is_concentrator_reported) as persons_concentrator_reported,
        count(*) filter (where leaver_type = 'completer') as persons_completed_school,
        count(*) filter (where is_employed) as persons_employed,
        count(*) filter (where quarters_employed = 4) as persons_employed_all_quarters,
        {{ median('annual_wages_usd') }} as median_annual_wages_usd,
        {{ median('case when quarters_employed = 4 then annual_wages_usd end') }}
            as median_annual_wages_all_quarters_usd,
        count(*) filter (where is_enrolled) as persons_enrolled,
        count(*) filter (where is_employed or is_enrolled) as persons_placed,
        count(*) filter (where not is_seen_then_or_later) as persons_not_observable,
        count(*) filter (where not has_wage_bridge) as persons_without_bridge
    from outcome
    group by leaver_school_year, cte_group, career_cluster, years_since_leaving, outcome_school_year

),

-- what could not be seen is null, never zero
seen as (

    select
        counted.*,
        {{ school_year_label('counted.leaver_school_year') }} as leaver_cohort,
        school_year.school_year_label as outcome_year,
        case when school_year.wage_quarters_held = 4 then counted.persons_employed end as seen_employed,
        case when school_year.wage_quarters_held = 4 then counted.persons_employed_all_quarters end
            as seen_employed_all_quarters,
        case when school_year.college_terms_held = 2 then counted.persons_enrolled end as seen_enrolled,
        case
            when school_year.wage_quarters_held = 4 and school_year.college_terms_held = 2
                then counted.persons_placed
        end as seen_placed,
        case when school_year.wage_quarters_held = 4 then counted.persons_not_observable end
            as seen_not_observable,
        case when school_year.wage_quarters_held = 4 then sector.leading_industry end as leading_industry,
        case when school_year.wage_quarters_held = 4 then sector.persons_in_leading_industry end
            as persons_in_leading_industry,
        school_year.wage_quarters_held,
        school_year.college_terms_held,
        cte_years.cte_years_held,
        school_year.feeds_held,
        school_year.mature_from,
        school_year.is_mature
    from counted
    inner join school_year on counted.outcome_school_year = school_year.school_year
    inner join cte_years
        on counted.leaver_school_year = cte_years.leaver_school_year and cte_years.cte_years_held > 0
    left join sector
        on
            counted.leaver_school_year = sector.leaver_school_year
            and counted.cte_group = sector.cte_group
            and counted.career_cluster = sector.career_cluster
            and counted.years_since_leaving = sector.years_since_leaving

)

select
    seen.leaver_cohort,
    seen.cte_group,
    seen.career_cluster,
    seen.years_since_leaving,

    case when seen.career_cluster = 'all' then 'All clusters' else cluster.career_cluster_title end
        as career_cluster_title,
    seen.outcome_year,
    seen.persons::integer as persons,
    seen.persons_concentrator_reported::integer as persons_concentrator_reported,
    seen.persons_completed_school::integer as persons_completed_school,
    seen.seen_employed::integer as persons_employed,
    {{ share('seen.seen_employed', 'seen.persons') }} as share_employed,
    seen.seen_employed_all_quarters::integer as persons_employed_all_quarters,
    {{ share('seen.seen_employed_all_quarters', 'seen.persons') }} as share_employed_all_quarters,
    case when seen.wage_quarters_held = 4 then seen.median_annual_wages_usd end as median_annual_wages_usd,
    case when seen.wage_quarters_held = 4 then seen.median_annual_wages_all_quarters_usd end
        as median_annual_wages_all_quarters_usd,
    seen.leading_industry,
    seen.persons_in_leading_industry::integer as persons_in_leading_industry,
    {{ share('seen.persons_in_leading_industry', 'seen.seen_employed') }} as share_in_leading_industry,
    seen.seen_enrolled::integer as persons_enrolled,
    {{ share('seen.seen_enrolled', 'seen.persons') }} as share_enrolled,
    seen.seen_placed::integer as persons_placed,
    {{ share('seen.seen_placed', 'seen.persons') }} as share_placed,

    seen.seen_not_observable::integer as persons_not_observable,
    {{ share('seen.seen_not_observable', 'seen.persons') }} as share_not_observable,
    seen.persons_without_bridge::integer as persons_without_bridge,
    {{ share('seen.persons_without_bridge', 'seen.persons') }} as share_without_bridge,
    seen.cte_years_held::integer as cte_years_held,
    seen.wage_quarters_held,
    seen.college_terms_held,
    seen.feeds_held,
    seen.mature_from,
    seen.is_mature
from seen
left join cluster on seen.career_cluster = cluster.career_cluster
