-- one row a line: a figure on an occupation in an area
select
    line.drop_id,
    line.line_number,

    submission.quarter,
    line.labor_area_fips::text as labor_area_fips,
    -- vendors of postings write the longer code of O*NET
    left(line.soc_code, 7) as soc_code,
    line.measure::text as measure,
    line.year::integer as year,
    line.reference_period::text as reference_period,
    line.projected_year::integer as projected_year,
    line.typical_education::text as typical_education,

    case when line.figure ~ '[0-9]' then line.figure::numeric(12, 2) end as figure,
    case line.figure
        when '*' then 'wage_not_told'
        when '**' then 'count_not_told'
        when '#' then 'at_or_above_highest_wage'
    end as suppression_reason
from {{ accepted_lines('labor_demand') }}
