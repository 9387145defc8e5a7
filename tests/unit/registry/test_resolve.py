"""Following links: mutual best, rules, rivals."""

import duckdb
import pytest

from p20w.registry.resolve import resolve

Link = tuple[int, int, float | None, bool]


def settle(nodes: int, links: list[Link], ids: dict[int, list[int]] | None = None) -> tuple[list[set[int]], int]:
    """Clusters of two or more nodes, and how many links were set aside.

    A link is (left, right, weight, is_apart); one without weight only says that a rule keeps the two apart.
    `ids` are those of one agency that a node holds.
    """
    con = _decide(nodes, links, ids or {})
    found: dict[int, set[int]] = {}
    for node, cluster in con.execute("select node, cluster from cluster").fetchall():
        found.setdefault(cluster, set()).add(node)
    aside = con.execute("select count(*) from contested").fetchall()[0][0]
    return sorted((group for group in found.values() if len(group) > 1), key=min), aside


def reasons(nodes: int, links: list[Link], ids: dict[int, list[int]] | None = None) -> dict[tuple[int, int], str]:
    """Why links were set aside."""
    rows = _decide(nodes, links, ids or {}).execute("select left_node, right_node, reason from contested").fetchall()
    return {(left, right): reason for left, right, reason in rows}


def _decide(nodes: int, links: list[Link], ids: dict[int, list[int]]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create table node as select range as record, range as node from range(?)", [nodes])
    con.execute("create table record (record bigint, id_space varchar, source bigint)")
    for node, held in ids.items():
        for number in held:
            con.execute("insert into record values (?, 'k12_state_id', ?)", [node, number])
    con.execute(
        "create table node_pair (left_node bigint, right_node bigint, match_weight double, is_followable boolean, "
        "is_apart boolean)"
    )
    for left, right, weight, is_apart in links:
        row = [left, right, weight, weight is not None and weight >= 7, is_apart]
        con.execute("insert into node_pair values (?, ?, ?, ?, ?)", row)
    resolve(con)
    return con


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


# two histories of three nodes each, both held together by stronger links than any between them
HISTORIES: list[Link] = [(0, 1, 30.0, False), (1, 2, 28.0, False), (3, 4, 30.0, False), (4, 5, 28.0, False)]


def test_one_link_between_two_histories_is_a_bridge_and_left_to_a_reviewer() -> None:
    assert settle(6, [*HISTORIES, (2, 3, 12.0, False)])[0] == [{0, 1, 2}, {3, 4, 5}]
    assert reasons(6, [*HISTORIES, (2, 3, 12.0, False)]) == {(2, 3): "one link between two histories"}


def test_two_links_between_two_histories_are_no_bridge() -> None:
    assert settle(6, [*HISTORIES, (2, 3, 12.0, False), (0, 5, 9.0, False)]) == ([{0, 1, 2, 3, 4, 5}], 0)


def test_a_link_too_weak_to_follow_makes_no_second_link() -> None:
    assert settle(6, [*HISTORIES, (2, 3, 12.0, False), (0, 5, 6.0, False)])[0] == [{0, 1, 2}, {3, 4, 5}]


def test_one_link_is_enough_for_a_short_history() -> None:
    links = [link for link in HISTORIES if 5 not in link]
    assert settle(5, [*links, (2, 3, 12.0, False)]) == ([{0, 1, 2, 3, 4}], 0)


def test_links_give_a_person_no_more_ids_of_one_agency_than_a_person_has() -> None:
    link: Link = (0, 1, 20.0, False)
    assert settle(2, [link], {0: [1, 2], 1: [3]})[0] == [{0, 1}]
    assert settle(2, [link], {0: [1, 2], 1: [3, 4]})[0] == []
    assert reasons(2, [link], {0: [1, 2], 1: [3, 4]}) == {(0, 1): "more ids than one person has"}


def test_a_link_that_waits_for_a_reviewer_counts_when_another_is_judged() -> None:
    # node 6 belongs to both: whether it came before or after the bridge was judged must not matter
    for weight in (11.0, 13.0):
        links: list[Link] = [*HISTORIES, (2, 3, 12.0, False), (3, 6, 10.0, False), (2, 6, weight, False)]
        assert settle(7, links)[0] == [{0, 1, 2, 3, 4, 5, 6}]


def test_whoever_fits_two_that_hold_too_many_ids_together_is_given_to_neither() -> None:
    ids = {0: [1, 2], 1: [3, 4]}
    links: list[Link] = [(0, 1, 20.0, False), (0, 2, 18.0, False), (1, 2, 18.0, False)]
    assert settle(3, links, ids)[0] == []
    assert settle(3, [*links[:2], (1, 2, 12.0, False)], ids)[0] == [{0, 2}]


def test_ids_that_an_ssn_holds_together_do_not_keep_others_away() -> None:
    link: Link = (0, 1, 20.0, False)
    assert settle(2, [link], {0: [1, 2, 3, 4]})[0] == [{0, 1}]
    assert settle(2, [link], {0: [1, 2, 3, 4], 1: [4]})[0] == [{0, 1}]
