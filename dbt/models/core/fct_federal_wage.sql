{{ grows_by_drop('federal_wage') }}

-- one row an identity, source, agency and quarter: what the source told last
select
    identity_id,
    federal_source,
    federal_agency_code,
    quarter,

    federal_source = 'ArmedForces' as is_military,
    case federal_pay_basis
        when 'AnnualRate' then round(federal_pay_usd / 4.0, 2)
        else federal_pay_usd
    end::numeric(12, 2) as wages_usd,
    federal_pay_basis = 'AnnualRate' as is_estimated,
    duty_state_fips,
    federal_work_schedule,
    federal_occupation_series,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_workforce__federal_wage'),
    ['identity_id', 'federal_source', 'federal_agency_code', 'quarter']
) }}) as filed
