-- What the registry knows of its own errors: estimates, rates and drift of each refresh, for the whole and by group.
create table governance.linkage_figure (
    refresh_id bigint not null,
    figure text not null,
    subject text not null default '',
    dimension text not null default '',
    trait text not null default '',
    value double precision,
    low double precision,
    high double precision,
    part bigint,
    whole bigint,
    persons bigint,
    primary key (refresh_id, figure, subject, dimension, trait)
);
comment on table governance.linkage_figure is
'Figures about linkage, one set a refresh: what (figure), of which feed or pair of feeds (subject), of which group
(dimension, trait), with a 95 % interval where it is an estimate. Counts and shares, no values.';

-- What error does to answers: key figures of the marts over stricter and looser maps of who is who.
create table governance.answer_range (
    refresh_id bigint not null,
    answer text not null,
    part text not null default '',
    map text not null check (map in ('current', 'stricter', 'looser')),
    value double precision,
    persons bigint,
    primary key (refresh_id, answer, part, map)
);
comment on table governance.answer_range is
'The same figure over the map in use and over maps that follow fewer or more links, so that a reader sees how much
an answer hangs on decisions about linkage.';

grant select on governance.linkage_figure, governance.answer_range to p20w_intake, p20w_linkage, p20w_transform,
p20w_report, p20w_steward;
grant insert, update, delete on governance.linkage_figure to p20w_linkage;
grant insert, update, delete on governance.answer_range to p20w_linkage, p20w_transform;
