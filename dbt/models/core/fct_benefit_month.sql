-- one row a person, program and month of receipt: what the department's months say, else the federal report
with state_month as (

    select
        identity_id,
        assistance_program,
        benefit_month,
        case_number,
        benefit_amount_usd,
        relationship_code,
        certification_start_date,
        certification_end_date,
        true as is_in_state_months,
        drop_id,
        line_number
    from {{ ref('fct_assistance_month') }}

),

record as (

    select * from {{ ref('fct_tanf_report') }}

),

-- the amount is in the record of the family
federal_month as (

    select
        person.identity_id,
        'TANF' as assistance_program,
        person.benefit_month,
        person.case_number,
        family.cash_assistance_usd as benefit_amount_usd,
        person.relationship_code,
        null::date as certification_start_date,
        null::date as certification_end_date,
        false as is_in_state_months,
        person.drop_id,
        person.line_number
    from record as person
    left join record as family
        on
            person.drop_id = family.drop_id
            and person.case_number = family.case_number
            and person.benefit_month = family.benefit_month
            and family.record_type = 'T1'
    where person.record_type in ('T2', 'T3') and person.family_affiliation = 'Assisted'

),

told as (

    select * from state_month
    union all
    select * from federal_month

),

said as (

    select
        person_identity.person_id,
        told.*,
        row_number() over (
            partition by person_identity.person_id, told.assistance_program, told.benefit_month
            order by told.is_in_state_months desc, told.drop_id desc, told.line_number desc
        ) as nth_from_last,
        bool_or(told.is_in_state_months) over of_month as is_told_by_state,
        bool_or(not told.is_in_state_months) over of_month as is_told_by_report
    from told
    inner join {{ ref('stg_registry__person_identity') }} as person_identity
        on told.identity_id = person_identity.identity_id
    window of_month as (
        partition by person_identity.person_id, told.assistance_program, told.benefit_month
    )

)

select
    person_id,
    assistance_program,
    benefit_month,

    case_number,
    benefit_amount_usd,
    relationship_code,
    certification_start_date,
    certification_end_date,
    is_told_by_state as is_in_state_months,
    is_told_by_report as is_in_federal_report,

    identity_id,
    drop_id,
    line_number
from said
where nth_from_last = 1
