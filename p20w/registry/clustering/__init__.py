"""From scored pairs to clusters, each one person: what forbids, and joining from the strongest link down."""
