{{ grows_by_drop('credential_award') }}

-- one row an identity, type of license and roster: what the board had on that day
select
    identity_id,
    license_type,
    reported_on,

    credential_award_issuer_name,
    credential_award_start_date,
    last_renewal_date,
    credential_award_end_date,
    license_status,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(ref('stg_licensing_boards__license'), ['identity_id', 'license_type', 'reported_on']) }}) as filed
