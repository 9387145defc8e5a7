"""One intake in a process of its own, so that its memory and its vault are its own; prints figures as JSON."""

import json
import resource
import sys
import time

from expectations import runner
from p20w.database import Warehouse
from p20w.intake import receive, vault
from p20w.progress import listening
from p20w.settings import Settings


def main(mode: str) -> None:
    """Take in whatever waits; mode `without-near` leaves near tokens out."""
    runner.warm_up()
    if mode == "without-near":
        vault.Vault.start_tokens = lambda self, ssns: []
        vault.Vault.add_tokens = lambda self, tokens: None
    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    parts: dict[str, float] = {}
    last: list[tuple[str, float]] = [("checking", time.perf_counter())]

    def hear(doing: str, _: float | None) -> None:
        part, began = last[0]
        parts[part] = parts.get(part, 0.0) + time.perf_counter() - began
        last[0] = (doing.split()[0], time.perf_counter())

    with listening(hear):
        outcomes = receive(warehouse, settings)
    figures = {
        "work": sum(parts.values()) - parts["judging"],
        "gates": parts["judging"],
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "accepted": sum(outcome.lines_accepted or 0 for outcome in outcomes),
        "statuses": [outcome.status for outcome in outcomes],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1])
