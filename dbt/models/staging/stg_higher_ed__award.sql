-- one row a line: an award conferred
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.institution_ipeds_unit_id::text as institution_ipeds_unit_id,

    line.school_year::integer as school_year,
    line.academic_award_date,
    line.academic_award_level,
    line.cip_code
from {{ accepted_lines('ps_award') }}
