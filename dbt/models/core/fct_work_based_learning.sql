{{ grows_by_drop('k12_wbl') }}

-- one row an identity, school, school year, form, internship and course: what the district said last
select
    identity_id,
    school_identifier_sea,
    school_year,
    work_based_learning_type,
    coalesce(internship_identifier, '') as internship_identifier,
    coalesce(embedded_state_course_code, '') as embedded_state_course_code,

    lea_identifier_sea,
    nonpublic_school_identifier,
    employer_evaluation_code,

    external_hours,
    embedded_hours,
    -- null where neither is told
    case
        when external_hours is not null or embedded_hours is not null
            then coalesce(external_hours, 0) + coalesce(embedded_hours, 0)
    end as total_hours,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_k12__wbl'),
    [
        'identity_id', 'school_identifier_sea', 'school_year', 'work_based_learning_type', 'internship_identifier',
        'embedded_state_course_code'
    ]
) }}) as filed
