-- one row a line: what a federal source tells of a worker and agency in a quarter
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    submission.quarter,
    line.federal_source,
    line.federal_agency_code,

    line.federal_pay_basis,
    line.federal_pay_usd,
    lpad(line.duty_state_fips, 2, '0') as duty_state_fips,
    line.federal_work_schedule,
    lpad(line.federal_occupation_series, 4, '0') as federal_occupation_series
from {{ accepted_lines('federal_wage') }}
