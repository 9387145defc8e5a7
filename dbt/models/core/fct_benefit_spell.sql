-- one row a person, program and run of months without a month missing
with month as (

    select
        *,
        extract(year from benefit_month)::integer * 12 + extract(month from benefit_month)::integer as month_index
    from {{ ref('fct_benefit_month') }}

),

numbered as (

    select
        *,
        month_index - row_number() over (partition by person_id, assistance_program order by month_index) as spell
    from month

),

spell as (

    select
        person_id,
        assistance_program,
        min(benefit_month) as first_benefit_month,

        max(benefit_month) as last_benefit_month,
        count(*)::integer as months_received,
        count(distinct case_number)::integer as cases,
        sum(benefit_amount_usd)::integer as case_benefits_usd,
        min(month_index) as first_index,
        max(month_index) as last_index
    from numbered
    group by person_id, assistance_program, spell

),

held as (

    select
        assistance_program,
        max(benefit_month) as newest_month
    from month
    group by assistance_program

)

select
    spell.person_id,
    spell.assistance_program,
    spell.first_benefit_month,

    spell.last_benefit_month,
    spell.months_received,
    (
        spell.first_index - 1 - lag(spell.last_index) over (
            partition by spell.person_id, spell.assistance_program order by spell.first_index
        )
    )::integer as months_without_before,
    spell.cases,
    spell.case_benefits_usd,
    spell.last_benefit_month = held.newest_month as is_open
from spell
inner join held on spell.assistance_program = held.assistance_program
