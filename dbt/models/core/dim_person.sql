-- one row a person
with person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

person_profile as (

    select * from {{ ref('stg_registry__person_profile') }}

),

person as (

    select distinct person_id from person_identity

)

select
    person.person_id,

    person_profile.birth_year::smallint as birth_year,
    coalesce(nullif(person_profile.sex, 'NotSelected'), 'unknown') as sex,
    coalesce(nullif(person_profile.race_ethnicity, 'Unknown'), 'unknown') as race_ethnicity
from person
left join person_profile on person.person_id = person_profile.person_id
