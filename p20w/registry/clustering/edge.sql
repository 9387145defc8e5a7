-- edge: one row a link that holds a person together; the strongest of those that would (a maximum spanning forest)
create table edge as
select
    ranked_link.left_record,
    ranked_link.right_record,
    {tier} as tier,
    scored.match_weight,
    scored.match_probability
from ranked_link
semi join read_place on ranked_link.place = read_place.place
left join scored
    on ranked_link.left_record = scored.record_l
        and ranked_link.right_record = scored.record_r
order by ranked_link.left_record, ranked_link.right_record;

-- method: one row a record: what it hangs on its person by, which is its strongest edge
create table method as
with ends as (

    select
        unnest([left_record, right_record]) as record,
        tier,
        match_weight
    from edge

)

select
    record.record,
    coalesce(ends.tier, 'alone') as method,
    ends.match_weight
from record
left join ends on record.record = ends.record
qualify row_number() over (
        partition by record.record order by ends.tier = 'decision' desc, ends.match_weight desc nulls last, ends.tier
    ) = 1;
