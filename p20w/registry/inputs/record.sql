-- record: one row an identity in an active drop, numbered by its id, so that no order of reading matters
-- SSN tokens and source ids are numbered, too: they are only ever asked whether they are equal.
create table record as
with seen as (

    select
        identity_id,
        count(*) as drops
    from read_presence
    group by identity_id

)

select
    row_number() over (order by said.identity_id) - 1 as record,
    said.identity_id,
    said.feed,
    said.id_space,
    said.source_id,
    case
        when said.id_space is not null and said.source_id is not null
            then dense_rank() over (order by said.id_space, said.source_id)
    end as source,
    coalesce(said.is_ssn_verified, false) as is_ssn_verified,
    said.is_birthdate_proven,
    case when said.ssn_token is not null then dense_rank() over (order by said.ssn_token) end as ssn,
    said.ssn_token,
    seen.drops
from read_identity as said
inner join seen on said.identity_id = seen.identity_id
order by record;

-- presence: one row a record and an active drop that it is in
create table presence as
select
    record.record,
    read_presence.drop_id
from read_presence
inner join record on read_presence.identity_id = record.identity_id;

-- near_ssn: one row an SSN: the tokens of deletions it shares with another, and those of all its remainders
create table near_ssn as
with used as (

    select
        ssn,
        ssn_token
    from record
    where ssn is not null
    group by ssn, ssn_token

),

token as (

    select
        used.ssn,
        unnest(read_ssn.near) as near
    from read_ssn
    inner join used on read_ssn.ssn_token = used.ssn_token

),

shared as (

    select near from token
    group by near
    having min(ssn) < max(ssn)

),

near_list as (

    select
        token.ssn,
        list(distinct token.near order by token.near) as near
    from token
    semi join shared on token.near = shared.near
    group by token.ssn

)

select
    used.ssn,
    coalesce(near_list.near, []) as near,
    list_filter(read_ssn.remainders, lambda token: token > 0) as remainders
from used
inner join read_ssn on used.ssn_token = read_ssn.ssn_token
left join near_list on used.ssn = near_list.ssn
order by used.ssn;
