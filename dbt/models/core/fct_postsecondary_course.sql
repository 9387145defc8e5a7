{{ grows_by_drop('ps_transcript') }}

-- one row an identity, institution, term, course and section: what the institution said last
select
    identity_id,
    institution_ipeds_unit_id,
    academic_year,
    academic_term,
    course_prefix,
    course_number,
    coalesce(course_section_identifier, '') as course_section_identifier,

    course_identifier_state,
    {{ cip_with_point('cip_code') }} as cip_code,
    course_level_type,
    developmental_subject,
    is_corequisite,
    gateway_subject,
    is_dual_enrollment,
    delivery_method,

    credits_attempted,
    credits_earned,
    credit_unit_type,
    grade_earned,
    counts_toward_gpa,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_higher_ed__transcript'),
    [
        'identity_id', 'institution_ipeds_unit_id', 'academic_year', 'academic_term', 'course_prefix', 'course_number',
        'course_section_identifier'
    ]
) }}) as filed
