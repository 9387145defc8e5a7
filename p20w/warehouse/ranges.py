"""Key figures of the marts over stricter and looser maps of who is who.

Here: the models between the map and the marts once more, from the SQL that dbt compiled for the set in use, with
another map in the place of the one in use; keeping the figures in `governance.answer_range`. Not here: the maps
(`maps`), the marts' rules (`dbt/models`), which figures (`declared`).

What marts stand on becomes temporary tables. The marts are temporary views, so that the server works out only the rows
and columns that the figures read: whole marts took as much time as everything before them. Nothing that anybody reads
is touched: tables and views are gone with the transaction.
"""

import json
import re
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path

import psycopg
from psycopg import sql

from p20w.database import Warehouse
from p20w.progress import tell
from p20w.settings import Settings
from p20w.warehouse import dbt_runs, declared
from p20w.warehouse.declared import Mart
from p20w.warehouse.maps import write_maps

PERSON_MAP = "stg_registry__person_identity"
MAPS = ("stricter", "looser")


def measure_ranges(warehouse: Warehouse, settings: Settings, refresh_id: int) -> int:
    """Lay down the maps, compute the key figures over each, and keep them for the refresh.

    Args:
        warehouse: with marts published for the refresh; written to as roles `linkage` (maps) and `transform` (figures).
        settings: where dbt compiled its models to.
        refresh_id: whose figures these are; what was kept for it before is replaced.

    Returns:
        how many figures were kept; 0 where dbt has compiled nothing here.
    """
    marts = [mart for mart in declared.marts(settings.dbt) if mart.ranges]
    models = _affected(dbt_runs.manifest(settings, warehouse), dbt_runs.compiled_folder(settings), marts)
    if not models:
        return 0
    tell("laying down stricter and looser maps")
    write_maps(warehouse, settings)
    with warehouse.connect("transform") as connection:
        found = {"current": _answers(connection, marts, "marts.")}
    for name in MAPS:
        tell(f"computing answers over the {name} map")
        with warehouse.connect("transform") as connection:
            found[name] = _over(connection, name, models, marts)
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


def _affected(manifest: Path, compiled: Path, marts: Sequence[Mart]) -> list[tuple[str, str]]:
    """Models between the person map and the marts asked, with their compiled SQL, in the order of building."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    parents = {name: node["depends_on"]["nodes"] for name, node in nodes.items() if node["resource_type"] == "model"}
    order = [name for name in TopologicalSorter(parents).static_order() if name in parents]
    asked = {mart.name for mart in marts}
    needed = {name for name in order if nodes[name]["name"] in asked}
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


def _over(
    connection: psycopg.Connection, name: str, models: Sequence[tuple[str, str]], marts: Sequence[Mart]
) -> list[tuple[object, ...]]:
    """The key figures over one map, from temporary tables and views that take the places of the models' own."""
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
    asked = {mart.name for mart in marts}
    for model, text in models:
        query = qualified.sub(r'"\1"', text).rstrip().rstrip(";")
        if model in asked:
            connection.execute(f'create temporary view "{model}" as {query}'.encode())
        else:
            connection.execute(f'create temporary table "{model}" on commit drop as {query}'.encode())
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(model)))
    return _answers(connection, marts, "")


def _answers(connection: psycopg.Connection, marts: Sequence[Mart], schema: str) -> list[tuple[object, ...]]:
    """Rows answer, part, value, persons: of the newest pools of cohorts, and terms, that are complete."""
    parts = [answers_of(mart, f"{schema}{mart.name}") for mart in marts]
    rows = ", ".join(rows for rows, _ in parts)
    selects = " union all ".join(select for _, selects in parts for select in selects)
    return connection.execute(f"with {rows} {selects} order by answer, part".encode()).fetchall()


def answers_of(mart: Mart, place: str) -> tuple[str, list[str]]:
    """SQL of a mart's answers: the rows they come from, worked out once, and a select of each figure."""
    told = mart.ranges
    if told is None:
        return "", []
    columns = [f"({f.value})::float8 as value_{n}, ({f.persons})::bigint as persons_{n}"
               for n, f in enumerate(told.figures.values())]  # fmt: skip
    rows = (
        f"{mart.name}_rows as (select {told.part} as part, {', '.join(columns)}, "
        f"rank() over (order by {told.newest} desc) as age from {place} where {told.where} and {mart.complete})"
    )
    selects = [
        f"select {sql.Literal(answer).as_string()} as answer, part, value_{n} as value, persons_{n} as persons "
        f"from {mart.name}_rows where age = 1"
        for n, answer in enumerate(told.figures)
    ]
    return rows, selects
