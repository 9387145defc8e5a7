-- person: one row a cluster, with the id it keeps or was given
create table person as
select
    *,
    false as is_new
from kept
union all
select
    *,
    true as is_new
from read_minted
order by cluster;

-- change: one row an event to be: what became of persons, and whom known persons got
create table change as
with moved as (

    select
        overlap.old_person_id,
        person.person_id as new_person_id,
        person.cluster,
        overlap.identities,
        overlap.old_ordinal not in (select mint_ordinal from kept)
        and row_number() over (
            partition by overlap.old_ordinal order by overlap.identities desc, overlap.cluster
        ) = 1 as is_merged
    from overlap
    inner join person on overlap.cluster = person.cluster
    where overlap.old_person_id <> person.person_id

),

event as (

    select
        if(is_merged, 'merge', 'split') as kind,
        old_person_id,
        new_person_id,
        null::blob as identity_id,
        identities
    from moved

    union all by name

    select
        'mint' as kind,
        person.person_id as new_person_id,
        count(*) as identities
    from person
    inner join member on person.cluster = member.cluster
    where person.is_new and person.cluster not in (select cluster from moved)
    group by person.person_id

    union all by name

    select
        'attach' as kind,
        person.person_id as new_person_id,
        member.identity_id,
        1 as identities
    from member
    inner join person on member.cluster = person.cluster
    where member.old_person_id is null and not person.is_new

    union all by name

    select
        'retire' as kind,
        person_id as old_person_id,
        count(*) as identities
    from read_current
    where person_id not in (select old_person_id from overlap)
    group by person_id

)

select
    row_number() over (order by kind, old_person_id, new_person_id, identity_id) as event_number,
    *
from event
order by event_number;
