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

{#- How many cohorts are pooled, here and nowhere else. Pools begin at fixed years, so that none overlaps another and none
    changes its members: pages for the board show pools alone, and with a window that moves or grows, the cohort that came
    or went would be the difference between two pages. Three, because one odd year then does not lead, groups are large
    enough to show, and the newest pool is at most two years older than the newest cohort. Another number would make pools
    that overlap those of pages already out. -#}
{% macro cohorts_pooled() -%} 3 {%- endmacro %}

{#- '2016-17 to 2018-19': the cohorts a cohort is pooled with. -#}
{% macro cohort_pool_label(school_year) -%}
    {%- set first = '(((' ~ school_year ~ ') - 1) / ' ~ cohorts_pooled() ~ ' * ' ~ cohorts_pooled() ~ ' + 1)' -%}
    {{ school_year_label(first) }}
    || ' to '
    || {{ school_year_label('(' ~ first ~ ' + ' ~ cohorts_pooled() ~ ' - 1)') }}
{%- endmacro %}

{#- The cohorts a leaver counts in: the own one, and the pool it belongs to. -#}
{% macro cohorts_of(school_year) -%}
    values
    ({{ school_year_label(school_year) }}),
    ({{ cohort_pool_label(school_year) }})
{%- endmacro %}
