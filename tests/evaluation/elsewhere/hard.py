"""Hard negatives on purpose: people whom only care tells apart.

Here: twins with similar names, sons named after fathers, mothers and daughters of one first name, siblings with numbers
a digit apart. Not here: co-tenants and lent numbers, which are what agencies write (`writing`).
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from tests.evaluation.elsewhere.draws import draws
from tests.evaluation.elsewhere.people import Person, born

_VOWELS = "aeiou"


def harden(people: dict[int, Person], seed: int) -> None:
    """Change people in place; everybody stays who they are."""
    for person in people.values():
        rng = draws(seed, "hard", person.number)
        father, mother = people.get(person.father or 0), people.get(person.mother or 0)
        if person.man and father and rng.random() < 0.12:
            _after_father(person, father, rng.random())
        elif not person.man and mother and rng.random() < 0.10:
            person.first = mother.first
    for children in _siblings(people):
        for before, child in pairwise(children):
            _close(before, child, seed)
    _number_families(people, seed)


def _after_father(son: Person, father: Person, draw: float) -> None:
    """Father and son of one name, with a suffix for both, one or neither of them."""
    son.first, son.last, son.namesake = father.first, father.last, True
    son.middle = father.middle if draw < 0.7 else son.middle
    son.suffix = "Jr" if draw < 0.6 else "III" if draw < 0.65 else ""
    father.suffix = father.suffix or ("Sr" if draw < 0.3 else "")


def _siblings(people: dict[int, Person]) -> list[list[Person]]:
    families: dict[int, list[Person]] = defaultdict(list)
    for person in people.values():
        if person.mother:
            families[person.mother].append(person)
    return [children for children in families.values() if len(children) > 1]


def _close(before: Person, child: Person, seed: int) -> None:
    """A twin's name a letter away or with the same initial; some other siblings likewise."""
    rng = draws(seed, "close", child.number)
    twins = before.birth == child.birth
    if child.namesake or rng.random() > (0.6 if twins else 0.08):
        return
    spots = [at for at, letter in enumerate(before.first) if at and letter in _VOWELS]
    if before.man == child.man and spots and rng.random() < 0.5:
        at = rng.choice(spots)
        child.first = before.first[:at] + rng.choice(_VOWELS.replace(before.first[at], "")) + before.first[at + 1 :]
    elif twins:
        child.first = before.first[0] + child.first[1:]
    if rng.random() < 0.4:
        child.middle = before.middle
    if before.man == child.man and not before.former:
        child.last = born(child) if child.former else before.last


def _number_families(people: dict[int, Person], seed: int) -> None:
    """Numbers asked for together follow one another; the next one stays clear of everybody's."""
    taken = {person.ssn for person in people.values() if person.ssn}
    for children in _siblings(people):
        if draws(seed, "numbered together", children[0].number).random() > 0.4:
            continue
        for before, child in pairwise(children):
            if before.ssn and child.ssn and before.ssn % 10 < 9 and before.ssn + 1 not in taken:
                taken.add(before.ssn + 1)
                child.ssn = before.ssn + 1
