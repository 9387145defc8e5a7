-- one row a line: a program on the list
select
    line.drop_id,
    line.line_number,
    line.training_provider_id::text as training_provider_id,
    line.training_program_id::text as training_program_id,

    submission.ends_on as listed_on,
    lpad(line.training_provider_postal_code, 5, '0') as training_provider_postal_code,
    -- several codes, which some write apart
    translate(line.entity_types, ',; ', '') as entity_types,
    {{ cip_with_point('line.cip_code') }} as cip_code,
    {{ soc_with_hyphen('line.soc_code') }} as soc_code,
    line.training_outcome::text as training_outcome,
    line.program_format::text as program_format,
    line.eligible_since::date as eligible_since,

    line.training_tuition_usd::numeric(9, 2) as training_tuition_usd,
    line.training_books_usd::numeric(9, 2) as training_books_usd,
    line.program_clock_hours::integer as program_clock_hours,
    line.program_weeks::integer as program_weeks
from {{ accepted_lines('training_provider') }}
