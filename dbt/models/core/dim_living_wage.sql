-- one row a year, county and kind of household; of lines that say it twice the later one
with reported as (

    select * from {{ ref('stg_labor_market__living_wage') }}

)

select distinct on (year, county_fips, adults, working_adults, children)
    year,
    county_fips,
    adults,
    working_adults,
    children,

    living_wage_hourly_usd,
    -- full-time work of all who work, 52 weeks of 40 hours
    living_wage_hourly_usd * 2080 * working_adults as living_wage_annual_usd
from reported
order by year, county_fips, adults, working_adults, children, drop_id desc, line_number desc
