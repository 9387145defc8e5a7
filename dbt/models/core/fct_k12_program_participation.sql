{{ grows_by_drop('k12_program') }}

-- one row an identity, program, school, first day and school year: what the district said last
select
    identity_id,
    program_type,
    school_identifier_sea,
    program_participation_start_date,
    school_year,

    lea_identifier_sea,
    program_participation_exit_date,

    school_food_service_eligibility,
    homeless_primary_nighttime_residence,
    is_homeless_unaccompanied_youth,
    idea_disability_type,
    military_connected_student_indicator,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_k12__program'),
    ['identity_id', 'program_type', 'school_identifier_sea', 'program_participation_start_date', 'school_year']
) }}) as filed
