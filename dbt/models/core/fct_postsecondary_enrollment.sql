{{ grows_by_drop('ps_enrollment') }}

-- one row an identity, institution and term: what the institution said last
select
    identity_id,
    institution_ipeds_unit_id,
    academic_year,
    academic_term,

    school_year,
    entry_date,
    exit_date,
    student_level,
    enrollment_status,
    cip_code,

    credits_attempted,
    credits_earned,

    is_resident_tuition,
    is_pell_recipient,
    county_fips,
    locale_code,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_higher_ed__enrollment'),
    ['identity_id', 'institution_ipeds_unit_id', 'academic_year', 'academic_term']
) }}) as filed
