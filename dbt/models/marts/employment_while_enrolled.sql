{%- set wages = ['is_wage_held'] -%}
{%- set full_quarter = ['is_full_quarter_held'] -%}
-- one row an institution (or all of a level), term and student level
with enrollment as (

    select * from {{ ref('fct_postsecondary_enrollment') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

worker as (

    select distinct person_identity.person_id
    from {{ ref('fct_wage') }} as wage
    inner join person_identity on wage.identity_id = person_identity.identity_id

),

organization as (

    select * from {{ ref('dim_organization') }}
    where organization_type = 'institution'

),

person_quarter as (

    select * from {{ ref('agg_person_quarter') }}

),

bridge as (

    select * from {{ ref('int_student_bridge_weight') }}

),

held as (

    select * from {{ ref('dim_quarter') }}

),

-- the quarter that lies wholly or mostly inside the term
termed as (

    select
        person_identity.person_id,
        coalesce(organization.organization_level, 'unknown') as institution_level,
        enrollment.institution_ipeds_unit_id,
        enrollment.academic_year,
        enrollment.academic_term,
        enrollment.student_level,
        case enrollment.academic_term
            when 'Fall' then {{ quarter_index('enrollment.academic_year - 1', '4') }}
            when 'Spring' then {{ quarter_index('enrollment.academic_year', '1') }}
            else {{ quarter_index('enrollment.academic_year', '3') }}
        end as quarter_index
    from enrollment
    inner join person_identity on enrollment.identity_id = person_identity.identity_id
    left join organization on enrollment.institution_ipeds_unit_id = organization.organization_identifier

),

-- a person counts once in each institution and once in each total, however many lines there are
student as (

    select distinct
        termed.person_id,
        institutions.institution_level,
        institutions.institution_ipeds_unit_id,
        termed.academic_year,
        termed.academic_term,
        levels.student_level,
        termed.quarter_index
    from termed
    cross join
        lateral (
            values
            (termed.institution_level, termed.institution_ipeds_unit_id),
            (termed.institution_level, 'all'),
            ('all', 'all')
        ) as institutions (institution_level, institution_ipeds_unit_id)
    cross join lateral (values (termed.student_level), ('all')) as levels (student_level)

),

summed as (

    select
        student.institution_level,
        student.institution_ipeds_unit_id,
        student.academic_year,
        student.academic_term,
        student.student_level,
        student.quarter_index,

        count(*) as persons,
        count(person_quarter.person_id) as persons_employed,
        count(*) filter (where person_quarter.is_full_quarter) as persons_employed_full_quarter,
        {{ median('person_quarter.wages_usd') }} as median_quarterly_wages_usd,
        round({{ median('person_quarter.hours_worked') }} / 13, 1) as median_hours_weekly,
        count(*) filter (where worker.person_id is null) as persons_never_in_wages,
        {{ selection_sums('bridge.is_bridged', 'bridge.weight', {
            'employed': 'person_quarter.person_id is not null',
            'employed_full_quarter': 'person_quarter.is_full_quarter'
        }, 'person_quarter.wages_usd') }}
    from student
    left join worker on student.person_id = worker.person_id
    inner join bridge
        on
            student.person_id = bridge.person_id
            and student.academic_year = bridge.academic_year
            and student.academic_term = bridge.academic_term
    left join person_quarter
        on student.person_id = person_quarter.person_id and student.quarter_index = person_quarter.quarter_index
    group by
        student.institution_level,
        student.institution_ipeds_unit_id,
        student.academic_year,
        student.academic_term,
        student.student_level,
        student.quarter_index

),

counted as (

    select
        summed.*,
        {{ reweighting() }} as reweighting,
        {{ corrected_share('employed', '1') }} as corrected_employed,
        {{ corrected_share('employed_full_quarter', '1') }} as corrected_employed_full_quarter
    from summed

)

-- what could not be seen is null, never zero
select
    counted.institution_level,
    counted.institution_ipeds_unit_id,
    {{ school_year_label('counted.academic_year') }} as academic_year,
    counted.academic_term,
    counted.student_level,

    case
        when counted.institution_level = 'all' then 'All institutions'
        when counted.institution_ipeds_unit_id = 'all' then 'All institutions of the level'
        else coalesce(organization.organization_name, 'Unknown')
    end as institution_name,
    held.quarter as reference_quarter,
    counted.persons::integer as persons,
    {{ if_held('counted.persons_employed', wages) }}::integer as persons_employed,
    {{ if_held(share('counted.persons_employed', 'counted.persons'), wages) }} as share_employed,
    {{ if_held('counted.persons_employed_full_quarter', full_quarter) }}::integer as persons_employed_full_quarter,
    {{ if_held(share('counted.persons_employed_full_quarter', 'counted.persons'), full_quarter) }}
        as share_employed_full_quarter,
    {{ if_held('counted.median_quarterly_wages_usd', wages) }} as median_quarterly_wages_usd,
    {{ if_held('counted.median_quarterly_wages_usd * held.price_factor', wages) }}::numeric(12, 2)
        as median_quarterly_wages_real_usd,
    {{ var("price_base_year") }} as price_base_year,
    {{ if_held('counted.median_hours_weekly', wages) }} as median_hours_weekly,
    counted.persons_bridged::integer as persons_bridged,
    {{ selection_columns('employed', wages) }},
    {{ selection_columns('employed_full_quarter', full_quarter) }},
    {{ selection_median('quarterly_wages', wages, wages, 'held.price_factor') }},

    counted.persons_never_in_wages::integer as persons_never_in_wages,
    {{ share('counted.persons_never_in_wages', 'counted.persons') }} as share_never_in_wages,
    held.is_wage_held,
    held.is_full_quarter_held,
    held.wages_mature_from as mature_from,
    held.is_wage_mature as is_mature
from counted
cross join lateral {{ weighted_median('counted') }} as paid
inner join held on counted.quarter_index = held.quarter_index
left join organization on counted.institution_ipeds_unit_id = organization.organization_identifier
