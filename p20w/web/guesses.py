"""How often one may try a password.

Here: the wait after wrong passwords, by name. Not here: passwords (`users`).
"""

import time
from collections import OrderedDict
from collections.abc import Callable

FREE = 5
"""Wrong passwords in a row that cost no wait: people mistype."""

LONGEST_WAIT = 60.0
"""Seconds. Longer would let anybody keep a user out by guessing; this leaves 1,440 guesses a day."""

REMEMBERED = 1000
"""Names; those that were wrong longest ago are forgotten first."""


class Guesses:
    """Wrong passwords by name, whether somebody has that name or not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Seconds until the name may try again."""
        count, last = self._wrong.get(name, (0, 0.0))
        pause = min(2.0 ** (count - FREE), LONGEST_WAIT) if count >= FREE else 0.0
        return max(0.0, last + pause - self._clock())

    def was_wrong(self, name: str) -> None:
        """Count a wrong password."""
        count, _ = self._wrong.pop(name, (0, 0.0))
        self._wrong[name] = (min(count + 1, 64), self._clock())
        if len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def was_right(self, name: str) -> None:
        """Forget the name's wrong passwords."""
        self._wrong.pop(name, None)
