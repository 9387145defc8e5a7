-- one row a person and removal: what the newest half-year that has it says of the time in care
with said as (

    select
        person_identity.person_id,
        report.*,
        max(report.reported_on) over (
            partition by person_identity.person_id, report.removal_date
        ) as as_of
    from {{ ref('fct_foster_placement_report') }} as report
    inner join {{ ref('stg_registry__person_identity') }} as person_identity
        on report.identity_id = person_identity.identity_id

),

-- of two records of a child that tell the same placement the last one counts
placement as (

    select
        *,
        row_number() over (from_first) as nth,
        row_number() over (
            partition by person_id, removal_date order by placement_start_date desc, drop_id desc, line_number desc
        ) as nth_from_last
    from (
        select distinct on (person_id, removal_date, placement_start_date) *
        from said
        where reported_on = as_of
        order by person_id, removal_date, placement_start_date, drop_id desc, line_number desc
    ) as told
    window from_first as (partition by person_id, removal_date order by placement_start_date)

),

spell as (

    select
        person_id,
        removal_date,
        count(*)::integer as placements,
        max(placement_setting) filter (where nth = 1) as first_placement_setting,
        coalesce(
            bool_or(placement_setting in ('GroupHome', 'Institution')), false
        ) as was_in_congregate_care
    from placement
    group by person_id, removal_date

)

select
    spell.person_id,
    spell.removal_date,

    placement.discharge_date,
    placement.discharge_reason,
    placement.discharge_date is null as is_open,
    coalesce(placement.discharge_date, placement.as_of) - spell.removal_date as days_in_care,
    spell.placements,
    spell.first_placement_setting,
    placement.placement_setting as last_placement_setting,
    spell.was_in_congregate_care,
    placement.case_plan_goal,
    placement.is_title_iv_e,
    placement.county_fips,
    placement.has_neglect,
    placement.has_abuse,
    placement.has_parental_substance_abuse,
    placement.has_inadequate_housing,
    (row_number() over (
        partition by spell.person_id order by spell.removal_date
    ))::integer as removal_number,

    placement.as_of,
    placement.identity_id,
    placement.drop_id,
    placement.line_number
from spell
inner join placement
    on
        spell.person_id = placement.person_id
        and spell.removal_date = placement.removal_date
        and placement.nth_from_last = 1
