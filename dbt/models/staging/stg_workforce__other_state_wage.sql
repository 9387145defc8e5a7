-- one row a line: what another state tells of a worker and employer in a quarter
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    submission.quarter,
    lpad(line.employer_state_fips, 2, '0') as employer_state_fips,
    line.employer_account,

    line.wages_usd,
    nullif(line.naics_code, '999999') as naics_code
from {{ accepted_lines('other_state_wage') }}
