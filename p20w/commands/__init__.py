"""What the commands of `p20w.cli` do: call the domain and show what it answers.

Here: tables, progress and words for people. Not here: decisions; those live in the rooms.
"""
