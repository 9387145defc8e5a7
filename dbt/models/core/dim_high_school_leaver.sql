-- one row a person who has left high school: when, how and from where
with person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

enrollment as (

    select * from {{ ref('int_k12_enrollment') }}

),

drops as (

    select * from {{ ref('stg_governance__drop') }}

),

-- the collections a student who stayed would have been in: the fall after
newest_fall as (

    select max(school_year) as school_year
    from drops
    where feed = 'k12_enrollment' and is_accepted and collection = 'fall'

),

high_school_person as (

    select distinct person_identity.person_id
    from enrollment
    inner join person_identity on enrollment.identity_id = person_identity.identity_id
    where enrollment.grade_level in ('09', '10', '11', '12')

),

-- every record of whoever was ever in high school, in any grade, and the way of leaving it claims
claimed as (

    select
        person_identity.person_id,
        enrollment.*,
        enrollment.grade_level in ('09', '10', '11', '12') as is_high_school,
        case
            when enrollment.grade_level not in ('09', '10', '11', '12') then null
            when enrollment.exit_or_withdrawal_type = '01923' then 'died'
            when enrollment.exit_or_withdrawal_type = '01921' then 'regular_diploma'
            when enrollment.exit_or_withdrawal_type = '01930' then 'other_credential'
            when enrollment.high_school_diploma_type in ('00806', '00807') then 'regular_diploma'
            when enrollment.high_school_diploma_type is not null then 'other_credential'
            when enrollment.exit_or_withdrawal_type = '01911' then 'moved_away'
            when enrollment.exit_or_withdrawal_type = '01927' then 'discontinued'
        end as claim
    from enrollment
    inner join person_identity on enrollment.identity_id = person_identity.identity_id
    inner join high_school_person on person_identity.person_id = high_school_person.person_id

),

-- the end of the year knows exits that the fall could not; a later entry outranks an earlier one
ordered as (

    select
        claimed.*,
        row_number() over (
            partition by claimed.person_id
            order by
                claimed.school_year desc,
                claimed.enrollment_entry_date desc,
                claimed.collection = 'eoy' desc,
                claimed.enrollment_exit_date desc nulls last,
                claimed.drop_id desc,
                claimed.line_number desc
        ) as nth_from_last,
        case claimed.claim when 'regular_diploma' then 1 when 'other_credential' then 2 else 3 end as claim_rank
    from claimed

),

-- the record that decides: the first year's diploma, else the first year's other credential, else the last record
decisive as (

    select distinct on (ordered.person_id) ordered.*
    from ordered
    where ordered.claim_rank < 3 or ordered.nth_from_last = 1
    order by
        ordered.person_id,
        ordered.claim_rank,
        case when ordered.claim_rank < 3 then ordered.school_year end,
        ordered.nth_from_last

),

explained as (

    select
        decisive.*,
        coalesce(
            decisive.claim, case when decisive.school_year < newest_fall.school_year then 'not_seen_again' end
        ) as exit_type
    from decisive
    cross join newest_fall
    where decisive.is_high_school

),

-- records that speak against it: any other after a diploma, another claim of the same year that is not from a school
-- left before, and a death
contradicted as (

    select
        explained.person_id,
        count(*) as conflicting_records
    from explained
    inner join ordered on explained.person_id = ordered.person_id
    where
        explained.exit_type is not null
        and ordered.claim is distinct from explained.exit_type
        and (
            ordered.nth_from_last < explained.nth_from_last
            or ordered.claim = 'died'
            or (
                ordered.claim is not null
                and ordered.school_year = explained.school_year
                and coalesce(ordered.enrollment_exit_date, 'infinity') > explained.enrollment_entry_date
            )
        )
    group by explained.person_id

),

leaver as (

    select
        explained.person_id,

        explained.school_year as leaver_school_year,
        explained.exit_type,
        case
            when explained.exit_type in ('regular_diploma', 'other_credential') then 'completer'
            when explained.exit_type = 'discontinued' then 'non_completer'
            when explained.exit_type = 'not_seen_again' then 'unknown'
            else 'not_counted'
        end as leaver_type,
        coalesce(contradicted.conflicting_records, 0)::integer as conflicting_records,
        explained.enrollment_exit_date as left_on,
        explained.cohort_year,
        explained.school_identifier_sea,
        explained.lea_identifier_sea,
        explained.county_fips,
        explained.locale_code
    from explained
    left join contradicted on explained.person_id = contradicted.person_id
    where explained.exit_type is not null

)

select * from leaver
