-- method: one row a record: what it hangs on its person by, which is its strongest edge
-- record bigint · method text · match_weight double, null for one that stands alone
create table method as
with ends as (

    select
        left_record as record,
        tier,
        match_weight
    from edge
    union all
    select
        right_record as record,
        tier,
        match_weight
    from edge

),

strongest as (

    select
        record,
        tier,
        match_weight
    from ends
    qualify row_number() over (
            partition by record order by tier = 'decision' desc, match_weight desc nulls last, tier
        ) = 1

)

select
    record.record,
    coalesce(strongest.tier, 'alone') as method,
    strongest.match_weight
from record
left join strongest on record.record = strongest.record
