-- Which linkage model is in force: the last one promoted; the one shipped where none was. Never changed, only added to.
create table registry.model_promotion (
    promotion_id bigint generated always as identity primary key,
    model_version text not null,
    values_sha256 text not null,
    promoted_at timestamptz not null default now(),
    promoted_by text not null,
    compared jsonb
);
comment on table registry.model_promotion is
'Linkage models put in force, by whom, and what a comparison with the one before had shown (counts alone). Refreshes
take the last one; its trained values must still have this digest.';

grant select, insert on registry.model_promotion to p20w_linkage;
