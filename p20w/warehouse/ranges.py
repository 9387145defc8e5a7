"""Key figures of the marts over stricter and looser maps of who is who.

Here: building the marts once more, in temporary tables, from the SQL that dbt compiled for the set in use, with another
map in the place of the one in use; keeping the figures in `governance.answer_range`. Not here: the maps
(`p20w.registry.evaluation.maps`), the marts' rules (`dbt/models`).

Nothing that anybody reads is touched: temporary tables are gone with the transaction.
"""

import json
import re
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from p20w.database import Warehouse
from p20w.progress import tell
from p20w.registry.evaluation.maps import write_maps
from p20w.settings import Settings
from p20w.warehouse import dbt_runs

PERSON_MAP = "stg_registry__person_identity"
MAPS = ("stricter", "looser")
MARTS = ("high_school_leaver_outcomes", "cte_program_outcomes", "employment_while_enrolled")


def measure_ranges(warehouse: Warehouse, settings: Settings, refresh_id: int) -> int:
    """Lay down the maps, compute the key figures over each, and keep them for the refresh.

    Args:
        warehouse: with marts published for the refresh; written to as roles `linkage` (maps) and `transform` (figures).
        settings: where dbt compiled its models to.
        refresh_id: whose figures these are; what was kept for it before is replaced.

    Returns:
        how many figures were kept; 0 where dbt has compiled nothing here.
    """
    models = _affected(dbt_runs.manifest(settings, warehouse), dbt_runs.compiled_folder(settings))
    if not models:
        return 0
    tell("laying down stricter and looser maps")
    write_maps(warehouse, settings)
    with warehouse.connect("transform") as connection:
        found = {"current": _answers(connection, "marts.")}
    for name in MAPS:
        tell(f"computing answers over the {name} map")
        with warehouse.connect("transform") as connection:
            found[name] = _over(connection, name, models)
            connection.rollback()
    with warehouse.connect("transform") as connection:
        connection.execute("delete from governance.answer_range where refresh_id = %s", (refresh_id,))
        rows = [(refresh_id, answer, part, name, value, persons)
                for name, answers in found.items() for answer, part, value, persons in answers]  # fmt: skip
        connection.cursor().executemany(
            "insert into governance.answer_range (refresh_id, answer, part, map, value, persons) "
            "values (%s, %s, %s, %s, %s, %s)",
            rows,
        )
        connection.commit()
    return len(rows)


def _affected(manifest: Path, compiled: Path) -> list[tuple[str, str]]:
    """Models between the person map and the marts asked, with their compiled SQL, in the order of building."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    parents = {name: node["depends_on"]["nodes"] for name, node in nodes.items() if node["resource_type"] == "model"}
    order = [name for name in TopologicalSorter(parents).static_order() if name in parents]
    needed = {name for name in order if nodes[name]["name"] in MARTS}
    for name in reversed(order):
        if name in needed:
            needed.update(parents[name])
    affected = {name for name in order if nodes[name]["name"] == PERSON_MAP}
    ordered: list[tuple[str, str]] = []
    for name in order:
        if name in affected or name not in needed or affected.isdisjoint(parents[name]):
            continue
        affected.add(name)
        file = compiled / nodes[name]["original_file_path"]
        if not file.exists():
            return []
        ordered.append((nodes[name]["name"], file.read_text(encoding="utf-8")))
    return ordered


def _over(connection: psycopg.Connection, name: str, models: Sequence[tuple[str, str]]) -> list[tuple[object, ...]]:
    """The key figures over one map, from temporary tables that take the places of the models' own."""
    connection.execute(
        sql.SQL(
            """
            create temporary table {} on commit drop as
            select current_map.identity_id, coalesce(other_map.person_id, current_map.person_id) as person_id
            from core.person_identity as current_map
            left join registry.other_map as other_map
                on current_map.identity_id = other_map.identity_id and other_map.map = {}
            """
        ).format(sql.Identifier(PERSON_MAP), sql.Literal(name))
    )
    connection.execute(sql.SQL("analyze {}").format(sql.Identifier(PERSON_MAP)))
    places = [PERSON_MAP, *(model for model, _ in models)]
    qualified = re.compile(rf'"[^"]+"\."[^"]+"\."({"|".join(map(re.escape, places))})"')
    for model, text in models:
        query = qualified.sub(r'"\1"', text).rstrip().rstrip(";")
        connection.execute(f'create temporary table "{model}" on commit drop as {query}'.encode())
        connection.execute(sql.SQL("analyze {}").format(sql.Identifier(model)))
    return _answers(connection, "")


def _answers(connection: psycopg.Connection, schema: LiteralString) -> list[tuple[object, ...]]:
    places = {mart: f"{schema}{mart}" for mart in MARTS}
    return connection.execute(_ANSWERS.format(**places).encode()).fetchall()


# Rows answer, part, value, persons: newest pools of cohorts, as in the report, and terms whose outcomes are held.
_ANSWERS = """
with leaver as (

    select * from {high_school_leaver_outcomes}
    where cohorts_pooled > 1 and dimension = 'all' and exit_type = 'all' and years_since_leaving = 1 and is_mature
        and persons_employed is not null and persons_enrolled is not null
        and leaver_type in ('completer', 'non_completer')

),

newest_leaver as (

    select * from leaver
    where leaver_cohort = (select max(leaver_cohort) from leaver)

),

concentrator as (

    select * from {cte_program_outcomes}
    where cohorts_pooled > 1 and cte_group = 'concentrator' and career_cluster = 'all' and years_since_leaving = 1
        and is_mature and persons_employed is not null
    order by leaver_cohort desc
    limit 1

),

term as (

    select *, dense_rank() over (order by reference_quarter desc) as age
    from {employment_while_enrolled}
    where institution_level <> 'all' and institution_ipeds_unit_id = 'all' and student_level = 'Undergraduate'
        and is_mature and is_wage_held

)

select 'leavers at work' as answer, leaver_type as part, persons_employed::float8 / persons as value,
    persons::bigint as persons
from newest_leaver
union all
select 'leavers in college', leaver_type, persons_enrolled::float8 / persons, persons::bigint
from newest_leaver
union all
select 'leavers'' median wages', leaver_type, median_annual_wages_real_usd::float8, persons_employed::bigint
from newest_leaver
union all
select 'concentrators at work', '', persons_employed::float8 / persons, persons::bigint
from concentrator
union all
select 'students at work', institution_level, persons_employed::float8 / nullif(persons, 0), persons::bigint
from term
where age = 1
order by answer, part
"""
