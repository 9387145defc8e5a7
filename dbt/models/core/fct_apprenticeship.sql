-- one row a person, program and start date: what the newest snapshot says of the apprenticeship
with said as (

    select
        person_identity.person_id,
        report.*,
        min(report.reported_on) over apprenticeship as first_reported_on,
        row_number() over (
            apprenticeship
            order by report.reported_on desc, report.is_registered desc, report.drop_id desc, report.line_number desc
        ) as nth_from_last
    from {{ ref('fct_apprenticeship_report') }} as report
    inner join {{ ref('stg_registry__person_identity') }} as person_identity
        on report.identity_id = person_identity.identity_id
    window apprenticeship as (
        partition by
            person_identity.person_id, report.apprenticeship_program_number, report.apprenticeship_start_date
    )

)

select
    person_id,
    apprenticeship_program_number,
    apprenticeship_start_date,

    apprenticeship_exit_date,
    apprentice_status,
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

    age_at_start,
    veteran_status,
    education_at_start,

    first_reported_on,
    reported_on as as_of,
    identity_id,
    drop_id,
    line_number
from said
where nth_from_last = 1 and is_registered
