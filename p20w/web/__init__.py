"""Pages on this machine or beyond it: what keeps strangers, other pages and other programs out of them.

Here: the address of a page, what every request must have, people and their passwords, the login page, the server.
Not here: the pages behind it (`p20w.registry.review`, and Dagster's in `dagster_project.webserver`).
"""
