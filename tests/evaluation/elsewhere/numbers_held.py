"""Which Social Security number an office of a historical state has on file for a person.

Here: the person's own, a relative's, the one left in a record that was written over, fillers, made-up ones. Not here:
slips in digits (`digit_slips`), how often (`rates`).
"""

from __future__ import annotations

from random import Random

from tests.evaluation.elsewhere import digit_slips
from tests.evaluation.elsewhere.draws import draws
from tests.evaluation.elsewhere.people import Person, ssn_of
from tests.evaluation.elsewhere.profiles import LICENSE, WAGES
from tests.evaluation.elsewhere.rates import Rates

_STRANGERS = 20_000_000  # places of numbers that belong to nobody of the state


class Numbers:
    """Numbers of a state whose `homes` hold everybody by household; `state` is the seed of true numbers."""

    def __init__(self, seed: str, state: int, homes: dict[int, list[Person]]) -> None:
        self._seed, self._state, self._homes = seed, state, homes
        self._all = [person.ssn for home in homes.values() for person in home if person.ssn]
        self._last: dict[tuple[str, str], int] = {}
        self._over: dict[tuple[int, tuple[str, str, str]], int] = {}

    def held(self, person: Person, rates: Rates, place: tuple[str, str, str], rng: Random) -> int | None:
        """The number on file at a place (feed, unit, key): 0 for zeros, None where nothing is written."""
        draw = rng.random()
        others = [one.ssn for one in self._homes[person.household] if one.ssn and one.ssn != person.ssn]
        before = self._before(person, place)
        if person.ssn is None:
            return self._without(person, place[0], others, draw)
        for share, number in (
            (rates.lent, rng.choice(others) if others else person.ssn),
            (rates.reused, before or person.ssn),
            (rates.no_number, rng.choice(digit_slips.FILLERS)),
            (rates.digits, digit_slips.number(person.ssn, rng)),
        ):
            if draw < share:
                return number
            draw -= share
        return person.ssn

    def _without(self, person: Person, feed: str, others: list[int], draw: float) -> int | None:
        """Who has no number works under one all the same: of a relative, of a stranger, made up, or a filler.

        Shares are assumed.
        """
        if feed not in (WAGES, LICENSE):
            return None
        if feed == LICENSE:
            return 0 if draw < 0.5 else None
        if draw < 0.12 and others:
            return others[0]
        own = draws(self._seed, "of no one", person.number)
        if draw > 0.9:
            return own.choice(digit_slips.FILLERS)
        if own.random() < 0.1:
            return own.choice(self._all)
        return ssn_of(self._state, _STRANGERS + own.randrange(1_000_000))

    def _before(self, person: Person, place: tuple[str, str, str]) -> int | None:
        """The number of whoever this unit registered before, whose record may have been written over."""
        if (person.number, place) not in self._over:
            self._over[person.number, place] = self._last.get(place[:2], 0)
            if person.ssn:
                self._last[place[:2]] = person.ssn
        return self._over[person.number, place] or None
