-- household_pair: one row a pair of records of one file that were at one address at one time under two ids
-- left_record, right_record bigint (left < right)
-- An address with more than ten ids is a dormitory or an office, whose people have nothing to do with one another.
create table household_pair as
with resident as (

    select
        record,
        feed,
        id_space,
        source,
        drops,
        unnest(places) as place
    from compared
    where source is not null

),

home as (

    select
        feed,
        place
    from resident
    group by feed, place
    having count(distinct source) between 2 and 10

)

select distinct
    one.record as left_record,
    other.record as right_record
from resident as one
inner join resident as other
    on one.feed = other.feed
        and one.place = other.place
        and one.id_space = other.id_space
        and one.source <> other.source
        and one.record < other.record
        and list_has_any(one.drops, other.drops)
semi join home on one.feed = home.feed and one.place = home.place
