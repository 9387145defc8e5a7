"""The review desk: a steward looks at two records and says whether they are one person.

It sits in the registry because its verdicts are part of who is who: linkage follows them, whatever the model.
Unlike the rest of the registry it works as role `steward`, which reads no table of the vault. Two functions in
the database show one pair at a time, and only pairs in the queue or judged before (migration 0003).

Here: which pairs are worth a look, the queue, reading a pair, marking what differs, verdicts, agreement between
reviewers, sheets for offline work and the page. Not here: how linkage follows verdicts
(`p20w.registry.clustering`).
"""
