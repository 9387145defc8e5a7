-- one row a line: an occupation on the list of an area
select
    line.drop_id,
    line.line_number,

    line.list_year::integer as list_year,
    line.labor_area_fips::text as labor_area_fips,
    {{ soc_with_hyphen('line.soc_code') }} as soc_code,
    submission.program_year,

    line.demand_stars::integer as demand_stars
from {{ accepted_lines('in_demand_occupation') }}
