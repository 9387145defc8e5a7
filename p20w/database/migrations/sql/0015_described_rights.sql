-- Rights follow from p20w/database/roles.yaml and are brought in line after every revision (p20w.database.access): no
-- revision grants or revokes any more. What changes the state of a drop, a refresh or a decision is a function that checks
-- whether it may, and writes who and when from the session.

create table governance.access (
    access_id bigint generated always as identity primary key,
    version text not null,
    settled_at timestamptz not null default now(),
    settled_by text not null default session_user
);
comment on table governance.access is 'When rights were brought in line with which description of them.';

-- new tables and functions are nobody's until they are described
alter default privileges in schema intake revoke all on tables from p20w_intake, p20w_linkage, p20w_transform;
alter default privileges revoke execute on functions from public;

-- what is published is owned by the publisher, who makes this schema anew (p20w.warehouse.handing_over)
drop schema marts cascade;

-- ------------------------------------------------------------------ verdicts

-- A run is opened, its results are added, it is closed; after that nothing about it changes.
create function governance.keep_verdicts() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if old.finished_at is not null then
        raise exception 'gate run % is finished: a verdict is never changed', old.gate_run_id using errcode = 'PW003';
    end if;
    new.finished_at := coalesce(new.finished_at, clock_timestamp());
    return new;
end
$$;
create trigger keep_verdicts before update on governance.gate_run
for each row execute function governance.keep_verdicts();

create function governance.keep_results() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from added inner join governance.gate_run on added.gate_run_id = gate_run.gate_run_id
        where gate_run.finished_at is not null
    ) then
        raise exception 'the gate run is finished: nothing is added to a verdict' using errcode = 'PW003';
    end if;
    return null;
end
$$;
create trigger keep_results after insert on governance.gate_result
referencing new table as added
for each statement execute function governance.keep_results();

create function governance.has_passed(of_gate text, of_scope text, since timestamptz default '-infinity')
returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
    select coalesce((
        select passed
        from governance.gate_run
        where gate = of_gate and scope = of_scope and finished_at >= since
        order by gate_run_id desc
        limit 1
    ), false)
$$;
comment on function governance.has_passed is 'Whether the last finished run of a gate over a scope passed.';

-- --------------------------------------------------------------------- drops

alter table governance.drop add column changed_at timestamptz not null default now();
alter table governance.drop add column changed_by text not null default session_user;
comment on column governance.drop.changed_by is 'The login that brought the drop into its state.';

create function governance.refuse_step(wanted bigint, step text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'drop % cannot be % now: it is %', wanted, step,
        coalesce((select status from governance.drop where drop_id = wanted), 'unknown')
        using errcode = 'PW002';
end
$$;

create function governance.receive_drop(
    wanted bigint, of_feed text, of_period text, of_submission integer, is_changed boolean,
    named text, sha256 text, delivered date, contract text, lines bigint
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- a changed submission begins as rejected: the row it could not replace stays as it is
    insert into governance.drop as held (
        drop_id, feed, period, submission, status,
        file_name, file_sha256, delivered_on, contract_version, lines_total
    )
    values (
        wanted, of_feed, of_period, of_submission, case when is_changed then 'rejected' else 'received' end,
        named, sha256, delivered, contract, lines
    )
    on conflict (drop_id) do update set
        file_name = excluded.file_name, file_sha256 = excluded.file_sha256,
        delivered_on = excluded.delivered_on, contract_version = excluded.contract_version,
        lines_total = excluded.lines_total, changed_at = now(), changed_by = session_user
    where (held.feed, held.period, held.submission) = (excluded.feed, excluded.period, excluded.submission)
        and (held.status = 'received' or held.status = 'rejected' and held.reason_code is null);
    if not found then
        perform governance.refuse_step(wanted, 'received');
    end if;
end
$$;

create function governance.load_drop(wanted bigint, lines bigint, accepted bigint, quarantined bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update governance.drop
    set status = 'loaded', loaded_at = now(), lines_total = lines, lines_accepted = accepted,
        lines_quarantined = quarantined, changed_at = now(), changed_by = session_user
    where drop_id = wanted and status = 'received';
    if not found then
        perform governance.refuse_step(wanted, 'loaded');
    end if;
end
$$;

create function governance.accept_drop(wanted bigint) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    loaded governance.drop;
    standing integer;
    becomes text;
begin
    select * into loaded from governance.drop where drop_id = wanted and status = 'loaded' for update;
    if not found then
        perform governance.refuse_step(wanted, 'accepted');
    end if;
    if not governance.has_passed(
        'intake', loaded.feed || '/' || loaded.period || '/' || loaded.submission, loaded.loaded_at
    ) then
        raise exception 'drop % has no passed run of the intake gate since it was loaded', wanted using errcode = 'PW002';
    end if;
    select submission into standing
    from governance.drop
    where feed = loaded.feed and period = loaded.period and status = 'accepted'
    for update;
    becomes := case when standing > loaded.submission then 'superseded' else 'accepted' end;
    if becomes = 'accepted' then
        update governance.drop
        set status = 'superseded', changed_at = now(), changed_by = session_user
        where feed = loaded.feed and period = loaded.period and status = 'accepted';
    end if;
    update governance.drop
    set status = becomes, accepted_at = now(), changed_at = now(), changed_by = session_user
    where drop_id = wanted;
    return becomes;
end
$$;
comment on function governance.accept_drop is
'Make a loaded drop active in the place of the one that is, if the intake gate let it pass; what it became.';

create function governance.refuse_drop(wanted bigint, code text, why text, lines bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    refused governance.drop;
begin
    select * into refused
    from governance.drop
    where drop_id = wanted
        and (status in ('received', 'loaded') or status = 'rejected' and reason_code is null)
    for update;
    if not found or code is null then
        perform governance.refuse_step(wanted, 'refused');
    end if;
    if refused.status = 'loaded' then  -- leaves nothing but its row and its facts
        execute format('delete from intake.%I where drop_id = $1', refused.feed) using wanted;
        delete from intake.quarantine where quarantine.drop_id = wanted;
        perform vault.forget_drop(wanted);
    end if;
    update governance.drop
    set status = 'rejected', reason_code = code, reason = why, lines_total = lines, lines_accepted = 0,
        lines_quarantined = 0, changed_at = now(), changed_by = session_user
    where drop_id = wanted;
end
$$;

create function governance.withdraw_drop(wanted text, why text, person text) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    gone governance.drop;
    restored integer;
begin
    update governance.drop
    set status = 'withdrawn', reason_code = 'withdrawn', reason = why, changed_at = now(), changed_by = session_user
    where feed || '/' || period || '/' || submission = wanted and status = 'accepted'
    returning * into gone;
    if not found then
        raise exception 'this drop is not active' using errcode = 'PW002';
    end if;
    update governance.drop
    set status = 'accepted', changed_at = now(), changed_by = session_user
    where drop_id = (
        select drop_id from governance.drop
        where feed = gone.feed and period = gone.period and status = 'superseded'
        order by submission desc
        limit 1
    )
    returning submission into restored;
    insert into governance.audit (action, subject)
    values (
        'drop withdrawn',
        jsonb_build_object('drop', wanted, 'restored_submission', restored, 'reason', why, 'person', person)
    );
    return restored;
end
$$;
comment on function governance.withdraw_drop is
'Withdraw a drop, on record; the submission that is active again, null where there is none.';

-- ----------------------------------------------------------------- refreshes

alter table governance.refresh add column changed_at timestamptz not null default now();
alter table governance.refresh add column changed_by text not null default session_user;
comment on column governance.refresh.changed_by is 'The login that brought the refresh into its state.';

create function governance.open_refresh(wanted_label text, wanted_cutoff date, code text, begins_anew boolean)
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    opened bigint;
begin
    lock table governance.refresh in share row exclusive mode;  -- at most one is not published
    select coalesce(
        max(refresh_id) filter (where status <> 'published'),
        max(refresh_id) + 1,
        1
    ) into opened
    from governance.refresh;
    insert into governance.refresh as held (refresh_id, label, cutoff, status, code_version)
    values (opened, wanted_label, wanted_cutoff, 'running', code)
    on conflict (refresh_id) do update set
        label = excluded.label, cutoff = excluded.cutoff, status = excluded.status,
        started_at = case
            when begins_anew or held.code_version is distinct from excluded.code_version then now()
            else held.started_at
        end,
        code_version = excluded.code_version, finished_at = null, changed_at = now(), changed_by = session_user;
    delete from governance.refresh_drop where refresh_drop.refresh_id = opened;
    insert into governance.refresh_drop (refresh_id, drop_id)
    select opened, drop_id from governance.drop where status = 'accepted';
    insert into governance.current_refresh (refresh_id, label, cutoff) values (opened, wanted_label, wanted_cutoff)
    on conflict (is_current) do update set
        refresh_id = excluded.refresh_id, label = excluded.label, cutoff = excluded.cutoff;
    return opened;
end
$$;
comment on function governance.open_refresh is
'Open a refresh over the active drops, or continue the one that is not published; its number.';

create function governance.refuse_refresh(wanted bigint, step text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'refresh % cannot be % now', wanted, step using errcode = 'PW002';
end
$$;

create function governance.finish_refresh(wanted bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    judged text;
begin
    foreach judged in array array['registry', 'core', 'marts'] loop
        if not governance.has_passed(judged, 'refresh/' || wanted) then
            raise exception 'refresh % has no passed run of the % gate', wanted, judged using errcode = 'PW002';
        end if;
    end loop;
    update governance.refresh
    set status = 'published', finished_at = now(), changed_at = now(), changed_by = session_user
    where refresh_id = wanted and status <> 'published';
    if not found then
        perform governance.refuse_refresh(wanted, 'published');
    end if;
end
$$;

create function governance.fail_refresh(wanted bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update governance.refresh
    set status = 'failed', finished_at = now(), changed_at = now(), changed_by = session_user
    where refresh_id = wanted and status in ('running', 'failed');
    if not found then
        perform governance.refuse_refresh(wanted, 'stopped');
    end if;
end
$$;

create function governance.note_model(wanted bigint, version text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update governance.refresh set model_version = version where refresh_id = wanted and status <> 'published';
    if not found then
        perform governance.refuse_refresh(wanted, 'linked');
    end if;
end
$$;
comment on function governance.note_model is 'Say by which model an open refresh is linked.';

create function governance.take_back_refresh(wanted bigint, what jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update governance.refresh
    set status = 'failed', finished_at = now(), changed_at = now(), changed_by = session_user
    where refresh_id = wanted
        and refresh_id = (select max(refresh_id) from governance.refresh)
        and not exists (select from registry.promotion where promotion.refresh_id = wanted);
    if not found then
        perform governance.refuse_refresh(wanted, 'taken back');
    end if;
    insert into governance.audit (action, subject) values ('registry rolled back', what);
end
$$;
comment on function governance.take_back_refresh is
'Count the last refresh as stopped once its assignment is no longer the active one, on record.';

-- -------------------------------------------------------- models and decisions

alter table registry.model_promotion add column promoted_as text not null default session_user;
comment on column registry.model_promotion.promoted_as is 'The login; promoted_by is the name that was given.';

create function registry.promote_model(version text, sha256 text, by_person text, counts jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into registry.model_promotion (model_version, values_sha256, promoted_by, compared)
    values (version, sha256, by_person, counts);
    insert into governance.audit (action, subject)
    values (
        'linkage model put in force',
        jsonb_build_object('model', version, 'person', by_person, 'is_compared', counts is not null)
    );
end
$$;

comment on column registry.decision.decided_by is 'The login; reviewer is the name that was given.';
alter table registry.decision add column revoked_as text;
comment on column registry.decision.revoked_as is 'The login that revoked; revoked_by is the name that was given.';

create function registry.note_login_of_revoking() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    new.revoked_as := session_user;
    return new;
end
$$;
create trigger note_login_of_revoking before update of revoked_at on registry.decision
for each row when (new.revoked_at is not null) execute function registry.note_login_of_revoking();

-- --------------------------------------------------------------- on the record

-- The record of a reading is committed before anything is read, and serves the one session it was made in: rolling back
-- takes nothing with it, and nobody reads on another's receipt. Nobody but these functions writes such a record.
create or replace function registry.review_open(left_id uuid, right_id uuid, reviewer text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    receipt bigint;
begin
    if not exists (
        select 1 from registry.review_pair as pair
        where pair.identity_left = left_id and pair.identity_right = right_id
    ) then
        raise exception 'the pair is neither in the review queue nor decided' using errcode = '42501';
    end if;
    insert into governance.audit (action, subject)
    values (
        'review pair read',
        jsonb_build_object(
            'identity_left', left_id, 'identity_right', right_id, 'reviewer', left(reviewer, 60),
            'transaction', pg_current_xact_id()::text, 'session', pg_backend_pid()
        )
    )
    returning audit_id into receipt;
    return receipt;
end
$$;

create or replace function registry.review_read(receipt bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    left_id uuid;
    right_id uuid;
begin
    -- A reading that is rolled back would take its trace along, so the trace has to be there before.
    select (subject ->> 'identity_left')::uuid, (subject ->> 'identity_right')::uuid
    into left_id, right_id
    from governance.audit
    where audit_id = receipt
        and action = 'review pair read'
        and actor = session_user
        and happened_at > clock_timestamp() - interval '1 minute'
        and subject ->> 'session' = pg_backend_pid()::text
        and subject ->> 'transaction' is distinct from pg_current_xact_id_if_assigned()::text;
    if not found or not exists (
        select 1 from registry.review_pair as pair
        where pair.identity_left = left_id and pair.identity_right = right_id
    ) then
        raise exception 'no committed record of this reading' using errcode = '42501';
    end if;
    return (
        select jsonb_build_object(
            'left', registry.review_side(left_id),
            'right', registry.review_side(right_id),
            'ssn', case
                when one.ssn_token is null or other.ssn_token is null then 'missing'
                when one.ssn_token = other.ssn_token then 'same'
                when exists (
                    select 1
                    from vault.ssn as near_one, vault.ssn as near_other,
                        generate_series(0, 8) as i, generate_series(0, 8) as j
                    where near_one.ssn_token = one.ssn_token and near_other.ssn_token = other.ssn_token
                        and substr(near_one.near_tokens, i * 16 + 1, 16)
                        = substr(near_other.near_tokens, j * 16 + 1, 16)
                ) then 'one digit apart'
                else 'different'
            end,
            'source_id', case
                when one.source_id is null or other.source_id is null then 'missing'
                when one.id_space is distinct from other.id_space then 'not comparable'
                when one.source_id = other.source_id then 'same'
                when registry.one_apart(one.source_id, other.source_id) then 'one digit apart'
                else 'different'
            end,
            'is_one_person', coalesce((
                select count(*) = 2 and count(distinct person_id) = 1
                from registry.assignment
                where identity_id in (left_id, right_id) and valid_to_refresh is null
            ), false),
            'household', registry.review_household(left_id, right_id)
        )
        from vault.identity as one
        cross join vault.identity as other
        where one.identity_id = left_id and other.identity_id = right_id
    );
end
$$;
create function governance.record_line_read(of_drop bigint, of_line bigint, person text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into governance.audit (action, subject)
    select
        'quarantined line read',
        jsonb_build_object(
            'drop', delivery.feed || '/' || delivery.period || '/' || delivery.submission,
            'line', of_line,
            'reason', (
                select string_agg(reason_code || coalesce(', column ' || column_name, ''), '; ' order by column_name)
                from intake.quarantine
                where quarantine.drop_id = of_drop and line_number = of_line
            ),
            'person', person
        )
    from governance.drop as delivery
    where delivery.drop_id = of_drop
        and exists (select from intake.quarantine where quarantine.drop_id = of_drop and line_number = of_line);
    if not found then
        raise exception 'there is no such quarantined line' using errcode = 'PW002';
    end if;
end
$$;

-- forget_drop is called by refuse_drop alone: of a drop that was ever active, nobody is forgotten by it
create or replace function vault.forget_drop(forgotten bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from governance.drop
        where governance.drop.drop_id = forgotten and governance.drop.status = 'loaded'
            and governance.drop.accepted_at is null
    ) then
        raise exception 'drop % is active or was: withdraw it first', forgotten using errcode = 'PW002';
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
