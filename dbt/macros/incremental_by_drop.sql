{#-
  Facts grow by drop: a drop is loaded once, and leaves again when it is superseded or withdrawn.
  Which drops are in a fact is asked of the fact itself, one index probe a drop of the feed, so the work grows
  with what is new and there is no second record of it that could disagree.
-#}

{#- Pre-hook: take out the lines of drops that are no longer in force. -#}
{% macro forget_drops(feed) -%}
    {%- set drops = ref('stg_governance__drop') -%}
    {% if is_incremental() -%}
        delete from {{ this }}
        where drop_id in (
            select candidate.drop_id
            from {{ drops }} as candidate
            where candidate.feed = '{{ feed }}' and not candidate.is_accepted
        )
    {%- else -%}
        select 1
    {%- endif %}
{%- endmacro %}

{#- Condition on drop_id: the drops this run has to load, as literals, so that the planner reaches them by key. -#}
{% macro is_new_drop(feed) -%}
    {%- set drops = ref('stg_governance__drop') -%}
    {%- if execute and is_incremental() -%}
        {%- set pending -%}
            select candidate.drop_id
            from {{ drops }} as candidate
            where
                candidate.feed = '{{ feed }}' and candidate.is_accepted
                and not exists (select 1 from {{ this }} as held where held.drop_id = candidate.drop_id)
            order by candidate.drop_id
        {%- endset -%}
        {%- set drop_ids = run_query(pending).columns[0].values() -%}
        {%- if drop_ids | length > 0 -%} drop_id in ({{ drop_ids | join(', ') }}) {%- else -%} false {%- endif -%}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
