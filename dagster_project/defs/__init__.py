"""Assets by stage, in the order of a refresh: drops, intake, registry, warehouse, reports."""
