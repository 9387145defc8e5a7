-- Whose wages can be found at all hangs on SSNs, which only the vault holds. What the warehouse is told of them is which
-- identities outside the wage file carry one that can be used: no token, no feed, no name.
create view registry.bridge_identity with (security_barrier) as
select identity_id
from vault.identity
where ssn_token is not null and feed <> 'ui_wage';
comment on view registry.bridge_identity is
'Identities outside the wage file with a usable SSN: through one of them a person''s wages can be found.';
