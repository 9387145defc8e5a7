{#-
  Facts grow by drop: a drop is loaded once, and leaves again when it is superseded or withdrawn.
  Which drops are in a fact is asked of the fact itself, one index probe a drop of the feed, so the work grows
  with what is new and there is no second record of it that could disagree.
-#}

{#- Head of a fact: it grows by the drops of these feeds, one or several as arguments. -#}
{% macro grows_by_drop() -%}
    {{ config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        indexes=[{'columns': ['drop_id']}],
        meta={'feeds': varargs | list},
        pre_hook='{{ forget_drops() }}',
        post_hook='analyze {{ this }}'
    ) }}
{%- endmacro %}

{#- Pre-hook: take out the lines of drops that are no longer in force. -#}
{% macro forget_drops() -%}
    {%- set drops = ref('stg_governance__drop') -%}
    {% if is_incremental() -%}
        delete from {{ this }}
        where drop_id in (
            select candidate.drop_id
            from {{ drops }} as candidate
            where candidate.feed in ('{{ config.get("meta").feeds | join("', '") }}') and not candidate.is_accepted
        )
    {%- else -%}
        select 1
    {%- endif %}
{%- endmacro %}

{#- Condition on drop_id: the drops this run has to load, as literals, so that the planner reaches them by key. -#}
{% macro is_new_drop() -%}
    {%- set drops = ref('stg_governance__drop') -%}
    {%- if execute and is_incremental() -%}
        {%- set pending -%}
            select candidate.drop_id
            from {{ drops }} as candidate
            where
                candidate.feed in ('{{ config.get("meta").feeds | join("', '") }}') and candidate.is_accepted
                and not exists (select 1 from {{ this }} as held where held.drop_id = candidate.drop_id)
            order by candidate.drop_id
        {%- endset -%}
        {%- set drop_ids = run_query(pending).columns[0].values() -%}
        {%- if drop_ids | length > 0 -%} drop_id in ({{ drop_ids | join(', ') }}) {%- else -%} false {%- endif -%}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#-
  The last line of each record that the drops to be loaded file, with `line_count`, the lines that file it.
  `key`: columns in which lines of one record agree.
-#}
{% macro last_filed(staging, key) -%}
    select * from (
        select
            line.*,
            count(*) over (filed)::integer as line_count,
            row_number() over (filed order by line.line_number desc) as nth_from_last
        from {{ staging }} as line
        where {{ is_new_drop() }}
        window filed as (partition by line.{{ key | join(', line.') }})
    ) as numbered
    where nth_from_last = 1
{%- endmacro %}
