-- one row a provider and program that was ever on the list: what the newest list with it says
with listed as (

    select
        *,
        min(listed_on) over program as first_listed_on,
        row_number() over (program order by listed_on desc, drop_id desc, line_number desc) as nth_from_last
    from {{ ref('stg_workforce_board__training_program') }}
    window program as (partition by training_provider_id, training_program_id)

),

newest as (

    select max(listed_on) as listed_on from listed

),

postal_code as (

    select * from {{ ref('ref_postal_code') }}

)

select
    listed.training_provider_id,
    listed.training_program_id,

    listed.first_listed_on,
    listed.listed_on as last_listed_on,
    listed.listed_on = newest.listed_on as is_on_newest_list,
    listed.eligible_since,
    postal_code.county_fips,
    listed.cip_code,
    listed.soc_code,
    listed.training_outcome,
    listed.program_format,
    case
        when listed.entity_types like '%7%' then 'public'
        when listed.entity_types like '%5%' then 'private nonprofit'
        when listed.entity_types like '%6%' then 'private for-profit'
    end as provider_control,
    listed.entity_types ~ '[123]' as is_college,
    listed.entity_types like '%4%' as is_apprenticeship,
    listed.training_tuition_usd,
    listed.training_tuition_usd + listed.training_books_usd as training_price_usd,
    listed.program_clock_hours,
    listed.program_weeks,
    listed.program_clock_hours between 150 and 599
    and listed.program_weeks between 8 and 14 as is_short_program
from listed
cross join newest
left join postal_code on listed.training_provider_postal_code = postal_code.postal_code
where listed.nth_from_last = 1
