"""The domain of the P-20W warehouse in plain Python. Imports no orchestrator."""
