-- one row a submission that ever came, and whether it is in force
with submission as (

    select * from {{ source('governance', 'drop') }}

)

select
    drop_id,

    feed,
    period,
    submission,
    status,
    status = 'accepted' as is_accepted,
    delivered_on,
    lines_accepted
from submission
