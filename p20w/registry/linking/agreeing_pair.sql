-- agreeing_pair: one row a pair of records and block, where the pair agrees on what defines the block
-- block text: ssn, ssn_within, near, id, id_within (a number, in two files or within one), birth, names, address (of
-- two files, unless there is but one)
-- left_record, right_record bigint (left < right)
-- Of birth dates, names and addresses with very many pairs, some are left out by hash, so that no block has more than
-- it needs.
create table agreeing_pair as
with file as (

    select count(distinct feed) as files from compared

),

by_ssn as (

    select
        if(one.feed = other.feed, 'ssn_within', 'ssn') as block,
        one.record as left_record,
        other.record as right_record
    from compared as one
    inner join compared as other on one.ssn = other.ssn and one.record < other.record

),

by_id as (

    select
        if(one.feed = other.feed, 'id_within', 'id') as block,
        one.record as left_record,
        other.record as right_record
    from compared as one
    inner join compared as other on one.source = other.source and one.record < other.record

),

token as (

    select
        record,
        ssn,
        unnest(near) as near
    from compared

),

by_near as (

    select distinct
        'near' as block,
        one.record as left_record,
        other.record as right_record
    from token as one
    inner join token as other on one.near = other.near and one.ssn <> other.ssn and one.record < other.record

),

dated as (

    select
        birth_text,
        count(*) as records
    from compared
    where birth_text is not null
    group by birth_text

),

chosen_date as (

    select birth_text
    from dated
    where hash(birth_text) % (1 + (select coalesce(sum(records * records), 0) from dated)::bigint // 2000000) = 0

),

by_birth as (

    select
        'birth' as block,
        one.record as left_record,
        other.record as right_record
    from compared as one
    inner join compared as other on one.birth_text = other.birth_text and one.record < other.record
    inner join file on one.feed <> other.feed or file.files = 1
    semi join chosen_date on one.birth_text = chosen_date.birth_text

),

named as (

    select
        first,
        last,
        count(*) as records
    from compared
    where first is not null and last is not null and length(first) > 1
    group by first, last

),

chosen_name as (

    select
        first,
        last
    from named
    where hash(first, last) % (1 + (select coalesce(sum(records * records), 0) from named)::bigint // 2000000) = 0

),

by_names as (

    select
        'names' as block,
        one.record as left_record,
        other.record as right_record
    from compared as one
    inner join compared as other
        on one.first = other.first and one.last = other.last and one.record < other.record
    inner join file on one.feed <> other.feed or file.files = 1
    semi join chosen_name on one.first = chosen_name.first and one.last = chosen_name.last

),

resident as (

    select
        record,
        feed,
        unnest(places) as place
    from compared

),

home as (

    select
        place,
        count(*) as records
    from resident
    group by place

),

-- where more are on file, people have nothing to do with one another
chosen_home as (

    select place from home
    where
        records between 2 and 50
        and hash(place) % (1 + (select coalesce(sum(records * records), 0) from home)::bigint // 2000000) = 0

),

by_address as (

    select distinct
        'address' as block,
        one.record as left_record,
        other.record as right_record
    from resident as one
    inner join resident as other on one.place = other.place and one.record < other.record
    inner join file on one.feed <> other.feed or file.files = 1
    semi join chosen_home on one.place = chosen_home.place

)

select * from by_ssn
union all
select * from by_id
union all
select * from by_near
union all
select * from by_birth
union all
select * from by_names
union all
select * from by_address
