-- one row a person whose wages could be found: since when a record outside the wage file carries a usable SSN
with bridge_identity as (

    select * from {{ ref('stg_registry__bridge_identity') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

-- a term begins with the quarter it mostly lies in, or just before it; summer is after leaving school
recorded as (

    select
        identity_id,
        case academic_term
            when 'Fall' then make_date(academic_year - 1, 7, 1)
            when 'Spring' then make_date(academic_year, 1, 1)
            else make_date(academic_year, 7, 1)
        end as recorded_on
    from {{ ref('fct_postsecondary_enrollment') }}
    union all
    select
        identity_id,
        snapshot_on as recorded_on
    from {{ ref('stg_motor_vehicles__license') }}

),

bridged as (

    select
        person_identity.person_id,
        min(recorded.recorded_on) as bridged_from
    from recorded
    inner join bridge_identity on recorded.identity_id = bridge_identity.identity_id
    inner join person_identity on recorded.identity_id = person_identity.identity_id
    group by person_identity.person_id

)

select
    person_id,

    bridged_from
from bridged
