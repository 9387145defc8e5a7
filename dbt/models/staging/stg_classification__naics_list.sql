-- one row a code of a line: a line of several sectors, such as 31-33, is one row for each
select
    line.drop_id,
    line.line_number,
    code.number::text as naics_code,

    submission.ends_on as list_from,
    line.list_edition::integer as list_edition,
    line.naics_title::text as naics_title
from {{ accepted_lines('naics_list') }}
cross join lateral generate_series(
    split_part(line.naics_code, '-', 1)::integer,
    coalesce(nullif(split_part(line.naics_code, '-', 2), ''), line.naics_code)::integer
) as code (number)
