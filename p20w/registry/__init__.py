"""The person registry: who is who, with stable ids, evidence and history.

A refresh reads → pairs → scores → clusters (`deciding`), assigns → sets aside → judges (`assigning`), and promotes
(`persons.promotion`); `persons.rollback` goes back. Not here: comparisons and trained values (`splink_models`),
orchestration.
"""
