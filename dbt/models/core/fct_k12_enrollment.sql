{{ grows_by_drop('k12_enrollment', 'edfi_enrollment') }}

{%- set key = ['identity_id', 'school_identifier_sea', 'school_year', 'collection', 'enrollment_entry_date'] %}
-- one row an identity, school, entry date and collection of a feed: what that collection said last
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
    'current' as enrollment_type,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(ref('stg_k12__enrollment'), key) }}) as filed

union all

-- records of Ed-Fi say nothing of diplomas, statuses and addresses
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
    null::integer as cohort_year,
    null as high_school_diploma_type,
    null::date as diploma_or_credential_award_date,

    null::boolean as is_english_learner,
    null::boolean as is_economically_disadvantaged,
    null::boolean as is_idea,
    null::boolean as is_homeless,
    null::boolean as is_foster_care,
    null as county_fips,
    null as locale_code,
    enrollment_type,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(ref('stg_k12__edfi_enrollment'), key) }}) as filed
