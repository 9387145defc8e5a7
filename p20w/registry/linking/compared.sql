-- compared: one row a record, with all that candidate pairs are found and compared by
-- the columns of features, less feed and writing, and:
-- feed text, is_ssn_verified boolean, source bigint, id_space text,
-- near ubigint[]: tokens of deletions that another SSN has, too
-- remainders ubigint[]: tokens of remainders that another SSN under a surname of that sound and a first name of that
-- initial has, too
-- drops bigint[] (of a record with an id), employers text[],
-- quiet_parts (type of place_parts): parts of addresses that no more than four records have, and postal codes that no
-- more than thirty have
-- is_ssn_lent boolean: a record of names and an SSN alone, where who has an address under the SSN has another first
-- name
-- lent_parts (type of place_parts): of such a record, parts of those addresses; of a record with an SSN, those of its
-- own that it shares with such a record
create table compared as
with drop_list as (

    select
        presence.record,
        list(presence.drop_id order by presence.drop_id) as drops
    from presence
    inner join record on presence.record = record.record
    where record.source is not null
    group by presence.record

),

employer_list as (

    select
        record,
        list(distinct ui_account_number order by ui_account_number) as employers
    from employed
    group by record

),

named_ssn as (

    select distinct
        record.ssn,
        features.last_sound,
        substr(features.first, 1, 1) as initial
    from record
    inner join features on record.record = features.record
    where record.ssn is not null and features.last_sound is not null and features.first is not null

),

remainder as (

    select
        named_ssn.*,
        unnest(near_ssn.remainders) as remainder
    from named_ssn
    inner join near_ssn on named_ssn.ssn = near_ssn.ssn

),

shared_remainder as (

    select
        remainder,
        last_sound,
        initial
    from remainder
    group by remainder, last_sound, initial
    having min(ssn) < max(ssn)

),

remainder_list as (

    select
        remainder.ssn,
        remainder.last_sound,
        remainder.initial,
        list(remainder.remainder order by remainder.remainder) as remainders
    from remainder
    semi join shared_remainder
        on
            remainder.remainder = shared_remainder.remainder
            and remainder.last_sound = shared_remainder.last_sound
            and remainder.initial = shared_remainder.initial
    group by remainder.ssn, remainder.last_sound, remainder.initial

),

place_part as (

    select
        record,
        unnest(place_parts) as part
    from features

),

part as (

    select
        record,
        part,
        4 as most
    from place_part
    union all
    select
        record,
        unnest(list_transform(postal_codes, lambda code: hash(code))) as part,
        30 as most
    from features

),

quiet_part as (

    select part from part
    group by part
    having count(*) between 2 and max(most)

),

quiet_list as (

    select
        part.record,
        list(part.part order by part.part) as quiet_parts
    from part
    semi join quiet_part on part.part = quiet_part.part
    group by part.record

),

-- numbers are lent within a household: whose job it is lives where the number's holder lives
holder as (

    select
        record.ssn,
        features.first,
        features.first_forms,
        features.middle,
        features.last_parts,
        features.place_parts
    from record
    inner join features on record.record = features.record
    where record.ssn is not null and features.first is not null and len(features.place_parts) > 0

),

-- another first name, and none that an initial, a form of it, a middle name or a swap explains
lent as (

    select
        record.record,
        list_distinct(flatten(list(holder.place_parts))) as lent_parts
    from record
    inner join features on record.record = features.record
    inner join holder on record.ssn = holder.ssn
    where
        features.first is not null and features.birth_text is null and len(features.postal_codes) = 0
    group by record.record
    having bool_and(
            substr(features.first, 1, 1) <> substr(holder.first, 1, 1)
            and not list_has_any(features.first_forms, holder.first_forms)
            and coalesce(substr(features.first, 1, 1) <> substr(holder.middle, 1, 1), true)
            and coalesce(substr(features.middle, 1, 1) <> substr(holder.first, 1, 1), true)
            and not list_contains(holder.last_parts, features.first)
            and not list_contains(features.last_parts, holder.first)
            and damerau_levenshtein(features.first, holder.first) > 2
        )

),

lent_part as (

    select distinct unnest(lent_parts) as part from lent

),

lent_list as (

    select
        record,
        lent_parts,
        true as is_ssn_lent
    from lent
    union all
    select
        record.record,
        list(place_part.part order by place_part.part) as lent_parts,
        false as is_ssn_lent
    from record
    inner join place_part on record.record = place_part.record
    semi join lent_part on place_part.part = lent_part.part
    where record.ssn is not null
    group by record.record

)

select
    features.* exclude (feed, writing, ssn, near),
    record.feed,
    record.is_ssn_verified,
    record.source,
    record.id_space,
    record.ssn,
    coalesce(near_ssn.near, []) as near,
    coalesce(remainder_list.remainders, []) as remainders,
    coalesce(drop_list.drops, []) as drops,
    coalesce(employer_list.employers, []) as employers,
    coalesce(quiet_list.quiet_parts, []) as quiet_parts,
    coalesce(lent_list.is_ssn_lent, false) as is_ssn_lent,
    coalesce(lent_list.lent_parts, []) as lent_parts
from features
inner join record on features.record = record.record
left join near_ssn on record.ssn = near_ssn.ssn
left join remainder_list
    on
        record.ssn = remainder_list.ssn
        and features.last_sound = remainder_list.last_sound
        and substr(features.first, 1, 1) = remainder_list.initial
left join drop_list on record.record = drop_list.record
left join employer_list on record.record = employer_list.record
left join quiet_list on record.record = quiet_list.record
left join lent_list on record.record = lent_list.record
order by features.record
