"""Employers that send initials, cut names, or first and last name in the other order: recognized from their lines.

Here: how each employer of the wage file writes names, and what that excuses under one SSN. Not here: how names are
compared where nothing is known of the sender (`tiers`), names changed by slips (`splink_models.comparisons`).

A payroll program does to all names what it does to one, so an employer's own lines tell. An initial may be that of a
short form (`M` for Amanda, who is Mandy), and a slip in a name of four letters is half of it: with SSN and surname
these agree, and would wait for a reviewer as another name under the SSN. Names in the other order are recognized and
counted; the comparisons take them from any sender, and nothing is added.
"""

from collections.abc import Mapping

import duckdb

from p20w.contracts import FeedContract
from p20w.database.bulk import Read
from p20w.registry.agreement import LEVELS, pair_columns
from splink_models.comparisons import near
from splink_models.features import short_forms

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


def find_naming(con: duckdb.DuckDBPyConnection, read: Read, contracts: Mapping[str, FeedContract]) -> None:
    """Make tables `employer_naming` and `record_naming` from `record` and `features`; none where no wages come.

    employer_naming (ui_account_number, names, lines, is_initials, cut_first, cut_last, is_turned): `names` are ways to
    write one, `cut_first` and `cut_last` the letters that are left, null where nothing is cut.
    record_naming (record, is_initials, cut_first, cut_last): records that such an employer wrote.

    Args:
        con: the workshop.
        read: reads as role `linkage`.
        contracts: the feeds of this state.
    """
    if FEED not in contracts:
        return
    con.register("employed", read(_EMPLOYED))
    con.execute(_EMPLOYERS)
    con.unregister("employed")


def figures(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """How many employers write names how, and how many lines are theirs; nothing where that is not known."""
    if not con.execute("select 1 from duckdb_tables() where table_name = 'employer_naming'").fetchall():
        return {}
    relation = con.sql(_FIGURES)
    return {name: float(value or 0) for name, value in zip(relation.columns, relation.fetchall()[0], strict=True)}


def excuse_habits(con: duckdb.DuckDBPyConnection) -> None:
    """Have names under one SSN agree in `writing_pair` where one is what an employer's habit leaves of the other.

    Without `record_naming` nothing is known of employers, and nothing changes.
    """
    con.execute(
        "create table if not exists record_naming "
        "(record bigint, is_initials boolean, cut_first bigint, cut_last bigint)"
    )
    con.register("read_short_form", short_forms())
    con.execute(_EXCUSED)
    con.unregister("read_short_form")


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

    select record.identity_id, features.first, features.last, features.last_whole
    from record
    inner join features on record.record = features.record
    semi join employed on record.identity_id = employed.identity_id

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
    inner join written on employed.identity_id = written.identity_id
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

create table record_naming as
select
    record.record,
    bool_or(employer_naming.is_initials) as is_initials,
    min(employer_naming.cut_first) as cut_first,
    min(employer_naming.cut_last) as cut_last
from employed
inner join employer_naming on employed.ui_account_number = employer_naming.ui_account_number
inner join record on employed.identity_id = record.identity_id
where employer_naming.is_initials or employer_naming.cut_first is not null
group by record.record;
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

# The short side is what such an employer wrote, the full side anything else under the SSN.
_EXCUSED = f"""
create temp table excused as
with short_writing as (

    select
        writing_record.writing,
        bool_or(record_naming.is_initials) as is_initials,
        min(record_naming.cut_first) as cut_first,
        min(record_naming.cut_last) as cut_last
    from record_naming
    inner join writing_record on record_naming.record = writing_record.record
    group by writing_record.writing

),

side as (

    select left_writing, right_writing, left_writing as short, right_writing as other from writing_pair
    where not is_strong
    union all
    select left_writing, right_writing, right_writing as short, left_writing as other from writing_pair
    where not is_strong

),

pair as (

    select
        side.left_writing,
        side.right_writing,
        short_writing.* exclude (writing),
        {pair_columns("short_side", "other_side")}
    from side
    inner join short_writing on side.short = short_writing.writing
    inner join writing as short on side.short = short.writing and short.holder % 2 = 0
    inner join writing as other on side.other = other.writing
    inner join features as short_side on short.record = short_side.record
    inner join features as other_side on other.record = other_side.record

),

levelled as (

    select *, {LEVELS} from pair

),

alike as (

    select *
    from levelled
    where coalesce(suffix_l = suffix_r, true)
        and (
            last_level in ('exact', 'part', 'begins', 'similar')
            or (cut_last is not null and {near("last_whole_l", "substr(last_whole_r, 1, cut_last)", 1, 4)})
        )

),

-- the other name, what it may stand for, and what may stand for that
form as (

    select left_writing, right_writing, first_l, is_initials, cut_first, unnest(first_forms_r) as form from alike

),

called as (

    select * from form
    union all
    select form.* replace (read_short_form.short as form)
    from form
    inner join read_short_form on form.form = read_short_form.formal

)

select distinct left_writing, right_writing
from called
where (is_initials and first_l = substr(form, 1, 1))
    or (cut_first is not null and {near("first_l", "substr(form, 1, cut_first)", 1, 3)})
    -- a letter too many has pushed another out of the field
    or (cut_first is not null and {near("first_l", "substr(form, 1, cut_first - 1)", 1, 3)});

update writing_pair
set is_strong = true
from excused
where writing_pair.left_writing = excused.left_writing and writing_pair.right_writing = excused.right_writing;

drop table excused;
"""
