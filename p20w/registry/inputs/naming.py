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
    """Make table `employed` (record, ui_account_number, lines) from `record`; empty where no wages come.

    Args:
        con: the scratch database.
        read: reads as role `linkage`.
        contracts: the feeds of this state.
    """
    con.execute("create table employed (record bigint, ui_account_number varchar, lines bigint)")
    if FEED not in contracts:
        return
    con.register("read_employed", read(_EMPLOYED))
    con.execute(
        "insert into employed select record.record, read_employed.ui_account_number, read_employed.lines "
        "from read_employed inner join record on read_employed.identity_id = record.identity_id order by all"
    )
    con.unregister("read_employed")


def find_naming(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `employer_naming` from `employed`, `record` and `features`.

    employer_naming (ui_account_number, names, lines, is_initials, cut_first, cut_last, is_turned): `names` are ways to
    write one, `cut_first` and `cut_last` the letters that are left, null where nothing is cut.
    """
    con.execute(_EMPLOYERS)


def figures(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """How many employers write names how, and how many lines are theirs; nothing where that is not known."""
    if not con.execute("select 1 from duckdb_tables() where table_name = 'employer_naming'").fetchall():
        return {}
    relation = con.sql(_FIGURES)
    return {name: float(value or 0) for name, value in zip(relation.columns, relation.fetchall()[0], strict=True)}


_EMPLOYED = f"""
select uuid_send(identity_id) as identity_id, ui_account_number, lines
from (
    select line.identity_id, line.ui_account_number, count(*) as lines
    from intake.{FEED} as line
    inner join governance.drop on line.drop_id = governance.drop.drop_id
    where governance.drop.status = 'accepted' and line.identity_id is not null and line.ui_account_number is not null
    group by line.identity_id, line.ui_account_number
) as employed
"""

# A name is in the other order when in this state its first word is more often a surname, and its last a first name.
_EMPLOYERS = f"""
create table employer_naming as
with written as (

    select features.record, features.first, features.last, features.last_whole
    from features
    semi join employed on features.record = employed.record

),

spoken as (

    select words.word, sum(words.firsts) as firsts, sum(words.lasts) as lasts
    from (
        select first as word, 1 as firsts, 0 as lasts from features
        union all
        select last as word, 0 as firsts, 1 as lasts from features
    ) as words
    semi join (select first as word from written union select last as word from written) as asked
        on words.word = asked.word
    group by words.word

),

said as (

    select
        employed.ui_account_number,
        employed.lines,
        length(written.first) as first_letters,
        length(written.last_whole) as last_letters,
        as_first.lasts > as_first.firsts and as_last.firsts > as_last.lasts as is_turned
    from employed
    inner join written on employed.record = written.record
    left join spoken as as_first on written.first = as_first.word
    left join spoken as as_last on written.last = as_last.word

),

field as (

    select
        ui_account_number,
        count(*) as names,
        sum(lines) as lines,
        quantile_disc(first_letters, {NEARLY_ALL}) as first_field,
        quantile_disc(last_letters, {NEARLY_ALL}) as last_field
    from said
    group by ui_account_number
    having count(first_letters) >= {FEWEST} and count(last_letters) >= {FEWEST}

),

share as (

    select
        field.*,
        avg((said.first_letters = 1)::integer) as initials,
        avg((said.first_letters = field.first_field)::integer) as fills_first,
        avg((said.last_letters = field.last_field)::integer) as fills_last,
        avg(said.is_turned::integer) as turned
    from said
    inner join field on said.ui_account_number = field.ui_account_number
    group by all

)

select
    ui_account_number,
    names,
    cast(lines as bigint) as lines,
    initials >= {MOSTLY} as is_initials,
    case when first_field between 2 and {LONGEST_FIRST} and fills_first >= {MOSTLY} then first_field end as cut_first,
    case when last_field <= {LONGEST_LAST} and fills_last >= {SURNAMES_MOSTLY} then last_field end as cut_last,
    coalesce(turned >= {MOSTLY}, false) as is_turned
from share;
"""

_FIGURES = """
select
    count(*) as employers_named,
    count(*) filter (where is_initials) as employers_of_initials,
    sum(lines) filter (where is_initials) as lines_of_initials,
    count(*) filter (where cut_first is not null or cut_last is not null) as employers_cutting,
    sum(lines) filter (where cut_first is not null or cut_last is not null) as lines_cut,
    count(*) filter (where is_turned) as employers_turning,
    sum(lines) filter (where is_turned) as lines_turned
from employer_naming
"""
