-- said: one row an identity of a known person, with what it says, and whose its person and its SSN are
create view said as
with own_ssn as (

    select
        identity.ssn,
        use.true_person
    from use
    inner join identity on use.identity = identity.identity
    where use.is_main and identity.ssn is not null
    group by identity.ssn, use.true_person
    qualify row_number() over (partition by identity.ssn order by sum(use.lines) desc, use.true_person) = 1

)

select
    use.identity,
    use.true_person,
    use.island,
    use.person,
    use.feed,
    identity.ssn,
    identity.id_space || ' ' || identity.source_id as id,
    identity.birthdate,
    identity.first,
    string_split(coalesce(identity.last, ''), ' ') as surnames,
    use.feed = 'ui_wage' and (
        identity.first is null or length(identity.first) <= 4 or identity.last is null or length(identity.last) <= 6
    ) as is_short,
    owner.true_person <> use.true_person as is_with_another,
    own_ssn.true_person <> use.true_person as is_anothers_ssn
from use
inner join identity on use.identity = identity.identity
inner join owner on use.person = owner.person
left join own_ssn on identity.ssn = own_ssn.ssn
where use.is_main
