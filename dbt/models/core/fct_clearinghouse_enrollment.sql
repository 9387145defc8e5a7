-- one row a person, college and first day of an enrollment, as the newest search shows it
with enrollment as (

    {{ newest_search('Enrollment', ['person_id', 'college_code', 'enrollment_begin_date']) }}

)

select
    person_id,
    college_code,
    enrollment_begin_date,

    enrollment_end_date,
    enrollment_status,
    class_level,
    enrollment_cip_1 as cip_code,
    college_state,
    college_state <> '{{ var("state_abbreviation") }}' as is_out_of_state,
    college_level,
    college_control,

    searched_on,
    identity_id,
    drop_id,
    line_number
from enrollment
where nth_from_last = 1
