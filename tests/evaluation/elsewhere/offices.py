"""What an office of a historical state writes down about a person.

Here: one registration: whose name, which slips. The same registration comes out the same in every file. Not here: whose
number (`numbers_held`), habits of whole offices (`ways`), reading and writing files (`files`), how often (`rates`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random

from tests.evaluation.elsewhere import digit_slips, slips
from tests.evaluation.elsewhere.draws import draws
from tests.evaluation.elsewhere.figures import Names
from tests.evaluation.elsewhere.numbers_held import Numbers
from tests.evaluation.elsewhere.people import Person
from tests.evaluation.elsewhere.profiles import COLLEGE, EARLY, K12, LICENSE, OTHER_STATES, SEARCH, STAFF, WAGES
from tests.evaluation.elsewhere.rates import ORDINARY, PROFILES
from tests.evaluation.elsewhere.short_names import shortened
from tests.evaluation.elsewhere.ways import as_usual, road
from tests.evaluation.elsewhere.writing import Written

_SEED = 703
_MIDDLES = {  # in full, an initial, none
    K12: (45, 25, 30), EARLY: (25, 25, 50), COLLEGE: (50, 30, 20), STAFF: (40, 40, 20), LICENSE: (85, 5, 10),
    WAGES: (0, 60, 40), OTHER_STATES: (0, 60, 40), SEARCH: (0, 70, 30),
}  # fmt: skip
_FILLERS = ("Unknown", "FNU", "NFN", "None", "Not Given", "Test", "Employee", "X")
_BABIES = ("Baby", "Infant", "Baby Boy", "Baby Girl", "Unknown", "Newborn")


class Offices:
    """Every agency, school and employer of the state, by profile, seed and people."""

    def __init__(self, profile: str, seed: int, people: dict[int, Person], names: Names) -> None:
        self.people, self.names = people, names
        self.seed = f"{_SEED} {seed}"
        self.rates = {feed: rates.times(PROFILES[profile]) for feed, rates in ORDINARY.items()}
        self._homes: dict[int, list[Person]] = defaultdict(list)
        for person in people.values():
            self._homes[person.household].append(person)
        self._numbers = Numbers(self.seed, seed, self._homes)

    def registered(self, who: int, feed: str, unit: str, key: str, *, renamed: bool) -> Written:
        """What `unit` of this feed has on file for a person under `key`, before or after a change of name."""
        rates, person = self.rates[feed], self.people[who]

        def draw(what: str) -> Random:
            return draws(self.seed, feed, unit, key, who, what)

        ssn = self._numbers.held(person, rates, (feed, unit, key), draw("number"))
        shown = self._holder(person, draw("holder")) if draw("whose").random() < rates.holder else person
        first, middle = self._given(shown, feed, draw("given"))
        last = self._surname(shown, feed, draw("surname"), renamed=renamed)
        first, last = (self._slipped(text, feed, draw(f"slip {at}")) for at, text in enumerate((first, last)))
        former = ""
        if feed == LICENSE and renamed and person.former and draw("former").random() < 0.6:
            former = person.former if last.lower() != person.former.lower() else ""
        suffix = ""
        if person.suffix and shown is person:
            rng = draw("suffix")
            if rng.random() < rates.suffix_astray:
                last, middle = (f"{last} {person.suffix}", middle) if rng.random() < 0.8 else (last, person.suffix)
            elif rng.random() < (0.25 if feed == WAGES else 0.7):
                suffix = person.suffix
        if draw("whole").random() < rates.exchanged:
            first, last = last, first
        birth = digit_slips.birth(person.birth, draw("day")) if draw("birth").random() < rates.birth else person.birth
        first, middle, last, former = as_usual((first, middle, last, former), self.seed, feed, unit, rates)
        return Written(first, middle, last, former, suffix, birth, ssn)

    def is_renamed(self, who: int, feed: str, unit: str, on: date) -> bool:
        """Whether an office knows of a change of name by this day: after five months on average."""
        changed = self.people[who].changed
        wait = draws(self.seed, "heard of", feed, unit, who).expovariate(1 / 150)
        return changed is None or on >= changed + timedelta(days=min(wait, 2500))

    def _holder(self, person: Person, rng: Random) -> Person:
        """A grown member of the household: parent, guardian, holder of the account."""
        others = [one for one in self._homes[person.household] if one.birth.year < person.birth.year - 16]
        mates = [one for one in self._homes[person.household] if one is not person and one.birth.year < 2000]
        return rng.choice(others or mates or [person])

    def _given(self, person: Person, feed: str, rng: Random) -> tuple[str, str]:
        rates, first, middle = self.rates[feed], person.first, person.middle
        draw, whole, other = rng.random(), rng.random(), rng.random()
        if middle and draw < rates.by_middle:
            first, middle = middle.split()[0], first if rng.random() < 0.5 else ""
        if whole < rates.short:
            first = shortened(first, rng)
        if other < rates.other_middle:
            middle = rng.choice(self.names.middles_of_men if person.man else self.names.middles_of_women)
        draw = rng.random()
        if draw < rates.initial:
            first = first[:1]
        elif draw < rates.initial + rates.filler:
            first = rng.choice(_BABIES if feed == EARLY else _FILLERS)
        middle = rng.choices((middle, middle[:1], ""), _MIDDLES.get(feed, (30, 40, 30)))[0]
        return first, "NMN" if not middle and rng.random() < rates.filler else middle

    def _surname(self, person: Person, feed: str, rng: Random, *, renamed: bool) -> str:
        rates = self.rates[feed]
        keeps, halves, nameless = rng.random() < rates.old_name, rng.random() < rates.half, rng.random()
        last = person.former if person.former and (keeps or not renamed) else person.last
        last = slips.without_part(last, rng) if halves else last
        return "LNU" if nameless < rates.filler / 4 else last

    def _slipped(self, text: str, feed: str, rng: Random) -> str:
        rates = self.rates[feed]
        for share, slip in ((rates.heard, slips.heard), (rates.scanned, slips.scanned), (rates.typed, slips.typed)):
            text = slip(text, rng) if rng.random() < share else text
        return text

    def street(self, line: str, place: str, feed: str, unit: str) -> str:
        """Another street and house for an address line."""
        return road(line, place, (self.seed, feed, unit), self.names.surnames, self.rates[feed].typed)
