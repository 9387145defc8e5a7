{{ grows_by_drop('ps_noncredit') }}

-- one row an identity, institution, course and first day: what the board told last
select
    identity_id,
    academic_year,
    institution_ipeds_unit_id,
    program_code,
    training_entry_date,

    training_exit_date,
    completion_status,
    completion_status = 'Completed' as is_completer,
    cip_code,
    soc_code,
    program_clock_hours,
    program_weeks,
    {{ is_short_program('program_clock_hours', 'program_weeks') }} as is_short_program,
    clock_hours_attended,
    noncredit_credential_type,
    credential_award_date,
    training_payer,
    training_tuition_usd,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_higher_ed__noncredit'),
    ['identity_id', 'academic_year', 'institution_ipeds_unit_id', 'program_code', 'training_entry_date']
) }}) as filed
