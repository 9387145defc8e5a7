-- random_pair: one row a pair of records drawn by hash, the same for the same records
-- left_record, right_record bigint (left < right)
create table random_pair as
with numbered as (

    select
        record,
        row_number() over (order by hash(record), record) - 1 as place
    from compared

),

size as (

    select count(*) as records from numbered

),

drawn as (

    select
        hash(draw.number) % size.records as one_place,
        hash(draw.number + 1000000007) % size.records as other_place
    from size, range(least(200000, 20 * size.records)) as draw (number)

)

select distinct
    least(one.record, other.record) as left_record,
    greatest(one.record, other.record) as right_record
from drawn
inner join numbered as one on drawn.one_place = one.place
inner join numbered as other on drawn.other_place = other.place
where one.record <> other.record
