{#- What marts about high-school leavers state alike: work, college and who could not be seen, year by year. -#}

{#- Sums of a group. `of` and `bridge` qualify columns of agg_leaver_year and int_leaver_bridge_weight, with their dot. -#}
{% macro leaver_sums(of='', bridge='') -%}
        count(*) filter (where {{ of }}is_employed) as persons_employed,
        count(*) filter (where {{ of }}quarters_employed = 4) as persons_employed_all_quarters,
        count(*) filter (where {{ of }}is_employed_second_quarter) as persons_employed_second_quarter,
        count(*) filter (where {{ of }}is_same_employer) as persons_same_employer,
        {{ median(of ~ 'annual_wages_usd') }} as median_annual_wages_usd,
        {{ median('case when ' ~ of ~ 'quarters_employed = 4 then ' ~ of ~ 'annual_wages_usd end') }}
            as median_annual_wages_all_quarters_usd,
        {{ median(of ~ 'annual_wages_real_usd') }} as median_annual_wages_real_usd,
        {{ median('case when ' ~ of ~ 'quarters_employed = 4 then ' ~ of ~ 'annual_wages_real_usd end') }}
            as median_annual_wages_all_quarters_real_usd,
        count(*) filter (where {{ of }}is_enrolled) as persons_enrolled,
        count(*) filter (where not {{ of }}is_seen_then_or_later) as persons_not_observable,
        count(*) filter (where not {{ bridge }}is_bridged) as persons_without_bridge,
        {{ selection_sums(bridge ~ 'is_bridged', bridge ~ 'weight', {
            'employed': of ~ 'is_employed', 'employed_all_quarters': of ~ 'quarters_employed = 4'
        }, of ~ 'annual_wages_real_usd') }}
{%- endmacro %}

{#- Columns of a mart's last select about work, from `counted`; the arguments as of `if_held`. -#}
{% macro leaver_work(cohort, wages, real, employers) -%}
    {{ if_held('counted.persons_employed', wages) }}::integer as persons_employed,
    {{ if_held(share('counted.persons_employed', 'counted.persons'), wages) }} as share_employed,
    {{ if_held('counted.persons_employed_all_quarters', wages) }}::integer as persons_employed_all_quarters,
    {{ if_held(share('counted.persons_employed_all_quarters', 'counted.persons'), wages) }}
        as share_employed_all_quarters,
    {{ if_held('counted.persons_employed_second_quarter', wages) }}::integer as persons_employed_second_quarter,
    {{ if_held('counted.persons_same_employer', employers) }}::integer as persons_same_employer,
    {{ if_held(share('counted.persons_same_employer', 'counted.persons_employed_second_quarter'), employers) }}
        as share_same_employer,
    {{ if_held('counted.median_annual_wages_usd', wages) }} as median_annual_wages_usd,
    {{ if_held('counted.median_annual_wages_all_quarters_usd', wages) }} as median_annual_wages_all_quarters_usd,
    {{ if_held('counted.median_annual_wages_real_usd', real) }} as median_annual_wages_real_usd,
    {{ if_held('counted.median_annual_wages_all_quarters_real_usd', real) }}
        as median_annual_wages_all_quarters_real_usd,
    {{ var("price_base_year") }} as price_base_year,
    {{ if_held('counted.persons_bridged', cohort) }}::integer as persons_bridged,
    {{ selection_columns('employed', wages) }},
    {{ selection_columns('employed_all_quarters', wages) }},
    {{ selection_median('annual_wages', real, wages) }}
{%- endmacro %}

{#- Columns about college. -#}
{% macro leaver_college(terms) -%}
    {{ if_held('counted.persons_enrolled', terms) }}::integer as persons_enrolled,
    {{ if_held(share('counted.persons_enrolled', 'counted.persons'), terms) }} as share_enrolled
{%- endmacro %}

{#- Columns about who could not be seen. -#}
{% macro leaver_unseen(cohort, later) -%}
    {{ if_held('counted.persons_not_observable', later) }}::integer as persons_not_observable,
    {{ if_held(share('counted.persons_not_observable', 'counted.persons'), later) }} as share_not_observable,
    {{ if_held('counted.persons_without_bridge', cohort) }}::integer as persons_without_bridge,
    {{ if_held(share('counted.persons_without_bridge', 'counted.persons'), cohort) }} as share_without_bridge
{%- endmacro %}
