-- one row a feed: its identities, and those that nothing could join to another agency's
with known as (

    select source
    from identity
    where source is not null
    group by source
    having count(distinct feed) > 1

),

levels as (

    select * replace ({silent}) from ({copies}) as copy

),

weighed as (

    select
        levels.left_record as record,
        {stranger} as stranger_weight,
        {household} as household_weight
    from levels
    inner join compared on levels.left_record = compared.record
    left join term_first on compared.first = term_first.first
    left join term_last on compared.last = term_last.last
    left join term_birth_text on compared.birth_text = term_birth_text.birth_text

)

select
    identity.feed,
    count(*) as identities,
    count(*) filter (
        where identity.ssn is null
        and known.source is null
        and (
            compared.birth_text is null and len(compared.places) = 0
            or -log2(power(2, -weighed.stranger_weight) + power(2, -weighed.household_weight)) < {accept}
        )
    ) as hopeless
from identity
inner join compared on identity.identity = compared.record
inner join weighed on identity.identity = weighed.record
left join known on identity.source = known.source
group by identity.feed
order by identity.feed
