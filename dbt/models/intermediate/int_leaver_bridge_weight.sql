-- one row a high-school leaver: whether wages could be found, and for how many one bridged leaver stands
with leaver as (

    select * from {{ ref('dim_high_school_leaver') }}
    where leaver_type <> 'not_counted'

),

person as (

    select * from {{ ref('dim_person') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

wage_bridge as (

    select * from {{ ref('int_wage_bridge') }}

),

schooled as (

    select
        person_identity.person_id,
        coalesce(bool_or(enrollment.is_economically_disadvantaged), false) as was_in_need,
        coalesce(bool_or(enrollment.is_english_learner), false) as was_english_learner
    from {{ ref('int_k12_enrollment') }} as enrollment
    inner join person_identity on enrollment.identity_id = person_identity.identity_id
    group by person_identity.person_id

),

trained as (

    select distinct person_identity.person_id
    from {{ ref('fct_cte_participation') }} as participation
    inner join person_identity on participation.identity_id = person_identity.identity_id

),

known as (

    select
        leaver.person_id,
        leaver.leaver_school_year,
        leaver.leaver_type,
        coalesce(schooled.was_in_need, false) as was_in_need,
        {{ locale_class('leaver.locale_code') }} as locale_class,
        person.race_ethnicity,
        trained.person_id is not null as was_in_cte,
        person.sex,
        coalesce(schooled.was_english_learner, false) as was_english_learner,
        leaver.school_identifier_sea,
        wage_bridge.person_id is not null as is_bridged,
        coalesce(wage_bridge.bridged_from <= make_date(leaver.leaver_school_year, 6, 30), false)
            as was_bridged_at_leaving
    from leaver
    inner join person on leaver.person_id = person.person_id
    left join schooled on leaver.person_id = schooled.person_id
    left join trained on leaver.person_id = trained.person_id
    left join wage_bridge on leaver.person_id = wage_bridge.person_id

)

{% set known = [
    'leaver_school_year', 'leaver_type', 'was_in_need', 'locale_class', 'race_ethnicity', 'was_in_cte', 'sex',
    'was_english_learner', 'school_identifier_sea'
] %}
select
    person_id,

    is_bridged,
    was_bridged_at_leaving,
    {{ inverse_probability('is_bridged', known) }} as weight,
    {{ inverse_probability('was_bridged_at_leaving', known) }} as weight_at_leaving
from known
