{#-
  Rows of a fact by drop, and what they lack, for the CTEs `person_identity` and `place` of qc_fact_drop. `places`: kind
  of place to the column that names it, none where rows name no place; `against_sense`: condition on `fact` that no row
  should meet; `gathers_lines`: one record is told on several lines, so that lines of one row repeat nothing.
-#}
{% macro rows_by_drop(feed, table, places, against_sense, gathers_lines=false) -%}
    select
        '{{ feed }}' as feed,
        fact.drop_id,
        {{ places | length > 0 }} as names_places,
        {{ 'employer' in places }} as names_employers,
        {{ gathers_lines }} as gathers_lines,
        count(*) as row_count,
        sum(fact.line_count) as line_count,
        count(*) filter (
            where fact.identity_id is not null and person_identity.person_id is null
        ) as rows_without_person,
        count(*) filter (
            where {% for kind in places %}{{ kind }}.identifier is null or {% endfor %}false
        ) as rows_without_organization,
        count(*) filter (where {{ against_sense }}) as rows_against_sense
    from {{ table }} as fact
    left join person_identity on fact.identity_id = person_identity.identity_id
    {%- for kind, column in places.items() %}
    left join place as {{ kind }} on {{ kind }}.kind = '{{ kind }}' and fact.{{ column }} = {{ kind }}.identifier
    {%- endfor %}
    group by fact.drop_id
{%- endmacro %}
