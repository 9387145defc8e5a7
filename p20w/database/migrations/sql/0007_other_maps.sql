-- Who would be who on less or more evidence: the identities whose person differs from the map in use. Kept for the last
-- refresh alone, so that answers can be computed once more over each map.
create table registry.other_map (
    map text not null check (map in ('stricter', 'looser')),
    identity_id uuid not null,
    person_id uuid not null,
    primary key (map, identity_id)
);
comment on table registry.other_map is
'Identities that a stricter or a looser map gives to another person. Ids of parts that a stricter map cuts off are made
for this table alone and name nobody elsewhere.';

grant select, insert, update, delete, truncate on registry.other_map to p20w_linkage;
grant select on registry.other_map to p20w_transform;
