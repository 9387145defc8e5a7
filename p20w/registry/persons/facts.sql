-- one row: figures about the candidate; what each should be is in expectations/registry
with placed as (

    select
        record.*,
        member.cluster,
        member.old_person_id,
        person.person_id,
        person.is_new,
        count(*) over (partition by member.cluster) as size
    from member
    inner join record on member.record = record.record
    inner join person on member.cluster = person.cluster

),

of_records as (

    select
        count(*) as identities,
        count(distinct cluster) as persons,
        count(distinct cluster) filter (where is_new) as persons_minted,
        coalesce(max(size), 0) as largest_person,
        count(distinct cluster) filter (where size > 200) as persons_oversized,
        avg((size = 1)::integer) filter (where feed <> 'ui_wage') as share_alone,
        avg((size = 1)::integer) filter (where feed = 'ui_wage') as share_wages_alone,
        count(*) filter (where old_person_id <> person_id) as identities_renamed,
        avg((old_person_id <> person_id)::integer) as share_renamed
    from placed

),

owned as (

    select
        ssn,
        cluster,
        sum(drops) as drops
    from placed
    where ssn is not null
    group by ssn, cluster

),

persons_of_ssn as (

    select count(*) as persons from owned
    group by ssn

),

of_ssns as (

    select avg((persons > 1)::integer) as share_ssns_with_several_persons from persons_of_ssn

),

ssns_of_person as (

    select count(*) as ssns from owned
    where drops >= 4
    group by cluster

),

of_owners as (

    select count(*) filter (where ssns > 2) as persons_with_three_steady_ssns from ssns_of_person

),

ids_of_person as (

    select count(distinct source) as ids
    from placed
    where id_space in ('k12_state_id', 'license_no')
    group by cluster, id_space

),

of_ids as (

    select coalesce(max(ids), 0) as most_ids_of_one_space from ids_of_person

),

-- a reviewer may join what a constraint keeps apart
joined_by_verdict as (

    select cluster.cluster
    from decided
    inner join cluster on decided.left_record = cluster.record
    where decided.verdict = 'must_link'

),

of_constraints as (

    select count(*) as pairs_joined_against_a_rule
    from component_pair
    inner join cluster as one on component_pair.left_record = one.record
    inner join cluster as other on component_pair.right_record = other.record
    where one.cluster = other.cluster
        and (component_pair.reason = 'decided apart' or one.cluster not in (select cluster from joined_by_verdict))

),

of_links as (

    select count(*) as k12_wage_links_without_evidence
    from edge
    inner join record as left_record on edge.left_record = left_record.record
    inner join record as right_record on edge.right_record = right_record.record
    where starts_with(left_record.feed, 'k12') and right_record.feed = 'ui_wage'
        or starts_with(right_record.feed, 'k12') and left_record.feed = 'ui_wage'

),

of_reviews as (

    select count(*) as reviews from review

)

select
    *,
    reviews / nullif(identities, 0) as reviews_per_identity
from of_records
cross join of_ssns
cross join of_owners
cross join of_ids
cross join of_constraints
cross join of_links
cross join of_reviews
