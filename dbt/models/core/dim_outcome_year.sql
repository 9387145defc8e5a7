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
        bool_and(near.wage_quarters_held = 4 and near.college_terms_held = 3) filter (
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

)

select
    counted.leaver_school_year,
    counted.years_since_leaving::integer as years_since_leaving,

    {{ school_year_label('counted.leaver_school_year') }} as leaver_cohort,
    outcome.school_year_label as outcome_year,
    outcome.mature_from,
    outcome.is_mature,

    counted.k12_collections_held = 3 as is_cohort_held,
    counted.cte_years_held = 4 as are_cte_years_held,
    outcome.wage_quarters_held = 4 as are_wages_held,
    outcome.employer_quarters_held = 4 as are_employers_held,
    outcome.college_terms_held = 3 as are_terms_held,
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
