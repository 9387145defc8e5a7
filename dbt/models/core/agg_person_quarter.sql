{{ config(indexes=[{'columns': ['person_id', 'quarter_index']}], post_hook='analyze {{ this }}') }}

-- one row a person and quarter with UI-covered wages, over all employers
with person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

wage as (

    select * from {{ ref('fct_wage') }}
    where wages_usd > 0

),

succession as (

    select * from {{ ref('brg_account_succession') }}

),

job as (

    select
        person_identity.person_id,
        wage.ui_account_number,
        wage.quarter,
        {{ quarter_index("left(wage.quarter, 4)::integer", "right(wage.quarter, 1)::integer") }} as quarter_index,
        sum(wage.wages_usd) as wages_usd,
        sum(wage.hours_worked) as hours_worked
    from wage
    inner join person_identity on wage.identity_id = person_identity.identity_id
    group by person_identity.person_id, wage.ui_account_number, wage.quarter

),

-- around a change of account the employer stays the same: what the old account paid up to the change also stands,
-- without amount, under the new one, and what the new one paid from the change on under the old one
carried as (

    select
        job.person_id,
        succession.successor_ui_account_number as ui_account_number,
        job.quarter_index,
        'predecessor' as paid_by
    from job
    inner join succession
        on
            job.ui_account_number = succession.predecessor_ui_account_number
            and job.quarter_index between succession.quarter_index - 1 and succession.quarter_index

    union all

    select
        job.person_id,
        succession.predecessor_ui_account_number as ui_account_number,
        job.quarter_index,
        'successor' as paid_by
    from job
    inner join succession
        on
            job.ui_account_number = succession.successor_ui_account_number
            and job.quarter_index between succession.quarter_index and succession.quarter_index + 1

),

together as (

    select
        person_id,
        ui_account_number,
        quarter,
        quarter_index,
        wages_usd,
        hours_worked,
        'account' as paid_by
    from job

    union all

    select
        person_id,
        ui_account_number,
        null as quarter,
        quarter_index,
        null as wages_usd,
        null as hours_worked,
        paid_by
    from carried

),

-- a full quarter has wages of the same employer in the quarter before and the quarter after
spelled as (

    select
        together.*,
        count(*) filter (where together.paid_by <> 'successor')
            over (employment range between 1 preceding and 1 preceding)
        > 0
        and count(*) filter (where together.paid_by <> 'predecessor')
            over (employment range between 1 following and 1 following)
        > 0 as is_full_quarter,
        count(*) filter (where together.paid_by = 'predecessor') over (employment range current row) > 0
            as is_counted_at_predecessor
    from together
    window employment as (
        partition by together.person_id, together.ui_account_number order by together.quarter_index
    )

),

worked as (

    select
        person_id,
        quarter,
        quarter_index,
        sum(wages_usd) as wages_usd,
        sum(hours_worked) as hours_worked,
        greatest(count(*) filter (where not is_counted_at_predecessor), 1) as employer_count,
        bool_or(is_full_quarter) as is_full_quarter,
        (array_agg(ui_account_number order by wages_usd desc, ui_account_number))[1] as primary_ui_account_number
    from spelled
    where paid_by = 'account'
    group by person_id, quarter, quarter_index

)

select
    person_id,
    quarter,

    quarter_index::integer as quarter_index,
    primary_ui_account_number,
    is_full_quarter,

    employer_count::integer as employer_count,
    wages_usd::bigint as wages_usd,
    hours_worked::integer as hours_worked
from worked
