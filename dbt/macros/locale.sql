{#- NCES locale codes: the first digit is the class, the second its size or distance. -#}
{% macro locale_class(locale_code) -%}
    case left({{ locale_code }}, 1)
        when '1' then 'city'
        when '2' then 'suburb'
        when '3' then 'town'
        when '4' then 'rural'
    end
{%- endmacro %}
