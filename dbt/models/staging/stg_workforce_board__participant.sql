-- one row a line: a participant and program entry, as a report quarter has them
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    submission.quarter as report_quarter,
    line.residence_state,
    line.residence_county_code,
    line.sex,
    line.disability_status,
    case
        when line.hispanic_or_latino_ethnicity = 'Yes' then 'HispanicOrLatino'
        when race.stated > 1 then 'TwoOrMoreRaces'
        when line.american_indian_or_alaska_native = 'Yes' then 'AmericanIndianOrAlaskaNative'
        when line.asian = 'Yes' then 'Asian'
        when line.black_or_african_american = 'Yes' then 'BlackOrAfricanAmerican'
        when line.native_hawaiian_or_other_pacific_islander = 'Yes' then 'NativeHawaiianOrOtherPacificIslander'
        when line.white = 'Yes' then 'White'
    end as race_ethnicity,
    line.veteran_status,
    line.eligible_veteran_status,
    line.date_of_military_separation,
    line.employment_status_at_entry,
    line.is_long_term_unemployed,
    line.highest_education_level,
    line.is_tanf_recipient,
    line.is_snap_recipient,
    line.is_foster_care,
    line.is_homeless,
    line.justice_involved_status,
    line.is_low_income,
    line.is_english_learner,
    line.is_basic_skills_deficient,
    line.single_parent_status,
    line.is_displaced_homemaker,
    line.date_of_program_entry,
    line.date_of_program_exit,
    line.adult_program,
    line.dislocated_worker_program,
    line.youth_program,
    line.is_adult_education,
    line.is_vocational_rehabilitation,
    line.is_wagner_peyser,
    line.other_reason_for_exit,
    line.is_registered_apprentice,
    line.date_of_most_recent_career_service,
    line.date_of_first_individualized_career_service,
    line.is_trained,
    line.training_1_date_entered,
    line.training_1_type,
    line.training_1_occupation_code,
    line.is_training_1_completed,
    line.training_1_date_ended,
    line.training_2_date_entered,
    line.training_2_type,
    line.training_2_occupation_code,
    line.is_training_2_completed,
    line.training_2_date_ended,
    line.training_3_date_entered,
    line.training_3_type,
    line.training_3_occupation_code,
    line.is_training_3_completed,
    line.training_3_date_ended,
    line.employed_quarter_1_after_exit,
    line.employment_match_quarter_1_after_exit,
    line.employed_quarter_2_after_exit,
    line.employment_match_quarter_2_after_exit,
    line.employed_quarter_3_after_exit,
    line.employment_match_quarter_3_after_exit,
    line.employed_quarter_4_after_exit,
    line.employment_match_quarter_4_after_exit,
    line.is_retained_by_employer,
    nullif(line.wages_quarter_1_after_exit_usd, 999999.99) as wages_quarter_1_after_exit_usd,
    nullif(line.wages_quarter_2_after_exit_usd, 999999.99) as wages_quarter_2_after_exit_usd,
    nullif(line.wages_quarter_3_after_exit_usd, 999999.99) as wages_quarter_3_after_exit_usd,
    nullif(line.wages_quarter_4_after_exit_usd, 999999.99) as wages_quarter_4_after_exit_usd,
    line.credential_1_type,
    line.credential_1_date_attained,
    line.credential_2_type,
    line.credential_2_date_attained,
    line.credential_3_type,
    line.credential_3_date_attained,
    line.skill_gain_educational_functioning_level_date,
    line.skill_gain_postsecondary_transcript_date,
    line.skill_gain_secondary_transcript_date,
    line.skill_gain_training_milestone_date,
    line.skill_gain_skills_progression_date,
    line.date_enrolled_in_credential_program,
    line.date_completed_credential_program
from {{ accepted_lines('wioa_participant') }}
-- how many races the participant names
cross join lateral (
    select count(*) as stated
    from (
        values
        (line.american_indian_or_alaska_native),
        (line.asian),
        (line.black_or_african_american),
        (line.native_hawaiian_or_other_pacific_islander),
        (line.white)
    ) as answer (said)
    where answer.said = 'Yes'
) as race
