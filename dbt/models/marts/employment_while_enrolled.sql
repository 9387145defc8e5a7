-- one row an institution (or all of a level), term and student level
with enrollment as (

    select * from {{ ref('fct_postsecondary_enrollment') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

person as (

    select * from {{ ref('dim_person') }}

),

organization as (

    select * from {{ ref('dim_organization') }}
    where organization_type = 'institution'

),

person_quarter as (

    select * from {{ ref('agg_person_quarter') }}

),

quarter as (

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
        termed.institution_level,
        institutions.institution_ipeds_unit_id,
        termed.academic_year,
        termed.academic_term,
        levels.student_level,
        termed.quarter_index
    from termed
    cross join lateral (values (termed.institution_ipeds_unit_id), ('all')) as institutions (institution_ipeds_unit_id)
    cross join lateral (values (termed.student_level), ('all')) as levels (student_level)

),

counted as (

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
        count(*) filter (where not person.has_wage_record) as persons_never_in_wages
    from student
    inner join person on student.person_id = person.person_id
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

-- what could not be seen is null, never zero
seen as (

    select
        counted.*,
        quarter.quarter as reference_quarter,
        quarter.is_wage_held,
        quarter.wages_mature_from as mature_from,
        quarter.is_wage_mature as is_mature,
        case when quarter.is_wage_held then counted.persons_employed end as seen_employed,
        case when quarter.is_wage_held then counted.persons_employed_full_quarter end as seen_full_quarter
    from counted
    inner join quarter on counted.quarter_index = quarter.quarter_index

)

select
    seen.institution_level,
    seen.institution_ipeds_unit_id,
    {{ school_year_label('seen.academic_year') }} as academic_year,
    seen.academic_term,
    seen.student_level,

    coalesce(organization.organization_name, 'All institutions of the level') as institution_name,
    seen.reference_quarter,
    seen.persons::integer as persons,
    seen.seen_employed::integer as persons_employed,
    {{ share('seen.seen_employed', 'seen.persons') }} as share_employed,
    seen.seen_full_quarter::integer as persons_employed_full_quarter,
    {{ share('seen.seen_full_quarter', 'seen.persons') }} as share_employed_full_quarter,
    seen.median_quarterly_wages_usd,
    seen.median_hours_weekly,

    seen.persons_never_in_wages::integer as persons_never_in_wages,
    {{ share('seen.persons_never_in_wages', 'seen.persons') }} as share_never_in_wages,
    seen.is_wage_held,
    seen.mature_from,
    seen.is_mature
from seen
left join organization on seen.institution_ipeds_unit_id = organization.organization_identifier
