"""The desk between refreshes: weights that are Splink's own, and verdicts that hold until they are revoked."""

import json
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

import splink_models
from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.registry.deciding import decide, read_everybody
from p20w.registry.review import verdicts
from p20w.registry.review.pair_weights import weigh_reviews
from p20w.registry.review.queue import PairKey, waiting
from p20w.registry.review.reading import read
from p20w.registry.review.steward import steward
from p20w.registry.review.view import pair_page
from p20w.registry.scratch import scratch_database
from tests.integration.registry.small_vault import Who, are_one, crowd, fill, link, open_keys

OWNER = Who(
    *("dmv_license", "CORDELIA", "ASHGROVE", "1991-07-17", "R"),
    sex="Female",
    ssn="466778899",
    source_id="Z1",
    verified=True,
    drops=(1, 2, 3),
    street="5 OAK ST",
    postal_code="00107",
)
BORROWER = Who("ps_enrollment", "WENDELL", "PRUITT", "1988-01-30", sex="Male", ssn="466778899", drops=(1,))
ASKED = "same SSN, other name"
ODD_NAMES = ("XANTHIPPE", "WILHELMINA", "THEOPHANIA", "SERAPHINE")


def lookalikes() -> list[Who]:
    """A second record of people in the crowd, as another agency with other habits would write it."""
    made: list[Who] = []
    for number, who in enumerate(crowd(64)):
        assert who.born is not None
        assert who.last is not None
        year, month, day = who.born.split("-")
        swapped = f"{year}-{day}-{month}" if int(day) <= 12 else who.born
        change = [{}, {"born": swapped}, {"middle": None}, {"last": who.last[:4]}, {"sex": None}, {"first": "J"}][
            number % 6
        ]
        made.append(replace(who, feed="k12_enrollment", source_id=f"{number}", ssn=None, verified=None, **change))
    for number, first in enumerate(ODD_NAMES):
        odd = Who("k12_enrollment", first, "SMITH", "2001-02-03", sex="Female", source_id=f"8{number}", drops=(1,))
        made += [odd, replace(odd, feed="dmv_license", source_id=f"W{number}", born="2001-02-04")]
    return made


@pytest.fixture(scope="module")
def town(make_warehouse: Callable[..., Warehouse]) -> Warehouse:
    """A town after its first refresh."""
    warehouse = make_warehouse()
    open_keys(warehouse)
    fill(warehouse, [*crowd(), *lookalikes(), OWNER, BORROWER])
    link(warehouse)
    return warehouse


def asked(connection: psycopg.Connection) -> list[PairKey]:
    return [pair.key for pair in waiting(connection, "A") if pair.reason == ASKED]


def test_the_parts_of_every_pair_add_up_to_its_match_weight(town: Warehouse) -> None:
    with scratch_database(town.settings) as con, reader(town.libpq("linkage")) as read_rows:
        read_everybody(con, read_rows, town.settings)
        weighing = decide(con, splink_models.load(folder=town.settings.model_folder))
        con.execute("create table review as select record_l as left_record, record_r as right_record from scored")
        weigh_reviews(con, weighing)
        rows = con.execute(
            "select decode(evidence), scored.match_weight from review_evidence "
            "inner join scored on left_record = record_l and right_record = record_r"
        ).fetchall()
    assert len(rows) > 50
    for text, weight in rows:
        found = json.loads(text[1:])
        assert found["prior"] + sum(part["weight"] for part in found["parts"]) == pytest.approx(weight, abs=1e-4)
    rarities = {part["says"].partition(", a ")[2] for text, _ in rows for part in json.loads(text[1:])["parts"]}
    assert len(rarities) > 1


def test_a_queued_pair_carries_its_weights_and_no_values(town: Warehouse) -> None:
    with steward(town) as connection:
        (key,) = asked(connection)
        (waits,) = [pair for pair in waiting(connection, "A") if pair.key == key]
        pair = read(connection, key, "A")
    page = pair_page(pair, waits, is_blind=False)
    assert pair.ssn == "same"
    assert page.weights is not None
    assert [bar.title for bar in page.weights.bars][-4:] == ["SSN", "Agency id", "Household", "Match weight"]
    assert page.weights.total < 0
    assert (page.sentence or "").startswith("These two records are two persons because the ")
    for value in ("CORDELIA", "ASHGROVE", "WENDELL", "1991", "0107"):
        assert value not in json.dumps(waits.evidence)
    hidden = pair_page(pair, waits, is_blind=True)
    assert (hidden.weights, hidden.reason, hidden.sentence) == (None, None, None)


def test_a_verdict_holds_from_the_next_refresh_on_until_it_is_revoked(town: Warehouse) -> None:
    with steward(town) as connection:
        (key,) = asked(connection)
        assert not are_one(town, OWNER, BORROWER)

        together = verdicts.decide(connection, key, "must_link", "A")
        link(town, 2)
        assert are_one(town, OWNER, BORROWER)
        assert asked(connection) == []

        verdicts.revoke(connection, together, "A")
        link(town, 3)
        assert not are_one(town, OWNER, BORROWER)
        assert asked(connection) == [key]

        verdicts.decide(connection, key, "cannot_link", "B")
        link(town, 4)
        assert not are_one(town, OWNER, BORROWER)
        with town.connect("linkage") as linkage:  # what is decided is not asked again, in whatever pair of records
            reasons = linkage.execute("select reason from registry.review_queue").fetchall()
        assert (ASKED,) not in reasons
