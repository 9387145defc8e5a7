{#- How programs of instruction and occupations are written, and what reports of workforce programs say several times. -#}

{#- `52.0201` of a code with or without its point. -#}
{% macro cip_with_point(code) -%}
    regexp_replace({{ code }}, '^([0-9]{2})[.]?([0-9]{4})$', '\1.\2')
{%- endmacro %}

{#- `29-1141` of an occupation's code with or without its hyphen. -#}
{% macro soc_with_hyphen(code) -%}
    regexp_replace({{ code }}, '^([0-9]{2})-?([0-9]{4})$', '\1-\2')
{%- endmacro %}

{#-
  What reports of the workforce board say several times, under numbers: for each participation what its newest report
  says. `number`: the column of numbers; `said`: column to the report's own, with {n} for the number; `is_said`:
  condition on `stated` for a number under which anything is said.
-#}
{% macro of_newest_report(number, numbers, said, is_said) -%}
    with participation as (

        select * from {{ ref('fct_workforce_program_participation') }}

    ),

    report as (

        select * from {{ ref('fct_workforce_program_report') }}

    ),

    stated as (

        {% for n in numbers %}
        select
            report.drop_id,
            report.line_number,
            {{ n }}::smallint as {{ number }},
            {%- for column, expression in said.items() %}
            report.{{ expression.replace('{n}', n | string) }} as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from report
        {{ 'union all' if not loop.last }}
        {% endfor %}

    )

    select
        participation.person_id,
        participation.date_of_program_entry,
        stated.{{ number }},

        {% for column in said -%}
        stated.{{ column }},
        {% endfor %}
        participation.as_of_quarter,
        participation.drop_id,
        participation.line_number
    from participation
    inner join stated
        on participation.drop_id = stated.drop_id and participation.line_number = stated.line_number
    where {{ is_said }}
{%- endmacro %}

{#- Whether a program is as long as Workforce Pell asks for: 150 to 599 clock hours in 8 to 14 weeks. -#}
{% macro is_short_program(clock_hours, weeks) -%}
    {{ clock_hours }} between 150 and 599 and {{ weeks }} between 8 and 14
{%- endmacro %}
