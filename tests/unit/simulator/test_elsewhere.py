"""States from elsewhere: other names on the same lines, the same bytes again, hard cases where they were asked for."""

import csv
import hashlib
import json
from collections import defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import polars as pl
import pytest

from p20w.contracts import FeedContract, load_contracts
from p20w.contracts.model import Identifies
from p20w.settings import PROJECT
from p20w.simulator import simulate
from tests.evaluation.elsewhere import PROFILES, write_state
from tests.evaluation.elsewhere.hard import harden
from tests.evaluation.elsewhere.people import Person, make, ssn_of
from tests.integration.warehouse.plain_intake import drops_of, read

WHEN = ("2020Q3", "2021Q2")
PEOPLE, SEED = 500, 4
CONTRACTS = load_contracts(PROJECT / "contracts")


def state(folder: Path, profile: str, seed: int = SEED) -> Path:
    write_state(profile, seed, PEOPLE, *WHEN, folder / "drops", folder / "truth")
    return folder


def files(folder: Path, pattern: str = "*") -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob(pattern) if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("elsewhere")
    simulate(PEOPLE, *WHEN, SEED, folder / "base" / "drops", folder / "base" / "truth")
    return {"base": folder / "base", **{name: state(folder / name, name) for name in PROFILES}}


@pytest.mark.parametrize("profile", list(PROFILES))
def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(
    made: dict[str, Path], profile: str, tmp_path: Path
) -> None:
    assert files(state(tmp_path / "again", profile)) == files(made[profile])
    assert files(state(tmp_path / "other", profile, SEED + 1)) != files(made[profile])


@pytest.mark.parametrize("profile", list(PROFILES))
def test_the_truth_of_every_line_and_who_delivers_when_stay(made: dict[str, Path], profile: str) -> None:
    base, other = made["base"], made[profile]
    lines = [
        {name: data for name, data in files(one / "truth", "*.parquet").items() if name != "persons.parquet"}
        for one in (base, other)
    ]
    assert lines[0] == lines[1]
    assert files(base / "drops").keys() == files(other / "drops").keys()
    kept = ("period", "submission", "delivered_on", "record_count", "control_totals")
    for path in (base / "drops").rglob("manifest.json"):
        told, retold = (
            json.loads((one / "drops" / path.relative_to(base / "drops")).read_text()) for one in (base, other)
        )
        assert [told[key] for key in kept] == [retold[key] for key in kept]


@pytest.mark.parametrize("profile", list(PROFILES))
def test_manifests_agree_with_their_files_and_wages_keep_their_layout(made: dict[str, Path], profile: str) -> None:
    for path in (made[profile] / "drops").rglob("manifest.json"):
        told = json.loads(path.read_text())
        data = path.with_name(told["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == told["sha256"]
        if told["feed"] == "ui_wage":
            lines = data.decode("ascii").splitlines()
            assert {len(line) for line in lines} == {92}
            assert sum(int(line[76:86]) for line in lines) == told["control_totals"]["wages_usd"]


def test_no_name_number_or_street_of_the_simulated_state_is_left(made: dict[str, Path]) -> None:
    def seen(one: Path, header: str) -> set[str]:
        found: set[str] = set()
        for path in (one / "drops" / "dmv_license").rglob("*.txt"):
            with path.open(newline="", encoding="utf-8") as file:
                found |= {row[header] for row in csv.DictReader(file, delimiter="|")}
        return found - {""}

    for header in ("LastName", "SocialSecurityNumber", "StreetAddress"):
        mine, theirs = seen(made["adversarial"], header), seen(made["base"], header)
        assert len(mine & theirs) <= 0.02 * len(mine)


@pytest.mark.parametrize(
    ("what", "feeds"),
    [
        ("last_or_surname", {"early_childhood", "k12_enrollment", "nsc_studenttracker", "ps_enrollment"}),
        ("ssn", {"dmv_license", "ps_enrollment", "ui_claim", "wioa_participant"}),
    ],
)
def test_feeds_agree_about_a_person(made: dict[str, Path], what: Identifies, feeds: set[str]) -> None:
    """A feed that kept what the simulator wrote would contradict all others under one id or number."""
    told = {feed: by_person for feed, c in CONTRACTS.items() if (by_person := told_by(c, made["adversarial"], what))}
    assert feeds <= set(told)
    for feed, other in combinations(told, 2):
        common = told[feed].keys() & told[other].keys()
        agreed = sum(told[feed][who] == told[other][who] for who in common)
        assert len(common) < 15 or agreed >= 0.6 * len(common), (feed, other)


def told_by(contract: FeedContract, state: Path, what: Identifies) -> dict[int, str]:
    """What the newest drop of a feed says of each true person, in capital letters; blanks left out."""
    column, told = contract.identifying(what), dict[int, str]()
    if column is None:
        return told
    for drop in sorted(drops_of(state / "drops", state / "truth"), key=lambda drop: drop.period):
        if drop.feed == contract.feed:
            lines = read(drop, PROJECT / "contracts").filter(pl.col(column.name).is_not_null())
            told |= dict(lines.select("true_person", pl.col(column.name).str.to_uppercase()).iter_rows())
    return told


def test_every_name_is_cut_at_ten_letters_where_that_is_the_habit(made: dict[str, Path]) -> None:
    for path in (made["foreign_habits"] / "drops" / "dmv_license").rglob("*.txt"):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="|"):
                assert max(len(row[name]) for name in ("FirstName", "MiddleName", "LastName")) <= 10


def families(people: dict[int, Person]) -> list[list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    for person in people.values():
        if person.mother:
            found[person.mother].append(person)
    return [children for children in found.values() if len(children) > 1]


def test_an_adversarial_state_has_namesakes_and_numbers_a_digit_apart(made: dict[str, Path]) -> None:
    frame = pl.read_parquet(made["base"] / "truth" / "persons.parquet")
    plain, hard = make(frame, 1), make(frame, 1)
    harden(hard, 1)

    def counted(people: dict[int, Person]) -> tuple[int, int, int]:
        mothers = [(people[one.mother], one) for one in people.values() if one.mother and not one.man]
        pairs = [(a, b) for some in families(people) for a, b in pairwise(some) if a.ssn and b.ssn]
        return (
            sum(one.namesake for one in people.values()),
            sum(mother.first == daughter.first for mother, daughter in mothers),
            sum(abs(a.ssn - b.ssn) == 1 for a, b in pairs if a.ssn and b.ssn),
        )

    assert counted(plain)[0] == 0
    assert all(many > 2 * few + 2 for few, many in zip(counted(plain), counted(hard), strict=True))
    numbers = [one.ssn for one in hard.values() if one.ssn]
    assert len(set(numbers)) == len(numbers)
    told = pl.read_parquet(made["adversarial"] / "truth" / "persons.parquet")
    assert told["is_named_after_father"].sum() > 0


def test_numbers_are_of_valid_form_in_areas_never_given_by_place() -> None:
    numbers = [ssn_of(5, place) for place in range(20_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(734 <= number // 1_000_000 < 900 and number // 10_000 % 100 and number % 10_000 for number in numbers)


def test_a_state_is_never_written_over(made: dict[str, Path]) -> None:
    with pytest.raises(FileExistsError, match="empty folders"):
        state(made["adversarial"], "adversarial")
