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
        count(*) over (partition by ssn) as persons,
        count(*) filter (where sum(drops) >= 4) over (partition by cluster) as steady_ssns
    from placed
    where ssn is not null
    group by ssn, cluster

),

ids_of_person as (

    select count(distinct source) as ids from placed
    where id_space in ('k12_state_id', 'license_no')
    group by cluster, id_space

),

-- a reviewer may join what a constraint keeps apart
joined_by_verdict as (

    select cluster.cluster
    from decided
    inner join cluster on decided.left_record = cluster.record
    where decided.verdict = 'must_link'

),

joined as (

    select one.cluster
    from component_pair
    inner join cluster as one on component_pair.left_record = one.record
    inner join cluster as other on component_pair.right_record = other.record and one.cluster = other.cluster
    where component_pair.reason = 'decided apart' or one.cluster not in (select cluster from joined_by_verdict)

),

wage_link_without_ssn as (

    select edge.tier
    from edge
    inner join record as one on edge.left_record = one.record
    inner join record as other on edge.right_record = other.record
    where
        (one.feed = 'ui_wage') <> (other.feed = 'ui_wage')
        and (one.ssn is null or other.ssn is null)
        and edge.tier <> 'decision'

)

select
    *,
    (select count(distinct ssn) filter (where persons > 1) / nullif(count(distinct ssn), 0) from owned)
        as share_ssns_with_several_persons,
    (select count(distinct cluster) filter (where steady_ssns > 2) from owned) as persons_with_three_steady_ssns,
    (select coalesce(max(ids), 0) from ids_of_person) as most_ids_of_one_space,
    (select count(*) from joined) as pairs_joined_against_a_rule,
    (select count(*) from wage_link_without_ssn) as wage_links_without_ssn,
    (select count(*) from review) as reviews,
    (select count(*) from review) / nullif(identities, 0) as reviews_per_identity
from of_records
