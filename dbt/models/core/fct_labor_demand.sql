-- one row an area, occupation, measure and time that the figure is of: what was published last
with reported as (

    select
        *,
        -- a key has no nulls: what is no projection reaches to its own year
        coalesce(projected_year, year) as through_year
    from {{ ref('stg_labor_market__labor_demand') }}

),

numbered as (

    select
        *,
        min(quarter) over told as first_published_quarter,
        row_number() over (told order by quarter desc, drop_id desc, line_number desc) as nth_from_last
    from reported
    window told as (
        partition by labor_area_fips, soc_code, measure, year, reference_period, through_year
    )

)

select
    labor_area_fips,
    soc_code,
    measure,
    year,
    reference_period,
    through_year,

    right(labor_area_fips, 3) = '000' as is_statewide,
    case when reference_period <> 'A01' then right(reference_period, 2)::integer end as month_number,
    figure,
    suppression_reason,
    typical_education,
    first_published_quarter,
    quarter as published_quarter,

    drop_id,
    line_number
from numbered
where nth_from_last = 1
