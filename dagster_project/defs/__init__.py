"""Assets by stage, in the order of a refresh: intake, registry, warehouse, reports."""
