"""Gates between the stages: suites of expectations in YAML, and the one module that runs them.

One folder a gate (`drop/`, `intake/`, `registry/`, `core/`, `marts/`), one or more suites (`*.yaml`) in
each; all suites of a folder together are the gate. `suites` reads them, `runner` runs them with Great
Expectations. Not here: recording a run and demanding its pass (`p20w.pipeline.gates`), rules on one
column of a feed (those live in its contract, `contracts/`).

A suite file::

    suite: files                 # name, unique within the gate
    what: One sentence: which slice is judged, and what one row of it is.
    batch: |                     # SQL of the slice; ${refresh_id} and other parameters are filled in by the
      select * from core.fct_wage where refresh_id = ${refresh_id}     # stage. Left out for fact suites.
    expectations:
      - type: expect_column_values_to_be_between         # a GX expectation that reveals no value
        kwargs: {column: wages_usd, min_value: 0, mostly: 0.999}
        severity: critical                               # critical closes the gate; warning and info are told
        meta:
          what: Wages are not negative.
          matters: A negative wage turns a median into nonsense.
          resolve: Find the account in the report; ask the agency for an amended file.
          since: 2026-11, observed share 1.0 in 42 simulated quarters.
      - type: unexpected_rows_expectation                # a rule in SQL: each row it returns is a failure
        name: one_person_an_identity                     # rules in SQL need a name of their own
        kwargs:
          unexpected_rows_query: |
            select identity_id from {batch} group by identity_id having count(*) > 1
        severity: critical
        meta: {what: …, matters: …, resolve: …, since: …}

The `drop` and `intake` gates judge facts: one row a drop, one column a fact, taken from
`governance.drop_check` where fact `lines_differ` of gate `drop` is recorded as `drop.lines_differ`. Such a
suite has no `batch`, and its expectations are column expectations on facts. A fact that was not recorded
for a drop fails its expectations, unless the expectation says `when_missing: pass`.
"""
