-- one row a person, and which agencies have ever sent something about them
with person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

person_profile as (

    select * from {{ ref('stg_registry__person_profile') }}

),

seen as (

    select
        identity_id,
        'early_learning' as sector
    from {{ ref('fct_early_learning_enrollment') }}
    union
    select
        identity_id,
        'k12' as sector
    from {{ ref('fct_k12_enrollment') }}
    union
    select
        identity_id,
        'k12' as sector
    from {{ ref('fct_cte_participation') }}
    union
    select
        identity_id,
        'higher_ed' as sector
    from {{ ref('fct_postsecondary_enrollment') }}
    union
    select
        identity_id,
        'higher_ed' as sector
    from {{ ref('fct_postsecondary_award') }}
    union
    select
        identity_id,
        'wage' as sector
    from {{ ref('fct_wage') }}
    union
    select
        identity_id,
        'license' as sector
    from {{ ref('stg_motor_vehicles__license') }}

),

person as (

    select
        person_identity.person_id,
        coalesce(bool_or(seen.sector = 'early_learning'), false) as has_early_learning_record,
        coalesce(bool_or(seen.sector = 'k12'), false) as has_k12_record,
        coalesce(bool_or(seen.sector = 'higher_ed'), false) as has_college_record,
        coalesce(bool_or(seen.sector = 'wage'), false) as has_wage_record,
        coalesce(bool_or(seen.sector = 'license'), false) as has_license_record
    from person_identity
    left join seen on person_identity.identity_id = seen.identity_id
    group by person_identity.person_id

)

select
    person.person_id,

    person_profile.birth_year::smallint as birth_year,
    coalesce(nullif(person_profile.sex, 'NotSelected'), 'unknown') as sex,
    coalesce(nullif(person_profile.race_ethnicity, 'Unknown'), 'unknown') as race_ethnicity,

    person.has_early_learning_record,
    person.has_k12_record,
    person.has_college_record,
    person.has_wage_record,
    person.has_license_record
from person
left join person_profile on person.person_id = person_profile.person_id
