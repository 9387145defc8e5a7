"""What a steward sees of a pair, and that nobody else does and no reading goes unrecorded."""

from dataclasses import replace
from datetime import date

import psycopg
import pytest

from p20w.database import Role, Warehouse
from p20w.registry.review.queue import PairKey, UnknownPair, find
from p20w.registry.review.reading import read
from p20w.registry.review.view import pair_page
from tests.integration.review.made_up_pairs import Record, make_queue, put_drops, put_records, put_ssn, queue

ONE = Record(1, source_id="0000000001")
OTHER = Record(
    2, "dmv_license", first_name="Margerite", birthdate=date(2001, 9, 3), drops=(2,), source_id="D0000001",
    is_ssn_verified=True,
)  # fmt: skip


def test_a_pair_shows_both_records_and_no_number(warehouse: Warehouse, desk: psycopg.Connection) -> None:
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        put_ssn(owner, b"s" * 32)
        put_records(owner, replace(ONE, ssn_token=b"s" * 32), OTHER)
        key = queue(owner, ONE, OTHER)
        owner.commit()
    pair = read(desk, key, "R. Example")
    assert (pair.left.first_name, pair.right.first_name) == ("Marguerite", "Margerite")
    assert (pair.left.birthdate, pair.right.birthdate) == (ONE.birthdate, OTHER.birthdate)
    assert (pair.left.files, pair.right.last_on) == (1, date(2020, 7, 10))
    assert (pair.left.has_ssn, pair.right.has_ssn, pair.ssn) == (True, False, "missing")
    assert pair.source_id == "not comparable"
    assert not pair.is_one_person
    for secret in ("0000000001", "D0000001", (b"s" * 32).hex()):
        assert secret not in repr(pair)


@pytest.mark.parametrize(
    ("right", "said"),
    [(b"a" * 32, "same"), (b"b" * 32, "one digit apart"), (b"c" * 32, "different"), (None, "missing")],
)
def test_ssns_are_told_by_how_they_compare(
    warehouse: Warehouse, desk: psycopg.Connection, right: bytes | None, said: str
) -> None:
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        put_ssn(owner, b"a" * 32, b"shared-near-toke")
        put_ssn(owner, b"b" * 32, b"shared-near-toke")
        put_ssn(owner, b"c" * 32)
        put_records(owner, replace(ONE, ssn_token=b"a" * 32), replace(OTHER, ssn_token=right))
        key = queue(owner, ONE, OTHER)
        owner.commit()
    pair = read(desk, key, "R")
    assert pair.ssn == said
    fall = pair_page(pair, find(desk, key), is_blind=False).weights  # the evidence is from before there was a number
    assert fall is not None
    later = f"{said} today, but not on file when it was weighed"
    assert next(bar.says for bar in fall.bars if bar.title == "SSN") == (later if right else "not given")


@pytest.mark.parametrize(
    ("right", "said"),
    [
        *[("0000000001", "same"), ("0000000002", "one digit apart"), ("0000000010", "one digit apart")],
        *[("0000000100", "different"), ("000000001", "different"), (None, "missing")],
    ],
)
def test_agency_ids_are_told_by_how_they_compare(
    warehouse: Warehouse, desk: psycopg.Connection, right: str | None, said: str
) -> None:
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        put_records(owner, ONE, replace(ONE, number=2, source_id=right))
        key = queue(owner, ONE, OTHER)
        owner.commit()
    assert read(desk, key, "R").source_id == said


def test_the_household_is_told_in_number_age_and_likeness_without_names(
    warehouse: Warehouse, desk: psycopg.Connection
) -> None:
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        away = ("99 Elsewhere Lane", "Elderwick", "ZZ", "00123")
        put_records(
            owner,
            *(ONE, replace(OTHER, address=away)),
            Record(3, first_name="Rosalind", person=30),  # twin
            Record(4, "dmv_license", first_name="Rosalind", person=30, drops=(2,)),  # the twin's other record
            Record(5, first_name="Thaddeus", birthdate=date(1969, 1, 1)),
            Record(6, first_name="Ignatius", last_or_surname="Quillfeather", birthdate=date(1990, 1, 1)),
            Record(7, first_name="Marguerite", person=1),  # the person itself
            Record(8, first_name="Nobody", address=("12 Juniper Hollow Road", "Elsewhere", "ZZ", "00999")),
            # written otherwise, the same place
            Record(
                9, last_or_surname="Oakhurst", birthdate=None, address=("12 JUNIPER  HOLLOW ROAD.", "", "", "00123")
            ),
        )
        owner.execute(
            "insert into governance.refresh (refresh_id, label, cutoff, status) "
            "values (1, '2020Q4', '2020-12-31', 'published')"
        )
        owner.execute("insert into governance.current_refresh values (true, 1, '2020Q4', '2020-12-31')")
        key = queue(owner, ONE, OTHER)
        owner.commit()
    home = read(desk, key, "R").household
    assert home.people == 4
    assert home.bands == {"18 to 24": 1, "45 to 64": 1, "25 to 44": 1, "age unknown": 1}
    twin, parent, stranger = home.others[0], home.others[1], home.others[-1]
    assert (twin.has_birthdate, twin.has_surname, twin.birth_year) == (True, True, 2001)
    assert (parent.has_birthdate, parent.has_surname, parent.birth_year) == (False, True, 1969)
    assert all(other.is_left_place and not other.is_right_place for other in home.others)
    assert [o.birth_year for o in home.others if not (o.has_surname or o.has_birthdate)] == [None, None]
    assert stranger.age_band
    for name in ("Rosalind", "Thaddeus", "Ignatius", "Quillfeather"):
        assert name not in repr(home)


def test_files_no_longer_in_force_show_nothing(warehouse: Warehouse, desk: psycopg.Connection) -> None:
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        put_records(owner, ONE, OTHER)
        key = queue(owner, ONE, OTHER)
        owner.execute("update governance.drop set status = 'withdrawn' where drop_id = 2")
        owner.commit()
    pair = read(desk, key, "R")
    assert (len(pair.left.places), len(pair.right.places), pair.right.files) == (1, 0, 0)


def test_a_pair_outside_the_queue_is_not_shown(warehouse: Warehouse, desk: psycopg.Connection) -> None:
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        put_records(owner, ONE, OTHER)
        owner.commit()
    key = PairKey.of(str(ONE.id), str(OTHER.id))
    with pytest.raises(UnknownPair):
        read(desk, key, "R")
    # nor on a record that says so, whoever wrote it
    with warehouse.connect("owner") as owner:
        forged = owner.execute(
            "insert into governance.audit (actor, action, subject) values ('p20w_steward', 'review pair read', "
            "jsonb_build_object('identity_left', %s::text, 'identity_right', %s::text, 'session', %s::bigint)) "
            "returning audit_id",
            (key.left, key.right, desk.info.backend_pid),
        ).fetchone()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.execute("select registry.review_read(%s)", forged)


def test_every_reading_is_on_record_without_values(warehouse: Warehouse, desk: psycopg.Connection) -> None:
    (key,) = make_queue(warehouse, 1)
    read(desk, key, "R. Example")
    read(desk, key, "R. Example")
    with warehouse.connect("report") as connection:
        rows = connection.execute("select actor, action, subject from governance.audit").fetchall()
    assert len(rows) == 2
    for actor, action, subject in rows:
        assert (actor, action) == ("p20w_steward", "review pair read")
        assert set(subject) == {"identity_left", "identity_right", "reviewer", "session", "transaction"}
        assert (subject["identity_left"], subject["reviewer"]) == (str(key.left), "R. Example")


def test_a_reading_cannot_be_rolled_back_out_of_the_record(warehouse: Warehouse) -> None:
    (key,) = make_queue(warehouse, 1)
    with warehouse.connect("steward") as connection:
        for savepoint in (False, True):
            if savepoint:
                connection.execute("savepoint hidden")
            receipt = connection.execute("select registry.review_open(%s, %s, 'R')", (key.left, key.right)).fetchone()
            if savepoint:
                connection.execute("release savepoint hidden")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("select registry.review_read(%s)", receipt)
            connection.rollback()


def test_a_receipt_is_good_for_its_login_and_a_minute(warehouse: Warehouse, desk: psycopg.Connection) -> None:
    (key,) = make_queue(warehouse, 1)
    receipt = desk.execute("select registry.review_open(%s, %s, 'R')", (key.left, key.right)).fetchone()
    with warehouse.connect("owner") as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("select registry.review_read(%s)", receipt)
    with warehouse.connect("owner") as owner:
        owner.execute("update governance.audit set happened_at = happened_at - interval '2 minutes'")
        owner.commit()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.execute("select registry.review_read(%s)", receipt)


def test_a_receipt_is_good_for_the_session_it_was_made_in(warehouse: Warehouse, desk: psycopg.Connection) -> None:
    (key,) = make_queue(warehouse, 1)
    receipt = desk.execute("select registry.review_open(%s, %s, 'R')", (key.left, key.right)).fetchone()
    with warehouse.connect("steward") as another, pytest.raises(psycopg.errors.InsufficientPrivilege):
        another.execute("select registry.review_read(%s)", receipt)
    assert desk.execute("select registry.review_read(%s) is not null", receipt).fetchone() == (True,)


@pytest.mark.parametrize("role", ["intake", "linkage", "transform", "report", "analyst"])
def test_no_other_role_can_read_a_pair_or_judge_one(module_warehouse: Warehouse, role: Role) -> None:
    for call in (
        "registry.review_open(gen_random_uuid(), gen_random_uuid(), 'R')",
        "registry.review_read(1)",
        "registry.review_side(gen_random_uuid())",
        "registry.review_household(gen_random_uuid(), gen_random_uuid())",
        "registry.review_decide(gen_random_uuid(), gen_random_uuid(), 'must_link', 'R')",
        "registry.review_revoke(1, 'R')",
    ):
        with module_warehouse.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select {call}".encode())


@pytest.mark.parametrize(
    "statement",
    [
        "select * from vault.identity",
        "select registry.review_side('00000000-0000-0000-0000-000000000001')",
        "select registry.review_household(gen_random_uuid(), gen_random_uuid())",
        "insert into registry.decision (identity_left, identity_right, verdict) "
        "values ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'must_link')",
        "update registry.decision set revoked_at = now()",
        "delete from registry.decision",
        "insert into governance.audit (action, subject) values ('review pair read', '{}')",
        "delete from governance.audit",
        "update governance.audit set actor = 'someone else'",
    ],
)
def test_the_steward_has_no_way_around_the_desk(module_warehouse: Warehouse, statement: str) -> None:
    with module_warehouse.connect("steward") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())
