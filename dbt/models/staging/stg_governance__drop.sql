-- one row a submission that ever came: whether it is in force, and what its period means
with submission as (

    select * from {{ source('governance', 'drop') }}

),

feed_period as (

    select * from {{ source('governance', 'feed_period') }}

)

select
    submission.drop_id,

    submission.feed,
    submission.period,
    submission.submission,
    submission.status,
    submission.status = 'accepted' as is_accepted,
    submission.delivered_on,
    submission.lines_accepted,

    feed_period.starts_on,
    feed_period.ends_on,
    feed_period.school_year,
    feed_period.program_year,
    feed_period.quarter,
    feed_period.term,
    feed_period.collection
from submission
left join feed_period on submission.feed = feed_period.feed and submission.period = feed_period.period
