"""Who the people of the state are in truth, under other names and numbers.

Here: tongue, names, number of each true person, from who is whose child and who lives with whom. Not here: hard cases
on purpose (`hard`), what agencies make of it (`writing`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tests.evaluation.elsewhere.draws import by_rank, draws
from tests.evaluation.elsewhere.tongues import TONGUES, Tongue, word

_AREAS = (*range(734, 750), *range(773, 900))  # never given in the times when areas meant places
_NUMBERS = len(_AREAS) * 99 * 9999
_GIVEN = 300
Row = dict[str, Any]
"""Of `truth/persons.parquet`."""


@dataclass
class Person:
    """One true person. `former` is the surname before marriage, `changed` its day where it lies within the state."""

    number: int
    birth: date
    man: bool
    tongue: Tongue
    first: str
    middle: str
    last: str
    former: str
    changed: date | None
    suffix: str
    ssn: int | None
    household: int
    mother: int | None
    father: int | None
    twin: bool
    namesake: bool = False


def ssn_of(seed: int, place: int) -> int:
    """The number at a place of a permutation, so that no two people share one."""
    area, rest = divmod((place * 1_000_003_001 + seed * 7_368_787) % _NUMBERS, 99 * 9999)
    group, serial = divmod(rest, 9999)
    return _AREAS[area] * 1_000_000 + (group + 1) * 10_000 + serial + 1


def make(frame: pl.DataFrame, seed: int) -> dict[int, Person]:
    """Everybody of `truth/persons.parquet`, by true person, parents before their children."""
    rows = frame.sort("birthdate", "true_person").rows(named=True)
    people: dict[int, Person] = {}
    borne: set[tuple[int | None, str]] = set()
    for row in rows:
        person = _person(row, people, seed)
        parent = person.mother or person.father
        if (parent, person.first) in borne:  # a child does not get the name of an older one
            person.first = given(person.tongue, person.man, person.birth, seed, f"{person.number} again")
        borne |= {(parent, person.first)} if parent else set()
        people[person.number] = person
    _marry(people, seed)
    return people


def _person(row: Row, people: dict[int, Person], seed: int) -> Person:
    number, man, birth = row["true_person"], is_man(row), row["birthdate"]
    rng = draws(seed, "person", number)
    father, mother = parents(row, people)
    kin = father or mother
    tongue = kin.tongue if kin else _tongue(seed, row["household"] if rng.random() < 0.85 else f"alone {number}")
    first = given(tongue, man, birth, seed, number)
    middle = ""
    if tongue.custom == "patronymic" and father:
        middle = father.first.rstrip("aeo") + ("ovich" if man else "ovna")
    elif tongue.custom == "two given" or rng.random() < 0.55:
        middle = given(tongue, man, birth, seed, f"{number} second")
    return entered(row, people, seed, tongue, (first, middle, _surname(tongue, man, father, mother, seed, number)))


def is_man(row: Row) -> bool:
    """Whether truth calls this person male."""
    return row["sex"] == "Male"


def parents(row: Row, people: dict[int, Person]) -> tuple[Person | None, Person | None]:
    """Father and mother, where they are of the state."""
    return people.get(row["father"]), people.get(row["mother"])


def entered(row: Row, people: dict[int, Person], seed: int, tongue: Tongue, names: tuple[str, str, str]) -> Person:
    """The person of a row under first, middle and last name; all else as truth has it, under a number of this state."""
    first, middle, last = names
    father, mother = parents(row, people)
    return Person(
        row["true_person"], row["birthdate"], is_man(row), tongue, first, middle, last, "", row["surname_changed_on"],
        "", ssn_of(seed, row["true_person"]) if row["has_ssn"] else None, row["household"],
        mother.number if mother else None, father.number if father else None, bool(row["is_twin"]),
    )  # fmt: skip


def _tongue(seed: int, home: object) -> Tongue:
    return draws(seed, "tongue", home).choices(TONGUES, [tongue.share for tongue in TONGUES])[0]


def given(tongue: Tongue, man: bool, birth: date, seed: int, key: object) -> str:
    """A given name; the most usual ones pass on by decade."""
    rank = by_rank(draws(seed, "given", key), _GIVEN, 0.95)
    return word(tongue, "man" if man else "woman", (rank + 12 * (birth.year // 10)) % _GIVEN)


def _surname(tongue: Tongue, man: bool, father: Person | None, mother: Person | None, seed: int, number: int) -> str:
    fresh = draws(seed, "house", number)
    own = [word(tongue, "house", by_rank(fresh, tongue.surnames, tongue.spread)) for _ in range(2)]
    inherited = [born(parent) for parent in (father, mother) if parent]
    if tongue.custom == "two surnames":
        heads = [text.split("  ")[0] for text in inherited]
        return "  ".join([*heads, *own][:2])  # two blanks part two surnames until they are written
    text = inherited[0] if inherited else own[0]
    return gendered(tongue, text, man)


def gendered(tongue: Tongue, text: str, man: bool) -> str:
    """A surname as a man or a woman bears it."""
    if tongue.custom != "patronymic":
        return text
    stem = text.removesuffix("aya") + "y" if text.endswith("skaya") else text
    stem = stem.removesuffix("a") if stem.endswith(("ova", "ina", "eva")) else stem
    if man:
        return stem
    return stem.removesuffix("y") + "aya" if stem.endswith("sky") else stem + "a" * stem.endswith(("ov", "in", "ev"))


def born(person: Person) -> str:
    """The surname at birth."""
    return person.former or person.last


def _marry(people: dict[int, Person], seed: int) -> None:
    """Women of a couple mostly bear the man's surname; some of two surnames add his instead of taking it."""
    homes: dict[int, list[Person]] = defaultdict(list)
    for person in people.values():
        homes[person.household].append(person)
    for person in people.values():
        rng = draws(seed, "marriage", person.number)
        partner = next((one for one in homes[person.household] if _couple(person, one)), None)
        settled = person.changed is None and (person.birth.year > 2000 or rng.random() < 0.3)
        if person.man or settled or (partner is None and person.changed is None):
            continue
        his = born(partner) if partner else word(person.tongue, "house", by_rank(rng, 300, 0.8))
        his = gendered(person.tongue, his.split("  ")[0], man=False)
        person.former = person.last
        person.last = f"{person.last.split('  ')[0]}-{his}" if rng.random() < 0.15 else his


def _couple(woman: Person, man: Person) -> bool:
    kin = {man.number, man.mother, man.father} & ({woman.number, woman.mother, woman.father} - {None})
    return man.man and not kin and abs(man.birth.year - woman.birth.year) < 18 and man.birth.year < 2003
