-- one row a listing that was ever in a file: what the newest file with it says
with listed as (

    {{ newest_listed(ref('stg_workforce_board__wbl_listing'), ['wbl_listing_id'], 'listed_on') }}

)

select
    listed.wbl_listing_id,

    listed.first_on as first_listed_on,
    listed.listed_on as last_listed_on,
    listed.is_newest as is_on_newest_list,
    listed.posted_on,
    listed.starts_on,
    listed.ends_on,
    listed.work_based_learning_type,
    listed.naics_code,
    listed.soc_code,
    listed.county_code,
    listed.minimum_grade,
    listed.minimum_grade <= 12 as is_open_to_students,
    listed.is_paid,
    listed.hourly_pay_usd,
    listed.hours_weekly,
    listed.wbl_openings
from listed
