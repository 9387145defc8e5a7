-- one row a line: a child, site, program and entry date
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.early_learning_organization_identifier,
    line.early_learning_program_type,
    line.enrollment_entry_date,

    line.school_year::integer as school_year,
    line.enrollment_exit_date,
    line.kindergarten_assessment_date,
    line.kindergarten_readiness_level,
    line.is_english_learner,
    line.is_foster_care,
    line.county_fips,
    line.locale_code,

    line.hours_weekly,
    line.subsidy_months,
    line.subsidy_paid_usd,
    line.family_copay_monthly_usd,
    line.family_size
from {{ accepted_lines('early_childhood') }}
