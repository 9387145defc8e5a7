{{ grows_by_drop('other_state_wage') }}

-- one row an identity, state and quarter: what employers of that state paid, added up
with line as (

    select * from {{ ref('stg_workforce__other_state_wage') }}
    where {{ is_new_drop() }}

),

-- an employer filed twice counts once: the last line holds; where a state names none, the same wages are of the same
numbered as (

    select
        line.*,
        row_number() over (
            partition by
                line.identity_id, line.employer_state_fips, line.quarter,
                coalesce(line.employer_account, line.wages_usd::text)
            order by line.line_number desc
        ) as nth_from_last
    from line

),

employed as (

    select
        identity_id,
        employer_state_fips,
        quarter,

        sum(wages_usd) filter (where nth_from_last = 1) as wages_usd,
        count(*) filter (where nth_from_last = 1) as employers,
        (
            array_agg(naics_code order by wages_usd desc, line_number desc) filter (where nth_from_last = 1)
        )[1] as naics_code,

        count(*) as line_count,
        drop_id,
        max(line_number) as line_number
    from numbered
    group by identity_id, employer_state_fips, quarter, drop_id

)

select
    identity_id,
    employer_state_fips,
    quarter,

    wages_usd::numeric(12, 2) as wages_usd,
    employers::integer as employers,
    naics_code,

    line_count::integer as line_count,
    drop_id,
    line_number
from employed
