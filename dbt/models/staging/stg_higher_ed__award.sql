-- one row a line: an award conferred
with line as (

    select * from {{ source('intake', 'ps_award') }}

),

submission as (

    select * from {{ ref('stg_governance__drop') }}

)

select
    line.drop_id,
    line.line_number,
    line.identity_id,
    line.institution_ipeds_unit_id::text as institution_ipeds_unit_id,

    line.school_year::integer as school_year,
    line.academic_award_date,
    line.academic_award_level,
    line.cip_code
from line
inner join submission on line.drop_id = submission.drop_id and submission.is_accepted
