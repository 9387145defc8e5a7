-- one row a person and pair of feeds: pairs of records that an SSN proves to be one person, those of them found without
-- SSNs, pairs joined without SSNs where both have one, and those of them that are right
-- Pairs are of two agencies or id spaces.
with hidden as (

    select
        identity.*,
        without_ssn.cluster
    from identity
    inner join without_ssn on identity.identity = without_ssn.record
    where identity.ssn is not null

),

pair as (

    select
        one.identity,
        other.identity as other_identity
    from hidden as one
    inner join hidden as other on one.ssn = other.ssn and one.identity < other.identity
    union
    select
        one.identity,
        other.identity as other_identity
    from hidden as one
    inner join hidden as other on one.cluster = other.cluster and one.identity < other.identity

),

beside as (

    select
        one.person,
        least(one.feed, other.feed) as left_feed,
        greatest(one.feed, other.feed) as right_feed,
        one.cluster = other.cluster as is_joined,
        one.person = other.person as is_right,
        one.ssn = other.ssn and one.person = other.person as is_proven
    from pair
    inner join hidden as one on pair.identity = one.identity
    inner join hidden as other on pair.other_identity = other.identity
    where one.id_space is distinct from other.id_space

)

select
    person,
    left_feed,
    right_feed,
    count(*) filter (where is_proven) as proven,
    count(*) filter (where is_proven and is_joined) as found,
    count(*) filter (where is_joined) as joined,
    count(*) filter (where is_joined and is_right) as joined_right
from beside
group by person, left_feed, right_feed
order by person, left_feed, right_feed
