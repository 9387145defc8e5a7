-- Retention: what agreements no longer allow to be kept is purged by the owner alone (p20w.governance.retention). A purged
-- drop keeps its row, with counts and hash; what was destroyed, when and why is certified, and no certificate changes.

alter table governance.drop drop constraint drop_status_check;
alter table governance.drop add constraint drop_status_check check (
    status in ('received', 'loaded', 'accepted', 'rejected', 'superseded', 'withdrawn', 'purging', 'purged')
);

-- of refused files with one name several may have been purged; of a decision there is still one
drop index governance.drop_one_decision;
create unique index drop_one_decision on governance.drop (feed, period, submission)
where status <> 'rejected' and (status not in ('purging', 'purged') or accepted_at is not null);

create table governance.purge (
    purge_id bigint primary key,
    feed text not null,
    purged_at timestamptz not null default now(),
    purged_as text not null default session_user,
    said json not null
);
comment on table governance.purge is
'One row a purge of drops of one feed. It is over when it has its certificate (governance.certificate).';
comment on column governance.purge.purged_as is 'The login.';
comment on column governance.purge.said is
'What the certificate will say: agreement, reason, person, drops with their files, rows removed by table. Nothing of a line.';

alter table governance.drop add column purge_id bigint references governance.purge;
comment on column governance.drop.purge_id is
'The purge that destroyed what the warehouse held of the drop; number of its certificate, too.';

create table governance.certificate (
    purge_id bigint primary key references governance.purge,
    certified_at timestamptz not null default now(),
    content text not null,
    hash text not null
);
comment on table governance.certificate is
'Certificates of destruction, numbered by their purges, from 1 without gaps. Each names the hash of the one before it.';
comment on column governance.certificate.content is 'The certificate''s file, to the byte.';
comment on column governance.certificate.hash is 'SHA-256 of the content.';

create function governance.chain_certificates() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    last_certificate governance.certificate;
begin
    select * into last_certificate from governance.certificate order by purge_id desc limit 1;
    if new.purge_id <> coalesce(last_certificate.purge_id, 0) + 1
        or new.content::jsonb ->> 'previous' is distinct from last_certificate.hash
    then
        raise exception 'certificate % does not follow the one before it', new.purge_id using errcode = 'PW003';
    end if;
    new.certified_at := clock_timestamp();
    new.hash := encode(sha256(convert_to(new.content, 'UTF8')), 'hex');
    return new;
end
$$;
create trigger chain_certificates before insert on governance.certificate
for each row execute function governance.chain_certificates();

create function governance.keep_certificates() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'what was destroyed is on record, and no record of it changes' using errcode = 'PW003';
end
$$;
create trigger keep_certificates before update or delete or truncate on governance.certificate
for each statement execute function governance.keep_certificates();
create trigger keep_purges before update or delete or truncate on governance.purge
for each statement execute function governance.keep_certificates();

-- A feed whose agreement was never put on record (before 0022) is due never: nobody knows when.
create view governance.drop_retention as
select
    delivery.drop_id,
    delivery.feed,
    delivery.period,
    delivery.submission,
    delivery.status,
    coalesce(feed_period.ends_on, delivery.delivered_on, delivery.received_at::date) as held_since,
    (
        coalesce(feed_period.ends_on, delivery.delivered_on, delivery.received_at::date)
        + make_interval(years => feed.retention_years)
    )::date as kept_until
from governance.drop as delivery
inner join governance.feed as feed on delivery.feed = feed.feed
left join governance.feed_period as feed_period
    on delivery.feed = feed_period.feed and delivery.period = feed_period.period
where feed.legal_authority <> ''
    and (
        delivery.status in ('accepted', 'superseded', 'withdrawn')
        or delivery.status = 'rejected' and delivery.reason_code is not null
    );
comment on view governance.drop_retention is
'Drops that were decided on and not purged, and the last day on which their agreement lets them be kept.';
comment on column governance.drop_retention.held_since is
'Last day of the period; of a refused drop whose period its contract does not know, the day it was delivered.';

create function governance.purge_drop(wanted bigint, by_purge bigint, is_early boolean) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
    update governance.drop as gone
    set status = 'purging', purge_id = by_purge, reason_code = coalesce(gone.reason_code, 'purged'),
        reason = format('Purged: see certificate %s.', by_purge), file_name = null,
        changed_at = now(), changed_by = session_user
    from governance.drop_retention as retention
    where gone.drop_id = wanted and retention.drop_id = wanted and (is_early or retention.kept_until < current_date);
    if not found then
        perform governance.refuse_step(wanted, 'purged');
    end if;
end
$$;
comment on function governance.purge_drop is
'Take a drop out for good, once it may be kept no longer; the caller removes what is held of it in the same transaction.';

create function governance.certify_purge(wanted bigint, certificate text) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
    given text;
begin
    update governance.drop
    set status = 'purged', changed_at = now(), changed_by = session_user
    where purge_id = wanted and status = 'purging';
    if not found then
        raise exception 'purge % cannot be certified now', wanted using errcode = 'PW002';
    end if;
    insert into governance.certificate (purge_id, content, hash) values (wanted, certificate, '')
    returning hash into given;
    insert into governance.audit (action, subject)
    values ('data destroyed', jsonb_build_object('certificate', wanted, 'hash', given));
    return given;
end
$$;
comment on function governance.certify_purge is
'Put the certificate of a purge on record once its files are deleted, too; its hash.';

comment on table registry.decision is
'What reviewers said about pairs. A revoked one has no effect. Rows go only with a record they are about, when it is purged.';
