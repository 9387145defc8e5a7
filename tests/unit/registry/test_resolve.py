"""Following links: mutual best, rules, rivals."""

import duckdb
import pytest

from p20w.registry.resolve import resolve

Link = tuple[int, int, float | None, bool]


def settle(nodes: int, links: list[Link]) -> tuple[list[set[int]], int]:
    """Clusters of two or more nodes, and how many links were set aside.

    A link is (left, right, weight, is_apart); one without weight only says that a rule keeps the two apart.
    """
    con = duckdb.connect()
    con.execute("create table node as select range as record, range as node from range(?)", [nodes])
    con.execute(
        "create table node_pair (left_node bigint, right_node bigint, match_weight double, is_followable boolean, "
        "is_apart boolean)"
    )
    for left, right, weight, is_apart in links:
        row = [left, right, weight, weight is not None and weight >= 7, is_apart]
        con.execute("insert into node_pair values (?, ?, ?, ?, ?)", row)
    resolve(con)
    found: dict[int, set[int]] = {}
    for node, cluster in con.execute("select node, cluster from cluster").fetchall():
        found.setdefault(cluster, set()).add(node)
    aside = con.execute("select count(*) from contested").fetchall()[0][0]
    return sorted((group for group in found.values() if len(group) > 1), key=min), aside


def test_linked_nodes_become_one_cluster() -> None:
    assert settle(4, [(0, 1, 20.0, False), (1, 2, 12.0, False)]) == ([{0, 1, 2}], 0)


def test_a_chain_stops_where_a_rule_keeps_its_ends_apart() -> None:
    clusters, _ = settle(3, [(0, 1, 20.0, False), (1, 2, 12.0, False), (0, 2, None, True)])
    assert clusters == [{0, 1}]


def test_the_stronger_link_is_followed_first() -> None:
    clusters, _ = settle(3, [(0, 1, 12.0, False), (1, 2, 20.0, False), (0, 2, None, True)])
    assert clusters == [{1, 2}]


def test_a_rival_as_good_that_cannot_be_the_same_person_leaves_both_to_a_reviewer() -> None:
    assert settle(3, [(0, 1, 15.0, False), (1, 2, 14.0, False), (0, 2, None, True)]) == ([], 2)


def test_a_rival_as_good_that_may_be_the_same_person_is_no_rival() -> None:
    assert settle(3, [(0, 1, 15.0, False), (1, 2, 14.5, False)]) == ([{0, 1, 2}], 0)


def test_a_rival_that_found_a_better_match_does_not_stand_in_the_way() -> None:
    # two children, two licenses: each child's own license beats the sibling's
    links: list[Link] = [(0, 2, 22.0, False), (1, 3, 22.0, False), (0, 3, 15.0, False), (1, 2, 15.0, False)]
    apart: list[Link] = [(0, 1, None, True), (2, 3, None, True)]
    assert settle(4, [*links, *apart])[0] == [{0, 2}, {1, 3}]


def test_a_contested_node_does_not_keep_others_from_merging() -> None:
    links: list[Link] = [(0, 1, 15.0, False), (0, 2, 15.0, False), (1, 2, None, True), (1, 3, 9.0, False)]
    assert settle(4, links)[0] == [{1, 3}]


def test_a_link_below_acceptance_is_not_followed_but_counts_as_a_rival() -> None:
    assert settle(2, [(0, 1, 6.0, False)]) == ([], 0)
    assert settle(3, [(0, 1, 8.0, False), (0, 2, 6.0, False), (1, 2, None, True)])[0] == []


@pytest.mark.parametrize("size", [1, 2])
def test_nodes_without_links_stay_alone(size: int) -> None:
    assert settle(size, []) == ([], 0)
