-- one row a line: what an employer's unit reported for a worker in a quarter
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.ui_account_number::text as ui_account_number,
    line.reporting_unit_number::text as reporting_unit_number,

    submission.quarter,

    line.wages_usd::bigint as wages_usd,
    line.hours_worked::integer as hours_worked,
    line.weeks_worked::integer as weeks_worked
from {{ accepted_lines('ui_wage') }}
