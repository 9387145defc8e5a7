-- The rooms of the warehouse and who may enter them.
-- Intake tables are not here: they follow from the contracts (p20w.intake.tables). dbt makes its own tables.

create schema governance;
create schema intake;
create schema vault;
create schema registry;
create schema core;
create schema marts;

-- ---------------------------------------------------------------- governance

create table governance.key (
    key_name text primary key,
    key_id text not null,
    fingerprint text not null,
    created_at timestamptz not null default now()
);
comment on table governance.key is 'Which keys made the tokens and ids in this database. The keys themselves live outside it.';

create table governance.drop (
    drop_id bigint primary key,
    feed text not null,
    period text not null,
    submission integer not null,
    status text not null
    check (status in ('received', 'loaded', 'accepted', 'rejected', 'superseded', 'withdrawn')),
    reason_code text,
    reason text,
    file_name text,
    file_sha256 text,
    delivered_on date,
    contract_version text,
    lines_total bigint,
    lines_accepted bigint,
    lines_quarantined bigint,
    received_at timestamptz not null default now(),
    loaded_at timestamptz,
    accepted_at timestamptz,
    unique (feed, period, submission)
);
create unique index drop_one_accepted on governance.drop (feed, period) where status = 'accepted';
comment on table governance.drop is 'One row a submission of a feed for a period, whatever became of it.';

create table governance.drop_check (
    drop_id bigint not null references governance.drop,
    check_name text not null,
    observed numeric,
    primary key (drop_id, check_name)
);
comment on table governance.drop_check is 'Facts about a drop, measured once, judged by the drop and intake gates. Never a value from a line.';

create table governance.refresh (
    refresh_id bigint primary key,
    label text not null,
    cutoff date not null,
    status text not null check (status in ('running', 'failed', 'published')),
    code_version text,
    model_version text,
    started_at timestamptz not null default now(),
    finished_at timestamptz
);

create table governance.refresh_drop (
    refresh_id bigint not null references governance.refresh,
    drop_id bigint not null references governance.drop,
    primary key (refresh_id, drop_id)
);

create table governance.current_refresh (
    is_current boolean primary key default true check (is_current),
    refresh_id bigint not null references governance.refresh,
    label text not null,
    cutoff date not null
);
comment on table governance.current_refresh is 'The one refresh that models are built for; dbt reads it here, so that no variable has to be passed.';

create table governance.gate_run (
    gate_run_id bigint generated always as identity primary key,
    gate text not null,
    scope text not null,
    input_fingerprint text not null,
    suite_version text not null,
    passed boolean,
    refresh_id bigint,
    started_at timestamptz not null default now(),
    finished_at timestamptz
);
create index gate_run_by_scope on governance.gate_run (gate, scope, input_fingerprint);

create table governance.gate_result (
    gate_run_id bigint not null references governance.gate_run on delete cascade,
    result_number integer not null,
    expectation text not null,
    column_name text,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    observed text,
    failing_count bigint,
    passed boolean not null,
    what text,
    matters text,
    resolve text,
    primary key (gate_run_id, result_number)
);

create table governance.stage_run (
    refresh_id bigint not null,
    stage text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    figures jsonb not null default '{}',
    primary key (refresh_id, stage)
);

create table governance.match_rate (
    refresh_id bigint not null,
    left_feed text not null,
    right_feed text not null,
    persons_left bigint not null,
    persons_right bigint not null,
    persons_both bigint not null,
    primary key (refresh_id, left_feed, right_feed)
);

create table governance.audit (
    audit_id bigint generated always as identity primary key,
    happened_at timestamptz not null default now(),
    actor text not null default session_user,
    action text not null,
    subject jsonb not null default '{}'
);
comment on table governance.audit is 'Acts that someone may have to answer for: quarantined lines read, drops withdrawn, keys created.';

-- -------------------------------------------------------------------- intake

create table intake.quarantine (
    drop_id bigint not null references governance.drop,
    line_number bigint not null,
    column_name text,
    reason_code text not null,
    byte_offset bigint not null,
    byte_length integer not null,
    primary key (drop_id, line_number)
);
comment on table intake.quarantine is 'Lines set aside and why. No content: a steward reads the line from the drop, and that is audited.';

-- --------------------------------------------------------------------- vault

create table vault.identity (
    identity_id uuid primary key,
    feed text not null,
    id_space text,
    source_id text,
    first_name text,
    middle_name text,
    last_or_surname text,
    previous_last_name text,
    generation_code_or_suffix text,
    birthdate date,
    sex text,
    ssn_token bytea,
    is_ssn_verified boolean
);
create index identity_by_feed on vault.identity (feed);

create table vault.ssn (
    ssn_token bytea primary key,
    near_tokens bytea not null
);
comment on table vault.ssn is 'For each SSN token, nine 16-byte keyed tokens of its one-digit deletions, sorted and joined.';

create table vault.address (
    identity_id uuid not null,
    drop_id bigint not null,
    street text,
    city text,
    state text,
    postal_code text,
    valid_on date,
    primary key (identity_id, drop_id)
);

create table vault.identity_presence (
    identity_id uuid not null,
    drop_id bigint not null,
    primary key (identity_id, drop_id)
);
create index identity_presence_by_drop on vault.identity_presence (drop_id);

-- The intake role may not read the vault, yet near tokens are made only for SSNs that are new.
create function vault.unknown_ssn_tokens(tokens bytea []) returns setof bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select t.token
    from unnest(tokens) as t(token)
    where not exists (select 1 from vault.ssn where vault.ssn.ssn_token = t.token)
$$;
revoke all on function vault.unknown_ssn_tokens(bytea []) from public;

-- ------------------------------------------------------------------ registry

create table registry.person (
    person_id uuid primary key,
    mint_ordinal bigint not null unique,
    minted_refresh bigint not null,
    retired_refresh bigint,
    merged_into uuid
);

create table registry.assignment (
    identity_id uuid not null,
    person_id uuid not null,
    valid_from_refresh bigint not null,
    valid_to_refresh bigint,
    method text not null,
    match_weight double precision,
    primary key (identity_id, valid_from_refresh)
);
create unique index assignment_current on registry.assignment (identity_id) where valid_to_refresh is null;
create index assignment_by_person on registry.assignment (person_id) where valid_to_refresh is null;

create table registry.candidate (
    refresh_id bigint not null,
    identity_id uuid not null,
    person_id uuid not null,
    method text not null,
    match_weight double precision,
    primary key (refresh_id, identity_id)
);

create table registry.candidate_person (
    refresh_id bigint not null,
    person_id uuid not null,
    mint_ordinal bigint not null
);

create table registry.candidate_event (
    refresh_id bigint not null,
    event_number bigint not null,
    kind text not null,
    old_person_id uuid,
    new_person_id uuid,
    identity_id uuid,
    identities bigint not null
);

create table registry.candidate_edge (
    refresh_id bigint not null,
    identity_left uuid not null,
    identity_right uuid not null,
    tier text not null,
    match_weight double precision,
    match_probability double precision,
    model_version text not null
);

create table registry.candidate_review (
    refresh_id bigint not null,
    identity_left uuid not null,
    identity_right uuid not null,
    reason text not null,
    match_weight double precision,
    worth double precision
);

create table registry.candidate_profile (
    refresh_id bigint not null,
    person_id uuid not null,
    birth_year smallint,
    sex text,
    race_ethnicity text
);

create table registry.candidate_fact (
    refresh_id bigint not null,
    fact text not null,
    observed double precision,
    primary key (refresh_id, fact)
);
comment on table registry.candidate_fact is 'Figures about a candidate assignment, judged by the registry gate. Counts and shares.';

create table registry.promotion (
    refresh_id bigint primary key,
    candidate_fingerprint text not null,
    promoted_at timestamptz not null default now()
);
comment on table registry.promotion is 'Which candidate became the current assignment, so that promoting it again changes nothing.';

create table registry.edge (
    identity_left uuid not null,
    identity_right uuid not null,
    tier text not null,
    match_weight double precision,
    match_probability double precision,
    model_version text not null,
    primary key (identity_left, identity_right)
);

create table registry.event (
    event_id bigint generated always as identity primary key,
    refresh_id bigint not null,
    kind text not null check (kind in ('mint', 'attach', 'merge', 'split', 'retire', 'manual')),
    old_person_id uuid,
    new_person_id uuid,
    identity_id uuid,
    evidence jsonb not null default '{}'
);
create index event_by_refresh on registry.event (refresh_id, kind);

create table registry.decision (
    decision_id bigint generated always as identity primary key,
    identity_left uuid not null,
    identity_right uuid not null,
    verdict text not null check (verdict in ('must_link', 'cannot_link')),
    decided_by text not null default session_user,
    decided_at timestamptz not null default now(),
    revoked_at timestamptz
);

create table registry.review_queue (
    refresh_id bigint not null,
    identity_left uuid not null,
    identity_right uuid not null,
    reason text not null,
    match_weight double precision,
    worth double precision,
    primary key (identity_left, identity_right)
);

create table registry.person_profile (
    person_id uuid primary key,
    birth_year smallint,
    sex text,
    race_ethnicity text
);
comment on table registry.person_profile is 'The little that marts may know about a person.';

create view core.person_identity as
select
    identity_id,
    person_id
from registry.assignment
where valid_to_refresh is null;
comment on view core.person_identity is 'Whose the facts are. A merge or split changes this map and no fact.';

-- ---------------------------------------------------------------- privileges

revoke all on schema public from public;

grant usage on schema governance to p20w_intake, p20w_linkage, p20w_transform, p20w_report, p20w_steward;
grant select on all tables in schema governance to p20w_intake, p20w_linkage, p20w_transform, p20w_report, p20w_steward;
grant insert, update on governance.drop, governance.drop_check, governance.refresh, governance.refresh_drop,
governance.current_refresh to p20w_intake;
grant delete on governance.drop_check, governance.refresh_drop to p20w_intake;
grant insert, update, delete on governance.gate_run, governance.gate_result, governance.stage_run
to p20w_intake, p20w_linkage, p20w_transform;
grant insert, update, delete on governance.match_rate to p20w_linkage;
grant update on governance.refresh to p20w_linkage, p20w_transform;
grant insert on governance.audit to p20w_intake, p20w_linkage, p20w_transform, p20w_report, p20w_steward;

grant usage on schema intake to p20w_intake, p20w_linkage, p20w_transform, p20w_report, p20w_steward;
alter default privileges in schema intake grant select, insert, update, delete on tables to p20w_intake;
alter default privileges in schema intake grant select on tables to p20w_linkage, p20w_transform;
grant select, insert, update, delete on intake.quarantine to p20w_intake;
grant select on intake.quarantine to p20w_transform, p20w_report, p20w_steward;

-- intake writes into the vault and never reads it
grant usage on schema vault to p20w_intake, p20w_linkage;
grant insert on all tables in schema vault to p20w_intake;
grant execute on function vault.unknown_ssn_tokens(bytea []) to p20w_intake;
-- linkage is the one reader of the vault
grant select on all tables in schema vault to p20w_linkage;

grant usage on schema registry to p20w_linkage, p20w_transform, p20w_report, p20w_steward;
grant select, insert, update, delete on all tables in schema registry to p20w_linkage;
grant truncate on registry.candidate, registry.candidate_person, registry.candidate_event, registry.candidate_edge,
registry.candidate_review, registry.candidate_profile, registry.edge, registry.review_queue, registry.person_profile
to p20w_linkage;
grant select on registry.assignment, registry.person_profile to p20w_transform;
grant select on registry.review_queue, registry.decision, registry.edge to p20w_steward;
grant insert, update on registry.decision to p20w_steward;
grant select on registry.event to p20w_report;

grant usage, create on schema core, marts to p20w_transform;
grant select on core.person_identity to p20w_transform, p20w_linkage;
grant usage on schema core to p20w_linkage;
grant usage on schema marts to p20w_report, p20w_analyst, p20w_steward;
