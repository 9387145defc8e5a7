"""Links are followed from the strongest down, and refused where what lies between two clusters speaks against it."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from p20w.registry.clustering.resolution import FORBIDDEN, _join


def join(*pairs: tuple[int, int, float]) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """All records in one component; pairs of five bits or more are links."""
    links = [(one, other) for one, other, bits in sorted(pairs, key=lambda pair: (-pair[2], *pair[:2])) if bits >= 5]
    return _join(links, pairs)


def test_a_chain_of_links_is_one_person() -> None:
    cluster, refused = join((1, 2, 9.0), (2, 3, 8.0))
    assert cluster == {1: 1, 2: 1, 3: 1}
    assert refused == []


def test_a_record_between_two_that_contradict_goes_with_the_stronger() -> None:
    cluster, refused = join((1, 2, 12.0), (2, 3, 8.0), (1, 3, -20.0))
    assert cluster == {1: 1, 2: 1, 3: 3}
    assert refused == [(2, 3)]


def test_little_evidence_against_does_not_outweigh_more_for() -> None:
    cluster, _ = join((1, 2, 12.0), (2, 3, 8.0), (1, 3, -2.0))
    assert set(cluster.values()) == {1}


def test_what_is_forbidden_outweighs_any_evidence() -> None:
    cluster, refused = join((1, 2, 60.0), (1, 2, FORBIDDEN))
    assert cluster == {1: 1, 2: 2}
    assert refused == [(1, 2)]


def test_what_is_forbidden_between_two_records_is_forbidden_between_their_clusters() -> None:
    cluster, refused = join((1, 2, 20.0), (3, 4, 20.0), (2, 3, 10.0), (1, 4, FORBIDDEN))
    assert cluster == {1: 1, 2: 1, 3: 3, 4: 3}
    assert refused == [(2, 3)]


def test_records_without_a_name_do_not_outvote_two_names_under_one_number() -> None:
    # two records of one name (1, 5), two with a number alone (2, 3), and another name (4) under that number
    links = [(1, 5), (1, 2), (1, 3), (2, 4), (3, 4)]
    evidence = [(1, 2, 12.0), (1, 3, 11.0), (1, 5, 20.0), (2, 4, 6.0), (3, 4, 6.0), (1, 4, -4.0), (4, 5, -1.0)]
    cluster, refused = _join(links, evidence, frozenset({2, 3}))
    assert cluster == {1: 1, 2: 1, 3: 1, 4: 4, 5: 1}
    assert refused == [(2, 4), (3, 4)]


def test_a_record_without_a_name_joins_those_it_has_more_in_common_with() -> None:
    # 3 has no name: it hangs on 1 by a number, which 2 contradicts, and on 4 and 5
    evidence = [(1, 2, 20.0), (1, 3, 6.0), (2, 3, -9.0), (4, 5, 20.0), (3, 4, 5.5), (3, 5, 5.0)]
    cluster, refused = _join([(1, 2), (4, 5), (1, 3), (3, 4), (3, 5)], evidence, frozenset({3}))
    assert cluster == {1: 1, 2: 1, 3: 3, 4: 3, 5: 3}
    assert refused == [(1, 3)]


def test_a_record_without_a_name_still_joins_where_little_speaks_against_it() -> None:
    cluster, _ = _join([(1, 2), (1, 3)], [(1, 2, 20.0), (1, 3, 9.0), (2, 3, -2.0)], frozenset({3}))
    assert set(cluster.values()) == {1}


pairs = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(-20, 20)).filter(lambda pair: pair[0] < pair[1]),
    max_size=20,
    unique_by=lambda pair: pair[:2],
)


@settings(deadline=None)
@given(pairs)
def test_no_forbidden_pair_is_ever_one_person(given_pairs: list[tuple[int, int, float]]) -> None:
    forbidden = [(one, other, FORBIDDEN) for one, other, bits in given_pairs if bits < -15]
    cluster, _ = join(*given_pairs, *forbidden)
    assert all(cluster[one] != cluster[other] for one, other, _ in forbidden)


@settings(deadline=None)
@given(pairs)
def test_the_order_of_evidence_does_not_matter(given_pairs: list[tuple[int, int, float]]) -> None:
    shuffled = random.Random(1).sample(given_pairs, len(given_pairs))  # noqa: S311
    assert join(*given_pairs)[0] == join(*shuffled)[0]


@settings(deadline=None)
@given(pairs)
def test_without_anything_against_it_what_hangs_together_is_one_person(
    given_pairs: list[tuple[int, int, float]],
) -> None:
    cluster, refused = join(*((one, other, abs(bits)) for one, other, bits in given_pairs))
    assert refused == []
    assert all(cluster[one] == cluster[other] for one, other, bits in given_pairs if abs(bits) >= 5)
