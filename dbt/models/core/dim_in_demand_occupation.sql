-- one row a list, area and occupation on it
with reported as (

    select * from {{ ref('stg_workforce_board__in_demand_occupation') }}

),

-- an occupation that an area lists twice has what its last line says
listed as (

    select distinct on (list_year, labor_area_fips, soc_code) *
    from reported
    order by list_year, labor_area_fips, soc_code, drop_id desc, line_number desc

),

held as (

    select distinct list_year from reported

)

select
    listed.list_year,
    listed.labor_area_fips,
    listed.soc_code,

    listed.program_year,
    right(listed.labor_area_fips, 3) = '000' as is_statewide,
    listed.demand_stars,
    -- unknown where the list of the year before is not held
    case when held.list_year is not null then before.soc_code is not null end as was_listed_before
from listed
left join held on listed.list_year = held.list_year + 1
left join listed as before
    on
        listed.list_year = before.list_year + 1
        and listed.labor_area_fips = before.labor_area_fips
        and listed.soc_code = before.soc_code
