"""Writes the handbook's table of marts from what they say of themselves: make handbook."""

import re

from p20w.settings import PROJECT
from p20w.warehouse import declared

PAGE = PROJECT / "docs" / "analysts" / "handbook.md"
TABLE = re.compile(r"(?<=## The marts\n\n)(\|.*\n)+")


def written() -> str:
    """The page as it should be."""
    table = declared.handbook(declared.marts(PROJECT / "dbt"))
    return TABLE.sub(lambda _: f"{table}\n", PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
