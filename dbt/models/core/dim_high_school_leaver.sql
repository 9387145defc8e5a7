-- one row a person who has left high school: when, how and from where
with person_identity as (

    select * from {{ ref('stg_registry__person_identity') }}

),

enrollment as (

    select * from {{ ref('fct_k12_enrollment') }}
    where grade_level in ('09', '10', '11', '12')

),

drops as (

    select * from {{ ref('stg_governance__drop') }}

),

-- the collections a student who stayed would have been in: the fall after
newest_fall as (

    select max(left(period, 4)::integer + 1) as school_year
    from drops
    where feed = 'k12_enrollment' and is_accepted and period like '%-fall'

),

-- the end of the year knows exits that the fall could not; a later entry outranks an earlier one
last_record as (

    select distinct on (person_identity.person_id)
        person_identity.person_id,
        enrollment.*
    from enrollment
    inner join person_identity on enrollment.identity_id = person_identity.identity_id
    order by
        person_identity.person_id,
        enrollment.school_year desc,
        enrollment.enrollment_entry_date desc,
        enrollment.collection = 'eoy' desc,
        enrollment.enrollment_exit_date desc nulls last,
        enrollment.drop_id desc,
        enrollment.line_number desc

),

explained as (

    select
        last_record.*,
        case
            when last_record.exit_or_withdrawal_type = '01923' then 'died'
            when last_record.exit_or_withdrawal_type = '01911' then 'moved_away'
            when last_record.exit_or_withdrawal_type = '01921' then 'regular_diploma'
            when last_record.exit_or_withdrawal_type = '01930' then 'other_credential'
            when last_record.high_school_diploma_type in ('00806', '00807') then 'regular_diploma'
            when last_record.high_school_diploma_type is not null then 'other_credential'
            when last_record.exit_or_withdrawal_type = '01927' then 'discontinued'
            when last_record.school_year < newest_fall.school_year then 'not_seen_again'
        end as exit_type
    from last_record
    cross join newest_fall

),

leaver as (

    select
        person_id,

        school_year as leaver_school_year,
        exit_type,
        case
            when exit_type in ('regular_diploma', 'other_credential') then 'completer'
            when exit_type = 'discontinued' then 'non_completer'
            when exit_type = 'not_seen_again' then 'unknown'
            else 'not_counted'
        end as leaver_type,
        enrollment_exit_date as left_on,
        cohort_year,
        school_identifier_sea,
        lea_identifier_sea,
        county_fips,
        locale_code
    from explained
    where exit_type is not null

)

select * from leaver
