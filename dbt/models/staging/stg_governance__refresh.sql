-- one row: the refresh that models are built for
with current_refresh as (

    select * from {{ source('governance', 'current_refresh') }}

)

select
    refresh_id,

    label,
    cutoff,
    left(label, 4)::integer * 4 + right(label, 1)::integer - 1 as quarter_index
from current_refresh
