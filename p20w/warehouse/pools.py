"""Which cohorts are taken together in figures for people outside the warehouse.

Here: the length of a pool. A pool is fixed by the calendar: the year in which the school year of a cohort begins,
divided by the length, without the rest. Not here: taking them together (`p20w.reports.sections.outcomes`, `ranges`).
"""

COHORTS = 3
"""School years in a pool. They never overlap from one page to the next: with a window that moves or grows, the cohort
that came or went would be the difference between two pages. Three, so that a small state has groups large enough to
show and one odd year does not lead; with more, the newest complete pool would be too old to act on."""
