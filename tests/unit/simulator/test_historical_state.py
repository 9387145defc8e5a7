"""States of people with historical names: which names are taken, slips that can happen, the same bytes again.

The file of names is not in the repository: a small invented one of its shape stands for it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from p20w.simulator import simulate
from tests.evaluation.__main__ import groups
from tests.evaluation.elsewhere import digit_slips, figures, rates, slips, write_state
from tests.evaluation.elsewhere.descendants import descend
from tests.evaluation.elsewhere.draws import draws
from tests.evaluation.elsewhere.offices import Offices
from tests.evaluation.elsewhere.people import Person
from tests.evaluation.elsewhere.profiles import K12, LICENSE, WAGES
from tests.evaluation.elsewhere.short_names import SHORT, shortened

WHEN = ("2020Q3", "2021Q2")
PEOPLE, SEED = 500, 4
SYLLABLES = ("bra", "cor", "dun", "el", "fen", "gar", "hol", "mar", "nor", "pen", "row", "tor", "wes")
ENDS = ("ton", "field", "ley", "wick", "more", "-hollis")


@pytest.fixture(scope="module", autouse=True)
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of samples with an invented file of figures, each person written three times and once wrongly."""
    folder = tmp_path_factory.mktemp("samples")
    rng, rows = draws(8), []
    for number in range(400):
        man = number % 3 > 0
        first = rng.choice(("thomas", "william", "edmund", "joseph") if man else ("mary", "alice", "edith"))
        last = rng.choice(SYLLABLES) + rng.choice(SYLLABLES) + rng.choice(ENDS)
        full = f"{first} {rng.choice(SYLLABLES)}by {last}" if number % 2 else f"{first} {last}"
        for text in (full, full, f"{first} xx{last}", f"sir {last}"):
            rows.append({"cluster": f"Q{number}", "full_name": text, "gender": "male" if man else "female"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("P20W_TEST_SAMPLES", str(folder))
        figures.sample().parent.mkdir()
        pl.DataFrame(rows).write_parquet(figures.sample())
        yield folder


@pytest.fixture(scope="module")
def names(samples: Path) -> figures.Names:
    assert samples
    return figures.read(figures.sample())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    simulate(PEOPLE, *WHEN, SEED, folder / "drops", folder / "truth")
    return folder


@pytest.fixture(scope="module")
def people(base: Path, names: figures.Names) -> dict[int, Person]:
    return descend(pl.read_parquet(base / "truth" / "persons.parquet"), names, SEED)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("profile", list(rates.PROFILES))
def test_the_same_arguments_give_the_same_bytes_and_the_truth_of_lines_stays(
    base: Path, profile: str, tmp_path: Path
) -> None:
    for name, seed in (("once", SEED), ("again", SEED), ("other", SEED + 1)):
        write_state(profile, seed, PEOPLE, *WHEN, tmp_path / name / "drops", tmp_path / name / "truth")
    once = digests(tmp_path / "once")
    assert once == digests(tmp_path / "again")
    assert once != digests(tmp_path / "other")
    truth = {name: data for name, data in once.items() if name.startswith("truth") and "persons" not in name}
    assert truth.items() <= digests(base).items()
    for path in (tmp_path / "once" / "drops").rglob("manifest.json"):
        told = json.loads(path.read_text())
        assert hashlib.sha256(path.with_name(told["file"]).read_bytes()).hexdigest() == told["sha256"]


def test_one_writing_a_person_of_the_file_is_taken_and_none_of_its_errors(names: figures.Names) -> None:
    assert len(names.surnames) == 400 == len(names.men) + len(names.women)
    assert not any(surname.startswith(("Xx", "Sir")) for surname in names.surnames)
    assert set(names.women) == {"Mary", "Alice", "Edith"}
    assert all(names.middles_of_men)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("henry o'brien", ("Henry", "", "O'Brien")),
        ("stanley edward lane-poole", ("Stanley", "Edward", "Lane-Poole")),
        ("charles de la ferté", ("Charles", "", "de la Ferté")),
        ("william 1st baron mcdonald", None),
        ("j. grover", None),
        ("sir john hall", None),
        ("mary, countess of hall", None),
        ("george", None),
    ],
)
def test_titles_ranks_and_initials_are_not_names(text: str, taken: tuple[str, str, str] | None) -> None:
    assert figures.taken(text) == taken


def test_without_the_file_it_is_said_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="P20W_TEST_SAMPLES"):
        figures.read(tmp_path / "nothing.parquet")


def test_families_share_surnames_and_no_two_people_a_number(people: dict[int, Person]) -> None:
    numbers = [one.ssn for one in people.values() if one.ssn]
    assert len(set(numbers)) == len(numbers)
    children = [(one, people[one.father]) for one in people.values() if one.father]
    assert sum(child.last.endswith(father.last) or bool(child.former) for child, father in children) > 0.9 * len(
        children
    )
    siblings = Counter((one.mother, one.first) for one in people.values() if one.mother)
    assert max(siblings.values()) == 1
    assert all(one.suffix == "" or (one.man and one.namesake) for one in people.values())


def test_a_slip_of_the_keyboard_or_scanner_leaves_most_of_a_name() -> None:
    rng = draws(3)
    for slip in (slips.typed, slips.scanned, slips.heard):
        made = [slip("Marlborough", rng) for _ in range(300)]
        assert all(abs(len(text) - 11) <= 3 for text in made)
        assert sum(text != "Marlborough" for text in made) > 250
    assert {slips.without_part("Lane-Poole", rng) for _ in range(50)} == {"Lane", "Poole"}
    assert slips.without_part("de Salis", rng) == "Salis"
    assert slips.without_part("Hall", rng) == "Hall"


def test_short_names_are_of_the_list_or_the_first_syllable() -> None:
    rng = draws(3)
    assert {shortened("William", rng).lower() for _ in range(100)} == set(SHORT["william"])
    assert {shortened("Septimus", rng) for _ in range(50)} == {"Sep", "Sepie", "Sepy"}
    assert shortened("Eva", rng) == "Evie"


def test_wrong_numbers_have_nine_digits_and_wrong_dates_are_dates() -> None:
    rng = draws(3)
    for _ in range(2_000):
        assert 0 <= digit_slips.number(773_123_456, rng) <= 999_999_999
        day = date.fromordinal(rng.randrange(date(1940, 1, 1).toordinal(), date(2020, 12, 31).toordinal()))
        assert day.year - 125 <= digit_slips.birth(day, rng).year <= max(day.year + 1, 1970)
    exchanged = Counter(digit_slips.birth(date(1990, 7, 11), rng) for _ in range(500))
    assert exchanged[date(1990, 11, 7)] > 60


@pytest.mark.parametrize(("profile", "times"), rates.PROFILES.items())
def test_what_goes_wrong_is_as_frequent_as_the_rates_say(
    people: dict[int, Person], names: figures.Names, profile: str, times: int
) -> None:
    offices = Offices(profile, SEED, people, names)
    for feed in (WAGES, K12, LICENSE):
        known = [one for one in people.values() if one.ssn and not one.changed]
        found = [
            (one, offices.registered(one.number, feed, str(at), "", renamed=True)) for one in known for at in range(9)
        ]
        held = rates.ORDINARY[feed].times(times)
        wrong = sum(written.ssn != one.ssn for one, written in found) / len(found)
        assert (
            0.4 * held.digits - 0.003 < wrong < 1.6 * (held.digits + held.lent + held.reused + held.no_number) + 0.003
        )
        days = sum(written.birth != one.birth for one, written in found) / len(found)
        assert 0.5 * held.birth - 0.003 < days < 1.4 * held.birth + 0.003


def test_a_registration_is_the_same_whenever_it_is_asked_for(people: dict[int, Person], names: figures.Names) -> None:
    offices = Offices("historical_threefold", SEED, people, names)
    one, two = list(people)[:2]
    first = offices.registered(one, WAGES, "u", "", renamed=True)
    offices.registered(two, WAGES, "u", "", renamed=True)
    assert offices.registered(one, WAGES, "u", "", renamed=True) == first


def test_every_rate_of_the_second_profile_is_three_times_that_of_the_first() -> None:
    for held in rates.ORDINARY.values():
        assert held.times(3).typed == pytest.approx(3 * held.typed)
        assert held.times(3).half == pytest.approx(min(1, 3 * held.half))
    assert rates.PROFILES == {"historical": 1, "historical_threefold": 3}


def test_asking_for_historical_asks_for_both_variants() -> None:
    asked = [group.name for group in groups(100) if group.is_asked_for(["historical"])]
    assert asked == ["historical", "historical_threefold"]
    assert not any(group.is_asked_for(["historical"]) for group in groups(100) if group.name == "foreign_habits")
