-- one row a node: a credential, as a year's graph has it
select
    line.drop_id,
    line.line_number,
    line.credential_ctid::text as credential_ctid,
    submission.ends_on as published_on,

    line.credential_kind::text as credential_kind,
    line.credential_status::text as credential_status,
    -- the number of a CTID, whose address in the registry may stand before it
    right(line.credential_owner, 39) as credential_owner,
    line.license_type::text as license_type,
    {{ cip_with_point('line.cip_code') }} as cip_code,
    -- without the two digits that O*NET adds
    {{ soc_with_hyphen("split_part(line.soc_code, '.', 1)") }} as soc_code,
    line.effective_since::date as effective_since
from {{ accepted_lines('credential_definition') }}
