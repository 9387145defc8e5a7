"""Employers that send initials, cut names, or first and last name in the other order: recognized from their lines.

Here: who works for whom, and how each employer of the wage file writes names. Not here: how names are compared
(`splink_models.comparisons`).

A payroll program does to all names what it does to one, so an employer's own lines tell. They are counted, so that
ops can ask for better files; comparisons take initials, cut names and names in the other order from any sender.
"""

from collections.abc import Mapping

import duckdb

from p20w.contracts import FeedContract
from p20w.database.bulk import Read
from p20w.registry.statements import figures

FEED = "ui_wage"

FEWEST = 8
"""Names that an employer's lines must hold. In the simulated state of 10,000 people none of 305 such employers is taken
for what it is not; with five names 2 of 331 seem to cut surnames, with three 13 of 366. Set 2026-11."""

MOSTLY = 0.75
"""Share of an employer's names that must be initials, or end where the field ends, or be in the other order. Nine first
names of ten have four letters or more: where a program cuts them to four, nearly all reach its limit."""

SURNAMES_MOSTLY = 0.4
"""As `MOSTLY`, for surnames: half of them have six letters or more, so that as many end where a field of six ends."""

LONGEST_FIRST, LONGEST_LAST = 6, 9
"""Letters beyond which a field does not cut but hold the name."""

NEARLY_ALL = 0.97
"""Share of names that end within the field; the rest is double names and slips."""


def read_employed(con: duckdb.DuckDBPyConnection, read: Read, contracts: Mapping[str, FeedContract]) -> None:
    """Make table `employed` from `record`; empty where no wages come."""
    con.execute("create table employed (record bigint, ui_account_number varchar, lines bigint)")
    if FEED not in contracts:
        return
    con.register("read_employed", read(_EMPLOYED))
    con.execute(
        "insert into employed select record.record, read_employed.ui_account_number, read_employed.lines "
        "from read_employed inner join record on read_employed.identity_id = record.identity_id order by all"
    )
    con.unregister("read_employed")


def naming(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """How many employers write names how, and how many lines are theirs, from `employed` and `features`."""
    limits = {"fewest": FEWEST, "mostly": MOSTLY, "surnames_mostly": SURNAMES_MOSTLY, "nearly_all": NEARLY_ALL}
    return figures(con, "inputs/naming", **limits, longest_first=LONGEST_FIRST, longest_last=LONGEST_LAST)


_EMPLOYED = f"""
select uuid_send(line.identity_id) as identity_id, line.ui_account_number, count(*) as lines
from intake.{FEED} as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted' and line.identity_id is not null and line.ui_account_number is not null
group by line.identity_id, line.ui_account_number
"""
