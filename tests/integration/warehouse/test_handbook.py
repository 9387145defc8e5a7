"""What the handbook shows analysts can be run by analysts."""

import re
from pathlib import Path

from p20w.settings import PROJECT
from tests.integration.warehouse.conftest import State

ENOUGH = "having sum(persons) >= 10"
PAGES = PROJECT / "docs" / "analysts"
HANDBOOK = PAGES / "handbook.md"


def queries(page: Path) -> list[str]:
    """The SQL of a page."""
    return re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.S)


def test_every_query_of_the_analysts_pages_runs_and_answers(long_published: State) -> None:
    written = [query for page in sorted(PAGES.glob("*.md")) for query in queries(page)]
    found = [query.replace(ENOUGH, "") for query in written]  # the state has no group of ten
    assert len(found) >= 6
    with long_published.warehouse.connect("analyst") as analyst:
        answers = [len(analyst.execute(query.encode()).fetchall()) for query in found]
    assert all(answers), f"queries without an answer: {[n for n, rows in enumerate(answers, 1) if not rows]}"


def test_every_mart_is_in_the_handbook(long_published: State) -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    marts = long_published.rows("select viewname from pg_views where schemaname = 'marts'")
    assert marts
    assert all(f"`{mart}`" in text for (mart,) in marts)
