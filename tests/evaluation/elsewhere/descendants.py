"""Who the people of a historical state are in truth: the names of the file, shared in families as families share them.

Here: names and numbers of each true person, from who is whose child and who lives with whom. Not here: where names come
from (`figures`), what agencies make of them (`offices`).

Shares: what wives do with their surname is from a survey of 2,437 married adults (Pew Research Center, September 2023:
79 % took the husband's, 14 % kept theirs, 5 % hyphenated). Assumed: four of five people
have a middle name, 3 % of sons and 1 % of daughters bear the first name of their father or mother, 4 % of children both
parents' surnames, and middle names run in families for one child in ten.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from tests.evaluation.elsewhere.draws import draws
from tests.evaluation.elsewhere.figures import Names
from tests.evaluation.elsewhere.people import Person, Row, born, entered, is_man, parents
from tests.evaluation.elsewhere.tongues import Tongue

ORIGIN = Tongue("historical", 1.0, "", "", "", "", "", 0, 0.0)
"""What truth says of the origin of these names; no syllables, for none are made up."""


def descend(frame: pl.DataFrame, names: Names, seed: int) -> dict[int, Person]:
    """Everybody of `truth/persons.parquet`, by true person, parents before their children."""
    people: dict[int, Person] = {}
    borne: set[tuple[int, str]] = set()
    for row in frame.sort("birthdate", "true_person").rows(named=True):
        person = _born_to(row, people, names, seed)
        parent, tries = person.mother or person.father, 0
        while parent is not None and (parent, person.first) in borne and tries < 20:
            tries += 1  # a child does not get the name of an older one
            person.first = _given(names, person.man, seed, f"{person.number} again {tries}")
            person.suffix, person.namesake = "", False
        if parent is not None:
            borne.add((parent, person.first))
        people[person.number] = person
    _marry(people, names, seed)
    return people


def _born_to(row: Row, people: dict[int, Person], names: Names, seed: int) -> Person:
    number, man = row["true_person"], is_man(row)
    rng = draws(seed, "historical", number)
    father, mother = parents(row, people)
    first = _given(names, man, seed, number)
    middle = rng.choice(names.middles_of_men if man else names.middles_of_women) if rng.random() < 0.8 else ""
    kin = [parent for parent in (father, mother) if parent]
    if kin and rng.random() < 0.1:
        middle = rng.choice([kin[0].first, born(kin[-1])]) if kin[0].man == man else born(kin[-1])
    last = born(kin[0]) if kin else rng.choice(names.surnames)
    if father and mother and rng.random() < 0.04 and "-" not in born(father) + born(mother):
        last = f"{born(mother)}-{born(father)}"
    same = father if man else mother
    namesake = same is not None and rng.random() < (0.03 if man else 0.01)
    if namesake and same:
        first, middle = same.first, same.middle if rng.random() < 0.7 else middle
    person = entered(row, people, seed, ORIGIN, (first, middle, last))
    if namesake and man and last == born(kin[0]):
        person.suffix = "III" if same and same.suffix == "Jr" else "Jr"
    person.namesake = namesake and man
    return person


def _given(names: Names, man: bool, seed: int, key: object) -> str:
    return draws(seed, "font", key).choice(names.men if man else names.women)


def _marry(people: dict[int, Person], names: Names, seed: int) -> None:
    homes: dict[int, list[Person]] = defaultdict(list)
    for person in people.values():
        homes[person.household].append(person)
    for person in people.values():
        rng = draws(seed, "wedding", person.number)
        partner = next((one for one in homes[person.household] if _couple(person, one)), None)
        if person.man or (partner is None and person.changed is None):
            continue
        his = born(partner) if partner else rng.choice(names.surnames)
        draw = rng.random()
        if draw < 0.16 and person.changed is None:
            continue
        person.former = person.last
        person.last = f"{person.last}-{his}" if draw > 0.95 and "-" not in person.last + his else his


def _couple(woman: Person, man: Person) -> bool:
    kin = {man.number, man.mother, man.father} & ({woman.number, woman.mother, woman.father} - {None})
    grown = max(woman.birth.year, man.birth.year) < 2000
    return man.man and not kin and grown and abs(man.birth.year - woman.birth.year) < 15
