-- Reading the server's log into the access log takes the auditor's password alone, so that it can be a process of its own
-- that holds no other (in containers: collector).

drop table if exists public.one_access_log;
create table locks.access_log ();
comment on table locks.access_log is 'Locked by the one process that reads the server''s log, as login auditor.';

create function governance.mark_log(word text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise log '%', word;
end
$$;
comment on function governance.mark_log is
'Writes a word into the server''s log, so that who reads the log knows how far it was written.';

create table governance.access_reading (read_at timestamptz not null default clock_timestamp());
comment on table governance.access_reading is 'When the server''s log was read into the access log; first, since when it may be.';
insert into governance.access_reading default values;
