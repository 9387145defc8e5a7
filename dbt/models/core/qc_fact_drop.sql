-- one row a fact and drop: whether every accepted line is accounted for, and what the rows lack
with drops as (

    select * from {{ ref('stg_governance__drop') }}

),

person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

organization as (

    select * from {{ ref('dim_organization') }}

),

employer as (

    select * from {{ ref('dim_employer') }}

),

quarter as (

    select * from {{ ref('dim_quarter') }}

),

district as (

    select organization_identifier from organization
    where organization_type = 'lea'

),

school as (

    select organization_identifier from organization
    where organization_type = 'school'

),

institution as (

    select organization_identifier from organization
    where organization_type = 'institution'

),

k12_enrollment as (

    select
        fact.drop_id,
        'k12_enrollment' as feed,
        count(*) as row_count,
        sum(fact.line_count) as line_count,
        count(*) filter (where person_identity.person_id is null) as rows_without_person,
        count(*) filter (
            where school.organization_identifier is null or district.organization_identifier is null
        ) as rows_without_organization,
        count(*) filter (where fact.enrollment_exit_date < fact.enrollment_entry_date) as rows_against_sense
    from {{ ref('fct_k12_enrollment') }} as fact
    left join person_identity on fact.identity_id = person_identity.identity_id
    left join school on fact.school_identifier_sea = school.organization_identifier
    left join district on fact.lea_identifier_sea = district.organization_identifier
    group by fact.drop_id

),

cte_participation as (

    select
        fact.drop_id,
        'k12_cte' as feed,
        count(*) as row_count,
        sum(fact.line_count) as line_count,
        count(*) filter (where person_identity.person_id is null) as rows_without_person,
        count(*) filter (
            where school.organization_identifier is null or district.organization_identifier is null
        ) as rows_without_organization,
        count(*) filter (where fact.cte_courses_passed < 0) as rows_against_sense
    from {{ ref('fct_cte_participation') }} as fact
    left join person_identity on fact.identity_id = person_identity.identity_id
    left join school on fact.school_identifier_sea = school.organization_identifier
    left join district on fact.lea_identifier_sea = district.organization_identifier
    group by fact.drop_id

),

postsecondary_enrollment as (

    select
        fact.drop_id,
        'ps_enrollment' as feed,
        count(*) as row_count,
        sum(fact.line_count) as line_count,
        count(*) filter (where person_identity.person_id is null) as rows_without_person,
        count(*) filter (where institution.organization_identifier is null) as rows_without_organization,
        count(*) filter (where fact.credits_earned > fact.credits_attempted) as rows_against_sense
    from {{ ref('fct_postsecondary_enrollment') }} as fact
    left join person_identity on fact.identity_id = person_identity.identity_id
    left join institution on fact.institution_ipeds_unit_id = institution.organization_identifier
    group by fact.drop_id

),

postsecondary_award as (

    select
        fact.drop_id,
        'ps_award' as feed,
        count(*) as row_count,
        sum(fact.line_count) as line_count,
        count(*) filter (where person_identity.person_id is null) as rows_without_person,
        count(*) filter (where institution.organization_identifier is null) as rows_without_organization,
        0 as rows_against_sense
    from {{ ref('fct_postsecondary_award') }} as fact
    left join person_identity on fact.identity_id = person_identity.identity_id
    left join institution on fact.institution_ipeds_unit_id = institution.organization_identifier
    group by fact.drop_id

),

-- an employer can be missed only where the employer file of the quarter is held
wage as (

    select
        fact.drop_id,
        'ui_wage' as feed,
        count(*) as row_count,
        sum(fact.line_count) as line_count,
        count(*) filter (where person_identity.person_id is null) as rows_without_person,
        case
            when bool_and(quarter.is_employer_held) then count(*) filter (where not employer.is_on_employer_file)
        end as rows_without_organization,
        count(*) filter (where fact.wages_usd < 0) as rows_against_sense
    from {{ ref('fct_wage') }} as fact
    left join person_identity on fact.identity_id = person_identity.identity_id
    left join employer on fact.ui_account_number = employer.ui_account_number
    left join quarter on fact.quarter = quarter.quarter
    group by fact.drop_id

),

counted as (

    select * from k12_enrollment
    union all
    select * from cte_participation
    union all
    select * from postsecondary_enrollment
    union all
    select * from postsecondary_award
    union all
    select * from wage

),

expected as (

    select * from drops
    where is_accepted and feed in ('k12_enrollment', 'k12_cte', 'ps_enrollment', 'ps_award', 'ui_wage')

)

select
    coalesce(expected.drop_id, counted.drop_id) as drop_id,

    coalesce(expected.feed, counted.feed) as feed,
    expected.period,
    expected.drop_id is not null as is_in_force,

    coalesce(expected.lines_accepted, 0) as lines_accepted,
    coalesce(counted.line_count, 0) as line_count,
    coalesce(counted.row_count, 0) as row_count,
    coalesce(expected.lines_accepted, 0) - coalesce(counted.line_count, 0) as lines_unaccounted,
    {{ share('counted.line_count - counted.row_count', 'counted.line_count') }} as share_repeated,
    coalesce(counted.rows_without_person, 0) as rows_without_person,
    {{ share('counted.rows_without_organization', 'counted.row_count') }} as share_without_organization,
    coalesce(counted.rows_against_sense, 0) as rows_against_sense
from expected
full join counted on expected.drop_id = counted.drop_id
