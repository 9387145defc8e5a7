-- component_pair: one row a pair of records of one component, of which something could keep two people apart
-- reason: what forbids that they are one person, however alike they look; of several the first here
-- Each keeps apart what scores alone might join: relatives at one address, namesakes.
-- - a reviewer's verdict that stands
-- - two SSNs, each verified by the licensing agency, and not a digit apart
-- - two birth dates, each proven to the agency or in several files, that no common error explains; the first of January
--   stands for an unknown day, and founds nothing
-- - two generation suffixes (Jr, Sr, III)
-- - two ids of one agency in one file, unless names and birth date are the same: an agency that holds two records at
--   once means two people (twins, siblings), or one registered twice, who is written alike; lines without a name
--   (courses, programs) follow the names that their ids have elsewhere
-- - enrollments at distant schools at one time (`p20w.registry.inputs.enrollments`)
create table component_pair as
with fact as (

    select
        component.component,
        compared.*,
        case
            when (record.is_birthdate_proven or record.drops >= 2) and not ends_with(compared.birth_text, '0101')
                then compared.birth_text
        end as founded_birth
    from component
    inner join compared on component.record = compared.record
    inner join record on component.record = record.record

),

-- pairs of two ids of one agency
two_ids as (

    select
        one.component,
        one.source as left_source,
        other.source as right_source,
        one.record as left_record,
        other.record as right_record,
        list_has_any(one.drops, other.drops) as is_at_one_time,
        one.first = other.first
        and one.birth_text = other.birth_text
        and (list_has_any(one.last_parts, other.last_parts) or one.last_sound = other.last_sound)
        and coalesce(substr(one.middle, 1, 1) = substr(other.middle, 1, 1), true) as is_written_alike
    from fact as one
    inner join fact as other
        on one.component = other.component and one.id_space = other.id_space and one.source < other.source

),

two_at_once as (

    select
        least(left_record, right_record) as left_record,
        greatest(left_record, right_record) as right_record
    from two_ids
    qualify
        is_at_one_time
        and not coalesce(
            is_written_alike,
            bool_or(is_written_alike) over (partition by component, left_source, right_source),
            false
        )

),

pair as (

    select
        one.component,
        one.record as left_record,
        other.record as right_record,
        one.founded_birth as birth_text_l,
        other.founded_birth as birth_text_r,
        one.birth_year as birth_year_l,
        other.birth_year as birth_year_r,
        case
            when decided.verdict = 'cannot_link' then 'decided apart'
            when
                one.is_ssn_verified and other.is_ssn_verified and one.ssn <> other.ssn
                and not list_has_any(one.near, other.near) then 'two SSNs'
            when {birth_level} = 0 then 'two birth dates'
            when one.suffix <> other.suffix then 'two generations'
            when two_at_once.left_record is not null then 'two ids at one time'
            when two_schools.left_record is not null then 'two schools at one time'
        end as reason
    from fact as one
    inner join fact as other on one.component = other.component and one.record < other.record
    left join decided on one.record = decided.left_record and other.record = decided.right_record
    left join two_at_once on one.record = two_at_once.left_record and other.record = two_at_once.right_record
    left join two_schools on one.record = two_schools.left_record and other.record = two_schools.right_record

)

select
    component,
    left_record,
    right_record,
    reason
from pair
where reason is not null
order by left_record, right_record
