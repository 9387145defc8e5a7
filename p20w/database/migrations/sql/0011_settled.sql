-- A delivery touches few people. What the last refresh settled of everybody tells who they are, so that only they are
-- decided again.
create table registry.settled (
    chunk_id bigint generated always as identity primary key,
    refresh_id bigint not null,
    is_promoted boolean not null default false,
    is_whole boolean not null,
    made_by text not null,
    weighing_id uuid not null,
    drops bigint [] not null,
    decisions text [] not null,
    are_unrelated boolean not null,
    content bytea not null
);
alter table registry.settled alter column content set storage external;
comment on table registry.settled is
'What refreshes settled of each identity (Apache Parquet): what hangs together with it, its node, figures. May be emptied at
any time: the next refresh decides about everybody. A row that is not whole holds what changed since the rows before it;
drops and decisions are those it rests on, made_by tells how it was made.';

grant select, insert, update, delete on registry.settled to p20w_linkage;

-- A candidate speaks of the identities that were decided again. Of what it leaves out, the assignment stands.
alter table registry.candidate alter column person_id drop not null;
comment on table registry.candidate is
'Who is who for identities that a refresh decided again, before the gate has judged it. Without a person: an identity that
is in no drop in force any more.';
