-- edge: one row a link that holds a person together; the strongest of those that would (a maximum spanning forest)
-- left_record, right_record bigint (left < right) · tier text: what it hangs on
-- match_weight, match_probability double: null for a verdict about a pair that was not scored
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
order by ranked_link.left_record, ranked_link.right_record
