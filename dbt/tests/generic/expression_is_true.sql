{#- Rows for which a condition about the row does not hold. -#}
{% test expression_is_true(model, expression) %}

    select 1 as broken
    from {{ model }}
    where not coalesce({{ expression }}, false)

{% endtest %}
