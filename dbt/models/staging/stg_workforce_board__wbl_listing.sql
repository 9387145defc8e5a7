-- one row a line: an opportunity that was open on the day of the file
select
    line.drop_id,
    line.line_number,
    line.wbl_listing_id,

    submission.ends_on as listed_on,
    line.work_based_learning_type,
    line.naics_code,
    {{ soc_with_hyphen('line.soc_code') }} as soc_code,
    lpad(line.county_code, 3, '0') as county_code,
    line.posted_on,
    line.starts_on,
    line.ends_on,
    line.is_paid,
    line.minimum_grade,

    line.wbl_openings,
    line.hours_weekly,
    line.hourly_pay_usd
from {{ accepted_lines('wbl_listing') }}
