-- Refreshes that can be looked back at and gone back from, and weights that stay the same from one to the next.

-- -------------------------------------------------------- looking back at persons

create function registry.person_as_of(wanted_refresh bigint) returns table (identity_id uuid, person_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select assignment.identity_id, assignment.person_id
    from registry.assignment
    where assignment.valid_from_refresh <= wanted_refresh
        and (assignment.valid_to_refresh is null or assignment.valid_to_refresh > wanted_refresh)
        and exists (select 1 from registry.promotion where promotion.refresh_id = wanted_refresh)
$$;
comment on function registry.person_as_of is
'Whose an identity was after a refresh, with the columns of core.person_identity. Nothing for a refresh that was never
promoted or was rolled back.';
revoke all on function registry.person_as_of(bigint) from public;
grant execute on function registry.person_as_of(bigint) to p20w_linkage, p20w_transform;

create view registry.person_alias as
with recursive merged as (

    select person_id, merged_into as surviving_person_id, retired_refresh, 1 as merges
    from registry.person
    where merged_into is not null

    union all

    select merged.person_id, later.merged_into, merged.retired_refresh, merged.merges + 1
    from merged
    inner join registry.person as later on merged.surviving_person_id = later.person_id
    where later.merged_into is not null

),

last_one as (

    select distinct on (person_id) *
    from merged
    order by person_id, merges desc

)

select
    last_one.person_id,
    last_one.surviving_person_id,
    survivor.retired_refresh is null as is_survivor_current,
    last_one.retired_refresh,
    last_one.merges
from last_one
inner join registry.person as survivor on last_one.surviving_person_id = survivor.person_id;
comment on view registry.person_alias is
'Retired ids and the person they were merged into, at the end of the chain. is_survivor_current is false where that
person has no records left either.';
grant select on registry.person_alias to p20w_linkage, p20w_transform, p20w_steward;

-- ------------------------------------------------------------------- going back

-- Which refresh put a row there; what a refresh took away lies in former_*, so that it can be put back.
alter table registry.edge add column since_refresh bigint;
alter table registry.person_profile add column since_refresh bigint;

create table registry.former_edge (
    replaced_refresh bigint not null,
    like registry.edge
);
create index former_edge_by_refresh on registry.former_edge (replaced_refresh);
create table registry.former_review (
    replaced_refresh bigint not null,
    like registry.review_queue
);
create index former_review_by_refresh on registry.former_review (replaced_refresh);
create table registry.former_profile (
    replaced_refresh bigint not null,
    like registry.person_profile
);
create index former_profile_by_refresh on registry.former_profile (replaced_refresh);

create table registry.undone_event (
    undone_at timestamptz not null default now(),
    like registry.event
);
comment on table registry.undone_event is 'Events of refreshes that were rolled back.';

grant select, insert, update, delete on registry.former_edge, registry.former_review, registry.former_profile
to p20w_linkage;
grant select, insert on registry.undone_event to p20w_linkage;

-- ------------------------------------------------------------- weights that stay

create table registry.weighing (
    weighing_id uuid primary key default gen_random_uuid(),
    model_version text not null,
    refresh_id bigint not null,
    nodes bigint not null,
    frozen_at timestamptz not null default now()
);
comment on table registry.weighing is
'What weights depend on beside the two records: the model, how many records there are, how common values are. Frozen,
so that a pair weighs the same in every refresh; see docs/decisions/frozen-weights.md.';

-- holds names and birth dates, so it is in the vault
create table vault.term_frequency (
    weighing_id uuid not null references registry.weighing on delete cascade,
    term text not null,
    value text not null,
    frequency double precision not null,
    primary key (weighing_id, term, value)
);
comment on table vault.term_frequency is 'How common names and birth dates were when a weighing was frozen.';

grant select, insert, delete on registry.weighing to p20w_linkage;
grant select, insert, delete on vault.term_frequency to p20w_linkage;
