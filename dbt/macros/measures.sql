{#- Measures that every mart states in the same way. -#}

{#- A share with four decimals; null when there is nobody to share among. -#}
{% macro share(part, whole) -%}
    round(({{ part }})::numeric / nullif({{ whole }}, 0), 4)
{%- endmacro %}

{#- Median in whole cents; nulls are left out. -#}
{% macro median(value) -%}
    round((percentile_cont(0.5) within group (order by {{ value }}))::numeric, 2)
{%- endmacro %}

{#- Employment in nine classes, as the quarterly census of employment and wages draws them. -#}
{% macro size_class(employment) -%}
    case
        when {{ employment }} is null then null
        when {{ employment }} < 5 then '0-4'
        when {{ employment }} < 10 then '5-9'
        when {{ employment }} < 20 then '10-19'
        when {{ employment }} < 50 then '20-49'
        when {{ employment }} < 100 then '50-99'
        when {{ employment }} < 250 then '100-249'
        when {{ employment }} < 500 then '250-499'
        when {{ employment }} < 1000 then '500-999'
        else '1000+'
    end
{%- endmacro %}
