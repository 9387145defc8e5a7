-- one row a calendar quarter, and whether its wages and employers have come
with drops as (

    select * from {{ ref('stg_governance__drop') }}

),

refresh as (

    select * from {{ ref('stg_governance__refresh') }}

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

)

select
    labeled.quarter,

    labeled.quarter_index,
    labeled.year,
    labeled.quarter_number,
    labeled.school_year,
    labeled.starts_on,
    labeled.ends_on,
    labeled.wages_mature_from,
    labeled.wages_mature_from <= refresh.label as is_wage_mature,
    wage_drop.drop_id is not null as is_wage_held,
    employer_drop.drop_id is not null as is_employer_held
from labeled
cross join refresh
left join drops as wage_drop
    on labeled.quarter = wage_drop.period and wage_drop.feed = 'ui_wage' and wage_drop.is_accepted
left join drops as employer_drop
    on labeled.quarter = employer_drop.period and employer_drop.feed = 'employer' and employer_drop.is_accepted
