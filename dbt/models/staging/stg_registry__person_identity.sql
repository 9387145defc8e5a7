-- one row an identity: the person it belongs to now
with person_identity as (

    select * from {{ source('person_map', 'person_identity') }}

)

select
    identity_id,
    person_id
from person_identity
