"""Deciding again about what a delivery can touch comes to what deciding about everybody comes to."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from p20w import registry
from p20w.database import Warehouse
from p20w.registry import columnar, prepared, settled, touched
from p20w.registry.rollback import roll_back
from tests.integration.registry.small_vault import (
    Who,
    are_one,
    crowd,
    everything,
    fill,
    link,
    open_refresh,
    persons,
    put_back,
    withdraw,
)
from tests.integration.registry.test_delta import FIRSTS, LASTS, SHORT
from tests.integration.registry.test_naming import AMANDA, INITIALS, MANDY, STAFF, employ

pytestmark = pytest.mark.usefixtures("ungated")

DORMITORY = ("1 College Way", "00199")
EMPLOYERS = ("1000000001", "1000000002")
"""The second writes initials."""


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each refresh that asked, whether it decided about a part alone."""
    asked: list[bool] = []
    take = touched.take_touched

    def noting(*given: object) -> object:
        values = take(*given)  # type: ignore[arg-type]
        asked.append(values is not None)
        return values

    monkeypatch.setattr(touched, "take_touched", noting)
    return asked


@dataclass
class State:
    """A made-up state whose agencies go on delivering."""

    chance: random.Random
    people: list[Who]
    given: list[Who]

    @classmethod
    def of(cls, seed: int, people: int = 260) -> "State":
        """So many people, of whom a twelfth live in one dormitory; some of their SSNs are a digit apart."""
        chance = random.Random(seed)  # noqa: S311 (made-up people)
        state = cls(chance, [], [])
        for number in range(people):
            born = f"{chance.randint(1960, 2004)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
            home = (f"{chance.randint(1, 60)} Elm St", f"0010{chance.randint(0, 5)}")
            ssn = f"4{chance.randint(10, 99)}{chance.randint(10, 99)}{chance.randint(1000, 9999)}"
            if number % 10 == 1:  # a relative at the same address, with a number nearly the same
                last, home = state.people[-1].last, (state.people[-1].street, state.people[-1].postal_code)
                ssn = f"{state.people[-1].ssn[:8]}{(int(state.people[-1].ssn[8]) + 1) % 10}"  # type: ignore[index]
            else:
                last = chance.choice(LASTS)
            if number % 12 == 3:
                home = DORMITORY
            sex = chance.choice(("Male", "Female"))
            who = Who(
                "dmv_license",
                chance.choice((*FIRSTS, "OMAR", "RUTH")),
                last,
                born,
                sex=sex,
                ssn=ssn,
                source_id=f"{number}",
            )
            state.people.append(replace(who, street=home[0], postal_code=home[1]))
        return state

    def deliver(self, file: int, identities: int) -> list[Who]:
        """A file of each agency, with the slips agencies make; some identities were delivered before."""
        chance, found = self.chance, []
        for _ in range(identities):
            who = chance.choice(self.people)
            feed = chance.choice(("dmv_license", "k12_enrollment", "ps_enrollment", "ui_wage"))
            slip = chance.randint(0, 6)
            if slip == 1:
                who = replace(who, first=SHORT.get(str(who.first), str(who.first)[:1]))
            elif slip == 2:
                who = replace(who, last=chance.choice(LASTS), previous=who.last)
            elif slip == 3:
                who = replace(who, born=f"{str(who.born)[:8]}{1 + int(str(who.born)[8:]) % 28:02d}")
            elif slip == 4:
                who = replace(who, street=DORMITORY[0], postal_code=DORMITORY[1])
            elif slip == 5 and feed != "dmv_license":
                who = replace(who, ssn=chance.choice(self.people).ssn if chance.random() < 0.5 else "411111111")
            if feed == "k12_enrollment":
                who = replace(who, feed=feed, source_id=f"K{who.source_id}", ssn=None)
            elif feed == "ps_enrollment":
                who = replace(who, feed=feed, space="ps_id:990001", source_id=f"P{who.source_id}")
            elif feed == "ui_wage":
                first = str(who.first)[:1] if chance.random() < 0.5 else who.first
                who = Who("ui_wage", first, who.last, ssn=who.ssn)
            else:
                who = replace(who, source_id=f"L{who.source_id}", verified=True)
            found.append(replace(who, drops=(file,)))
        if self.given and chance.random() < 0.7:
            found += [replace(who, drops=(file,)) for who in chance.sample(self.given, 4)]
        unique = list({who.identity_id: who for who in found}.values())
        self.given += unique
        return unique


def decide_again(chance: random.Random, state: State) -> tuple[bytes, bytes, str]:
    """Two identities and what a reviewer says of them."""
    one, other = sorted(who.identity_id for who in chance.sample(state.given, 2))
    return one, other, chance.choice(("must_link", "cannot_link"))


def say(warehouse: Warehouse, verdict: tuple[bytes, bytes, str]) -> None:
    with warehouse.connect("owner") as connection:
        connection.execute(
            "insert into registry.decision (identity_left, identity_right, verdict) values (%s, %s, %s) "
            "on conflict do nothing",
            (verdict[0].hex(), verdict[1].hex(), verdict[2]),
        )


def revoke(warehouse: Warehouse) -> None:
    """Take back the oldest verdict that stands."""
    with warehouse.connect("owner") as connection:
        connection.execute(
            "update registry.decision set revoked_at = now() where decision_id = "
            "(select min(decision_id) from registry.decision where revoked_at is null)"
        )


def forget(warehouse: Warehouse) -> None:
    with warehouse.connect("linkage") as connection:
        connection.execute("delete from registry.settled")


def outcome(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """All that the registry holds after a refresh, figures included."""
    with warehouse.connect("owner") as connection:
        figures = {
            table: sorted(connection.execute(f"select {columns} from {table}".encode()).fetchall(), key=repr)
            for table, columns in {
                "registry.candidate_fact": "refresh_id, fact, observed",
                "governance.match_rate": "refresh_id, left_feed, right_feed, persons_left, persons_right, persons_both",
            }.items()
        }
    return everything(warehouse) | figures


@pytest.mark.parametrize("seed", range(2))
def test_a_part_comes_to_what_everybody_comes_to_whatever_arrives_leaves_and_is_decided(
    make_town: Callable[..., Warehouse], parts: list[bool], seed: int
) -> None:
    state = State.of(seed)
    first = state.deliver(1, 520)
    part, whole = make_town(first), make_town(first)
    chance = random.Random(seed)  # noqa: S311
    for number in range(1, 7):
        jobs = [(who, chance.choice(EMPLOYERS)) for who in state.given if who.feed == "ui_wage"]
        for warehouse in (part, whole):
            employ(warehouse, [(who, account) for who, account in jobs if who.drops == (number,)])
            link(warehouse, number)
            forget(whole)
        assert outcome(part) == outcome(whole)
        arrived = state.deliver(number + 1, chance.choice((1, 8, 16)))
        verdict = decide_again(chance, state)
        for warehouse in (part, whole):
            fill(warehouse, arrived)
            if number in (3, 6):
                withdraw(warehouse, "dmv_license", number)
            if number in (4, 6):
                withdraw(warehouse, "ui_wage", number - 1)
            if number == 5:
                put_back(warehouse)
                revoke(warehouse)
            if number % 2:
                say(warehouse, verdict)
    assert sum(parts) >= 4


@pytest.fixture
def town(make_town: Callable[..., Warehouse]) -> Warehouse:
    """A town of which everything is settled."""
    warehouse = make_town(State.of(7).deliver(1, 300))
    link(warehouse, 1)
    return warehouse


NEW = Who("dmv_license", "ODA", "PELLWORM", "1977-07-07", ssn="498765432", source_id="N1", verified=True, drops=(2,))
"""Somebody whom nobody else has anything to do with."""


def spoken_of(warehouse: Warehouse, refresh_id: int) -> set[bytes]:
    """Identities of a candidate, set aside and not made current."""
    open_refresh(warehouse, refresh_id)
    registry.absorb(warehouse, warehouse.settings, refresh_id)
    with warehouse.connect("linkage") as connection:
        return {row[0].bytes for row in connection.execute("select identity_id from registry.candidate").fetchall()}


def test_a_candidate_speaks_of_whom_the_delivery_touches_and_of_nobody_else(town: Warehouse, parts: list[bool]) -> None:
    before = persons(town)
    colleague = replace(NEW, feed="ui_wage", born=None, source_id=None, verified=None)
    fill(town, [NEW, colleague])
    assert spoken_of(town, 2) == {NEW.identity_id, colleague.identity_id}
    registry.promote(town, 2)
    after = persons(town)
    assert {identity: after[identity] for identity in before} == before
    assert after[NEW.identity_id] == after[colleague.identity_id]
    assert parts == [True]


def test_whoever_left_is_spoken_of_and_has_no_person_any_more(town: Warehouse, parts: list[bool]) -> None:
    fill(town, [NEW])
    link(town, 2)
    withdraw(town, "dmv_license", 2)
    assert spoken_of(town, 3) == {NEW.identity_id}
    registry.promote(town, 3)
    assert NEW.identity_id not in persons(town)
    assert parts == [True, True]


def test_a_verdict_alone_is_decided_about_again(town: Warehouse, parts: list[bool]) -> None:
    one, other = sorted(persons(town))[:2]
    say(town, (one, other, "must_link"))
    assert {one, other} <= spoken_of(town, 2)
    registry.promote(town, 2)
    assert len({persons(town)[identity] for identity in (one, other)}) == 1
    assert parts == [True]


def everybody(warehouse: Warehouse, parts: list[bool], refresh_id: int) -> bool:
    """Whether the next refresh, over two new identities, decides about everybody."""
    parts.clear()
    arrived = [replace(NEW, source_id=f"N{refresh_id}{number}", drops=(refresh_id,)) for number in range(2)]
    fill(warehouse, arrived)
    found = spoken_of(warehouse, refresh_id)
    assert (True in parts) == (len(found) < 10)
    return True not in parts


def test_what_was_never_made_current_settles_nothing(town: Warehouse, parts: list[bool]) -> None:
    assert not everybody(town, parts, 2)
    forget(town)
    assert everybody(town, parts, 2)
    assert everybody(town, parts, 2), "the candidate of the second refresh was not promoted"


def test_a_large_part_lies_in_several_rows_and_counts_as_one(
    town: Warehouse, parts: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "MOST_IN_ROW", 1)
    monkeypatch.setattr(settled, "MOST_CHUNKS", 2)
    fill(town, [NEW, replace(NEW, source_id="N2"), replace(NEW, source_id="N3")])
    link(town, 2)
    with town.connect("linkage") as connection:
        assert connection.execute("select count(*) from registry.settled where not is_whole").fetchone() == (3,)
    assert not everybody(town, parts, 3)


def test_after_going_back_everybody_is_decided_about(town: Warehouse, parts: list[bool]) -> None:
    fill(town, [NEW])
    link(town, 2)
    roll_back(town)
    assert everybody(town, parts, 3)


@pytest.mark.parametrize(
    "change",
    [
        ("settled.made_by", lambda *_: "another way"),
        ("settled.MOST_CHUNKS", 0),
        ("touched.MOST_CHANGED", 0.0),
        ("touched.MOST_TOUCHED", 0.0),
        ("frozen.OUTGROWN", 1.0),
        ("records.BEGINNING", "1"),
        ("prepared.LEAST_BYTES", 2**40),
    ],
    ids=lambda change: change[0],
)
def test_everybody_is_decided_about_where_a_part_would_not_be_right(
    town: Warehouse, parts: list[bool], monkeypatch: pytest.MonkeyPatch, change: tuple[str, object]
) -> None:
    monkeypatch.setattr(f"p20w.registry.{change[0]}", change[1])
    assert everybody(town, parts, 2)


def test_a_vault_that_became_small_leaves_nothing_to_build_upon(
    town: Warehouse, parts: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(town, [NEW])
    with monkeypatch.context() as small:
        small.setattr(prepared, "LEAST_BYTES", 2**40)
        link(town, 2)
    assert everybody(town, parts, 3)


def test_somebody_s_number_a_digit_apart_is_found_though_they_have_no_birth_date(
    town: Warehouse, parts: list[bool]
) -> None:
    worker = Who("ui_wage", "ODA", "PELLWORM", ssn="498765431", drops=(2,))
    fill(town, [worker])
    link(town, 2)
    fill(town, [replace(NEW, drops=(3,))])
    link(town, 3)
    assert are_one(town, worker, NEW)
    assert parts == [True, True]


def test_a_revoked_verdict_parts_those_it_joined(town: Warehouse, parts: list[bool]) -> None:
    other = replace(NEW, first="WILHELMINA", last="QUIST", born="1951-01-31", ssn="487654321", source_id="N2")
    fill(town, [NEW, other])
    one, two = sorted((NEW.identity_id, other.identity_id))
    say(town, (one, two, "must_link"))
    link(town, 2)
    assert are_one(town, NEW, other)
    revoke(town)
    fill(town, [replace(NEW, source_id="N3", first="SOMEBODY", last="ELSEWISE", ssn="476543210", drops=(3,))])
    link(town, 3)
    assert not are_one(town, NEW, other)
    assert parts == [True, True]


def test_a_verdict_about_somebody_who_was_away_holds_when_they_come_back(town: Warehouse, parts: list[bool]) -> None:
    other = replace(
        NEW, feed="k12_enrollment", first="WILHELMINA", last="QUIST", born="1999-01-31", ssn=None, source_id="K2"
    )
    fill(town, [NEW, other])
    link(town, 2)
    withdraw(town, "k12_enrollment", 2)
    one, two = sorted((NEW.identity_id, other.identity_id))
    say(town, (one, two, "must_link"))
    link(town, 3)
    put_back(town)
    link(town, 4)
    assert are_one(town, NEW, other)
    assert parts == [True, True, True]


def test_an_employer_whose_habit_shows_later_excuses_whom_it_wrote_before(
    make_town: Callable[..., Warehouse], parts: list[bool]
) -> None:
    town = make_town([AMANDA, MANDY, *crowd()])
    fill(town, STAFF[INITIALS][:4])
    employ(town, [(who, INITIALS) for who in (*STAFF[INITIALS][:4], MANDY)])
    link(town, 1)
    assert not are_one(town, AMANDA, MANDY)
    joining = [replace(who, drops=(3,)) for who in STAFF[INITIALS][4:]]
    fill(town, joining)
    employ(town, [(who, INITIALS) for who in joining])
    link(town, 2)
    assert are_one(town, AMANDA, MANDY)
    assert parts == [True]
