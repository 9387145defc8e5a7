{#- Where codes stand: feed, what its rows are read from, column, and the labels they are held against. -#}
{%- set programs, occupations, industries = 'dim_program_label', 'dim_occupation_label', 'dim_industry_label' -%}
{%- set places = [
    ('k12_cte', 'fct_cte_participation', 'cip_code', programs),
    ('ps_enrollment', 'fct_postsecondary_enrollment', 'cip_code', programs),
    ('ps_award', 'fct_postsecondary_award', 'cip_code', programs),
    ('ps_noncredit', 'fct_noncredit_training', 'cip_code', programs),
    ('ps_noncredit', 'fct_noncredit_training', 'soc_code', occupations),
    ('labor_demand', 'fct_labor_demand', 'soc_code', occupations),
    ('apprenticeship', 'fct_apprenticeship_report', 'soc_code', occupations),
    ('apprenticeship', 'fct_apprenticeship_report', 'naics_code', industries),
    ('employer', 'stg_workforce__employer', 'naics_code', industries),
    ('other_state_wage', 'fct_other_state_wage', 'naics_code', industries)
] -%}
{%- set lists = {'cip_code': 'cip_list', 'soc_code': 'soc_list', 'naics_code': 'naics_list'} -%}
{%- set of_all = {'cip_code': "''", 'soc_code': "'00-0000'", 'naics_code': "''"} -%}
-- one row a code in the newest active drop of a feed that no list of its day knows
with newest as (

    select distinct on (feed)
        drop_id,
        feed,
        period,
        ends_on
    from {{ ref('stg_governance__drop') }}
    where is_accepted
    order by feed asc, ends_on desc

),

unlisted as (

    {% for feed, model, column, labels in places -%}
        select
            newest.drop_id,
            newest.feed,
            newest.period,
            '{{ column }}' as column_name,
            said.{{ column }} as code,
            '{{ lists[column] }}' as list_feed,
            count(*) as row_count
        from {{ ref(model) }} as said
        inner join newest on said.drop_id = newest.drop_id and newest.feed = '{{ feed }}'
        left join {{ ref(labels) }} as label
            on
                said.{{ column }} = label.{{ column }}
                and newest.ends_on >= label.valid_from
                and newest.ends_on <= coalesce(label.valid_to, newest.ends_on)
        where label.{{ column }} is null and said.{{ column }} <> {{ of_all[column] }}
        group by newest.drop_id, newest.feed, newest.period, said.{{ column }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    drop_id,
    column_name,
    code,

    feed,
    period,
    list_feed,
    row_count
from unlisted
