-- one row a line: that a license was on file, and nothing else of it; its agreement allows linkage only
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    submission.ends_on as snapshot_on
from {{ accepted_lines('dmv_license') }}
