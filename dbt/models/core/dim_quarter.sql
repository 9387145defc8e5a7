-- one row a calendar quarter, and whether its wages and employers have come
with drops as (

    select * from {{ ref('stg_governance__drop') }}

),

refresh as (

    select * from {{ ref('stg_governance__refresh') }}

),

price as (

    select * from {{ ref('ref_price_index') }}

),

spine as (

    select
        year,
        quarter_number,
        {{ quarter_index('year', 'quarter_number') }} as quarter_index
    from generate_series(1995, 2050) as years (year)
    cross join generate_series(1, 4) as quarters (quarter_number)

),

labeled as (

    select
        {{ quarter_label('quarter_index') }} as quarter,
        quarter_index,
        year,
        quarter_number,
        year + (quarter_number >= 3)::integer as school_year,
        make_date(year, quarter_number * 3 - 2, 1) as starts_on,
        (make_date(year, quarter_number * 3 - 2, 1) + interval '3 months' - interval '1 day')::date as ends_on,
        {{ quarter_label('quarter_index + 2') }} as wages_mature_from
    from spine

),

held as (

    select
        labeled.*,
        wage_drop.drop_id is not null as is_wage_held,
        employer_drop.drop_id is not null as is_employer_held,
        base_price.cpi_u / price.cpi_u as price_factor
    from labeled
    left join price on labeled.year = price.year
    left join price as base_price on base_price.year = {{ var("price_base_year") }}
    left join drops as wage_drop
        on labeled.quarter = wage_drop.period and wage_drop.feed = 'ui_wage' and wage_drop.is_accepted
    left join drops as employer_drop
        on labeled.quarter = employer_drop.period and employer_drop.feed = 'employer' and employer_drop.is_accepted

)

select
    held.quarter,

    held.quarter_index,
    held.year,
    held.quarter_number,
    held.school_year,
    held.starts_on,
    held.ends_on,
    held.wages_mature_from,
    held.wages_mature_from <= refresh.label as is_wage_mature,
    held.is_wage_held,
    held.is_employer_held,
    bool_and(held.is_wage_held and held.is_employer_held) over neighbors
    and count(*) over neighbors = 3 as is_full_quarter_held,
    round(held.price_factor, 6) as price_factor
from held
cross join refresh
window neighbors as (order by held.quarter_index rows between 1 preceding and 1 following)
