"""What the warehouse can answer for: gates and their record, refreshes, agreements, stages.

Here: may this stage start, did that one pass, which drops belong to which refresh. Not here: what is
expected of the data (`expectations/`, `contracts/`), and the work of the stages themselves.
"""
