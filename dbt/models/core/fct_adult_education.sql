{{ grows_by_drop('adult_education') }}
{#- Whoever is taught so many hours in a program year is a participant (National Reporting System). -#}
{%- set participant_hours = 12 %}

-- one row an identity, program year, provider and entry date: what the office told last
select
    identity_id,
    program_year,
    adult_education_provider_identifier,
    enrollment_entry_date,

    enrollment_exit_date,
    instructional_program_type,
    entry_functioning_level,
    posttest_functioning_level,
    instruction_hours,
    instruction_hours >= {{ participant_hours }} as is_participant,
    skill_gain_type,
    skill_gain_date,
    diploma_award_date,
    diploma_type,
    is_employed_while_enrolled,
    is_in_correctional_education,
    is_hispanic,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_adult_education__enrollment'),
    ['identity_id', 'program_year', 'adult_education_provider_identifier', 'enrollment_entry_date']
) }}) as filed
