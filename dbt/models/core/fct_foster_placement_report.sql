{{ grows_by_drop('child_welfare') }}

-- one row an identity, removal, placement and half-year: what the agency's record had on the last day
select
    identity_id,
    removal_date,
    placement_start_date,
    reported_on,

    placement_end_date,
    placement_setting,
    discharge_date,
    discharge_reason,
    case_plan_goal,
    is_title_iv_e,
    county_fips,
    has_neglect,
    has_abuse,
    has_parental_substance_abuse,
    has_inadequate_housing,

    line_count,
    drop_id,
    line_number
from ({{ last_filed(
    ref('stg_child_welfare__placement'),
    ['identity_id', 'removal_date', 'placement_start_date', 'reported_on']
) }}) as filed
