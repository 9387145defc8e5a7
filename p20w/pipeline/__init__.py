"""What every stage stands on: gates and their record, refreshes and their calendar, stages, fingerprints.

Here: may this stage start, did that one pass, which drops belong to which refresh. Not here: what is expected of the
data (`expectations/`, `contracts/`), the work of the stages themselves, who may see what and did (`p20w.governance`).
"""
