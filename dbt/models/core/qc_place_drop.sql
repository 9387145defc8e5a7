{#- For each feed that gathers lines of many places: its fact, and the column that names the place. -#}
{%- set facts = {
    'early_childhood': {
        'table': ref('fct_early_learning_enrollment'), 'place': 'early_learning_organization_identifier'
    },
    'k12_enrollment': {'table': ref('fct_k12_enrollment'), 'place': 'lea_identifier_sea'},
    'k12_cte': {'table': ref('fct_cte_participation'), 'place': 'lea_identifier_sea'},
    'k12_program': {'table': ref('fct_k12_program_participation'), 'place': 'lea_identifier_sea'},
    'ps_enrollment': {'table': ref('fct_postsecondary_enrollment'), 'place': 'institution_ipeds_unit_id'},
    'ps_award': {'table': ref('fct_postsecondary_award'), 'place': 'institution_ipeds_unit_id'},
    'k12_course': {'table': ref('fct_k12_course'), 'place': 'lea_identifier_sea'},
    'ps_transcript': {'table': ref('fct_postsecondary_course'), 'place': 'institution_ipeds_unit_id'},
    'ps_aid': {'table': ref('fct_postsecondary_aid'), 'place': 'institution_ipeds_unit_id'},
    'k12_wbl': {'table': ref('fct_work_based_learning'), 'place': 'lea_identifier_sea'}
} -%}
{%- set the_last_two = 'select drops.drop_id from drops where drops.age <= 2' -%}
{%- set least_to_fall_silent, least_to_shrink, shrinks_to = 20, 100, 4 -%}
-- one row a feed, part of its year and place: its people in the newest active drop, and in the one before
with drops as (

    select
        drop_id,
        feed,
        period,
        coalesce(collection, term, '') as part,
        row_number() over (partition by feed, coalesce(collection, term, '') order by ends_on desc) as age
    from {{ ref('stg_governance__drop') }}
    where is_accepted and feed in ('{{ facts | join("', '") }}')

),

counted as (

    {% for fact in facts.values() -%}
        select
            drop_id,
            {{ fact.place }} as place,
            count(distinct identity_id) as identity_count
        from {{ fact.table }}
        where drop_id in ({{ the_last_two }})
        group by drop_id, {{ fact.place }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

compared as (

    select
        newest.drop_id,
        newest.feed,
        newest.period,
        earlier.period as period_before,
        counted.place,
        coalesce(sum(counted.identity_count) filter (where counted.drop_id = newest.drop_id), 0) as identity_count,
        coalesce(
            sum(counted.identity_count) filter (where counted.drop_id = earlier.drop_id), 0
        ) as identity_count_before
    from drops as newest
    inner join drops as earlier on newest.feed = earlier.feed and newest.part = earlier.part and earlier.age = 2
    inner join counted on counted.drop_id in (newest.drop_id, earlier.drop_id)
    where newest.age = 1 and counted.place is not null
    group by newest.drop_id, newest.feed, newest.period, earlier.period, counted.place

)

select
    drop_id,
    place,

    feed,
    period,
    period_before,
    identity_count::bigint as identity_count,
    identity_count_before::bigint as identity_count_before,
    identity_count = 0 and identity_count_before >= {{ least_to_fall_silent }} as is_silent,
    identity_count > 0
    and identity_count_before >= {{ least_to_shrink }}
    and identity_count * {{ shrinks_to }} < identity_count_before as has_shrunk
from compared
