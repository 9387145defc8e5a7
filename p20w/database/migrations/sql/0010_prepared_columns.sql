-- What linkage read and cleaned once need not be read and cleaned again. Columnar and compressed, so that a registry of a
-- million is read in a second; names are in it, so it is in the vault.
create table vault.prepared (
    chunk_id bigint generated always as identity primary key,
    part text not null check (part in ('identity', 'place', 'presence', 'ssn')),
    made_by text not null,
    drops bigint [] not null,
    content bytea not null
);
alter table vault.prepared alter column content set storage external;
comment on table vault.prepared is
'The vault as linkage compares it (Apache Parquet), made from the other tables of the vault and no other source. May be
emptied at any time: the next refresh reads and cleans everything again. drops are the accepted drops a row was made from,
made_by tells how.';

grant select, insert, delete on vault.prepared to p20w_linkage;

-- Whoever is deleted from the vault is deleted here. Who was only ever in drops that nothing was made from is not here.
create function vault.forget_prepared() returns trigger
language plpgsql security definer set search_path = pg_catalog
as $$
begin
    if tg_op = 'TRUNCATE' then
        delete from vault.prepared;
    else
        delete from vault.prepared
        where exists (
            select 1
            from gone
            where not exists (
                    select 1 from vault.identity_presence as presence where presence.identity_id = gone.identity_id
                )
                or exists (
                    select 1
                    from vault.identity_presence as presence
                    where presence.identity_id = gone.identity_id
                        and presence.drop_id in (select unnest(chunk.drops) from vault.prepared as chunk)
                )
        );
    end if;
    return null;
end
$$;
revoke all on function vault.forget_prepared() from public;

create trigger forget_prepared_of_deleted
after delete on vault.identity
referencing old table as gone
for each statement execute function vault.forget_prepared();

create trigger forget_prepared
after truncate on vault.identity
for each statement execute function vault.forget_prepared();
