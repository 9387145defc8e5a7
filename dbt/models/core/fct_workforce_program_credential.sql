-- one row a participation and recognized credential, the first three, as the newest report has them
with participation as (

    select * from {{ ref('fct_workforce_program_participation') }}

),

report as (

    select * from {{ ref('fct_workforce_program_report') }}

),

stated as (

    {% for number in [1, 2, 3] %}
        select
            report.drop_id,
            report.line_number,
            {{ number }}::smallint as credential_number,
            report.credential_{{ number }}_type as credential_type,
            report.credential_{{ number }}_date_attained as date_attained
        from report
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    participation.person_id,
    participation.date_of_program_entry,
    stated.credential_number,

    stated.credential_type,
    stated.date_attained,

    participation.as_of_quarter,
    participation.drop_id,
    participation.line_number
from participation
inner join stated
    on participation.drop_id = stated.drop_id and participation.line_number = stated.line_number
where coalesce(stated.credential_type, 'None') <> 'None'
