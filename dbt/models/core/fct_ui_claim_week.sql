{{ grows_by_drop('ui_claim') }}

-- one row an identity, week claimed and quarter of the file: what was certified last
select
    identity_id,
    week_ending_date,
    report_quarter,

    claim_filed_date,
    benefit_year_end_date,
    program_type_code,
    entitlement_type_code,
    claim_type_code,
    payment_type_code,
    certification_status_code,

    benefits_paid_usd,
    weekly_benefit_amount_usd,
    earnings_in_week_usd,
    maximum_benefits_usd,
    maximum_benefits_left_usd,
    is_last_payment,

    last_employer_naics_code,
    last_employer_ui_account_number,
    last_occupation_code,
    veteran_status,
    education_code,
    residence_county_code,
    residence_state,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_unemployment__week_claimed'), ['identity_id', 'week_ending_date', 'report_quarter']
) }}) as filed
