{#- Whom the wage file can show, and what is said of those it cannot (docs/analysts/selection.md). -#}

{#- z of a 95 % interval. -#}
{% macro z_95() -%} 1.959964 {%- endmacro %}

{#-
  Inverse probability of having a bridge: persons per bridged person of a cell. `known` is what is known of everybody,
  most important first; the last is given up until 20 are bridged, and one in five, so that nobody stands for more
  than five. Null where even the first has too few: there is no overlap.
-#}
{% macro inverse_probability(is_bridged, known) -%}
    case
        {%- for size in range(known | length, 0, -1) %}
        {%- set bridged = "sum((" ~ is_bridged ~ ")::integer) over (partition by " ~ known[:size] | join(", ") ~ ")" %}
        {%- set persons = "count(*) over (partition by " ~ known[:size] | join(", ") ~ ")" %}
        when {{ bridged }} >= 20 and {{ bridged }} * 5 >= {{ persons }}
            then round({{ persons }}::numeric / {{ bridged }}, 4)
        {%- endfor %}
    end
{%- endmacro %}

{#- A year's own ratio where it has 500 without a bridge, else that of the years around it where they have 100, else 1. -#}
{% macro ratio_of_years(outcome) -%}
    coalesce(
        case
            when persons_unbridged >= 500
                then round(greatest(missing_{{ outcome }}, 0) / nullif(alike_{{ outcome }}, 0), 4)
            when sum(persons_unbridged) over years_around >= 100
                then round(
                    greatest(sum(missing_{{ outcome }}) over years_around, 0)
                    / nullif(sum(alike_{{ outcome }}) over years_around, 0), 4
                )
        end, 1
    )
{%- endmacro %}

{#-
  Sums of a group that its corrected figures are made of, beside `persons` and `persons_<outcome>`. `outcomes`: name to
  condition.
-#}
{% macro selection_sums(is_bridged, weight, outcomes, wages) -%}
        count(*) filter (where {{ is_bridged }}) as persons_bridged,
        count(*) filter (where {{ weight }} is null) as persons_without_weight,
        {{ effective(weight, is_bridged) }} as effective_persons,
        sum({{ weight }} - 1) filter (where {{ is_bridged }}) as stood_for,
        {%- for name, condition in outcomes.items() %}
        count(*) filter (where {{ is_bridged }} and {{ condition }}) as bridged_{{ name }},
        sum({{ weight }} - 1) filter (where {{ is_bridged }} and {{ condition }}) as stood_for_{{ name }},
        {%- endfor %}
        {%- set paid = is_bridged ~ " and " ~ wages ~ " is not null" %}
        {{ effective(weight, paid) }} as effective_paid,
        array_agg({{ wages }} order by {{ wages }}) filter (where {{ paid }}) as wages_seen,
        array_agg({{ weight }} order by {{ wages }}) filter (where {{ paid }}) as weights_seen
{%- endmacro %}

{#- Kish's effective sample size. -#}
{% macro effective(weight, condition) -%}
    power(sum({{ weight }}) filter (where {{ condition }}), 2)
        / sum(power({{ weight }}, 2)) filter (where {{ condition }})
{%- endmacro %}

{#- Whether the sums carry a corrected figure, and if not, why not. -#}
{% macro reweighting() -%}
    case
        when coalesce(effective_persons, 0) < 10 then 'too few can be seen'
        when persons_without_weight > 0 or persons_bridged * 5 < persons then 'too many cannot be seen'
        else 'reweighted'
    end
{%- endmacro %}

{#-
  Share of all persons: the bridged as seen, the others as often as the bridged who stand for them, times `ratio`
  (int_unbridged_ratio); who was seen without a bridge stays.
-#}
{% macro corrected_share(outcome, ratio) -%}
    (
        bridged_{{ outcome }} + greatest(
            persons_{{ outcome }} - bridged_{{ outcome }},
            (persons - persons_bridged) * least(
                1,
                {{ ratio }} * coalesce(
                    coalesce(stood_for_{{ outcome }}, 0) / nullif(stood_for, 0),
                    bridged_{{ outcome }}::numeric / nullif(persons_bridged, 0)
                )
            )
        )
    ) / persons
{%- endmacro %}

{#- Wilson's bound of a share; `sign` is - for the lower, + for the upper. -#}
{% macro wilson(share, persons, sign) -%}
    (
        {{ share }} + {{ z_95() }}^2 / (2 * {{ persons }})
        {{ sign }} {{ z_95() }} * sqrt(
            {{ share }} * (1 - {{ share }}) / {{ persons }} + {{ z_95() }}^2 / (4 * {{ persons }}^2)
        )
    ) / (1 + {{ z_95() }}^2 / {{ persons }})
{%- endmacro %}

{#-
  The columns of one outcome in a mart's last select, beside its observed share, which is the lower bound; from `counted`
  with the sums, `reweighting` and `corrected_<outcome>`; `reads` as for the observed figure.
-#}
{% macro selection_columns(outcome, reads) -%}
    {%- set seen = "counted.bridged_" ~ outcome %}
    {%- set corrected = "counted.corrected_" ~ outcome %}
    {%- set others = "counted.persons - counted.persons_bridged" %}
    {%- set told = "case when counted.reweighting = 'reweighted' then round((" %}
    {{ if_held(share(seen, "counted.persons_bridged"), reads) }} as share_{{ outcome }}_bridged,
    {{ if_held(told ~ corrected ~ ")::numeric, 4) end", reads) }} as share_{{ outcome }}_reweighted,
    {{ if_held(told ~ wilson(corrected, "counted.effective_persons", "-") ~ ")::numeric, 4) end", reads) }}
        as share_{{ outcome }}_reweighted_low,
    {{ if_held(told ~ wilson(corrected, "counted.effective_persons", "+") ~ ")::numeric, 4) end", reads) }}
        as share_{{ outcome }}_reweighted_high,
    {{ if_held(share(seen ~ " + " ~ others, "counted.persons"), reads) }} as share_{{ outcome }}_upper_bound
{%- endmacro %}

{#-
  The corrected median of a mart in dollars of one year, how much it rests on, and why there is none; from `counted` and
  `paid`. `real`: what the median reads; `reads`: what wages read; `factor`: what the sums' wages are multiplied by.
-#}
{% macro selection_median(wages, real, reads, factor='1') -%}
    {%- set told = "case when counted.reweighting = 'reweighted' then round(paid." %}
    {%- set times = " * " ~ factor ~ ", 2) end" %}
    {%- for end, column in (("", "median"), ("low_", "low"), ("high_", "high")) %}
    {{ if_held(told ~ column ~ times, real) }} as median_{{ wages }}_reweighted_{{ end }}real_usd,
    {%- endfor %}
    {{ if_held("round(counted.effective_persons::numeric, 1)", reads) }} as effective_persons,
    coalesce({{ if_held("counted.reweighting", reads) }}, 'not on file') as reweighting
{%- endmacro %}

{#-
  Weighted median and its 95 % interval after Woodruff (1952): the quantiles at one half and at the bounds of the share
  below it. A lateral subquery over `wages_seen` and `weights_seen`; of two middle wages the mean.
-#}
{% macro weighted_median(source) -%}
(
    select
        (
            min(paid.wage) filter (where paid.up_to >= paid.total / 2)
            + min(paid.wage) filter (where paid.up_to > paid.total / 2)
        ) / 2.0 as median,
        min(paid.wage) filter (
            where paid.up_to >= paid.total * (0.5 - 0.5 * {{ z_95() }} / sqrt({{ source }}.effective_paid))
        ) as low,
        min(paid.wage) filter (
            where paid.up_to >= paid.total * (0.5 + 0.5 * {{ z_95() }} / sqrt({{ source }}.effective_paid))
        ) as high
    from (
        select
            pair.wage,
            sum(pair.weight) over (order by pair.wage) as up_to,
            sum(pair.weight) over () as total
        from unnest({{ source }}.wages_seen, {{ source }}.weights_seen) as pair (wage, weight)
    ) as paid
    where {{ source }}.effective_paid >= 10
)
{%- endmacro %}
