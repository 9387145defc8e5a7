"""What an agency of the other state writes down about a person.

Here: one registration: names, date and number with the profile's errors, then the agency's habits; and addresses. The
same registration comes out the same in every file. Not here: reading and writing files (`files`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.evaluation.elsewhere import channels
from tests.evaluation.elsewhere.draws import draws
from tests.evaluation.elsewhere.people import Person, ssn_of
from tests.evaluation.elsewhere.profiles import LICENSE, WAGES, Habits, Profile

_CUT = 10
_STREETS = (
    ("Al", "Be", "Co", "Du", "Fa", "Gol", "Hy", "In", "Ku", "Mo", "Ner", "Pa", "Ru", "Sil", "Tor", "Ul"),
    ("mer", "ran", "dow", "lin", "sto", "vel", "wick", "ber", "cas", "dor"),
    ("", "ton", "dale", "mont"),
)
_STRANGERS = 10_000_000  # places of numbers that belong to nobody of the state


@dataclass
class Written:
    """A registration; an SSN of 0 is a placeholder, None none."""

    first: str
    middle: str
    last: str
    former: str
    suffix: str
    birth: date
    ssn: int | None


class Agencies:
    """Every agency of the state, by profile, seed and people."""

    def __init__(self, profile: Profile, seed: int, people: dict[int, Person]) -> None:
        self.profile, self.people = profile, people
        self.seed = f"{profile.seed} {seed}"
        self.number = seed
        self._homes: dict[int, list[Person]] = defaultdict(list)
        for person in people.values():
            self._homes[person.household].append(person)

    def registered(self, who: int, feed: str, unit: str, key: str, *, renamed: bool) -> Written:
        """What `unit` of this feed has on file for a person under `key`, before or after a change of name."""
        person, rates = self.people[who], self.profile.errors[feed]
        rng = draws(self.seed, feed, unit, key, who)
        first, middle, last, birth = person.first, person.middle, person.last, person.birth
        ssn = self._number(person, feed, rng)
        if rng.random() < rates.second_as_first and middle:
            first, middle = middle, first if rng.random() < 0.3 else ""
        maiden = rng.random() < rates.maiden
        if person.former and (maiden or not renamed):
            last = person.former
        former = person.former if feed == LICENSE and last != person.former and rng.random() < 0.7 else ""
        if rng.random() < rates.one_part:
            last = channels.one_part(last, rng)
        if rng.random() < rates.no_particle:
            last = channels.without_particle(last, rng)
        ways: tuple[tuple[float, Callable[[str, Random], str]], ...] = (
            (rates.transcribed, channels.transcribed),
            (rates.respelled, channels.respelled),
            (rates.misread, channels.misread),
            (rates.mistyped, channels.mistyped),
        )
        for share, way in ways:
            first = way(first, rng) if rng.random() < share else first
            last = way(last, rng) if rng.random() < share else last
        if rng.random() < rates.date:
            birth = channels.wrong_date(birth, rng)
        middle = rng.choices((middle, middle[:1], ""), (6, 2, 2))[0]
        suffix = person.suffix if rng.random() < (0.3 if feed == WAGES else 0.75) else ""
        first = "" if rng.random() < rates.first_blank else first
        joint = rng.choice((" ", " ", "-"))
        names = (first, middle, last.replace("  ", joint), former.replace("  ", " "))
        first, middle, last, former = self._as_usual(names, feed, unit, rng)
        return Written(first, middle, last, former, suffix, birth, ssn)

    def is_renamed(self, who: int, feed: str, unit: str, on: date) -> bool:
        """Whether an agency knows of a marriage by this day; some never hear of it."""
        changed = self.people[who].changed
        if changed is None:
            return True
        wait = draws(self.seed, "told", feed, unit, who).expovariate(1 / 200)
        return on >= changed + timedelta(days=min(wait, 3000))

    def _number(self, person: Person, feed: str, rng: Random) -> int | None:
        rates = self.profile.errors[feed]
        lent, wrong, draw = rng.random() < rates.lent, rng.random() < rates.digits, rng.random()
        others = [one.ssn for one in self._homes[person.household] if one.ssn and one.ssn != person.ssn]
        if person.ssn is None:
            if feed not in (LICENSE, WAGES):
                return None
            if draw < 0.15 and others:
                return others[0]
            own = draws(self.seed, "made up", person.number)
            return 0 if draw > 0.93 else ssn_of(self.number, _STRANGERS + own.randrange(1_000_000))
        if lent and others:
            return rng.choice(others)
        return channels.wrong_digits(person.ssn, rng) if wrong else person.ssn

    def _as_usual(self, names: tuple[str, ...], feed: str, unit: str, rng: Random) -> tuple[str, ...]:
        first, middle, last, former = names
        has: Habits = self.profile.habits[feed]
        own = draws(self.seed, "habits", feed, unit)
        does = [own.random() < share for share in (has.exchanged, has.initials, has.cut)]
        plain, mangles, capitals = (own.random() < share for share in (has.plain, has.mangled, has.capitals))
        if does[0]:
            first, last = last, first
        if does[1]:
            first, middle = first[:1], middle[:1]
        every = (first, middle, last, former)
        if mangles and not plain:
            every = tuple(channels.mangled(text, rng) for text in every)
        if plain:
            every = tuple(channels.stripped(text) for text in every)
        if does[2]:
            every = tuple(text[:_CUT].rstrip(" -") for text in every)
        return tuple(text.upper() for text in every) if capitals else every

    def street(self, line: str, place: str, feed: str, unit: str) -> str:
        """Another street and house for an address line, the same for every way of writing it; units are kept."""
        head, _, flat = line.upper().replace(" APT ", " #").partition(" #")
        number, _, street = head.partition(" ")
        name, _, kind = street.rpartition(" ")
        rng = draws(self.seed, "street", number, name, kind[:1], place)
        if rng.random() < self.profile.shared_address:
            rng, flat = draws(self.seed, "great house", place, rng.randrange(2)), ""
        made = rng.choice(_STREETS[0])
        made += rng.choice(_STREETS[1]) + rng.choice(_STREETS[2])
        which = rng.randrange(4)
        short = draws(self.seed, "shortens", feed, unit).random() < 0.5
        kinds = (("Way", "Wy"), ("Row", "Row"), ("Terrace", "Ter"), ("Parkway", "Pkwy"))[which]
        text = f"{rng.randrange(1, 2500)} {made} {kinds[short]}"
        text += f"{(' Unit ', ' # ')[short]}{flat}" if flat else ""
        return text.upper() if feed == LICENSE else text
