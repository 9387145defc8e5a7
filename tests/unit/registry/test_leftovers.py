"""Household follow-up joins two who have only each other, where the rules were asked and nothing speaks against it."""

import duckdb
import pytest

from p20w.registry.leftovers import follow_households


def follow(
    pairs: list[tuple[int, int]], asked: dict[tuple[int, int], bool], reviewed: tuple[tuple[int, int], ...] = ()
) -> list[tuple[int, int]]:
    """Who is joined, of nodes of feeds of their own.

    `asked` says of pairs that rules were asked about who is apart, `reviewed` which wait for a reviewer.
    """
    nodes = sorted({node for pair in pairs for node in pair})
    con = duckdb.connect()
    numbers = ", ".join(
        f"{name} bigint" for name in ("left_node", "right_node", "left_record", "right_record", "points")
    )
    con.execute(f"create table household ({numbers})")
    con.execute("create table cluster (node bigint, cluster bigint)")
    con.execute("create table node (record bigint, node bigint)")
    con.execute("create table record (record bigint, feed text)")
    con.execute("create table node_pair (left_node bigint, right_node bigint, is_apart boolean)")
    con.execute("create table contested (left_node bigint, right_node bigint)")
    for pair in reviewed:
        con.execute("insert into contested values (?, ?)", pair)
    con.execute("create table unrelated as select false as is_unrelated")
    for node in nodes:
        con.execute("insert into cluster values (?, ?)", [node, node])
        con.execute("insert into node values (?, ?)", [node, node])
        con.execute("insert into record values (?, ?)", [node, f"feed {node}"])
    for left, right in pairs:
        con.execute("insert into household values (?, ?, ?, ?, 6)", [left, right, left, right])
    for (left, right), is_apart in asked.items():
        con.execute("insert into node_pair values (?, ?, ?)", [left, right, is_apart])
    follow_households(con)
    return con.execute("select left_node, right_node from followed_household order by all").fetchall()


def test_two_who_have_only_each_other_are_joined() -> None:
    assert follow([(1, 2)], {(1, 2): False}) == [(1, 2)]


def test_whom_a_rule_keeps_apart_stay_apart() -> None:
    assert follow([(1, 2)], {(1, 2): True}) == []


def test_who_waits_for_a_reviewer_is_not_joined_meanwhile() -> None:
    assert follow([(1, 2)], {(1, 2): False}, reviewed=((1, 2),)) == []


def test_where_rules_were_not_asked_because_too_many_hang_together_nobody_is_joined() -> None:
    assert follow([(1, 2)], {}) == []


@pytest.mark.parametrize("asked", [{(1, 2): False, (1, 3): False}, {(1, 2): False, (1, 3): True}])
def test_a_second_candidate_is_the_sign_of_a_relative(asked: dict[tuple[int, int], bool]) -> None:
    assert follow([(1, 2), (1, 3)], asked) == []
