{{ grows_by_drop('nsc_studenttracker') }}

-- one row an identity and search: whether a record was found, and how much it shows
with line as (

    select * from {{ ref('stg_clearinghouse__student') }}
    where {{ is_new_drop() }}

),

searched as (

    select
        identity_id,
        searched_on,

        bool_or(row_kind not in ('NotFound', 'Private')) as is_shown,
        bool_or(row_kind = 'Private') as is_private,
        count(*) filter (where row_kind = 'Enrollment') as enrollments,
        count(*) filter (where row_kind = 'Degree') as degrees,

        count(*) as line_count,
        drop_id,
        max(line_number) as line_number
    from line
    group by identity_id, searched_on, drop_id

)

select
    identity_id,
    searched_on,

    case when is_shown then 'Found' when is_private then 'Private' else 'NotFound' end as search_result,
    enrollments::integer as enrollments,
    degrees::integer as degrees,

    line_count::integer as line_count,
    drop_id,
    line_number
from searched
