-- one row a UI account: what its newest quarter says, and accounts that only wage lines name
with reported as (

    select * from {{ ref('stg_workforce__employer') }}

),

wage as (

    select * from {{ ref('fct_wage') }}

),

naics as (

    select * from {{ ref('ref_naics') }}

),

newest as (

    select
        ui_account_number,
        max(quarter) as quarter
    from reported
    group by ui_account_number

),

-- a multi-site account takes industry and county from its largest unit
ranked as (

    select
        reported.*,
        row_number() over (
            partition by reported.ui_account_number
            order by reported.month3_employment desc nulls last, reported.reporting_unit_number
        ) as nth_largest
    from reported
    inner join newest
        on reported.ui_account_number = newest.ui_account_number and reported.quarter = newest.quarter

),

described as (

    select
        ui_account_number,
        max(quarter) as described_quarter,
        max(naics_code) filter (where nth_largest = 1) as naics_code,
        max(county_fips) filter (where nth_largest = 1) as county_fips,
        max(ownership_code) filter (where nth_largest = 1) as ownership_code,
        sum(month3_employment) as employment,
        count(distinct reporting_unit_number) as unit_count,
        bool_or(meei_code in ('4', '5', '6')) as is_multi_site_reported
    from ranked
    group by ui_account_number

),

account as (

    select ui_account_number from described
    union
    select ui_account_number from wage

),

employer as (

    select
        account.ui_account_number,

        described.described_quarter,
        described.naics_code,
        left(described.naics_code, 2) as naics_sector,
        described.county_fips,
        described.ownership_code,
        described.employment,
        described.unit_count,
        coalesce(described.unit_count > 1 or described.is_multi_site_reported, false) as is_multi_site,
        described.ui_account_number is not null as is_on_employer_file
    from account
    left join described on account.ui_account_number = described.ui_account_number

)

select
    employer.ui_account_number,

    employer.described_quarter,
    employer.naics_code,
    employer.naics_sector,
    naics.naics_title as naics_sector_title,
    employer.county_fips,
    employer.ownership_code,

    employer.employment::integer as employment,
    {{ size_class('employer.employment') }} as size_class,
    employer.unit_count::integer as unit_count,

    employer.is_multi_site,
    employer.is_on_employer_file
from employer
left join naics on employer.naics_sector = naics.naics_code
