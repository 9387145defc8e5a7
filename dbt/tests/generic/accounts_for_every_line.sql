{#-
  Drops in force whose accepted lines are not all behind the rows of a fact (`line_count`). `feed`: one, or a list of
  those whose lines the fact holds.
-#}
{% test accounts_for_every_line(model, feed) %}

    with represented as (

        select
            drop_id,
            sum(line_count) as line_count
        from {{ model }}
        group by drop_id

    ),

    expected as (

        select * from {{ ref('stg_governance__drop') }}
        where feed in ('{{ ([feed] if feed is string else feed) | join("', '") }}') and is_accepted

    )

    select coalesce(expected.drop_id, represented.drop_id) as drop_id
    from expected
    full join represented on expected.drop_id = represented.drop_id
    where expected.lines_accepted is distinct from represented.line_count

{% endtest %}
