{{ grows_by_drop('early_childhood') }}

-- one row an identity, program year, site, program and entry date: what the department said last
select
    identity_id,
    school_year,
    early_learning_organization_identifier,
    early_learning_program_type,
    enrollment_entry_date,

    enrollment_exit_date,
    kindergarten_assessment_date,
    kindergarten_readiness_level,
    is_english_learner,
    is_foster_care,
    county_fips,
    locale_code,

    hours_weekly,
    subsidy_months,
    subsidy_paid_usd,
    family_copay_monthly_usd,
    family_size,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_early_learning__early_childhood'),
    [
        'identity_id', 'school_year', 'early_learning_organization_identifier', 'early_learning_program_type',
        'enrollment_entry_date'
    ]
) }}) as filed
