"""What the state's agencies write: one module a feed, and the layouts they share.

Here: how lines look. Not here: what is true (`people`, `schooling`, `work`, ...) and what an agency has on record
about a person (`records`).
"""
