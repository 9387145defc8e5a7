"""Public assistance: which households receive SNAP and TANF, in which months, and who is in their case.

Here: cases, spells by month, and what the department of human services has on record of a person. Not here: the files
(`feeds.social_services`, `feeds.tanf_report`), pay (`pay`). Months are numbered from year 0: year x 12 + month - 1.

About 12 % of Americans received SNAP in a month of 2022, four in ten of them children (USDA, Characteristics of SNAP
Households), and 0.6 % received TANF, three in four of them children, near half in cases of children alone (ACF,
Characteristics and Financial Circumstances of TANF Recipients). Rounded from general knowledge of these reports; open
them before you rely on a figure.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day, last_day
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import birthdates, last_record, ssns
from p20w.simulator.table import Table
from p20w.simulator.world import NOBODY, World, chance

SNAP, TANF = 0, 1
GROWN = 18
"""Years from which a person is no child of a case."""
EDUCATION = ["11", "12", "13", "14", "15", "16"]
"""Codes of the department, in the order of `people.education`."""
_IN_NEED = -0.03
"""Standing of a household below which it asks for SNAP while nobody in it works; with work, much lower."""
_WORKING, _WITHOUT_CHILDREN = 0.30, 1.05
_ENTERS = (0.078, 0.0058)
"""Of households in need that do not receive it, in a month."""
_MONTHS = (6, 12)
"""Lengths of a certification, each for half of the households."""
_RENEWED, _TANF_MONTHS, _TANF_LIMIT = 0.42, 9.0, 60
_CHURNS = 0.22
"""Of spells that end; they go on after one or two months without (USDA, Rates of Case Churning, 2014: 17 to 28 %)."""
_SETTLED = (0.60, 0.055)
"""Of households in need, those that receive it when the state is founded."""


def spell_table() -> Table:
    """One row a household, program and run of months; `first` and `last` are months."""
    return Table(household=("i4", 0), case=("i4", 0), program=("i1", 0), first=("i4", 0), last=("i4", 0))


def client_table() -> Table:
    """One row a registration of a person by the department, with what was written down."""
    return Table(person=("i4", 0), birth=("i4", 0), ssn=("i8", -1))


def member_table() -> Table:
    """One row a person and month of a case in the quarter at hand; `size` people are assisted in it."""
    return Table(
        person=("i4", 0), client=("i4", 0), household=("i4", 0), case=("i4", 0), program=("i1", 0), month=("i4", 0),
        first=("i4", 0), until=("i4", 0), head=("i4", 0), assisted=("i1", 1), size=("i2", 0), works=("i1", 0),
    )  # fmt: skip


TABLES = {"spell": spell_table, "client": client_table, "member": member_table}
"""What a feed keeps to itself, so that each feed can be simulated without the other; both hold the same."""


def months_of(quarter: int) -> range:
    """The three months of a quarter."""
    return range(quarter * 3, quarter * 3 + 3)


def month_end(month: int) -> int:
    """The day number of a month's last day."""
    return day((month + 1) // 12, (month + 1) % 12 + 1, 1) - 1


def assist_a_quarter(world: World, feed: str, quarter: int) -> None:
    """Who asks for assistance in a quarter, and who is in a case in which month of it."""
    spells, clients, members = (world.own[f"{feed}.{name}"] for name in TABLES)
    in_need = _in_need(world, quarter)
    for program in (SNAP, TANF):
        _begin(world, spells, in_need[program], program, quarter)
    members.clear()
    for month in months_of(quarter):
        for program in (SNAP, TANF):
            _list(world, spells, members, program, month)
    members_of = members["person"].astype(np.int64)
    members["client"][:] = _registered(world, clients, members_of, quarter)


def snap(world: World, households: Ints, size: Ints) -> npt.NDArray[np.int64]:
    """Dollars of SNAP a month by household and people assisted in it; 127 a person (USDA, fiscal year 2019)."""
    return np.maximum(16, 127 * size * (0.6 + 0.8 * keyed_uniform(world.seed, "snap", households))).astype(np.int64)


def grant(world: World, households: Ints, size: Ints) -> npt.NDArray[np.int64]:
    """Dollars of TANF a month; the median state pays at most 492 to a family of three (Welfare Rules, 2022)."""
    more = 75 * (size - 3) * (0.8 + 0.4 * keyed_uniform(world.seed, "grant", households))
    return np.maximum(60, 440 + more).astype(np.int64)


def _in_need(world: World, quarter: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Households that would ask for SNAP, and those of them that would ask for TANF."""
    table, here = world.people, world.here()
    home, age = table["household"][here], world.age(here, last_day(quarter))
    count = world.households.size
    works, children = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    works[home[table["job"][here] != NOBODY]] = True
    children[home[age < GROWN]] = True
    lives = np.zeros(count, dtype=bool)
    lives[home[table["undocumented"][here] == 0]] = True
    bound = _IN_NEED - _WORKING * works - _WITHOUT_CHILDREN * ~children
    needs = lives & (world.households["away"] == 0) & (world.households["wealth"] < bound)
    return np.flatnonzero(needs), np.flatnonzero(needs & children)


def _begin(world: World, spells: Table, in_need: Ints, program: int, quarter: int) -> None:
    """New spells of households that are in none, and those that go on after a month or two without."""
    rng = world.rng(f"assistance {program}", quarter)
    mine, first = spells["program"] == program, quarter * 3
    founding = not mine.any()
    households, since = in_need[~np.isin(in_need, spells["household"][mine & (spells["last"] >= first)])], None
    if founding:
        takes = chance(rng, _SETTLED[program], len(households))
        since = first - rng.integers(0, 12, len(households))
    else:
        takes = chance(rng, 1 - (1 - _ENTERS[program]) ** 3, len(households))
        since = first + rng.integers(0, 3, len(households))
    households, since = households[takes], since[takes]
    ended = np.flatnonzero(mine & (spells["last"] >= first - 3) & (spells["last"] < first))
    ended = ended[chance(rng, _CHURNS, len(ended))]
    back = spells["last"][ended].astype(np.int64) + 2 + rng.integers(0, 2, len(ended))
    known = np.isin(spells["household"][ended], households) | (back < first)
    households = np.concatenate([households, spells["household"][ended][~known]])
    since = np.concatenate([since, back[~known]])
    households, once = np.unique(households, return_index=True)
    lasts = since[once] + _length(rng, households, program) - 1
    case = 100_000 + households * 2 + (keyed_uniform(world.seed, "case opened anew", households, since[once]) < 0.03)
    spells.add(len(households), household=households, case=case, program=program, first=since[once], last=lasts)


def _length(rng: np.random.Generator, households: Ints, program: int) -> npt.NDArray[np.int64]:
    """Months of each spell: whole certifications of SNAP, any number of TANF up to its limit."""
    count = len(households)
    if program == TANF:
        return np.minimum(rng.geometric(1 / _TANF_MONTHS, count), _TANF_LIMIT)
    term = np.where(chance(rng, 0.5, count), *_MONTHS)
    return term * rng.geometric(1 - _RENEWED, count)


def _list(world: World, spells: Table, members: Table, program: int, month: int) -> None:
    """The people in each case of a month: everybody at home who may receive it, and the grown who only live there."""
    table, here = world.people, world.here()
    mine = (spells["program"] == program) & (spells["first"] <= month) & (spells["last"] >= month)
    spell_of = np.full(world.households.size, -1)
    spell_of[spells["household"][mine]] = np.flatnonzero(mine)
    here = here[spell_of[table["household"][here]] >= 0]
    here = here[table["birth"][here] <= month_end(month)]
    home, age = table["household"][here], world.age(here, month_end(month))
    assisted = table["undocumented"][here] == 0
    if program == TANF:
        alone = keyed_uniform(world.seed, "assisted children alone", home) < 0.55
        assisted &= (age < GROWN) | (~alone & (age < 60))
    size = np.bincount(home[assisted], minlength=world.households.size)
    if program == TANF:
        children = np.bincount(home[assisted & (age < GROWN)], minlength=world.households.size)
        size = np.where(children > 0, size, 0)
    else:
        here, home, age, assisted = (column[assisted] for column in (here, home, age, assisted))
    kept = size[home] > 0
    here, home, age, assisted = (column[kept] for column in (here, home, age, assisted))
    order = np.lexsort((here, age < GROWN, home))
    here, home, assisted = here[order], home[order], assisted[order]
    head = np.full(world.households.size, NOBODY)
    head[home[::-1]] = here[::-1]
    works = np.zeros(world.households.size, dtype=bool)
    works[home[table["job"][here] != NOBODY]] = True
    row = spell_of[home]
    members.add(
        len(here), person=here, household=home, case=spells["case"][row], program=program, month=month,
        first=spells["first"][row], until=spells["last"][row], head=head[home], assisted=assisted, size=size[home],
        works=works[home],
    )  # fmt: skip


def _registered(world: World, clients: Table, people: Ints, quarter: int) -> npt.NDArray[np.int64]:
    """The department's record of each person; new people get one, and a few a second at another office."""
    rates, rng = world.profile.benefits, world.rng("clients", quarter)
    held = last_record(world, clients)
    distinct = np.unique(people)
    again = chance(rng, rates.registered_again, len(distinct))
    new = distinct[(held[distinct] < 0) | again]
    given = np.where(chance(rng, rates.ssn_missing, len(new)), -1, world.people["ssn"][new])
    held[new] = clients.add(
        len(new), person=new, birth=birthdates(world, rng, new, "college"), ssn=ssns(rng, given, rates.ssn_wrong)
    )
    return held[people]
