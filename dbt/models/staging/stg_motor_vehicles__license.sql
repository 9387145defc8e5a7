-- one row a line: that a license was on file, and nothing else of it; its agreement allows linkage only
with line as (

    select * from {{ source('intake', 'dmv_license') }}

),

submission as (

    select * from {{ ref('stg_governance__drop') }}

)

select
    line.drop_id,
    line.line_number,
    line.identity_id,

    submission.period::date as snapshot_on
from line
inner join submission on line.drop_id = submission.drop_id and submission.is_accepted
