{{ grows_by_drop('tanf_report') }}

-- one row a record: what the report has of a family, a person or a quarter
select
    drop_id,
    line_number,
    identity_id,

    report_section,
    record_type,
    report_quarter,
    case_number,
    benefit_month,

    residence_county_code,
    funding_stream_code,
    disposition_code,
    is_new_applicant,
    family_size,
    family_type_code,
    is_snap_recipient,
    snap_amount_usd,
    child_care_amount_usd,
    child_support_amount_usd,
    cash_resources_usd,
    cash_assistance_usd,
    cash_assistance_months,
    work_sanction_code,
    time_limit_exemption_code,
    closure_reason_code,

    family_affiliation,
    is_hispanic,
    is_american_indian_or_alaska_native,
    is_asian,
    is_black_or_african_american,
    is_native_hawaiian_or_pacific_islander,
    is_white,
    relationship_code,
    education_code,
    federal_time_limit_months,
    employment_status_code,
    work_eligible_code,
    work_participation_code,
    employment_hours_weekly,
    vocational_training_hours_weekly,
    job_skills_training_hours_weekly,
    school_attendance_hours_weekly,
    earned_income_usd,

    families_assisted_month_1,
    families_assisted_month_2,
    families_assisted_month_3,
    recipients_month_1,
    recipients_month_2,
    recipients_month_3,

    1 as line_count
from {{ ref('stg_human_services__tanf_record') }}
where {{ is_new_drop() }}
