{{ grows_by_drop('k12_staff') }}

-- one row an identity, school year, school and kind of work: what the district told last
select
    identity_id,
    school_year,
    school_identifier_sea,
    k12_staff_classification,

    lea_identifier_sea,
    staff_full_time_equivalency,
    teaching_credential_type,
    case
        when k12_staff_classification = 'Teacher' then teaching_credential_type in ('Regular', 'Provisional')
    end as is_certified_teacher,
    highest_education_completed,
    prior_teaching_years,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_k12__staff'),
    ['identity_id', 'school_year', 'school_identifier_sea', 'k12_staff_classification']
) }}) as filed
