-- one row a listing that was ever in a file: what the newest file with it says
with listed as (

    select
        *,
        min(listed_on) over listing as first_listed_on,
        row_number() over (listing order by listed_on desc, drop_id desc, line_number desc) as nth_from_last
    from {{ ref('stg_workforce_board__wbl_listing') }}
    window listing as (partition by wbl_listing_id)

),

newest as (

    select max(listed_on) as listed_on from listed

)

select
    listed.wbl_listing_id,

    listed.first_listed_on,
    listed.listed_on as last_listed_on,
    listed.listed_on = newest.listed_on as is_on_newest_list,
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
cross join newest
where listed.nth_from_last = 1
