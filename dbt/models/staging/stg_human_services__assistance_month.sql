-- one row a line: a person, program and case in a month
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    line.assistance_program,
    line.case_number,
    make_date(line.file_month / 100, line.file_month % 100, 1) as benefit_month,

    line.certification_start_date,
    line.certification_end_date,
    line.benefit_amount_usd,
    line.gross_income_usd,
    line.gross_income_code,
    line.net_income_usd,
    line.net_income_code,
    line.education_code,
    line.employment_status_code,
    line.relationship_code,
    line.is_child_of_case,
    line.residence_state
from {{ accepted_lines('social_services') }}
