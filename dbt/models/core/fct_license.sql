-- one row a person, type of license and day of issue: what the newest roster says of the license
with said as (

    select
        person_identity.person_id,
        report.*,
        -- the day of issue, so that a key has one: unknown days of one person and type are one license
        coalesce(report.credential_award_start_date, date '1900-01-01') as issued_on
    from {{ ref('fct_license_report') }} as report
    inner join {{ ref('stg_registry__person_identity') }} as person_identity
        on report.identity_id = person_identity.identity_id

),

numbered as (

    select
        *,
        min(reported_on) over license as first_reported_on,
        row_number() over (license order by reported_on desc, drop_id desc, line_number desc) as nth_from_last
    from said
    window license as (partition by person_id, license_type, issued_on)

),

-- a renewal is told again by each roster until the next one
renewed as (

    select
        person_id,
        license_type,
        issued_on,
        count(distinct last_renewal_date) filter (
            where last_renewal_date > credential_award_start_date
        )::integer as renewals_seen
    from said
    group by person_id, license_type, issued_on

)

select
    numbered.person_id,
    numbered.license_type,
    numbered.issued_on,

    numbered.issued_on > date '1900-01-01' as is_issue_known,
    numbered.last_renewal_date,
    numbered.credential_award_end_date,
    numbered.license_status,
    renewed.renewals_seen,
    numbered.credential_award_issuer_name,

    numbered.first_reported_on,
    numbered.reported_on as as_of,
    numbered.identity_id,
    numbered.drop_id,
    numbered.line_number
from numbered
inner join renewed
    on
        numbered.person_id = renewed.person_id
        and numbered.license_type = renewed.license_type
        and numbered.issued_on = renewed.issued_on
where numbered.nth_from_last = 1
