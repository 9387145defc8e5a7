"""Linkage models: what is compared, how candidate pairs are found, and the trained values.

Here: the features a record is compared by (`features`), the comparisons (`comparisons`) and blocking rules
(`blocking`) in Python, built for whichever engine runs them; trained values in one folder a version
(`model`), how they are trained (`train`) and the page that explains them (`card`).
Not here: where records come from, who is who in the end, and stable ids. Those are `p20w.registry`.
"""

from splink_models.model import LATEST, Model, OutdatedModel, load, of_plain

__all__ = ["LATEST", "Model", "OutdatedModel", "load", "of_plain"]
