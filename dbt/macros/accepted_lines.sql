{#- Lines of a feed, `line`, whose drops, `submission`, are in force; what each staging model of a feed selects from. -#}
{% macro accepted_lines(feed) -%}
    {{ source('intake', feed) }} as line
    inner join {{ ref('stg_governance__drop') }} as submission
        on line.drop_id = submission.drop_id and submission.is_accepted
{%- endmacro %}
