{{ config(post_hook='analyze {{ this }}') }}

-- one row a high-school leaver and later school year with wages in its second quarter (October to December): whether
-- the same employer paid in its fourth (April to June)
with leaver as (

    select * from {{ ref('dim_high_school_leaver') }}
    where leaver_type <> 'not_counted'

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

wage as (

    select * from {{ ref('fct_wage') }}
    where wages_usd > 0

),

succession as (

    select * from {{ ref('brg_account_succession') }}

),

quarter as (

    select * from {{ ref('dim_quarter') }}
    where quarter_number in (2, 4)

),

job as (

    select distinct
        leaver.person_id,
        quarter.school_year,
        wage.ui_account_number,
        quarter.quarter_index,
        quarter.quarter_number = 4 as is_second
    from wage
    inner join quarter on wage.quarter = quarter.quarter
    inner join person_identity on wage.identity_id = person_identity.identity_id
    inner join leaver
        on person_identity.person_id = leaver.person_id and quarter.school_year > leaver.leaver_school_year

),

-- the accounts under which an employer of the second quarter may pay in the fourth
kept as (

    select
        person_id,
        school_year,
        ui_account_number
    from job
    where is_second

    union all

    select
        job.person_id,
        job.school_year,
        succession.successor_ui_account_number as ui_account_number
    from job
    inner join succession
        on
            job.ui_account_number = succession.predecessor_ui_account_number
            and succession.quarter_index between job.quarter_index and job.quarter_index + 2
    where job.is_second

)

select
    kept.person_id,
    kept.school_year,

    bool_or(later.person_id is not null) as is_same_employer
from kept
left join job as later
    on
        kept.person_id = later.person_id
        and kept.school_year = later.school_year
        and kept.ui_account_number = later.ui_account_number
        and not later.is_second
group by kept.person_id, kept.school_year
