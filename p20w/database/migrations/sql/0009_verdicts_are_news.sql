-- Roles that see nothing of the registry ask here whether reviewers changed anything since the last refresh.
create view governance.latest_verdict as
select max(greatest(decided_at, revoked_at)) as changed_at
from registry.decision
where verdict <> 'undecided';
comment on view governance.latest_verdict is
'When a reviewer last gave or revoked a verdict that linkage follows; null while there is none.';

grant select on governance.latest_verdict to p20w_intake, p20w_linkage, p20w_transform, p20w_report, p20w_steward;
