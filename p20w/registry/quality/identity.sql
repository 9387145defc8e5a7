-- identity: one row an identity with its person, as the candidate has it
-- identity, person bigint: the record and its cluster
create table identity as
select
    record.record as identity,
    record.identity_id,
    cluster.cluster as person,
    record.feed,
    record.id_space,
    record.source,
    record.ssn,
    said.last_or_surname as last,
    said.birthdate,
    said.sex
from main.record
inner join main.identity as said on record.record = said.record
inner join main.cluster as cluster on record.record = cluster.record
order by identity
