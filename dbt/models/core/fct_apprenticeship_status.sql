-- one row a person, program, start date and run of snapshots in which the status was the same
with said as (

    select
        person_identity.person_id,
        report.*,
        row_number() over (
            partition by
                person_identity.person_id, report.apprenticeship_program_number, report.apprenticeship_start_date,
                report.reported_on
            order by report.is_registered desc, report.drop_id desc, report.line_number desc
        ) as nth_from_last
    from {{ ref('fct_apprenticeship_report') }} as report
    inner join {{ ref('stg_registry__person_identity') }} as person_identity
        on report.identity_id = person_identity.identity_id

),

-- of snapshots in their order, those with one status and none other between differ by the same number
numbered as (

    select
        *,
        row_number() over (apprenticeship order by reported_on)
        - row_number() over (
            partition by
                person_id, apprenticeship_program_number, apprenticeship_start_date, apprentice_status
            order by reported_on
        ) as run
    from said
    where nth_from_last = 1
    window apprenticeship as (partition by person_id, apprenticeship_program_number, apprenticeship_start_date)

)

select
    person_id,
    apprenticeship_program_number,
    apprenticeship_start_date,
    min(reported_on) as first_reported_on,

    apprentice_status,
    max(reported_on) as last_reported_on,
    count(*)::integer as snapshots
from numbered
group by person_id, apprenticeship_program_number, apprenticeship_start_date, apprentice_status, run
