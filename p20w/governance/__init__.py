"""What the warehouse answers for to others: which feeds it holds, who read what, how long it keeps what.

Here: the catalog of feeds, the access log, retention. Not here: whether a stage may start (`p20w.pipeline`), who may do
what in the database (`p20w/database/roles.yaml`), what an agreement says (`p20w.contracts`).
"""
