{{ grows_by_drop('social_services') }}

-- one row an identity, program, case and month: what the department told last
select
    identity_id,
    assistance_program,
    case_number,
    benefit_month,

    certification_start_date,
    certification_end_date,
    benefit_amount_usd,
    gross_income_usd,
    gross_income_code,
    net_income_usd,
    net_income_code,
    education_code,
    employment_status_code,
    relationship_code,
    is_child_of_case,
    residence_state,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_human_services__assistance_month'),
    ['identity_id', 'assistance_program', 'case_number', 'benefit_month']
) }}) as filed
