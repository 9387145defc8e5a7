-- one row a line: a code of a list of occupations
select
    line.drop_id,
    line.line_number,

    submission.ends_on as list_from,
    line.list_edition::integer as list_edition,
    {{ soc_with_hyphen('line.soc_code') }}::text as soc_code,
    regexp_replace(line.soc_title, '[.]$', '')::text as soc_title
from {{ accepted_lines('soc_list') }}
