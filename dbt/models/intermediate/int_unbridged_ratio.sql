-- one row a year since leaving: how often leavers without a bridge are at work, as a share of the bridged like them
with leaver_year as (

    select * from {{ ref('agg_leaver_year') }}

),

bridge as (

    select * from {{ ref('int_leaver_bridge_weight') }}

),

school_year as (

    select * from {{ ref('dim_school_year') }}
    where are_wages_held

),

-- every year since leaving has a ratio, also one of which nobody tells anything
year as (

    select distinct years_since_leaving from leaver_year

),

-- only cohorts in which some were bridged when they left
followed as (

    select
        leaver_year.years_since_leaving,
        bridge.is_bridged,
        bridge.weight,
        bridge.was_bridged_at_leaving,
        bridge.weight_at_leaving,
        leaver_year.is_employed::integer as employed,
        (leaver_year.quarters_employed = 4)::integer as all_quarters
    from leaver_year
    inner join bridge on leaver_year.person_id = bridge.person_id
    inner join school_year on leaver_year.outcome_school_year = school_year.school_year
    where bridge.weight is not null and bridge.weight_at_leaving is not null

),

summed as (

    select
        years_since_leaving,
        count(*) as persons,
        count(*) filter (where not is_bridged) as persons_unbridged,
        sum(weight - 1) filter (where is_bridged) as stood_for,
        sum(weight_at_leaving) filter (where was_bridged_at_leaving) as weighed_at_leaving,

        sum(employed) filter (where is_bridged) as bridged_employed,
        sum((weight - 1) * employed) filter (where is_bridged) as stood_for_employed,
        sum(weight_at_leaving * employed) filter (where was_bridged_at_leaving) as weighed_employed,

        sum(all_quarters) filter (where is_bridged) as bridged_all_quarters,
        sum((weight - 1) * all_quarters) filter (where is_bridged) as stood_for_all_quarters,
        sum(weight_at_leaving * all_quarters) filter (where was_bridged_at_leaving) as weighed_all_quarters
    from followed
    group by years_since_leaving

),

-- at work without a bridge: as many as the early bridged say, and as many as the bridged like them would be; a year in
-- which the bridged stand for nobody else tells nothing
compared as (

    select
        year.years_since_leaving,
        coalesce(summed.persons_unbridged, 0) as persons_unbridged,
        summed.persons * summed.weighed_employed / nullif(summed.weighed_at_leaving, 0) - summed.bridged_employed
            as missing_employed,
        summed.persons_unbridged * summed.stood_for_employed / nullif(summed.stood_for, 0) as alike_employed,
        summed.persons * summed.weighed_all_quarters / nullif(summed.weighed_at_leaving, 0)
        - summed.bridged_all_quarters as missing_all_quarters,
        summed.persons_unbridged * summed.stood_for_all_quarters / nullif(summed.stood_for, 0) as alike_all_quarters
    from year
    left join summed on year.years_since_leaving = summed.years_since_leaving and summed.stood_for > 0

)

select
    years_since_leaving,

    persons_unbridged::integer as persons_unbridged,
    {{ ratio_of_years('employed') }} as ratio_employed,
    {{ ratio_of_years('all_quarters') }} as ratio_all_quarters
from compared
-- a year with few is told together with those around it, and with fewer still they count as the bridged like them
window years_around as (order by years_since_leaving range between 2 preceding and 2 following)
