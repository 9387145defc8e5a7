-- one row a participation and training, the first three, as the newest report has them
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
            {{ number }}::smallint as training_number,
            report.training_{{ number }}_type as training_type,
            report.training_{{ number }}_date_entered as date_entered,
            report.training_{{ number }}_date_ended as date_ended,
            report.is_training_{{ number }}_completed as is_completed,
            report.training_{{ number }}_occupation_code as occupation_code
        from report
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    participation.person_id,
    participation.date_of_program_entry,
    stated.training_number,

    stated.training_type,
    stated.date_entered,
    stated.date_ended,
    stated.is_completed,
    stated.occupation_code,

    participation.as_of_quarter,
    participation.drop_id,
    participation.line_number
from participation
inner join stated
    on participation.drop_id = stated.drop_id and participation.line_number = stated.line_number
where coalesce(nullif(stated.training_type, 'None'), stated.date_entered::text) is not null
