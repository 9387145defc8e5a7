-- owner: one row a person, and whose it is: the true person with most of its identities, of equals with most lines,
-- then the smallest number
-- person, true_person bigint
create table owner as
select
    person,
    true_person
from use
where is_main
group by person, true_person
qualify row_number() over (partition by person order by count(*) desc, sum(lines) desc, true_person) = 1;

-- tally: one row a true person, with sums over its identities
-- reachable, found bigint: pairs of different feeds · linked, linked_right bigint: ends of predicted pairs in these
-- identities, and those whose other end lies in them, too · identities, identities_wrong bigint: of them those under a
-- person who is mostly somebody else · pure, joined double: shares of an identity's person that are of the true person,
-- and of its reachable identities that share its person · is_exact boolean: all reachable together, with nobody else
create table tally as
with beside as (

    select
        *,
        count(*) over of_island - count(*) over (partition by true_person, island, feed) as reachable,
        min(person) over of_island = max(person) over of_island as is_whole
    from use
    window of_island as (partition by true_person, island)

),

main_use as (

    select
        *,
        count(*) over (partition by person) as in_person,
        count(*) over (partition by person, feed) as in_person_feed,
        count(*) over (partition by person, true_person) as in_own,
        count(*) over (partition by person, true_person, feed) as in_own_feed,
        count(*) over (partition by true_person, island) as in_island,
        count(*) over (partition by true_person, island, person) as in_part,
        count(*) over (partition by true_person, island, person, feed) as in_part_feed
    from beside
    where is_main

),

counted as (

    select
        main_use.true_person,
        sum(in_part - in_part_feed) // 2 as found,
        sum(in_person - in_person_feed) as linked,
        sum(in_own - in_own_feed) as linked_right,
        count(*) as identities,
        count(*) filter (where owner.true_person <> main_use.true_person) as identities_wrong,
        sum(in_own / in_person) as pure,
        sum(in_part / in_island) as joined,
        bool_and(in_own = in_person) as is_pure
    from main_use
    inner join owner on main_use.person = owner.person
    group by main_use.true_person

)

select
    beside.true_person,
    (sum(beside.reachable) // 2)::bigint as reachable,
    (coalesce(any_value(counted.found), 0))::bigint as found,
    (coalesce(any_value(counted.linked), 0))::bigint as linked,
    (coalesce(any_value(counted.linked_right), 0))::bigint as linked_right,
    coalesce(any_value(counted.identities), 0) as identities,
    coalesce(any_value(counted.identities_wrong), 0) as identities_wrong,
    coalesce(any_value(counted.pure), 0) as pure,
    coalesce(any_value(counted.joined), 0) as joined,
    bool_and(beside.is_whole) and coalesce(bool_and(counted.is_pure), false) as is_exact
from beside
left join counted on beside.true_person = counted.true_person
group by beside.true_person
order by beside.true_person
