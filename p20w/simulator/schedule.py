"""When which agency delivers what.

Here: the drops that become due for periods ending in a quarter, with their day of delivery. Not here: the feeds
themselves (`feeds`), writing drops (`deliver`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from p20w.simulator.deliver import Delivery
from p20w.simulator.feeds.plugin import Content, SimulatedFeed
from p20w.simulator.world import World


@dataclass(frozen=True)
class Arriving:
    """A drop with its day, and how to make it."""

    delivery: Delivery
    content: Callable[[], Content]


def due_after(world: World, quarter: int, feeds: Sequence[SimulatedFeed]) -> Iterator[Arriving]:
    """The drops for periods that end in this quarter, to be made before the next quarter is lived."""
    rates = world.profile.deliveries
    for plugin in feeds:
        for due in plugin.due(world, quarter):
            rng = world.rng(f"delivery of {plugin.feed} {due.submission}", quarter)
            late = rng.random() < rates.late
            wait = int(rng.integers(0, rates.jitter_days + 1)) + late * int(rng.integers(1, rates.late_days + 2))
            delivery = Delivery(plugin.feed, due.period, due.usual_day + wait, plugin.contact, due.submission)
            yield Arriving(delivery, due.content)
