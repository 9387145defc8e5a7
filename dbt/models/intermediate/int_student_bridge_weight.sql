-- one row a college student and term: whether wages could be found, and for how many one bridged student stands
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

wage_bridge as (

    select * from {{ ref('int_wage_bridge') }}

),

-- who is enrolled at two institutions is put with the first
student as (

    select
        person_identity.person_id,
        enrollment.academic_year,
        enrollment.academic_term,
        min(enrollment.student_level) as student_level,
        min(organization.organization_level) as institution_level,
        min(enrollment.institution_ipeds_unit_id) as institution_ipeds_unit_id
    from enrollment
    inner join person_identity on enrollment.identity_id = person_identity.identity_id
    left join organization on enrollment.institution_ipeds_unit_id = organization.organization_identifier
    group by person_identity.person_id, enrollment.academic_year, enrollment.academic_term

),

pupil as (

    select distinct person_identity.person_id
    from {{ ref('int_k12_enrollment') }} as enrollment
    inner join person_identity on enrollment.identity_id = person_identity.identity_id

),

known as (

    select
        student.*,
        pupil.person_id is not null as has_k12_record,
        person.sex,
        person.race_ethnicity,
        wage_bridge.person_id is not null as is_bridged
    from student
    inner join person on student.person_id = person.person_id
    left join pupil on student.person_id = pupil.person_id
    left join wage_bridge on student.person_id = wage_bridge.person_id

)

{% set known = [
    'academic_year', 'academic_term', 'student_level', 'institution_level', 'has_k12_record', 'race_ethnicity', 'sex',
    'institution_ipeds_unit_id'
] %}
select
    person_id,
    academic_year,
    academic_term,

    is_bridged,
    {{ inverse_probability('is_bridged', known) }} as weight
from known
