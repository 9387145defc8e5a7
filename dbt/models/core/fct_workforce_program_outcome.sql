-- one row a participation and quarter after exit whose employment is known, as the newest report has it
with participation as (

    select * from {{ ref('fct_workforce_program_participation') }}

),

report as (

    select * from {{ ref('fct_workforce_program_report') }}

),

stated as (

    {% for number in [1, 2, 3, 4] %}
        select
            report.drop_id,
            report.line_number,
            {{ number }}::smallint as quarters_after_exit,
            report.employed_quarter_{{ number }}_after_exit as employed,
            report.employment_match_quarter_{{ number }}_after_exit as employment_match,
            report.wages_quarter_{{ number }}_after_exit_usd as wages_usd
        from report
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    participation.person_id,
    participation.date_of_program_entry,
    stated.quarters_after_exit,

    stated.employed,
    stated.employment_match,
    stated.wages_usd,

    participation.as_of_quarter,
    participation.drop_id,
    participation.line_number
from participation
inner join stated
    on participation.drop_id = stated.drop_id and participation.line_number = stated.line_number
where coalesce(stated.employed, 'NotYetAvailable') <> 'NotYetAvailable'
