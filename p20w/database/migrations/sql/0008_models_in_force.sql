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

-- roles that see nothing of the registry ask here whether the last refresh was linked by another model
create view governance.model_in_force as
select
    model_version,
    promoted_at
from registry.model_promotion
order by promotion_id desc
limit 1;
comment on view governance.model_in_force is
'The linkage model that was promoted last; no row while the shipped one is in force.';

grant select on governance.model_in_force to p20w_intake, p20w_linkage, p20w_transform, p20w_report, p20w_steward;
