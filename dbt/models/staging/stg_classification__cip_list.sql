-- one row a line: a code of a list of programs of instruction
select
    line.drop_id,
    line.line_number,

    submission.ends_on as list_from,
    line.list_edition::integer as list_edition,
    line.cip_code::text as cip_code,
    regexp_replace(line.cip_title, '[.]$', '')::text as cip_title
from {{ accepted_lines('cip_list') }}
