-- one row a line: a child, removal and placement, as a half-year's file has it
select
    line.drop_id,
    line.line_number,
    line.identity_id,

    line.removal_date,
    line.placement_start_date,
    submission.ends_on as reported_on,

    line.placement_end_date,
    line.placement_setting,
    line.discharge_date,
    line.discharge_reason,
    line.case_plan_goal,
    line.is_title_iv_e,
    line.county_fips,
    line.has_neglect,
    line.has_abuse,
    line.has_parental_substance_abuse,
    line.has_inadequate_housing
from {{ accepted_lines('child_welfare') }}
