-- review: one row a pair of records that a reviewer should look at; one pair for any two persons
create table review as
with person_size as (

    select
        member.cluster,
        max(record.record) as last_record,
        count(*) as identities,
        sum(record.drops)::double as drops
    from member
    inner join record on member.record = record.record
    group by member.cluster

),

asked as (

    select
        record_l as left_record,
        record_r as right_record,
        case
            when match_weight >= {nearly} then 'nearly enough evidence'
            when {same_ssn} then 'same SSN, other name'
            else 'same id, other name'
        end as reason,
        match_weight,
        1 as turn
    from scored
    where match_weight < {accept} and (match_weight >= {nearly} or {same_ssn} or {same_id})

    union all

    select
        refused.record_l,
        refused.record_r,
        refused.reason,
        scored.match_weight,
        0 as turn
    from refused
    left join scored on refused.record_l = scored.record_l and refused.record_r = scored.record_r
    where refused.reason <> 'decided apart'

),

decided_person as (

    select list_sort([one.cluster, other.cluster]) as persons
    from decided
    inner join member as one on decided.left_record = one.record
    inner join member as other on decided.right_record = other.record

),

chosen as (

    select
        asked.*,
        list_sort([one.cluster, other.cluster]) as persons
    from asked
    inner join member as one on asked.left_record = one.record
    inner join member as other on asked.right_record = other.record and one.cluster <> other.cluster
    anti join decided_person on list_sort([one.cluster, other.cluster]) = decided_person.persons
    qualify row_number() over (
            partition by persons order by turn, match_weight desc nulls last, left_record, right_record
        ) = 1

)

select
    chosen.left_record,
    chosen.right_record,
    chosen.reason,
    chosen.match_weight,
    least(one.drops, other.drops) as worth
from chosen
inner join person_size as one on chosen.persons[1] = one.cluster
inner join person_size as other on chosen.persons[2] = other.cluster

union all

-- a person too large: its first record, which names it, and its last
select
    person_size.cluster as left_record,
    person_size.last_record as right_record,
    'a person of many identities' as reason,
    null as match_weight,
    person_size.drops as worth
from person_size
anti join decided on person_size.cluster = decided.left_record and person_size.last_record = decided.right_record
where person_size.identities > {most_identities}
order by left_record, right_record
