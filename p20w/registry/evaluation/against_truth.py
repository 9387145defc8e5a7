"""Measure the registry against a truth: precision, recall and F1 over pairs of identities of different feeds.

Here: the definitions and the counting, set-based. Not here: estimates without a truth, printing.

Definitions
- The unit is a pair of identities of different feeds. It is true when both belong to one true person, predicted
  when both are assigned to one person.
- An identity used by several true persons counts for the one with most of its lines (of equals the smallest
  number). Its other uses are errors: the true pairs they would make count as missed.
- A true pair is reachable when a chain of that person's identities joins it, each step having on both sides an
  SSN, or an id in one space, or first name, surname and birth date, whether or not these agree.
- Precision: of the predicted pairs, those that are true. Recall: of the reachable pairs, those predicted.
- Coverage: of all true pairs of two feeds, reachable or not, those predicted.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow
from p20w.registry.components import components
from p20w.registry.workshop import workshop
from p20w.settings import Settings


class NoTruth(RuntimeError):
    """There is no truth for the drops that are in force."""


@dataclass(frozen=True)
class Score:
    """Counts of pairs of identities, and what follows from them.

    `left_feed` and `right_feed` are None for the whole.
    """

    left_feed: str | None
    right_feed: str | None
    predicted: int
    correct: int
    reachable: int
    found: int
    every_true: int

    @property
    def precision(self) -> float:
        """Share of predicted pairs that are true; 1 when nothing is predicted."""
        return self.correct / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of reachable pairs that are predicted; 1 when nothing is reachable."""
        return self.found / self.reachable if self.reachable else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def coverage(self) -> float:
        """Share of all true pairs, reachable or not, that are predicted."""
        return self.correct / self.every_true if self.every_true else 1.0


@dataclass(frozen=True)
class Evaluation:
    """The registry held against the truth.

    `by_feeds` has a score a pair of feeds, `k12_to_wages` the one for K-12 enrollment and wages, whose coverage
    counts. `shared_identities` are identities used by several true persons, `lines_misplaced` their lines under
    another's name.
    """

    overall: Score
    by_feeds: tuple[Score, ...]
    k12_to_wages: Score | None
    identities: int
    true_persons: int
    persons: int
    shared_identities: int
    lines_misplaced: int


def evaluate(warehouse: Warehouse, settings: Settings, truth: Path) -> Evaluation:
    """Score the current assignment.

    Args:
        warehouse: read as role `linkage`.
        settings: where the private folder is.
        truth: folder of `<feed>/<period>/<submission>.parquet` with `line_number` and `true_person`.

    Raises:
        NoTruth: no file of `truth` is about a drop in force.
    """
    if not any(truth.glob("*/*/*.parquet")):
        raise NoTruth(f"{truth} holds no truth files (<feed>/<period>/<submission>.parquet).")
    uri = warehouse.libpq("linkage")
    with workshop(settings) as con:
        con.register("read_line", read_arrow(uri, _LINES))
        con.register("read_identity", read_arrow(uri, _IDENTITIES))
        con.from_parquet(str(truth / "*" / "*" / "*.parquet"), filename=True).create("truth")
        con.execute(_USES)
        if not con.execute("select count(*) from use").fetchall()[0][0]:
            raise NoTruth(f"No truth file in {truth} is about a drop in force.")
        _mark_reach(con)
        con.execute(_SCORES)
        scores = tuple(Score(*row) for row in con.execute("select * from score order by all").fetchall())
        counts = con.execute(_COUNTS).fetchall()[0]
    wanted = {"k12_enrollment", "ui_wage"}
    return Evaluation(
        overall=_sum(scores),
        by_feeds=scores,
        k12_to_wages=next((score for score in scores if {score.left_feed, score.right_feed} == wanted), None),
        identities=counts[0],
        true_persons=counts[1],
        persons=counts[2],
        shared_identities=counts[3],
        lines_misplaced=counts[4],
    )


def _sum(scores: tuple[Score, ...]) -> Score:
    return Score(
        None,
        None,
        predicted=sum(score.predicted for score in scores),
        correct=sum(score.correct for score in scores),
        reachable=sum(score.reachable for score in scores),
        found=sum(score.found for score in scores),
        every_true=sum(score.every_true for score in scores),
    )


def _mark_reach(con: duckdb.DuckDBPyConnection) -> None:
    """Table `reach` (identity, true_person, island): what steps can join within a true person.

    A use of an identity hangs on what it can be joined by: an SSN, a space of ids, a name with birth date.
    """
    con.execute(_HANDLES)
    size = con.execute("select count(*) from use").fetchall()[0][0]
    edges = con.execute("select use_number, handle from handle_of").fetchnumpy()
    uses, handles = (np.asarray(edges[name], np.int64) for name in ("use_number", "handle"))
    total = size + (int(handles.max()) + 1 if len(handles) else 0)
    label = components(total, uses, handles + size)[:size]
    con.register("read_reach", pa.table({"use_number": np.arange(size), "island": label}))
    con.execute(
        "create table reach as select use.*, read_reach.island from use "
        "inner join read_reach on use.use_number = read_reach.use_number order by use.use_number"
    )


_LINES = """
select feed, period, submission, line_number, uuid_send(identity_id) as identity_id, uuid_send(person_id) as person_id
from registry.record_person
where identity_id is not null
"""

_IDENTITIES = """
select
    uuid_send(identity_id) as identity_id,
    id_space,
    ssn_token is not null as has_ssn,
    first_name is not null and last_or_surname is not null and birthdate is not null as has_name_and_birthdate
from vault.identity
"""

# A use is an identity and a true person whose lines it is on.
_USES = """
create table line as
select
    read_line.feed,
    read_line.identity_id,
    read_line.person_id,
    truth.true_person
from read_line
inner join truth
    on truth.line_number = read_line.line_number
    and list_extract(string_split(truth.filename, '/'), -3) = read_line.feed
    and list_extract(string_split(truth.filename, '/'), -2) = read_line.period
    and list_extract(string_split(truth.filename, '/'), -1) = read_line.submission || '.parquet'
where truth.true_person is not null;

create table use as
with counted as (

    select feed, identity_id, person_id, true_person, count(*) as lines
    from line
    group by feed, identity_id, person_id, true_person

)

select
    row_number() over (order by identity_id, true_person) - 1 as use_number,
    *,
    row_number() over (partition by identity_id order by lines desc, true_person) = 1 as is_main
from counted
order by use_number;
"""

_HANDLES = """
create table handle_of as
with said as (

    select use.use_number, use.true_person, 'ssn' as kind
    from use
    inner join read_identity on use.identity_id = read_identity.identity_id
    where read_identity.has_ssn

    union all

    select use.use_number, use.true_person, 'name' as kind
    from use
    inner join read_identity on use.identity_id = read_identity.identity_id
    where read_identity.has_name_and_birthdate

    union all

    select use.use_number, use.true_person, 'id ' || read_identity.id_space as kind
    from use
    inner join read_identity on use.identity_id = read_identity.identity_id
    where read_identity.id_space is not null

)

select
    use_number,
    dense_rank() over (order by true_person, kind) - 1 as handle
from said;
"""

_SCORES = """
create table pair_of_feeds as
select left_feed.feed as left_feed, right_feed.feed as right_feed
from (select distinct feed from use) as left_feed
inner join (select distinct feed from use) as right_feed on left_feed.feed < right_feed.feed;

create table score as
with main_use as (

    select * from reach where is_main

),

assigned as (

    select person_id, feed, count(*) as identities from main_use group by person_id, feed

),

predicted as (

    select l.feed as left_feed, r.feed as right_feed, sum(l.identities * r.identities) as pairs
    from assigned as l
    inner join assigned as r on l.person_id = r.person_id and l.feed < r.feed
    group by l.feed, r.feed

),

agreed as (

    select person_id, true_person, feed, count(*) as identities from main_use group by all

),

correct as (

    select l.feed as left_feed, r.feed as right_feed, sum(l.identities * r.identities) as pairs
    from agreed as l
    inner join agreed as r on l.person_id = r.person_id and l.true_person = r.true_person and l.feed < r.feed
    group by l.feed, r.feed

),

owned as (

    select true_person, feed, count(*) as identities from reach group by true_person, feed

),

every_true as (

    select l.feed as left_feed, r.feed as right_feed, sum(l.identities * r.identities) as pairs
    from owned as l
    inner join owned as r on l.true_person = r.true_person and l.feed < r.feed
    group by l.feed, r.feed

),

on_island as (

    select true_person, island, feed, count(*) as identities from reach group by all

),

reachable as (

    select l.feed as left_feed, r.feed as right_feed, sum(l.identities * r.identities) as pairs
    from on_island as l
    inner join on_island as r on l.island = r.island and l.true_person = r.true_person and l.feed < r.feed
    group by l.feed, r.feed

),

agreed_on_island as (

    select person_id, true_person, island, feed, count(*) as identities from main_use group by all

),

found as (

    select l.feed as left_feed, r.feed as right_feed, sum(l.identities * r.identities) as pairs
    from agreed_on_island as l
    inner join agreed_on_island as r
        on l.person_id = r.person_id
        and l.true_person = r.true_person
        and l.island = r.island
        and l.feed < r.feed
    group by l.feed, r.feed

)

select
    pair_of_feeds.left_feed,
    pair_of_feeds.right_feed,
    cast(coalesce(predicted.pairs, 0) as bigint) as predicted,
    cast(coalesce(correct.pairs, 0) as bigint) as correct,
    cast(coalesce(reachable.pairs, 0) as bigint) as reachable,
    cast(coalesce(found.pairs, 0) as bigint) as found,
    cast(coalesce(every_true.pairs, 0) as bigint) as every_true
from pair_of_feeds
left join predicted using (left_feed, right_feed)
left join correct using (left_feed, right_feed)
left join reachable using (left_feed, right_feed)
left join found using (left_feed, right_feed)
left join every_true using (left_feed, right_feed);
"""

_COUNTS = """
select
    count(distinct identity_id) as identities,
    count(distinct true_person) as true_persons,
    count(distinct person_id) as persons,
    count(distinct identity_id) filter (where not is_main) as shared_identities,
    coalesce(sum(lines) filter (where not is_main), 0)::bigint as lines_misplaced
from use
"""
