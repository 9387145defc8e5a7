-- A file that comes under a submission already decided on is refused, and its refusal needs a row of its own
-- beside the row of the submission it could not replace.
alter table governance.drop drop constraint drop_feed_period_submission_key;
create unique index drop_one_decision on governance.drop (feed, period, submission) where status <> 'rejected';
create unique index drop_one_refusal on governance.drop (feed, period, submission, file_sha256) nulls not distinct
where status = 'rejected';

-- The intake role may not read or delete in the vault, yet a drop that its gate refuses must leave nothing there.
create function vault.forget_drop(forgotten bigint) returns void
language plpgsql security definer set search_path = pg_catalog
as $$
begin
    if exists (
        select 1 from governance.drop
        where governance.drop.drop_id = forgotten and governance.drop.status in ('accepted', 'superseded')
    ) then
        raise exception 'drop % is in force or was: withdraw it first', forgotten;
    end if;

    delete from vault.identity
    using vault.identity_presence as presence
    where presence.identity_id = vault.identity.identity_id and presence.drop_id = forgotten
        and not exists (
            select 1 from vault.identity_presence as other
            where other.identity_id = presence.identity_id and other.drop_id <> forgotten
        );
    delete from vault.address where vault.address.drop_id = forgotten;
    delete from vault.identity_presence where vault.identity_presence.drop_id = forgotten;
    delete from vault.ssn
    where not exists (select 1 from vault.identity where vault.identity.ssn_token = vault.ssn.ssn_token);
end
$$;
revoke all on function vault.forget_drop(bigint) from public;
grant execute on function vault.forget_drop(bigint) to p20w_intake;
