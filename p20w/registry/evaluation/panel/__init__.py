"""Linkage on public files that nobody here wrote, beside plain Splink on the same features and blocking.

Here: reading the files (`files`), laying them out as a refresh reads them (`layout`), a model as a
user of Splink would build it (`plain_splink`), scores of both (`measuring`). Not here: bars (`tests.evaluation.bars`),
how pairs are weighed and joined (`p20w.registry.deciding`).
"""
