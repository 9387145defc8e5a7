-- one row a line: a registrant, institution, course and first day
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    line.academic_year::integer as academic_year,
    line.institution_ipeds_unit_id,
    line.program_code,
    line.training_entry_date,

    line.training_exit_date,
    line.completion_status,
    {{ cip_with_point('line.cip_code') }} as cip_code,
    {{ soc_with_hyphen('line.soc_code') }} as soc_code,
    line.program_clock_hours::integer as program_clock_hours,
    line.program_weeks::integer as program_weeks,
    line.clock_hours_attended::integer as clock_hours_attended,
    line.noncredit_credential_type,
    line.credential_award_date,
    line.training_payer,
    line.training_tuition_usd
from {{ accepted_lines('ps_noncredit') }}
