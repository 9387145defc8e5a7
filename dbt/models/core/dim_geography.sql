-- one row a county and locale that occurs in it
with postal_code as (

    select * from {{ ref('ref_postal_code') }}

),

county as (

    select * from {{ ref('ref_county') }}

),

place as (

    select distinct
        county_fips,
        locale_code
    from postal_code

)

select
    place.county_fips,
    place.locale_code,

    county.county_name,
    {{ locale_class('place.locale_code') }} as locale_class,
    {{ locale_class('place.locale_code') }} = 'rural' as is_rural
from place
inner join county on place.county_fips = county.county_fips
