"""The registry held against a truth: simulated states, files of a panel, and what estimates say beside it.

Here: `evaluate`. Not here: estimates without a truth (`p20w.registry.quality`), what figure is good enough (the bars of
`make evaluate`), printing (`p20w.commands`).
"""

from p20w.registry.evaluation.against_truth import evaluate

__all__ = ["evaluate"]
