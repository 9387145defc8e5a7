-- review: one row a pair of records that a reviewer should look at; one pair for any two persons
create table review as
with asked as (

    select
        scored.record_l as left_record,
        scored.record_r as right_record,
        case
            when scored.match_weight >= {nearly} then 'nearly enough evidence'
            when {same_ssn} then 'same SSN, other name'
            else 'same id, other name'
        end as reason,
        scored.match_weight,
        1 as turn
    from scored
    where scored.match_weight < {accept} and (scored.match_weight >= {nearly} or {same_ssn} or {same_id})

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

many as (

    select
        min(record) as left_record,
        max(record) as right_record,
        'a person of many identities' as reason,
        null::double as match_weight
    from member
    group by cluster
    having count(*) > {most_identities}

),

person_drops as (

    select
        member.cluster,
        sum(record.drops) as drops
    from member
    inner join record on member.record = record.record
    group by member.cluster

),

decided_person as (

    select distinct
        least(one.cluster, other.cluster) as left_cluster,
        greatest(one.cluster, other.cluster) as right_cluster
    from decided
    inner join member as one on decided.left_record = one.record
    inner join member as other on decided.right_record = other.record

),

between_persons as (

    select
        asked.*,
        least(one.cluster, other.cluster) as left_cluster,
        greatest(one.cluster, other.cluster) as right_cluster
    from asked
    inner join member as one on asked.left_record = one.record
    inner join member as other on asked.right_record = other.record
    where one.cluster <> other.cluster

),

chosen as (

    select between_persons.*
    from between_persons
    anti join decided_person
        on between_persons.left_cluster = decided_person.left_cluster
            and between_persons.right_cluster = decided_person.right_cluster
    qualify row_number() over (
            partition by between_persons.left_cluster, between_persons.right_cluster
            order by turn, match_weight desc nulls last, left_record, right_record
        ) = 1

)

select
    chosen.left_record,
    chosen.right_record,
    chosen.reason,
    chosen.match_weight,
    least(one.drops, other.drops)::double as worth
from chosen
inner join person_drops as one on chosen.left_cluster = one.cluster
inner join person_drops as other on chosen.right_cluster = other.cluster

union all

select
    many.left_record,
    many.right_record,
    many.reason,
    many.match_weight,
    person_drops.drops::double as worth
from many
inner join member on many.left_record = member.record
inner join person_drops on member.cluster = person_drops.cluster
where not exists (
        select 1 from decided
        where decided.left_record = many.left_record and decided.right_record = many.right_record
    )
order by left_record, right_record
