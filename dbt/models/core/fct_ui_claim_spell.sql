{#- A week missed is no return to work: weeks up to this many days apart are one spell. -#}
{%- set days_apart = 14 -%}
-- one row a person and run of weeks claimed with at most one week missing between two
with said as (

    select
        person_identity.person_id,
        week.*,
        row_number() over (
            partition by person_identity.person_id, week.week_ending_date
            order by week.report_quarter desc, week.drop_id desc, week.line_number desc
        ) as nth_from_last
    from {{ ref('fct_ui_claim_week') }} as week
    inner join {{ ref('stg_registry__person_identity') }} as person_identity
        on week.identity_id = person_identity.identity_id

),

begun as (

    select
        *,
        coalesce(
            week_ending_date - lag(week_ending_date) over (
                partition by person_id order by week_ending_date
            ) > {{ days_apart }}, true
        ) as begins
    from said
    where nth_from_last = 1

),

numbered as (

    select
        *,
        count(*) filter (where begins) over (partition by person_id order by week_ending_date) as spell
    from begun

)

select
    person_id,
    min(week_ending_date) as first_week_ending_date,

    max(week_ending_date) as last_week_ending_date,
    min(claim_filed_date) as claim_filed_date,
    count(*)::integer as weeks_claimed,
    count(*) filter (where benefits_paid_usd > 0)::integer as weeks_paid,
    sum(benefits_paid_usd)::numeric(12, 2) as benefits_paid_usd,
    sum(earnings_in_week_usd)::numeric(12, 2) as earnings_in_weeks_usd,
    max(weekly_benefit_amount_usd) as weekly_benefit_amount_usd,
    bool_or(is_last_payment) as is_exhausted,
    (array_agg(last_employer_naics_code order by week_ending_date))[1] as last_employer_naics_code,
    (array_agg(program_type_code order by week_ending_date))[1] as program_type_code
from numbered
group by person_id, spell
