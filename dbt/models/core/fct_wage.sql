{{ grows_by_drop('ui_wage') }}

-- one row an identity, employer and quarter: what the employer reported, its reporting units added up
with line as (

    select * from {{ ref('stg_workforce__ui_wage') }}
    where {{ is_new_drop() }}

),

-- a worker filed twice under one unit counts once: the last line holds
numbered as (

    select
        line.*,
        row_number() over (
            partition by
                line.identity_id, line.ui_account_number, line.reporting_unit_number, line.quarter
            order by line.line_number desc
        ) as nth_from_last
    from line

),

employed as (

    select
        identity_id,
        ui_account_number,
        quarter,

        sum(wages_usd) filter (where nth_from_last = 1) as wages_usd,
        sum(hours_worked) filter (where nth_from_last = 1) as hours_worked,
        max(weeks_worked) filter (where nth_from_last = 1) as weeks_worked,

        count(*) as line_count,
        drop_id,
        max(line_number) as line_number
    from numbered
    group by identity_id, ui_account_number, quarter, drop_id

)

select
    identity_id,
    ui_account_number,
    quarter,

    wages_usd::bigint as wages_usd,
    hours_worked::integer as hours_worked,
    weeks_worked::integer as weeks_worked,

    line_count::integer as line_count,
    drop_id,
    line_number
from employed
