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
from p20w.registry.statements import execute, figures

FEED = "ui_wage"

FEWEST = 8
"""Names that an employer's lines must hold. In the simulated state of 10,000 people none of 305 such employers is taken
for what it is not; with five names 2 of 331 seem to cut surnames, with three 13 of 366. Set 2026-11."""


def read_employed(con: duckdb.DuckDBPyConnection, read: Read, contracts: Mapping[str, FeedContract]) -> None:
    """Make table `employed` from `record`; empty where no wages come."""
    con.execute("create table employed (record bigint, ui_account_number varchar, lines bigint)")
    if FEED not in contracts:
        return
    execute(
        con,
        "insert into employed select record, ui_account_number, lines "
        "from read_employed inner join record using (identity_id) order by all",
        read_employed=read(_EMPLOYED),
    )


def naming(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """How many employers write names how, and how many lines are theirs, from `employed` and `features`."""
    return figures(con, "inputs/naming", fewest=FEWEST)


_EMPLOYED = f"""
select uuid_send(line.identity_id) as identity_id, line.ui_account_number, count(*) as lines
from intake.{FEED} as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted' and line.identity_id is not null and line.ui_account_number is not null
group by line.identity_id, line.ui_account_number
"""
