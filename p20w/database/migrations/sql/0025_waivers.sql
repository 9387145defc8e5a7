-- A refresh waits for files of the feeds whose contract says so, and goes on without one only by a waiver on record.

alter table governance.feed add column refresh_waits boolean not null default false;
alter table governance.feed alter column refresh_waits drop default;
comment on column governance.feed.refresh_waits is
'Whether a refresh waits for a file that is due, or for a waiver (governance.waiver).';

create table governance.waiver (
    feed text not null,
    period text not null,
    waived_at timestamptz not null default now(),
    waived_as text not null default session_user,
    waived_by text not null,
    reason text not null check (btrim(reason) <> ''),
    primary key (feed, period)
);
comment on table governance.waiver is
'One row a file that refreshes go on without, although it is due. It says nothing once the file is here.';
comment on column governance.waiver.waived_as is 'The login.';
comment on column governance.waiver.waived_by is 'Who it was, as the machine knows them.';
comment on column governance.waiver.reason is 'Why, in words that name nobody.';

create function governance.keep_waivers() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'what was waived is on record, and no record of it changes' using errcode = 'PW003';
end
$$;
create trigger keep_waivers before update or delete or truncate on governance.waiver
for each statement execute function governance.keep_waivers();

-- What is due after the day up to which the last published refresh had asked. A feed of which nothing is active is not
-- waited for, and neither is a period whose file was withdrawn or purged: both are on record already.
create function governance.awaited(last_day date) returns table (feed text, period text, due_on date)
language sql stable set search_path = pg_catalog, pg_temp
as $$
    with published as (
        select least(cutoff, finished_at::date) as asked_until
        from governance.refresh
        where status = 'published'
        order by refresh_id desc
        limit 1
    )

    select feed_period.feed, feed_period.period, feed_period.due_on
    from governance.feed_period
    inner join governance.feed on feed_period.feed = feed.feed and feed.refresh_waits
    inner join published on feed_period.due_on > published.asked_until
    where
        feed_period.due_on <= least(last_day, current_date)
        and exists (
            select from governance.drop where drop.feed = feed_period.feed and drop.status = 'accepted'
        )
        and not exists (
            select from governance.drop
            where
                drop.feed = feed_period.feed
                and drop.period = feed_period.period
                and drop.status in ('accepted', 'withdrawn', 'purging', 'purged')
        )
        and not exists (
            select from governance.waiver
            where waiver.feed = feed_period.feed and waiver.period = feed_period.period
        )
    order by feed_period.due_on, feed_period.feed, feed_period.period
$$;
comment on function governance.awaited is 'Files that a refresh up to a day would have to go on without, by the day they were due.';

create function governance.waive(wanted_feed text, wanted_period text, why text, person text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from governance.feed_period
        inner join governance.feed on feed_period.feed = feed.feed and feed.refresh_waits
        where feed_period.feed = wanted_feed and feed_period.period = wanted_period
    ) then
        raise exception 'no refresh waits for this file' using errcode = 'PW002';
    end if;
    insert into governance.waiver (feed, period, waived_by, reason)
    values (wanted_feed, wanted_period, person, why)
    on conflict (feed, period) do nothing;
    if found then
        insert into governance.audit (action, subject)
        values (
            'file waived',
            jsonb_build_object('feed', wanted_feed, 'period', wanted_period, 'reason', why, 'person', person)
        );
    end if;
end
$$;
comment on function governance.waive is 'Let refreshes go on without a file, on record; once is enough.';
