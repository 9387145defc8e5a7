-- joined_pair: one row two true persons with identities under one person, and what they have in common
-- true_person, other bigint · pairs bigint: of identities of different feeds · cause text
create table joined_pair as
select
    l.true_person,
    r.true_person as other,
    count(*) filter (where l.feed <> r.feed) as pairs,
    case
        when bool_or(l.ssn = r.ssn) then 'one SSN'
        when bool_or(l.id = r.id) then 'one id'
        when bool_or(edge.tier = 'near_ssn') then 'near SSN'
        when bool_or(one.mother = two.mother and one.birthdate = two.birthdate) then 'twins'
        when bool_or(one.father = two.true_person and one.is_named_after_father) then 'generations'
        when bool_or(two.father = one.true_person and two.is_named_after_father) then 'generations'
        when bool_or(one.mother = two.mother or one.father = two.father) then 'siblings'
        when bool_or(two.true_person in (one.father, one.mother)) then 'relatives'
        when bool_or(one.true_person in (two.father, two.mother)) then 'relatives'
        when bool_or(one.household = two.household) then 'relatives'
        when bool_or(l.birthdate = r.birthdate) and bool_or(l.first = r.first) then 'one name and birth date'
        else 'lookalikes'
    end as cause
from said as l
inner join said as r on l.person = r.person and l.true_person < r.true_person
left join edge
    on
        least(l.identity, r.identity) = least(edge.left_identity, edge.right_identity)
        and greatest(l.identity, r.identity) = greatest(edge.left_identity, edge.right_identity)
left join truth_person as one on l.true_person = one.true_person
left join truth_person as two on r.true_person = two.true_person
group by l.true_person, r.true_person, l.person
