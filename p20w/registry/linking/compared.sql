-- compared: one row a record, with all that candidate pairs are found and compared by
-- the columns of features, less feed and writing, and:
-- feed text, is_ssn_verified boolean, source bigint, id_space text,
-- near ubigint[] (tokens it shares with another SSN), drops bigint[] (of a record with an id), employers text[],
-- quiet_parts (type of place_parts): parts of addresses that no more than four records have
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

part as (

    select
        record,
        unnest(place_parts) as part
    from features

),

quiet_part as (

    select part from part
    group by part
    having count(*) between 2 and 4

),

quiet_list as (

    select
        part.record,
        list(part.part order by part.part) as quiet_parts
    from part
    semi join quiet_part on part.part = quiet_part.part
    group by part.record

)

select
    features.* exclude (feed, writing, ssn, near),
    record.feed,
    record.is_ssn_verified,
    record.source,
    record.id_space,
    record.ssn,
    coalesce(near_ssn.near, []) as near,
    coalesce(drop_list.drops, []) as drops,
    coalesce(employer_list.employers, []) as employers,
    coalesce(quiet_list.quiet_parts, []) as quiet_parts
from features
inner join record on features.record = record.record
left join near_ssn on record.ssn = near_ssn.ssn
left join drop_list on record.record = drop_list.record
left join employer_list on record.record = employer_list.record
left join quiet_list on record.record = quiet_list.record
order by features.record
