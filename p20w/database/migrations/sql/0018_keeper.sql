-- The lock of the one writer and the fingerprints of keys get a login of their own (keeper), so that who runs refreshes
-- needs no password of the owner's.

drop table if exists public.one_writer;
create schema locks;
create table locks.writer ();
comment on table locks.writer is 'Locked by the one process that writes to the warehouse, as login keeper.';

create function governance.may_adopt_keys() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select not exists (select from governance.key) and not exists (select from vault.identity)
$$;
comment on function governance.may_adopt_keys is 'Whether keys may be put on record: there are none, and nothing was made with any.';

create function governance.adopt_keys(names text[], ids text[], fingerprints text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    lock table governance.key in share row exclusive mode;
    if governance.may_adopt_keys() then
        insert into governance.key (key_name, key_id, fingerprint)
        select * from unnest(names, ids, fingerprints);
        insert into governance.audit (action) values ('keys adopted');
    end if;
end
$$;
comment on function governance.adopt_keys is 'Put keys on record, once; where another process was first, its keys stand.';

create function governance.revision() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select version_num::text from public.alembic_version
$$;
comment on function governance.revision is 'The newest revision of the tables.';
