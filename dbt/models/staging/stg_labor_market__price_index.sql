-- one row a line: a price series in a month, or an average of months
select
    line.drop_id,
    line.line_number,
    line.series_id::text as series_id,

    submission.quarter,
    line.year::integer as year,
    case
        when line.price_period between 'M01' and 'M12' then right(line.price_period, 2)::integer
    end as month_number,
    substr(line.series_id, 5, 4) as price_area_code,
    substr(line.series_id, 9) as price_item_code,
    substr(line.series_id, 3, 1) = 'S' as is_seasonally_adjusted,
    line.footnote_codes::text as footnote_codes,

    line.index_value::numeric(9, 3) as index_value
from {{ accepted_lines('price_index') }}
