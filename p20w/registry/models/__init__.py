"""Linkage models: the versions there are and which one is active, training one, holding two against each other."""
