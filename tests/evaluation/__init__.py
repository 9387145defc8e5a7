"""Linkage held against bars and goals on simulated states, run by `make evaluate` and never by the tests.

Here: which states, which figures, which bars. Not here: how figures are measured (`p20w.registry.evaluation`), speed
(`tests.benchmarks`).
"""
