-- one row a UI account and the account that continues it
with reported as (

    select * from {{ ref('stg_workforce__employer') }}

),

-- either account may name the other, or both
named as (

    select
        predecessor_ui_account_number,
        ui_account_number as successor_ui_account_number,
        quarter
    from reported
    where predecessor_ui_account_number is not null

    union all

    select
        ui_account_number as predecessor_ui_account_number,
        successor_ui_account_number,
        quarter
    from reported
    where successor_ui_account_number is not null

),

changed as (

    select
        predecessor_ui_account_number,
        successor_ui_account_number,
        min(quarter) as quarter
    from named
    where predecessor_ui_account_number <> successor_ui_account_number
    group by predecessor_ui_account_number, successor_ui_account_number

)

select
    predecessor_ui_account_number,
    successor_ui_account_number,

    quarter,
    {{ quarter_index("left(quarter, 4)::integer", "right(quarter, 1)::integer") }}::integer as quarter_index
from changed
