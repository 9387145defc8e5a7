"""Pages for people: the report to the governance board.
"""
