-- one row a line: a county and kind of household in a year
select
    line.drop_id,
    line.line_number,

    line.year::integer as year,
    '{{ var("state_fips") }}' || lpad(line.county_code, 3, '0') as county_fips,
    line.adults::integer as adults,
    line.working_adults::integer as working_adults,
    line.children::integer as children,

    line.living_wage_hourly_usd::numeric(7, 2) as living_wage_hourly_usd
from {{ accepted_lines('living_wage') }}
