{#-
  Of a list that comes again and again, each thing as the newest list with it says (its last line holds). `first_on` is
  the first list that had it, and `is_newest` says whether the newest of all lists has it.
-#}
{% macro newest_listed(staging, key, day) -%}
    select * from (
        select
            *,
            min({{ day }}) over (listed) as first_on,
            {{ day }} = max({{ day }}) over () as is_newest,
            row_number() over (listed order by {{ day }} desc, drop_id desc, line_number desc) as nth_from_last
        from {{ staging }}
        window listed as (partition by {{ key | join(', ') }})
    ) as line
    where nth_from_last = 1
{%- endmacro %}
