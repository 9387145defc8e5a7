"""Count pairs of identities of different feeds: predicted, true, reachable.

Here: the definitions, and counts for the whole, for a pair of feeds and for each person. Not here: intervals, groups.

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

import duckdb
import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


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


def pairs(*groups: Integers, feed: Integers) -> int:
    """Pairs of different feeds within groups: all pairs of a group less those of one feed.

    Args:
        groups: parallel arrays; equal values in all of them make a group.
        feed: the feed of each member, as a number.
    """
    within = _key(*groups)
    return _pairs_of(within) - _pairs_of(_key(within, feed))


def _key(*columns: Integers) -> Integers:
    key = columns[0]
    for column in columns[1:]:
        key = np.unique(key, return_inverse=True)[1] * np.int64(column.max(initial=0) + 1) + column
    return key


def _pairs_of(key: Integers) -> int:
    sizes = np.unique(key, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def overall(con: duckdb.DuckDBPyConnection, column: str = "person") -> Score:
    """The whole, with persons as in `column` of table `use`."""
    rows = con.execute(
        f"""
        select {column} as person, true_person, island, is_main,
            dense_rank() over (order by feed) - 1 as feed
        from use order by use_number
        """
    ).fetchnumpy()
    person, true, island, feed = (
        np.asarray(rows[name], np.int64) for name in ("person", "true_person", "island", "feed")
    )
    main = np.asarray(rows["is_main"], bool)
    return score_of(person, true, island, feed, main)


def score_of(person: Integers, true: Integers, island: Integers, feed: Integers, main: NDArray[np.bool_]) -> Score:
    """Counts over uses of identities, in parallel arrays."""
    at = (person[main], true[main], island[main])
    return Score(
        None,
        None,
        predicted=pairs(at[0], feed=feed[main]),
        correct=pairs(at[0], at[1], feed=feed[main]),
        reachable=pairs(true, island, feed=feed),
        found=pairs(*at, feed=feed[main]),
        every_true=pairs(true, feed=feed),
    )


def by_feeds(con: duckdb.DuckDBPyConnection) -> tuple[Score, ...]:
    """A score for each pair of feeds."""
    con.execute("create or replace temp table main_use as select * from use where is_main")
    con.execute(
        "create or replace temp table pair_of_feeds as select l.feed as left_feed, r.feed as right_feed "
        "from (select distinct feed from use) as l inner join (select distinct feed from use) as r on l.feed < r.feed"
    )
    counts = {
        name: _across(table, keys)
        for name, table, keys in (
            ("predicted", "main_use", ("person",)),
            ("correct", "main_use", ("person", "true_person")),
            ("reachable", "use", ("true_person", "island")),
            ("found", "main_use", ("person", "true_person", "island")),
            ("every_true", "use", ("true_person",)),
        )
    }
    joins = "\n".join(f"left join ({query}) as {name} using (left_feed, right_feed)" for name, query in counts.items())
    columns = ", ".join(f"cast(coalesce({name}.pairs, 0) as bigint) as {name}" for name in counts)
    rows = con.execute(f"select left_feed, right_feed, {columns} from pair_of_feeds {joins} order by all").fetchall()
    return tuple(Score(*row) for row in rows)


def _across(table: str, keys: tuple[str, ...]) -> str:
    """SQL for the pairs between two feeds within groups of equal keys."""
    key, on = ", ".join(keys), " and ".join(f"l.{name} = r.{name}" for name in keys)
    sized = f"(select {key}, feed, count(*) as identities from {table} group by all)"
    return (
        "select l.feed as left_feed, r.feed as right_feed, sum(l.identities * r.identities) as pairs "
        f"from {sized} as l inner join {sized} as r on {on} and l.feed < r.feed group by l.feed, r.feed"
    )


def tally_people(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `tally`, one row a true person.

    tally (true_person, reachable, found: pairs; linked, linked_right: ends of predicted pairs that lie in this
    person's identities, and those whose other end does, too; identities, identities_wrong: under a person who is
    mostly somebody else; is_exact: all reachable identities together and nobody else's with them).
    """
    con.execute(_OWNERS)
    con.execute(_TALLY)


# Whose a person is: the true person with most of its identities, of equals with most lines, then the smallest number.
_OWNERS = """
create table owner as
select person, true_person
from use
where is_main
group by person, true_person
qualify row_number() over (partition by person order by count(*) desc, sum(lines) desc, true_person) = 1;
"""

_TALLY = """
create table tally as
with main_use as (

    select * from use where is_main

),

in_person as (

    select person, feed, count(*) as identities from main_use group by all

),

in_person_whole as (

    select person, count(*) as identities, count(distinct true_person) as true_persons from main_use group by person

),

in_own as (

    select person, true_person, feed, count(*) as identities from main_use group by all

),

in_own_whole as (

    select person, true_person, count(*) as identities from main_use group by all

),

ends as (

    select
        in_own.true_person,
        sum(in_own.identities * (in_person_whole.identities - in_person.identities)) as linked,
        sum(in_own.identities * (in_own_whole.identities - in_own.identities)) as linked_right
    from in_own
    inner join in_own_whole on in_own.person = in_own_whole.person and in_own.true_person = in_own_whole.true_person
    inner join in_person on in_own.person = in_person.person and in_own.feed = in_person.feed
    inner join in_person_whole on in_own.person = in_person_whole.person
    group by in_own.true_person

),

island_feed as (

    select true_person, island, feed, count(*) as identities from use group by all

),

reachable as (

    select true_person, sum(pairs) as reachable
    from (
        select true_person, (sum(identities) ** 2 - sum(identities ** 2)) / 2 as pairs
        from island_feed
        group by true_person, island
    ) as island
    group by true_person

),

found as (

    select true_person, sum(pairs) as found
    from (
        select true_person, (sum(identities) ** 2 - sum(identities ** 2)) / 2 as pairs
        from (select true_person, island, person, feed, count(*) as identities from main_use group by all) as part
        group by true_person, island, person
    ) as part
    group by true_person

),

together as (

    select true_person, bool_and(persons = 1) as is_whole
    from (
        select true_person, island, count(distinct person) as persons
        from use
        group by true_person, island
    ) as island
    group by true_person

),

placed as (

    select
        main_use.true_person,
        count(*) as identities,
        count(*) filter (where owner.true_person <> main_use.true_person) as identities_wrong,
        bool_and(in_person_whole.true_persons = 1) as is_pure
    from main_use
    inner join owner on main_use.person = owner.person
    inner join in_person_whole on main_use.person = in_person_whole.person
    group by main_use.true_person

)

select
    reachable.true_person,
    cast(reachable.reachable as bigint) as reachable,
    cast(coalesce(found.found, 0) as bigint) as found,
    cast(coalesce(ends.linked, 0) as bigint) as linked,
    cast(coalesce(ends.linked_right, 0) as bigint) as linked_right,
    cast(coalesce(placed.identities, 0) as bigint) as identities,
    cast(coalesce(placed.identities_wrong, 0) as bigint) as identities_wrong,
    together.is_whole and coalesce(placed.is_pure, false) as is_exact
from reachable
inner join together on reachable.true_person = together.true_person
left join found on reachable.true_person = found.true_person
left join ends on reachable.true_person = ends.true_person
left join placed on reachable.true_person = placed.true_person
order by reachable.true_person;
"""
