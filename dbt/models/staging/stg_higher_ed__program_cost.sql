-- one row a line: an institution's program and award level in a school year
select
    line.drop_id,
    line.line_number,

    line.institution_ipeds_unit_id::text as institution_ipeds_unit_id,
    {{ cip_with_point('line.cip_code') }} as cip_code,
    line.academic_award_level::text as academic_award_level,
    line.school_year::integer as school_year,

    line.tuition_fees_usd::numeric(9, 2) as tuition_fees_usd,
    line.books_supplies_usd::numeric(9, 2) as books_supplies_usd,
    line.state_share_usd::numeric(9, 2) as state_share_usd,
    line.cost_per_participant_usd::numeric(9, 2) as cost_per_participant_usd
from {{ accepted_lines('program_cost') }}
