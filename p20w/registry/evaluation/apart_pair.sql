-- apart_pair: one row two persons that hold identities of one true person, which something joins, and what differs
-- true_person bigint · pairs bigint: of identities of different feeds · cause text
create table apart_pair as
with twin as (

    select distinct one.true_person
    from truth_person as one
    inner join truth_person as other on one.mother = other.mother and one.true_person <> other.true_person
    union
    select true_person from truth_person
    where is_named_after_father
    union
    select father from truth_person
    where is_named_after_father

),

pair as (

    select
        l.true_person,
        count(*) filter (where l.feed <> r.feed) as pairs,
        bool_or(l.is_with_another or r.is_with_another) as is_with_another,
        bool_or(l.ssn = r.ssn) as has_one_ssn,
        bool_or(l.ssn is not null and r.ssn is not null) as has_ssns,
        bool_or(l.is_anothers_ssn or r.is_anothers_ssn) as has_anothers_ssn,
        bool_and(l.is_short) or bool_and(r.is_short) as is_short,
        bool_or(list_has_any(l.surnames, r.surnames)) as has_one_surname,
        coalesce(bool_or(l.first = r.first), false) as has_one_first,
        bool_or(l.birthdate = r.birthdate) as has_one_birthdate
    from said as l
    inner join said as r on l.true_person = r.true_person and l.island = r.island and l.person < r.person
    group by l.true_person, l.island, l.person, r.person

)

select
    pair.true_person,
    pair.pairs,
    case
        when pair.is_with_another then 'with somebody else'
        when pair.has_one_ssn and pair.is_short then 'one SSN, short name'
        when pair.has_one_ssn and not pair.has_one_surname and kin.has_former_surname then 'one SSN, other surname'
        when pair.has_one_ssn then 'one SSN, other name'
        when pair.has_anothers_ssn then 'another''s SSN'
        when pair.has_ssns then 'two SSNs'
        when not pair.has_one_birthdate then 'wrong birth date'
        when not pair.has_one_surname and kin.has_former_surname then 'surname change'
        when not pair.has_one_first then 'other first name'
        when not pair.has_one_surname then 'other surname'
        when twin.true_person is not null then 'a relative in the way'
        else 'little evidence'
    end as cause
from pair
left join truth_person as kin on pair.true_person = kin.true_person
left join twin on pair.true_person = twin.true_person
