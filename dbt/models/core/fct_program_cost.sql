-- one row an institution, program, award level and school year; of lines that say it twice the later one
with reported as (

    select * from {{ ref('stg_higher_ed__program_cost') }}

)

select distinct on (institution_ipeds_unit_id, cip_code, academic_award_level, school_year)
    institution_ipeds_unit_id,
    cip_code,
    academic_award_level,
    school_year,

    tuition_fees_usd,
    books_supplies_usd,
    tuition_fees_usd + books_supplies_usd as student_price_usd,
    state_share_usd,
    cost_per_participant_usd,

    drop_id,
    line_number
from reported
order by
    institution_ipeds_unit_id, cip_code, academic_award_level, school_year, drop_id desc, line_number desc
