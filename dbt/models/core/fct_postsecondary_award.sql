{{ grows_by_drop('ps_award') }}

-- one row an identity, institution, program, level and award date
select
    identity_id,
    institution_ipeds_unit_id,
    cip_code,
    academic_award_level,
    academic_award_date,

    school_year,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_higher_ed__award'),
    ['identity_id', 'institution_ipeds_unit_id', 'cip_code', 'academic_award_level', 'academic_award_date']
) }}) as filed
