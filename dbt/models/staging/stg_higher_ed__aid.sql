-- one row a line: an institution, student, award year, type and program of aid, and status
select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.institution_ipeds_unit_id,
    line.financial_aid_award_type,
    line.financial_aid_program_code,
    line.financial_aid_award_status,

    line.school_year::integer as school_year,

    line.financial_aid_award_amount_usd,
    line.price_of_attendance_usd
from {{ accepted_lines('ps_aid') }}
