"""From records to scored pairs: what is compared, which pairs, and how likely each is one person.

Here: table `compared`, samples and rates, scores. Not here: who becomes one person (`p20w.registry.clustering`).
"""
