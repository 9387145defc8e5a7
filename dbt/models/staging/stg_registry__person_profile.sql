-- one row a person: the little that marts may know
with person_profile as (

    select * from {{ source('registry', 'person_profile') }}

)

select
    person_id,

    birth_year,
    sex,
    race_ethnicity
from person_profile
