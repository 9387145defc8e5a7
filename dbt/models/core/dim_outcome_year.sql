-- one row a cohort of leavers and year since leaving: whether every period its figures read is held
with school_year as (

    select * from {{ ref('dim_school_year') }}

),

cohort_year as (

    select
        cohort.school_year as leaver_school_year,
        outcome.school_year - cohort.school_year as years_since_leaving,
        outcome.school_year as outcome_school_year
    from school_year as cohort
    inner join school_year as outcome
        on outcome.school_year between cohort.school_year + 1 and cohort.school_year + 8
    where outcome.has_begun

),

mature as (

    select max(school_year) as school_year from school_year
    where is_mature

),

-- each group of periods that a figure may read, counted over the years it lies in
counted as (

    select
        cohort_year.leaver_school_year,
        cohort_year.years_since_leaving,
        cohort_year.outcome_school_year,

        -- both collections of the year of leaving, and the fall in which whoever stayed would have been seen
        sum(near.k12_collections_held) filter (where near.school_year = cohort_year.leaver_school_year)
        + sum(near.k12_falls_held) filter (where near.school_year = cohort_year.leaver_school_year + 1)
            as k12_collections_held,
        sum(least(near.cte_drops_held, 1)) filter (
            where near.school_year between cohort_year.leaver_school_year - 3 and cohort_year.leaver_school_year
        ) as cte_years_held,
        sum(near.award_drops_held) filter (
            where near.school_year between cohort_year.leaver_school_year + 1 and cohort_year.outcome_school_year
        ) as award_years_held,
        bool_and(near.are_wages_held and near.are_terms_held) filter (
            where near.school_year between cohort_year.outcome_school_year
            and greatest(cohort_year.outcome_school_year, mature.school_year)
        ) as is_year_and_later_held
    from cohort_year
    cross join mature
    inner join school_year as near
        on near.school_year between cohort_year.leaver_school_year - 3
            and greatest(cohort_year.outcome_school_year, mature.school_year)
    group by
        cohort_year.leaver_school_year, cohort_year.years_since_leaving, cohort_year.outcome_school_year

),

single as (

    select
        counted.leaver_school_year,
        counted.years_since_leaving::integer as years_since_leaving,

        {{ school_year_label('counted.leaver_school_year') }} as leaver_cohort,
        outcome.school_year_label as outcome_year,
        outcome.mature_from,
        outcome.is_mature,

        counted.k12_collections_held = 3 as is_cohort_held,
        counted.cte_years_held = 4 as are_cte_years_held,
        outcome.are_wages_held,
        outcome.are_prices_held,
        outcome.are_employers_held,
        outcome.are_terms_held,
        counted.award_years_held = counted.years_since_leaving as are_awards_held,
        counted.is_year_and_later_held,

        counted.k12_collections_held::integer as k12_collections_held,
        counted.cte_years_held::integer as cte_years_held,
        outcome.wage_quarters_held,
        outcome.college_terms_held,
        counted.award_years_held::integer as award_years_held,
        outcome.feeds_held
    from counted
    inner join school_year as outcome on counted.outcome_school_year = outcome.school_year

),

-- cohorts together hold what each of them holds; a pool stands when all of them have come to the year
pooled as (

    select
        max(leaver_school_year) as leaver_school_year,
        years_since_leaving,
        {{ cohort_pool_label('leaver_school_year') }} as leaver_cohort,
        min(outcome_year) || ' to ' || max(outcome_year) as outcome_year,
        max(mature_from) as mature_from,
        bool_and(is_mature) as is_mature,
        bool_and(is_cohort_held) as is_cohort_held,
        bool_and(are_cte_years_held) as are_cte_years_held,
        bool_and(are_wages_held) as are_wages_held,
        bool_and(are_prices_held) as are_prices_held,
        bool_and(are_employers_held) as are_employers_held,
        bool_and(are_terms_held) as are_terms_held,
        bool_and(are_awards_held) as are_awards_held,
        bool_and(is_year_and_later_held) as is_year_and_later_held,
        min(k12_collections_held) as k12_collections_held,
        min(cte_years_held) as cte_years_held,
        min(wage_quarters_held) as wage_quarters_held,
        min(college_terms_held) as college_terms_held,
        min(award_years_held) as award_years_held,
        string_agg(feeds_held, ', ') as feeds_held
    from single
    group by {{ cohort_pool_label('leaver_school_year') }}, years_since_leaving
    having count(*) = {{ cohorts_pooled() }}

),

-- both in one order of columns
together as (

    select
        single.*,
        1 as cohorts_pooled
    from single

    union all

    select
        pooled.*,
        {{ cohorts_pooled() }} as cohorts_pooled
    from pooled

)

select
    leaver_cohort,
    years_since_leaving,

    leaver_school_year,
    cohorts_pooled,
    outcome_year,
    mature_from,
    is_mature,
    is_cohort_held,
    are_cte_years_held,
    are_wages_held,
    are_prices_held,
    are_employers_held,
    are_terms_held,
    are_awards_held,
    is_year_and_later_held,
    k12_collections_held,
    cte_years_held,
    wage_quarters_held,
    college_terms_held,
    award_years_held,
    -- of a pool, the feeds that all of its cohorts name
    case when cohorts_pooled = 1 then feeds_held else (
            select coalesce(string_agg(named.feed, ', ' order by named.feed), '')
            from (
                select feeds.feed
                from unnest(string_to_array(together.feeds_held, ', ')) as feeds (feed)
                group by feeds.feed
                having count(*) = {{ cohorts_pooled() }}
            ) as named
        )
    end as feeds_held
from together
