-- one row a person and pair of feeds: pairs of records that an SSN proves to be one person, those of them found without
-- SSNs, pairs joined without SSNs where both have one, and those of them that are right
-- Pairs are of two agencies or id spaces.
with hidden as (

    select
        identity.identity,
        identity.person,
        identity.feed,
        identity.id_space,
        identity.ssn,
        without_ssn.cluster
    from identity
    inner join without_ssn on identity.identity = without_ssn.record
    where identity.ssn is not null

),

beside as (

    select
        one.*,
        other.identity as other_identity,
        other.person as other_person,
        other.feed as other_feed,
        other.cluster as other_cluster,
        other.ssn as other_ssn
    from hidden as one
    inner join hidden as other on one.ssn = other.ssn and one.identity < other.identity
    where one.id_space is distinct from other.id_space

    union

    select
        one.*,
        other.identity as other_identity,
        other.person as other_person,
        other.feed as other_feed,
        other.cluster as other_cluster,
        other.ssn as other_ssn
    from hidden as one
    inner join hidden as other on one.cluster = other.cluster and one.identity < other.identity
    where one.id_space is distinct from other.id_space

)

select
    person,
    least(feed, other_feed) as left_feed,
    greatest(feed, other_feed) as right_feed,
    count(*) filter (where ssn = other_ssn and person = other_person) as proven,
    count(*) filter (where ssn = other_ssn and person = other_person and cluster = other_cluster) as found,
    count(*) filter (where cluster = other_cluster) as joined,
    count(*) filter (where cluster = other_cluster and person = other_person) as joined_right
from beside
group by all
order by all
