-- one row a provider and program that was ever on the list: what the newest list with it says
with listed as (

    {{ newest_listed(
        ref('stg_workforce_board__training_program'), ['training_provider_id', 'training_program_id'], 'listed_on'
    ) }}

),

postal_code as (

    select * from {{ ref('ref_postal_code') }}

)

select
    listed.training_provider_id,
    listed.training_program_id,

    listed.first_on as first_listed_on,
    listed.listed_on as last_listed_on,
    listed.is_newest as is_on_newest_list,
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
    {{ is_short_program('listed.program_clock_hours', 'listed.program_weeks') }} as is_short_program
from listed
left join postal_code on listed.training_provider_postal_code = postal_code.postal_code
