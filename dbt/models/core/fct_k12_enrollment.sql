{{ grows_by_drop('k12_enrollment') }}

-- one row an identity, school, entry date and collection: what that collection said last
select
    identity_id,
    school_identifier_sea,
    school_year,
    collection,
    enrollment_entry_date,

    lea_identifier_sea,
    enrollment_exit_date,
    exit_or_withdrawal_type,
    grade_level,
    cohort_year,
    high_school_diploma_type,
    diploma_or_credential_award_date,

    is_english_learner,
    is_economically_disadvantaged,
    is_idea,
    is_homeless,
    is_foster_care,
    county_fips,
    locale_code,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_k12__enrollment'),
    ['identity_id', 'school_identifier_sea', 'school_year', 'collection', 'enrollment_entry_date']
) }}) as filed
