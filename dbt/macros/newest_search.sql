{#-
  Lines of the clearinghouse of one kind with their `person_id`, each person's of the newest search in which they were
  searched for. Of lines alike in `key` the last holds: `nth_from_last` is 1.
-#}
{% macro newest_search(row_kind, key) -%}
    select
        line.*,
        row_number() over (
            partition by {{ key | join(', ') }} order by line.drop_id desc, line.line_number desc
        ) as nth_from_last
    from (
        select
            person_identity.person_id,
            student.*,
            max(student.searched_on) over (partition by person_identity.person_id) as newest
        from {{ ref('stg_clearinghouse__student') }} as student
        inner join {{ ref('stg_registry__person_identity') }} as person_identity
            on student.identity_id = person_identity.identity_id
    ) as line
    where line.row_kind = '{{ row_kind }}' and line.searched_on = line.newest
{%- endmacro %}
