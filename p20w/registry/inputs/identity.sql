-- identity: one row a record, as `splink_models.features` reads it
-- Addresses and their parts are numbers that stand for the text: they are only ever asked whether they are equal.
create table identity as
with written as (

    select
        street,
        city,
        postal_code,
        {place} as place,
        list_filter({place_parts}, lambda part: part is not null) as parts,
        {town} as town
    from read_address
    group by street, city, postal_code

),

place as (

    select
        read_address.identity_id,
        list(hash(written.place)) filter (where written.place is not null) as places,
        flatten(list(list_transform(written.parts, lambda part: hash(part)))) as place_parts,
        list(substr(written.postal_code, 1, 5)) filter (where written.postal_code is not null) as postal_codes,
        list(written.town) filter (where written.town is not null) as cities
    from read_address
    inner join written
        on read_address.street is not distinct from written.street
            and read_address.city is not distinct from written.city
            and read_address.postal_code is not distinct from written.postal_code
    group by read_address.identity_id

)

select
    record.record,
    record.feed,
    said.first_name,
    said.middle_name,
    said.last_or_surname,
    said.previous_last_name,
    said.generation_code_or_suffix,
    said.birthdate,
    said.sex,
    record.ssn,
    near_ssn.near,
    list_sort(list_distinct(place.places)) as places,
    list_sort(list_distinct(place.place_parts)) as place_parts,
    list_sort(list_distinct(place.postal_codes)) as postal_codes,
    list_sort(list_distinct(place.cities)) as cities
from record
inner join read_identity as said on record.identity_id = said.identity_id
left join near_ssn on record.ssn = near_ssn.ssn
left join place on record.identity_id = place.identity_id;
