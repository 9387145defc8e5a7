-- What data-sharing agreements allow, beside the feed that comes under them, and what marts make use of. The first is
-- filled from the contracts (p20w.governance.catalog); the second by the gate of marts, which judges by it.

alter table governance.feed
add column legal_authority text not null default '',
add column purposes text [] not null default '{}',
add column permitted_linkages text [] not null default '{}',
add column minimum_cell_size integer not null default 10,
add column retention_years integer not null default 0,
add column agreement_from date not null default '-infinity',
add column agreement_to date not null default 'infinity';
comment on column governance.feed.legal_authority is 'The law under which the agency may share the feed.';
comment on column governance.feed.purposes is 'What its data may be used for.';
comment on column governance.feed.permitted_linkages is 'The feeds that its records may be joined with in a mart.';
comment on column governance.feed.minimum_cell_size is 'No group of fewer people is shown.';
comment on column governance.feed.retention_years is 'Years after a period''s end for which its data may be kept.';
comment on column governance.feed.agreement_from is 'First day on which the agreement is in force.';
comment on column governance.feed.agreement_to is 'Last day on which it is in force.';

create table governance.mart_use (
    lineage text not null,
    mart text not null,
    feed text not null,
    purpose text not null,
    primary key (lineage, mart, feed, purpose)
);
comment on table governance.mart_use is
'One row a mart, feed and purpose: whose records the mart is made of by the lineage of its models, and what for there. Rows of one lineage are the uses of all marts at a time; they never change.';
comment on column governance.mart_use.lineage is 'Digest of all rows that belong together.';
comment on column governance.mart_use.purpose is 'In the words of agreements; unstated where neither the mart nor a model on the way says one.';
