-- one row a line: what an employer's unit reported for a worker in a quarter
with line as (

    select * from {{ source('intake', 'ui_wage') }}

),

submission as (

    select * from {{ ref('stg_governance__drop') }}

)

select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.ui_account_number::text as ui_account_number,
    line.reporting_unit_number::text as reporting_unit_number,

    submission.period as quarter,

    line.wages_usd::bigint as wages_usd,
    line.hours_worked::integer as hours_worked,
    line.weeks_worked::integer as weeks_worked
from line
inner join submission on line.drop_id = submission.drop_id and submission.is_accepted
