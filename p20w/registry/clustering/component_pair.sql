-- component_pair: one row a pair of records of one component, of which something could keep two people apart
-- component, left_record, right_record bigint (left < right) · reason text: what forbids that they are one person
create table component_pair as
with fact as (

    select
        component.component,
        compared.*,
        coalesce(strong_birth.birth_text is not null, false) as has_strong_birth
    from component
    inner join compared on component.record = compared.record
    left join strong_birth on compared.record = strong_birth.record

),

verified as (

    select
        one.component,
        one.record as left_record,
        other.record as right_record,
        'two SSNs' as reason
    from fact as one
    inner join fact as other
        on one.component = other.component and one.record < other.record and one.ssn <> other.ssn
    where one.is_ssn_verified and other.is_ssn_verified and not list_has_any(one.near, other.near)

),

generations as (

    select
        one.component,
        one.record as left_record,
        other.record as right_record,
        'two generations' as reason
    from fact as one
    inner join fact as other
        on one.component = other.component and one.record < other.record and one.suffix <> other.suffix

),

beside as (

    select
        one.component,
        one.record as left_record,
        other.record as right_record,
        one.birth_text as birth_text_l,
        other.birth_text as birth_text_r,
        one.birth_year as birth_year_l,
        other.birth_year as birth_year_r
    from fact as one
    inner join fact as other
        on one.component = other.component and one.record < other.record and one.birth_text <> other.birth_text
    where one.has_strong_birth and other.has_strong_birth

),

births as (

    select
        component,
        left_record,
        right_record,
        'two birth dates' as reason
    from beside
    where {birth_level} = 0

),

ids as (

    select
        one.component,
        one.record as left_record,
        other.record as right_record,
        'two ids at one time' as reason
    from fact as one
    inner join fact as other
        on one.component = other.component and one.record < other.record
            and one.id_space = other.id_space and one.source <> other.source
    where list_has_any(one.drops, other.drops)
        -- one person registered twice is written alike
        and not coalesce(
            one.first = other.first and one.birth_text = other.birth_text
            and (list_has_any(one.last_parts, other.last_parts) or one.last_sound = other.last_sound),
            false
        )
),

schools as (

    select
        component.component,
        two_schools.left_record,
        two_schools.right_record,
        'two schools at one time' as reason
    from two_schools
    inner join component on two_schools.left_record = component.record

),

verdicts as (

    select
        component.component,
        decided.left_record,
        decided.right_record,
        'decided apart' as reason
    from decided
    inner join component on decided.left_record = component.record
    inner join component as other on decided.right_record = other.record and component.component = other.component
    where decided.verdict = 'cannot_link'

),

every_reason as (

    select * from verdicts
    union all
    select * from verified
    union all
    select * from births
    union all
    select * from generations
    union all
    select * from ids
    union all
    select * from schools

)

select
    component,
    left_record,
    right_record,
    first(reason order by reason) as reason
from every_reason
group by component, left_record, right_record
order by left_record, right_record
