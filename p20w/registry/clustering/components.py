"""Connected components over integer nodes, which do not depend on the order of edges.

Here: the one graph algorithm that several steps need. Not here: which edges there are.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Integers = NDArray[np.int64]


def components(nodes: int, left: Integers, right: Integers) -> Integers:
    """Label every node with the smallest node it is connected to.

    Args:
        nodes: nodes are 0 .. `nodes` - 1.
        left: one end of each edge.
        right: the other end.

    Returns:
        an array of `nodes` labels.
    """
    graph = coo_array((np.ones(len(left), bool), (left, right)), (nodes, nodes))
    number = connected_components(graph, directed=False)[1]
    return np.unique(number, return_index=True)[1][number]
