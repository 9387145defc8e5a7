-- one row a line: a claimant and week claimed
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    line.week_ending_date,
    submission.quarter as report_quarter,

    line.claim_filed_date,
    line.benefit_year_end_date,
    line.program_type_code,
    line.entitlement_type_code,
    line.claim_type_code,
    line.payment_type_code,
    line.certification_status_code,

    line.benefits_paid_usd,
    line.weekly_benefit_amount_usd,
    line.earnings_in_week_usd,
    line.maximum_benefits_usd,
    line.maximum_benefits_left_usd,
    line.is_last_payment,

    line.last_employer_naics_code,
    line.last_employer_ui_account_number,
    line.last_occupation_code,
    line.veteran_status,
    line.education_code,
    lpad(line.residence_county_code, 3, '0') as residence_county_code,
    line.residence_state
from {{ accepted_lines('ui_claim') }}
