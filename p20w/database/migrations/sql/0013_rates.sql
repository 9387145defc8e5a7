-- What a state's files teach of how they err is frozen with the rest of what weights depend on.
alter table registry.weighing add column rates jsonb;
comment on column registry.weighing.rates is
'How often levels of agreement occur among records of one person, of one household and of strangers, as learned from
these files. Shares, nothing about a person.';
comment on column registry.weighing.nodes is 'Records there were.';

-- Models of earlier releases are for comparisons that are no more: where a registry stands on one, the next refresh
-- works out who is who by the one that is shipped now, and tells each change of a person by an event.
alter table registry.model_promotion alter column values_sha256 drop not null;
insert into registry.model_promotion (model_version, promoted_by)
select 'v2', 'upgrade'
where exists (select 1 from registry.promotion);
