{#- Titles of codes of a classification, day by day. -#}

{#-
  One row a code and stretch of days: the days before the first list that was delivered, and those of each list. A code
  that the list of its days lacks has the title of the starter list; where that lacks it too, there is no row.
  `listed`: the staging model of the lists; `starter`: the seed; `code`, `title`: their columns.
-#}
{% macro labels_by_day(listed, starter, code, title) -%}
with reported as (

    select * from {{ ref(listed) }}

),

starter as (

    select * from {{ ref(starter) }}

),

listed as (

    select distinct on (list_from, {{ code }})
        list_from,
        {{ code }},
        {{ title }}
    from reported
    order by list_from, {{ code }}, drop_id desc, line_number desc

),

list as (

    select
        list_from,
        max(list_edition) as list_edition
    from reported
    group by list_from

),

stretch as (

    select
        list_from,
        list_edition,
        (lead(list_from) over (order by list_from) - 1)::date as list_to
    from list
    union all
    select
        null::date as list_from,
        null::integer as list_edition,
        (min(list_from) - 1)::date as list_to
    from list

),

known as (

    select {{ code }} from starter
    union
    select {{ code }} from listed

)

select
    known.{{ code }},
    coalesce(stretch.list_from, date '1900-01-01') as valid_from,

    stretch.list_to as valid_to,
    coalesce(listed.{{ title }}, starter.{{ title }}) as {{ title }},
    listed.{{ code }} is not null as is_listed,
    stretch.list_edition
from known
cross join stretch
left join listed on known.{{ code }} = listed.{{ code }} and stretch.list_from = listed.list_from
left join starter on known.{{ code }} = starter.{{ code }}
where listed.{{ code }} is not null or starter.{{ code }} is not null
{%- endmacro %}
