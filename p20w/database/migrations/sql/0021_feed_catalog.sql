-- What the contracts say of feeds and of their periods, for whoever reads SQL and no YAML. Filled from the contracts
-- (p20w.governance.catalog); nobody else writes here.

create table governance.feed (
    feed text primary key,
    short_name text not null,
    title text not null,
    sector text not null,
    purpose text not null,
    granularity text not null,
    limitations text not null,
    authoritative_source text not null,
    steward text not null,
    contract_version text not null,
    agreement_id text not null,
    intake_order smallint not null check (intake_order between 1 and 99),
    period_kind text not null,
    id_space text,
    parent_feed text,
    has_identities boolean not null,
    has_proven_birthdate boolean not null,
    fingerprint text not null
);
comment on table governance.feed is
'One row a feed: its contract in the terms of this system. A feed without a contract stays as long as drops of it are on record.';
comment on column governance.feed.short_name is 'What pages call the feed.';
comment on column governance.feed.sector is 'Part of the education and workforce system the feed is about.';
comment on column governance.feed.intake_order is
'Place among the drops of one day, and two digits of their ids; no two feeds share one.';
comment on column governance.feed.period_kind is 'Quarter, school_year, collection, term or snapshot.';
comment on column governance.feed.id_space is 'Whose numbers the ids of its records are; null without ids.';
comment on column governance.feed.parent_feed is 'The feed that those ids come from, so that its records attach to that feed''s.';
comment on column governance.feed.has_identities is 'Whether its lines are about people.';
comment on column governance.feed.has_proven_birthdate is
'Whether the agency has seen a document of the birth date, which then outweighs what others say.';
comment on column governance.feed.fingerprint is 'Changes with anything the contract says that is in this table or in feed_period.';

create table governance.feed_period (
    feed text not null references governance.feed,
    period text not null,
    starts_on date not null,
    ends_on date not null,
    due_on date not null,
    school_year integer not null,
    program_year integer not null,
    quarter text,
    term text,
    collection text,
    primary key (feed, period)
);
comment on table governance.feed_period is 'One row a feed and period that its contract allows: what the label means.';
comment on column governance.feed_period.period is 'The label, as drops carry it.';
comment on column governance.feed_period.due_on is 'The day by which its drop should have arrived.';
comment on column governance.feed_period.school_year is
'School year (July to June) of the last day, by the year in which it ends: 2024 for 2023-24.';
comment on column governance.feed_period.program_year is
'Program year of the Workforce Innovation and Opportunity Act: 2023 for July 2023 to June 2024.';
comment on column governance.feed_period.quarter is 'Calendar quarter that holds all of the period; null when it lies in several.';
comment on column governance.feed_period.term is 'Fall, spring or summer term of a college; null for other kinds of period.';
comment on column governance.feed_period.collection is 'Collection of a school year, such as fall or eoy; null for other kinds of period.';
