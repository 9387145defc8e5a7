-- one row a line: an institution, student, term, course and section
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.institution_ipeds_unit_id,
    line.academic_term,
    line.course_prefix,
    line.course_number,
    line.course_section_identifier,

    line.academic_year::integer as academic_year,
    line.course_identifier_state,
    line.cip_code,
    line.course_level_type,
    line.developmental_subject,
    line.is_corequisite,
    line.gateway_subject,
    line.is_dual_enrollment,
    line.delivery_method,

    line.credits_attempted,
    line.credits_earned,
    line.credit_unit_type,
    line.grade_earned,
    line.counts_toward_gpa
from {{ accepted_lines('ps_transcript') }}
