-- A refresh decides about everybody and reads the vault anew: nothing is kept for the next one but frozen values.
drop trigger forget_prepared_of_deleted on vault.identity;
drop trigger forget_prepared on vault.identity;
drop function vault.forget_prepared();
drop table vault.prepared;
drop table registry.settled;

-- A candidate that was set aside may speak of a part of all identities only. The next refresh makes it anew.
truncate registry.candidate, registry.candidate_person, registry.candidate_event, registry.candidate_edge,
registry.candidate_review, registry.candidate_profile;
alter table registry.candidate alter column person_id set not null;
comment on table registry.candidate is
'Who is who for every identity of a drop in force, before the gate has judged it.';
