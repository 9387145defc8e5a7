{{ grows_by_drop('apprenticeship') }}

-- one row an identity, program, start date and snapshot: what the office's system had on that day
select
    identity_id,
    apprenticeship_program_number,
    apprenticeship_start_date,
    reported_on,

    apprentice_status,
    is_registered,
    apprenticeship_exit_date,
    starting_hourly_wage_usd,
    exit_hourly_wage_usd,

    onet_soc_code,
    soc_code,
    minimum_term_hours,
    program_sponsor_id,
    sponsor_type,
    naics_code,
    program_state,
    program_postal_code,

    sex,
    age_at_start,
    race_reported,
    hispanic_or_latino_ethnicity,
    disability_status,
    veteran_status,
    education_at_start,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_apprenticeship_office__apprentice'),
    ['identity_id', 'apprenticeship_program_number', 'apprenticeship_start_date', 'reported_on']
) }}) as filed
