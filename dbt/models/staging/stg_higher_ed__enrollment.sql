-- one row a line: an institution, student and term
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.institution_ipeds_unit_id::text as institution_ipeds_unit_id,

    line.academic_year::integer as academic_year,
    line.academic_term,
    submission.school_year,
    line.entry_date,
    line.exit_date,
    line.student_level,
    line.enrollment_status,
    line.cip_code,

    line.credits_attempted,
    line.credits_earned,

    line.is_resident_tuition,
    line.is_pell_recipient,
    line.county_fips,
    line.locale_code
from {{ accepted_lines('ps_enrollment') }}
