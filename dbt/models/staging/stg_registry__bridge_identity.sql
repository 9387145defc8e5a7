-- one row an identity outside the wage file that carries a usable SSN
with bridge_identity as (

    select * from {{ source('registry', 'bridge_identity') }}

)

select identity_id
from bridge_identity
