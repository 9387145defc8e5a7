{{ grows_by_drop('ps_aid') }}

-- one row an identity, institution, award year, type and program of aid, and status: what the institution said last
select
    identity_id,
    institution_ipeds_unit_id,
    school_year,
    financial_aid_award_type,
    coalesce(financial_aid_program_code, '') as financial_aid_program_code,
    financial_aid_award_status,

    case
        when financial_aid_award_type like '%Loan' then 'Loan'
        when financial_aid_award_type like '%WorkStudy' then 'WorkStudy'
        when financial_aid_award_type = 'OtherAid' then 'Other'
        else 'Gift'
    end as financial_aid_kind,
    financial_aid_award_amount_usd,
    price_of_attendance_usd,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_higher_ed__aid'),
    [
        'identity_id', 'institution_ipeds_unit_id', 'school_year', 'financial_aid_award_type',
        'financial_aid_program_code', 'financial_aid_award_status'
    ]
) }}) as filed
