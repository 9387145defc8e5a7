"""Spark on this machine or on a cluster: a session that tells nobody anything and leaves nothing behind.

Here: `session`. Not here: what is computed on it (`p20w.registry.linking.engines.on_spark`).
"""
