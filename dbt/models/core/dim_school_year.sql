-- one row a school year (July to June), and what has come that describes it
with drops as (

    select * from {{ ref('stg_governance__drop') }}
    where is_accepted

),

refresh as (

    select * from {{ ref('stg_governance__refresh') }}

),

quarter as (

    select * from {{ ref('dim_quarter') }}

),

held as (

    select
        school_year,
        count(*) filter (where feed = 'k12_enrollment') as k12_collections_held,
        count(*) filter (where feed = 'k12_enrollment' and collection = 'fall') as k12_falls_held,
        count(*) filter (where feed = 'k12_cte') as cte_drops_held,
        count(*) filter (where feed = 'ps_enrollment') as college_terms_held,
        count(*) filter (where feed = 'ps_award') as award_drops_held,
        count(*) filter (where feed = 'ui_wage') as wage_quarters_held,
        count(*) filter (where feed = 'employer') as employer_quarters_held,
        string_agg(distinct feed, ', ' order by feed) as feeds_held
    from drops
    group by school_year

),

school_year as (

    select
        school_year,
        min(quarter_index) as first_quarter_index,
        max(quarter_index) as last_quarter_index,
        max(wages_mature_from) as mature_from,
        count(price_factor) as price_quarters_held
    from quarter
    group by school_year
    having count(*) = 4

)

select
    school_year.school_year,

    {{ school_year_label('school_year.school_year') }} as school_year_label,
    school_year.first_quarter_index,
    school_year.last_quarter_index,
    school_year.first_quarter_index <= refresh.quarter_index as has_begun,
    school_year.mature_from,
    school_year.mature_from <= refresh.label as is_mature,

    -- four quarters and three terms are a whole year
    coalesce(held.wage_quarters_held = 4, false) as are_wages_held,
    school_year.price_quarters_held = 4 as are_prices_held,
    coalesce(held.employer_quarters_held = 4, false) as are_employers_held,
    coalesce(held.college_terms_held = 3, false) as are_terms_held,

    coalesce(held.k12_collections_held, 0)::integer as k12_collections_held,
    coalesce(held.k12_falls_held, 0)::integer as k12_falls_held,
    coalesce(held.cte_drops_held, 0)::integer as cte_drops_held,
    coalesce(held.college_terms_held, 0)::integer as college_terms_held,
    coalesce(held.award_drops_held, 0)::integer as award_drops_held,
    coalesce(held.wage_quarters_held, 0)::integer as wage_quarters_held,
    coalesce(held.employer_quarters_held, 0)::integer as employer_quarters_held,
    school_year.price_quarters_held::integer as price_quarters_held,
    coalesce(held.feeds_held, '') as feeds_held
from school_year
cross join refresh
left join held on school_year.school_year = held.school_year
