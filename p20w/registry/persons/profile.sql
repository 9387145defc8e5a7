-- profile: one row a person: the little that marts may know, nothing that identifies
-- The value that most files say; of equals one proven by a document, then the first in order.
create table profile as
with said as (

    select
        member.cluster,
        unnest(['birth_year', 'sex']) as property,
        unnest([features.birth_year::varchar, features.sex]) as value,
        record.drops as times,
        record.is_birthdate_proven
    from member
    inner join features on member.record = features.record
    inner join record on member.record = record.record

    union all

    select
        member.cluster,
        'race' as property,
        trait.value,
        trait.lines as times,
        false as is_birthdate_proven
    from trait
    inner join member on trait.identity_id = member.identity_id
    where trait.name = 'race_ethnicity'

),

counted as (

    select
        cluster,
        property,
        value,
        (-sum(times), not bool_or(is_birthdate_proven), value) as place
    from said
    where value is not null
    group by cluster, property, value

),

chosen as (

    select
        cluster,
        arg_min(value, place) filter (where property = 'birth_year') as birth_year,
        arg_min(value, place) filter (where property = 'sex') as sex,
        arg_min(value, place) filter (where property = 'race') as race_ethnicity
    from counted
    group by cluster

)

select
    person.person_id,
    chosen.birth_year::smallint as birth_year,
    case chosen.sex when 'M' then 'Male' when 'F' then 'Female' end as sex,
    chosen.race_ethnicity
from person
left join chosen on person.cluster = chosen.cluster
