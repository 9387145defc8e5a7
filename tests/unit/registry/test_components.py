"""Connected components: the one graph algorithm the registry needs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from p20w.registry.clustering.components import components

SIZE = 30
edges = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=60)


def by_walking(pairs: list[tuple[int, int]]) -> list[int]:
    """The smallest node each node can be walked to, the slow and obvious way."""
    label = list(range(SIZE))
    for _ in range(SIZE):
        for left, right in pairs:
            label[left] = label[right] = min(label[left], label[right])
    return label


@given(pairs=edges)
def test_every_node_is_labelled_with_the_smallest_node_it_reaches(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    assert components(SIZE, left, right).tolist() == by_walking(pairs)


@given(pairs=edges, seed=st.randoms())
def test_the_order_and_direction_of_edges_do_not_matter(pairs: list[tuple[int, int]], seed: object) -> None:
    turned = [pair[::-1] for pair in pairs]
    seed.shuffle(turned)  # type: ignore[attr-defined]
    first, second = (
        components(SIZE, *(np.array([pair[side] for pair in some], dtype=np.int64) for side in (0, 1)))
        for some in (pairs, turned)
    )
    assert first.tolist() == second.tolist()


def test_a_long_chain_is_one_component() -> None:
    chain = np.arange(100_000, dtype=np.int64)
    assert not components(100_001, chain, chain + 1).any()
