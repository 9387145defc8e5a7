-- Who read what: statements of people's logins, without values, each row bound to the one before it by its hash. Rows are
-- added by the login auditor (p20w.governance.access_log), and nobody changes or removes one: not even the owner has the
-- right, nor could use it while these triggers stand.

create table governance.access_log (
    entry bigint primary key,
    happened_at timestamptz not null,
    login text not null,
    session text not null,
    kind text not null check (kind in ('statement', 'error', 'unreadable')),
    command text not null,
    relations text[] not null,
    words text,
    mark text,
    sqlstate text,
    source text not null,
    position bigint not null,
    recorded_at timestamptz not null,
    hash bytea not null,
    unique (source, position)
);
comment on table governance.access_log is 'Statements of people''s logins, as the server logged them, without values.';
comment on column governance.access_log.entry is 'Number of the row in the chain, from 1 without gaps.';
comment on column governance.access_log.session is 'The server''s name for the session.';
comment on column governance.access_log.kind is
'statement; error: the statement before it in the session failed; unreadable: a record the server did not finish.';
comment on column governance.access_log.relations is
'Tables, views and functions that the statement names; *.name where it leaves the schema to its session.';
comment on column governance.access_log.words is
'The statement, of which only words of SQL and names of the catalog are kept: ? stands for a value, _ for another word.';
comment on column governance.access_log.mark is
'A digest of the whole statement under a key outside the database: finds a statement that is known, reveals none.';
comment on column governance.access_log.position is 'Where the record ends in the server''s log file `source`, in bytes.';
comment on column governance.access_log.hash is
'SHA-256 of the hash before and of the row''s content, as p20w.governance.access_log.chain writes it.';

create function governance.chain_access() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    last_entry bigint;
    last_hash bytea;
begin
    select entry, hash into last_entry, last_hash from governance.access_log order by entry desc limit 1;
    new.entry := coalesce(last_entry, 0) + 1;
    new.recorded_at := clock_timestamp();
    new.hash := sha256(
        coalesce(last_hash, ''::bytea) || convert_to(
            jsonb_build_array(
                new.entry, to_char(new.happened_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), new.login, new.session,
                new.kind, new.command, to_jsonb(new.relations), new.words, new.mark, new.sqlstate, new.source,
                new.position, to_char(new.recorded_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
            )::text,
            'UTF8'
        )
    );
    return new;
end
$$;
create trigger chain_access before insert on governance.access_log
for each row execute function governance.chain_access();

create function governance.keep_access() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'the access log is added to and never changed' using errcode = 'PW003';
end
$$;
create trigger keep_access before update or delete or truncate on governance.access_log
for each statement execute function governance.keep_access();

revoke insert, update, delete, truncate, trigger, references on governance.access_log from current_user;
