{#- For each feed with a fact: where its rows happened, by columns, and what no row should say. -#}
{%- set schools = {'school': 'school_identifier_sea', 'lea': 'lea_identifier_sea'} -%}
{%- set colleges = {'institution': 'institution_ipeds_unit_id'} -%}
{%- set facts = {
    'early_childhood': {
        'table': ref('fct_early_learning_enrollment'),
        'places': {'site': 'early_learning_organization_identifier'},
        'against_sense': 'fact.enrollment_exit_date < fact.enrollment_entry_date'
    },
    'k12_enrollment': {
        'table': ref('fct_k12_enrollment'),
        'places': schools,
        'against_sense': 'fact.enrollment_exit_date < fact.enrollment_entry_date'
    },
    'k12_cte': {
        'table': ref('fct_cte_participation'),
        'places': schools,
        'against_sense': 'fact.cte_courses_passed < 0'
    },
    'k12_program': {
        'table': ref('fct_k12_program_participation'),
        'places': schools,
        'against_sense': 'fact.program_participation_exit_date < fact.program_participation_start_date'
    },
    'k12_course': {
        'table': ref('fct_k12_course'),
        'places': schools,
        'against_sense': 'fact.course_exit_date < fact.course_entry_date'
    },
    'k12_wbl': {
        'table': ref('fct_work_based_learning'),
        'places': schools,
        'against_sense': 'fact.total_hours < 0'
    },
    'ps_enrollment': {
        'table': ref('fct_postsecondary_enrollment'),
        'places': colleges,
        'against_sense': 'fact.credits_earned > fact.credits_attempted'
    },
    'ps_transcript': {
        'table': ref('fct_postsecondary_course'),
        'places': colleges,
        'against_sense': 'fact.credits_earned > fact.credits_attempted'
    },
    'ps_award': {
        'table': ref('fct_postsecondary_award'),
        'places': colleges,
        'against_sense': 'false'
    },
    'ps_aid': {
        'table': ref('fct_postsecondary_aid'),
        'places': colleges,
        'against_sense': 'false'
    },
    'ui_wage': {
        'table': ref('fct_wage'),
        'places': {'employer': 'ui_account_number'},
        'against_sense': 'fact.wages_usd < 0'
    },
    'wioa_participant': {
        'table': ref('fct_workforce_program_report'),
        'places': {},
        'against_sense': 'fact.date_of_program_exit < fact.date_of_program_entry'
    },
    'nsc_studenttracker': {
        'table': ref('fct_clearinghouse_search'),
        'places': {},
        'against_sense': 'false',
        'gathers_lines': true
    },
    'apprenticeship': {
        'table': ref('fct_apprenticeship_report'),
        'places': {},
        'against_sense': 'fact.apprenticeship_exit_date < fact.apprenticeship_start_date'
    },
    'credential_award': {
        'table': ref('fct_license_report'),
        'places': {},
        'against_sense': 'fact.credential_award_end_date < fact.credential_award_start_date'
    },
    'ui_claim': {
        'table': ref('fct_ui_claim_week'),
        'places': {},
        'against_sense': 'fact.claim_filed_date > fact.week_ending_date'
    },
    'tanf_report': {
        'table': ref('fct_tanf_report'),
        'places': {},
        'against_sense': 'fact.cash_assistance_usd > 0 and fact.family_size = 0'
    },
    'social_services': {
        'table': ref('fct_assistance_month'),
        'places': {},
        'against_sense': 'fact.certification_end_date < fact.benefit_month'
    },
    'adult_education': {
        'table': ref('fct_adult_education'),
        'places': {},
        'against_sense': 'fact.enrollment_exit_date < fact.enrollment_entry_date'
    },
    'other_state_wage': {
        'table': ref('fct_other_state_wage'),
        'places': {},
        'against_sense': 'fact.wages_usd < 0',
        'gathers_lines': true
    },
    'federal_wage': {
        'table': ref('fct_federal_wage'),
        'places': {},
        'against_sense': "fact.is_military and fact.federal_source <> 'ArmedForces'"
    },
    'k12_staff': {
        'table': ref('fct_k12_staff_assignment'),
        'places': schools,
        'against_sense': 'fact.staff_full_time_equivalency < 0'
    },
    'k12_assessment': {
        'table': ref('fct_k12_assessment'),
        'places': schools,
        'against_sense': 'fact.is_proficient and not fact.is_tested'
    },
    'child_welfare': {
        'table': ref('fct_foster_placement_report'),
        'places': {},
        'against_sense': 'fact.discharge_date < fact.removal_date'
    },
    'ps_noncredit': {
        'table': ref('fct_noncredit_training'),
        'places': colleges,
        'against_sense': 'fact.training_exit_date < fact.training_entry_date'
    }
} -%}
{#- Feeds whose rows are in the fact of another one. -#}
{%- set with_facts = facts | list + ['edfi_enrollment'] -%}
-- one row a fact and drop: whether every accepted line is accounted for, and what the rows lack
with drops as (

    select * from {{ ref('stg_governance__drop') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

organization as (

    select * from {{ ref('dim_organization') }}

),

employer as (

    select * from {{ ref('dim_employer') }}

),

quarter as (

    select * from {{ ref('dim_quarter') }}

),

-- whatever a row may say it was at
place as (

    select
        organization_type as kind,
        organization_identifier as identifier
    from organization

    union all

    select
        'employer' as kind,
        ui_account_number as identifier
    from employer
    where is_on_employer_file

),

counted as (

    {% for feed, fact in facts.items() -%}
        {{ rows_by_drop(feed, **fact) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

expected as (

    select * from drops
    where
        is_accepted
        and feed in ('{{ with_facts | join("', '") }}')

)

select
    coalesce(expected.drop_id, counted.drop_id) as drop_id,

    coalesce(expected.feed, counted.feed) as feed,
    expected.period,
    expected.drop_id is not null as is_in_force,

    coalesce(expected.lines_accepted, 0) as lines_accepted,
    coalesce(counted.line_count, 0) as line_count,
    coalesce(counted.row_count, 0) as row_count,
    coalesce(expected.lines_accepted, 0) - coalesce(counted.line_count, 0) as lines_unaccounted,
    case
        when not counted.gathers_lines
            then {{ share('counted.line_count - counted.row_count', 'counted.line_count') }}
    end as share_repeated,
    coalesce(counted.rows_without_person, 0) as rows_without_person,
    -- an employer can be missed only where the employer file of the quarter is held
    case
        when counted.names_places and (not counted.names_employers or quarter.is_employer_held)
            then {{ share('counted.rows_without_organization', 'counted.row_count') }}
    end as share_without_organization,
    coalesce(counted.rows_against_sense, 0) as rows_against_sense
from expected
full join counted on expected.drop_id = counted.drop_id
left join quarter on expected.period = quarter.quarter
