"""Connected components over integer nodes, without recursion and without depending on the order of edges.

Here: the one graph algorithm the registry needs. Not here: which edges there are.
"""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def components(nodes: int, left: Integers, right: Integers) -> Integers:
    """Label every node with the smallest node it is connected to.

    Each round gives both ends of an edge the smaller of their labels and then follows labels to their end,
    so that the number of rounds grows with the logarithm of the longest path (Shiloach & Vishkin 1982).

    Args:
        nodes: nodes are 0 .. `nodes` - 1.
        left: one end of each edge.
        right: the other end.

    Returns:
        an array of `nodes` labels.
    """
    label = np.arange(nodes, dtype=np.int64)
    while True:
        low = np.minimum(label[left], label[right])
        high = np.maximum(label[left], label[right])
        if np.array_equal(low, high):
            return label
        np.minimum.at(label, high, low)
        while not np.array_equal(label, label[label]):
            label = label[label]
