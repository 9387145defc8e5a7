{{ grows_by_drop('k12_course') }}

-- one row an identity, school, course, section, term and school year: what the district said last
select
    identity_id,
    school_identifier_sea,
    course_identifier,
    coalesce(course_section_identifier, '') as course_section_identifier,
    course_term,
    school_year,

    lea_identifier_sea,
    left(sced_course_code, 5) as sced_course_code,
    left(sced_course_code, 2) as sced_subject_area,
    coalesce(
        sced_course_level,
        case substr(sced_course_code, 6, 1)
            when 'B' then 'Basic'
            when 'G' then 'General'
            when 'E' then 'Enriched'
            when 'H' then 'Honors'
            when 'C' then 'College'
            when 'X' then 'NotSpecified'
        end
    ) as sced_course_level,
    grade_level_when_taken,
    grade_earned,

    credits_attempted,
    credits_earned,
    credit_unit_type,
    is_dual_credit,
    dual_credit_institution_ipeds_unit_id,

    course_entry_date,
    course_exit_date,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_k12__course'),
    [
        'identity_id', 'school_identifier_sea', 'course_identifier', 'course_section_identifier', 'course_term',
        'school_year'
    ]
) }}) as filed
