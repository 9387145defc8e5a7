-- one row a line: an account's unit in a quarter
select
    line.drop_id,
    line.line_number,
    line.ui_account_number::text as ui_account_number,
    line.reporting_unit_number::text as reporting_unit_number,

    submission.quarter,
    line.status_code::text as status_code,
    line.ownership_code::text as ownership_code,
    line.naics_code::text as naics_code,
    '{{ var("state_fips") }}' || line.county_code as county_fips,
    line.meei_code::text as meei_code,
    line.predecessor_ui_account_number::text as predecessor_ui_account_number,
    line.successor_ui_account_number::text as successor_ui_account_number,

    line.month1_employment::integer as month1_employment,
    line.month2_employment::integer as month2_employment,
    line.month3_employment::integer as month3_employment,
    line.total_wages_usd::bigint as total_wages_usd
from {{ accepted_lines('employer') }}
