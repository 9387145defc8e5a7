{{ config(indexes=[{'columns': ['quarter_index']}], post_hook='analyze {{ this }}') }}

-- one row a person and quarter with UI-covered wages, over all employers
with person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

wage as (

    select * from {{ ref('fct_wage') }}
    where wages_usd > 0

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

-- a full quarter has wages of the same employer in the quarter before and the quarter after
spelled as (

    select
        job.*,
        coalesce(
            lag(job.quarter_index) over employment = job.quarter_index - 1
            and lead(job.quarter_index) over employment = job.quarter_index + 1,
            false
        ) as is_full_quarter
    from job
    window employment as (partition by job.person_id, job.ui_account_number order by job.quarter_index)

),

worked as (

    select
        person_id,
        quarter,
        quarter_index,
        sum(wages_usd) as wages_usd,
        sum(hours_worked) as hours_worked,
        count(*) as employer_count,
        bool_or(is_full_quarter) as is_full_quarter,
        (array_agg(ui_account_number order by wages_usd desc, ui_account_number))[1] as primary_ui_account_number
    from spelled
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
