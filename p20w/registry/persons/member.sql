-- member: one row a record: its cluster, which is named by its smallest record, and whose it was until now
create table member as
select
    record.record,
    record.identity_id,
    cluster.cluster,
    read_current.person_id as old_person_id,
    read_current.mint_ordinal as old_ordinal
from record
inner join cluster on record.record = cluster.record
left join read_current on record.identity_id = read_current.identity_id;

-- overlap: one row a cluster and a person of until now, with the identities they have in common
create temp table overlap as
select
    cluster,
    old_person_id,
    old_ordinal,
    count(*) as identities
from member
where old_person_id is not null
group by cluster, old_person_id, old_ordinal
order by cluster, old_ordinal;

-- kept: one row a cluster that keeps a person's id
create temp table kept (cluster bigint, person_id blob, mint_ordinal bigint);
