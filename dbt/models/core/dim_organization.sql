-- one row a school district, school, institution of higher education or site of early learning
with lea as (

    select * from {{ ref('ref_lea') }}

),

school as (

    select * from {{ ref('ref_school') }}

),

institution as (

    select * from {{ ref('ref_institution') }}

),

site as (

    select * from {{ ref('ref_early_learning_site') }}

),

postal_code as (

    select * from {{ ref('ref_postal_code') }}

),

united as (

    select
        'lea' as organization_type,
        lea_identifier_sea as organization_identifier,
        lea_name as organization_name,
        null as parent_organization_identifier,
        null as organization_level,
        null as sector,
        county_fips,
        null as locale_code
    from lea

    union all

    select
        'school' as organization_type,
        school.school_identifier_sea as organization_identifier,
        school.school_name as organization_name,
        school.lea_identifier_sea as parent_organization_identifier,
        school.level as organization_level,
        null as sector,
        postal_code.county_fips,
        postal_code.locale_code
    from school
    left join postal_code on school.postal_code = postal_code.postal_code

    union all

    select
        'institution' as organization_type,
        institution.institution_ipeds_unit_id as organization_identifier,
        institution.institution_name as organization_name,
        null as parent_organization_identifier,
        institution.institution_level as organization_level,
        institution.sector,
        postal_code.county_fips,
        postal_code.locale_code
    from institution
    left join postal_code on institution.postal_code = postal_code.postal_code

    union all

    select
        'site' as organization_type,
        site.early_learning_organization_identifier as organization_identifier,
        site.site_name as organization_name,
        null as parent_organization_identifier,
        site.site_type as organization_level,
        null as sector,
        postal_code.county_fips,
        postal_code.locale_code
    from site
    left join postal_code on site.postal_code = postal_code.postal_code

)

select * from united
