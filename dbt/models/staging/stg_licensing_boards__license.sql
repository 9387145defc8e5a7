-- one row a line: a license of a person, as a roster has it
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    line.license_type,
    submission.ends_on as reported_on,

    line.credential_award_issuer_name,
    line.credential_award_start_date,
    line.last_renewal_date,
    line.credential_award_end_date,
    line.license_status
from {{ accepted_lines('credential_award') }}
