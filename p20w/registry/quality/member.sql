-- member: one row a person and a group that the person belongs to
-- subject bigint · dimension, trait text
-- What files say most often counts, of passing situations whether they ever say so; what is known goes first.
create table member as
with belongs as (

    {whose}

),

known as (

    {known}

),

said as (

    select
        belongs.subject,
        trait.name,
        trait.value,
        sum(trait.lines) as lines
    from trait
    inner join identity on trait.identity_id = identity.identity_id
    inner join belongs on identity.identity = belongs.identity
    group by belongs.subject, trait.name, trait.value

),

pupil as (

    select
        subject,
        first(value order by lines desc, value) filter (where name = 'race_ethnicity') as race_ethnicity,
        first(value order by lines desc, value) filter (where name = 'locale_code') as locale_code,
        bool_or(value = 'true') filter (where name = 'is_english_learner') as is_learner,
        bool_or(value = 'true') filter (where name in ('is_foster_care', 'is_homeless')) as is_unsettled
    from said
    group by subject

),

person as (

    select
        belongs.subject,
        mode(identity.sex order by identity.sex) as sex,
        mode(identity.birthdate order by identity.birthdate) as birthdate,
        mode(identity.last order by identity.last) as last
    from belongs
    inner join identity on belongs.identity = identity.identity
    group by belongs.subject

),

divided as (

    select
        person.subject,
        coalesce(known.sex, person.sex) as sex,
        coalesce(known.race_ethnicity, pupil.race_ethnicity) as race_ethnicity,
        known.name_origin,
        case
            when contains(person.last, ' ') then 'surname of several words'
            when length(person.last) <= 3 then 'surname of up to three letters'
            when person.last is not null then 'one longer surname'
        end as name_form,
        {year} - year(coalesce(known.birthdate, person.birthdate)) as age,
        case
            when age < 18 then 'under 18'
            when age < 25 then '18 to 24'
            when age < 35 then '25 to 34'
            when age < 50 then '35 to 49'
            when age < 65 then '50 to 64'
            when age >= 65 then '65 and over'
        end as age_band,
        case pupil.is_learner when true then 'ever a learner' when false then 'other pupils' end as english_learner,
        case pupil.is_unsettled when true then 'ever' when false then 'other pupils' end as foster_or_homeless,
        case substr(pupil.locale_code, 1, 1)
            when '1' then 'city' when '2' then 'suburb' when '3' then 'town' when '4' then 'rural'
        end as rurality
    from person
    left join pupil on person.subject = pupil.subject
    left join known on person.subject = known.subject

)

select
    subject,
    dimension,
    trait
from divided
unpivot (trait for dimension in ({columns}))
