"""The sections of the report, in the order a board reads them.

Each module has one function from the gathered state to a `Section`: it chooses what to say and says it in plain
words. Not here: reading the database (ledger, headlines), looks (templates).
"""
