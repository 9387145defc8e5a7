"""Hard negatives: made-up people whom only care tells apart, in households of five kinds.

Here: who lives together, and what a licensing agency, a college and employers write about them, for the panel of
`p20w evaluate`. Not here: lives and agencies as in a state (`run`). Rates were set by hand before anything was
measured, and mislead more than any real state does.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from typing import Any

KINDS = ("usual families", "twins", "juniors and seniors", "co-tenants", "lent numbers")
Line = dict[str, Any]
"""What one record says, by the names of the panel's `Line`."""

SLIP = 0.04
"""How often a name is written with a slip; a birth date is off by a day or a month half as often."""


def made_up(seed: int = 7, households: int = 400) -> list[tuple[str, str, Line]]:
    """Lines of so many households of each kind, each with its person and the kind; the same seed gives the same."""
    draw = _Draw(seed)
    rows: list[tuple[str, str, Line]] = []
    for kind in KINDS:
        for number in range(households):
            people = _household(draw, kind)
            street, city = f"{draw.randint(1, 999)} {draw.name('last')} St", draw.name("last")
            code = draw.randrange(400)
            for nth, person in enumerate(people):
                housed = person | {"street": street, "city": city, "postal_code": str(10_000 + code)}
                at_work = people[0]["ssn"] if kind == "lent numbers" else person["ssn"]
                rows += [(f"{kind} {number} {nth}", kind, line) for line in _written(draw, housed, at_work)]
    return rows


class _Draw(random.Random):
    """Draws of people, with names as common as in the national population."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        lists: Any = import_module("faker.providers.person.en_US").Provider
        self._names = {"Male": lists.first_names_male, "Female": lists.first_names_female, "last": lists.last_names}
        self._ssns = iter(self.sample(range(100_000_000, 900_000_000, 2), 100_000))

    def name(self, of: str) -> str:
        """A surname (`last`), or a first name of a sex."""
        return self.choices(list(self._names[of]), list(self._names[of].values()))[0]

    def one(self, year: int, **said: Any) -> Line:
        """The license of a person born within four years of one; what is said is so."""
        born = date(year + self.randint(-4, 4), 1, 1) + timedelta(days=self.randrange(365))
        sex = said.get("sex") or self.choice(("Male", "Female"))
        names = _named(self.name(sex), self.name("last"), self.name(sex))
        person = names | {"birthdate": born, "sex": sex, "ssn": str(next(self._ssns)), "suffix": ""}
        return {"feed": "dmv_license", "is_numbered": True} | person | said

    def slipped(self, name: str) -> str:
        """The name, now and then with a letter lost or put for another."""
        at = self.randrange(1, len(name)) if self.random() < SLIP else len(name)
        return name[:at] + (self.choice(("", "a", "e", "n", "r")) if at < len(name) else "") + name[at + 1 :]


def _household(draw: _Draw, kind: str) -> list[Line]:
    head, seldom, often = draw.one(1970), draw.random() < 0.3, draw.random() < 0.6
    year = head["birthdate"].year
    family = {"last_or_surname": head["last_or_surname"]}
    alike = family | ({"middle_name": head["middle_name"]} if often else {})
    if kind == "usual families":
        return [head, draw.one(year, **family), draw.one(year + 25, **family)]
    if kind == "twins":  # many with one middle name, one initial, or numbers that follow each other
        twin = draw.one(year, birthdate=head["birthdate"], **alike)
        twin = twin | {"ssn": str(int(head["ssn"]) + 1)} if seldom else twin
        return [head, twin if often else _initialed(twin, head)]
    if kind == "juniors and seniors":  # mostly with one middle name; some with suffixes
        junior = draw.one(year + 25, sex=head["sex"], first_name=head["first_name"], **alike)
        return [head | {"suffix": "Sr"}, junior | {"suffix": "Jr"}] if seldom else [head, junior]
    if kind == "co-tenants":  # strangers of one age, two of whom have a name of the first
        names: tuple[Line, ...] = ({}, {}, {}, {"first_name": head["first_name"]}, family)
        return [head, *(draw.one(year, sex=head["sex"], **shared) for shared in names)]
    other = draw.one(year, **family)
    return [head, _initialed(other, head) if seldom else other]


def _initialed(person: Line, other: Line) -> Line:
    return person | {"first_name": other["first_name"][0] + person["first_name"][1:]}


def _written(draw: _Draw, person: Line, at_work: str) -> Iterator[Line]:
    """A license, a college's record for most, and wages of one employer or two under the number given at work."""
    initial = person["middle_name"][0]
    said = [person if draw.random() < 0.6 else person | {"suffix": ""}]
    if draw.random() < 0.7:
        off = timedelta(days=draw.choice((1, 31)) if draw.random() < SLIP / 2 else 0)
        college = {"feed": "ps_enrollment", "suffix": "", "ssn": person["ssn"] if draw.random() < 0.8 else ""}
        middle = draw.choice((person["middle_name"], initial, ""))
        said.append(person | college | {"middle_name": middle, "birthdate": person["birthdate"] + off})
    for _ in range(draw.choice((1, 2))):
        names = _named(person["first_name"], person["last_or_surname"], draw.choice((initial, initial, "")))
        said.append(names | {"feed": "ui_wage", "ssn": at_work, "employer": f"E{draw.randrange(300)}"})
    for line in said:
        yield line | {name: draw.slipped(line[name]) for name in ("first_name", "last_or_surname")}


def _named(first: str, last: str, middle: str) -> Line:
    return {"first_name": first, "last_or_surname": last, "middle_name": middle}
