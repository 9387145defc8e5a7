{#- How programs of instruction are written. -#}

{#- `52.0201` of a code with or without its point. -#}
{% macro cip_with_point(code) -%}
    regexp_replace({{ code }}, '^([0-9]{2})[.]?([0-9]{4})$', '\1.\2')
{%- endmacro %}
