-- one row a line: a student, school and entry date, as one collection saw it
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.school_identifier_sea,

    line.lea_identifier_sea,
    line.school_year::integer as school_year,
    submission.collection,
    line.enrollment_entry_date,
    line.enrollment_exit_date,
    line.exit_or_withdrawal_type,
    line.grade_level,
    line.cohort_year::integer as cohort_year,
    line.high_school_diploma_type,
    line.diploma_or_credential_award_date,

    line.sex,
    line.race_ethnicity,
    line.is_hispanic,
    line.is_english_learner,
    line.is_economically_disadvantaged,
    line.is_idea,
    line.is_homeless,
    line.is_foster_care,
    line.county_fips,
    line.locale_code
from {{ accepted_lines('k12_enrollment') }}
