{#- How periods are written. Quarters compare as text: '2024Q3' < '2024Q4'. -#}

{#- Quarters since year 0, so that neighbors differ by one. -#}
{% macro quarter_index(year, quarter_number) -%}
    (({{ year }}) * 4 + ({{ quarter_number }}) - 1)
{%- endmacro %}

{#- '2024Q3' of a quarter index. -#}
{% macro quarter_label(index) -%}
    (({{ index }}) / 4)::text || 'Q' || (({{ index }}) % 4 + 1)::text
{%- endmacro %}

{#- '2019-20' of the year it ends in. -#}
{% macro school_year_label(school_year) -%}
    ({{ school_year }} - 1)::text || '-' || lpad((({{ school_year }}) % 100)::text, 2, '0')
{%- endmacro %}

{#- '2015-16 to 2019-20': the five cohorts a cohort is pooled with. Pools begin at fixed years, so that none overlaps another
    and none changes its members. -#}
{% macro cohort_pool_label(school_year) -%}
    {{ school_year_label('(((' ~ school_year ~ ') - 1) / 5 * 5 + 1)') }}
    || ' to '
    || {{ school_year_label('(((' ~ school_year ~ ') - 1) / 5 * 5 + 5)') }}
{%- endmacro %}

{#- The cohorts a leaver counts in: the own one, and the pool of five it belongs to. -#}
{% macro cohorts_of(school_year) -%}
    values
    ({{ school_year_label(school_year) }}),
    ({{ cohort_pool_label(school_year) }})
{%- endmacro %}
