-- one row a person and program entry: what the newest report says of it
with report as (

    select * from {{ ref('fct_workforce_program_report') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

-- a person under two ids of the board is one participant
said as (

    select
        person_identity.person_id,
        report.*,
        min(report.report_quarter) over participation as first_report_quarter,
        row_number() over (
            participation
            order by report.report_quarter desc, report.drop_id desc, report.line_number desc
        ) as nth_from_last
    from report
    inner join person_identity on report.identity_id = person_identity.identity_id
    window participation as (partition by person_identity.person_id, report.date_of_program_entry)

)

select
    person_id,
    date_of_program_entry,

    date_of_program_exit,
    other_reason_for_exit,

    adult_program,
    dislocated_worker_program,
    youth_program,
    is_adult_education,
    is_vocational_rehabilitation,
    is_wagner_peyser,
    is_registered_apprentice,

    employment_status_at_entry,
    highest_education_level,
    date_of_first_individualized_career_service,
    date_of_most_recent_career_service,
    is_trained,
    date_enrolled_in_credential_program,
    date_completed_credential_program,

    first_report_quarter,
    report_quarter as as_of_quarter,
    identity_id,
    drop_id,
    line_number
from said
where nth_from_last = 1
