{#- Schemas are named in dbt_project.yml and nowhere else: no prefix of the target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
