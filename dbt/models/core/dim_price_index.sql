-- one row a price series and quarter: the average of the months that are held
with reported as (

    select * from {{ ref('stg_labor_market__price_index') }}

),

-- a month filed twice counts once, as its last line says
monthly as (

    select distinct on (series_id, year, month_number) *
    from reported
    where month_number is not null
    order by series_id, year, month_number, drop_id desc, line_number desc

)

select
    series_id,
    quarter,

    price_area_code,
    price_item_code,
    is_seasonally_adjusted,
    round(avg(index_value), 3) as price_index,
    count(index_value)::integer as months_held,
    not is_seasonally_adjusted
    and count(index_value) > 0
    and not coalesce(bool_or(footnote_codes like '%P%'), false) as is_final
from monthly
group by series_id, quarter, price_area_code, price_item_code, is_seasonally_adjusted
