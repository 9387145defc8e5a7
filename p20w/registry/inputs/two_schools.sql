-- two_schools: one row a pair of records whose ids were enrolled in two counties at one time, for longer than may be
create table two_schools as
with overlap as (

    select
        one.component,
        one.source as left_source,
        other.source as right_source,
        one.county_fips <> other.county_fips as is_distant,
        date_diff('day', greatest(one.entered, other.entered), least(one.ended, other.ended)) as days
    from enrolled as one
    inner join enrolled as other
        on one.component = other.component
            and one.school_year = other.school_year
            and one.source < other.source

),

two_ids as (

    select
        component,
        left_source,
        right_source
    from overlap
    where days > 0
    group by component, left_source, right_source
    having bool_or(is_distant and days > {grace_days}) and not bool_or(not is_distant)

),

pupil as (

    select
        component.component,
        record.source,
        record.record
    from component
    inner join record on component.record = record.record

)

select
    least(one.record, other.record) as left_record,
    greatest(one.record, other.record) as right_record
from two_ids
inner join pupil as one on two_ids.component = one.component and two_ids.left_source = one.source
inner join pupil as other on two_ids.component = other.component and two_ids.right_source = other.source;
