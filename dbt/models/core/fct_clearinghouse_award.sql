-- one row a person, college, day and program of a degree or certificate, as the newest search shows it
with award as (

    {{ newest_search('Degree', ['person_id', 'college_code', 'graduation_date', "coalesce(degree_cip_1, 'unknown')"]) }}

)

select
    person_id,
    college_code,
    graduation_date,
    coalesce(degree_cip_1, 'unknown') as cip_code,

    degree_cip_2 as second_cip_code,
    college_state,
    college_state <> '{{ var("state_abbreviation") }}' as is_out_of_state,
    college_level,
    college_control,

    searched_on,
    identity_id,
    drop_id,
    line_number
from award
where nth_from_last = 1
