-- one row a line: a registration of an apprentice, as a snapshot has it
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    line.apprenticeship_program_number,
    line.apprenticeship_start_date,
    submission.ends_on as reported_on,

    line.apprentice_status,
    line.apprentice_status not in (
        'PendingRegistration', 'IncompleteRegistration', 'DeniedRegistration', 'Deleted', 'Duplicate'
    ) as is_registered,
    line.apprenticeship_exit_date,
    line.starting_hourly_wage_usd,
    line.exit_hourly_wage_usd,

    line.onet_soc_code,
    left(line.onet_soc_code, 7) as soc_code,
    line.minimum_term_hours,
    line.program_sponsor_id,
    line.sponsor_type,
    line.naics_code,
    line.program_state,
    line.program_postal_code,

    line.sex,
    line.age_at_start,
    line.race_reported,
    line.hispanic_or_latino_ethnicity,
    line.disability_status,
    line.veteran_status,
    line.education_at_start
from {{ accepted_lines('apprenticeship') }}
