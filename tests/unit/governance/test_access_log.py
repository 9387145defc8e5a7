"""What of a statement is kept, and how a server's log is read; no server is needed."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.governance.access_log.server_log import LONGEST_RECORD, Seen, plain_line, records, seen
from p20w.governance.access_log.statements import LONGEST, Names, kept, mark

NAMES = Names(
    frozenset({"marts", "ui_wages", "first_name", "quarter", "count", "vault", "identity", "governance", "drop"}),
    frozenset({"marts.ui_wages", "vault.identity", "marts_r3.ui_wages", "registry.review_read"}),
)
SECRET = "Quetzalwhistle"
RAISED = "PL/pgSQL function inline_code_block line 1 at RAISE"

# ------------------------------------------------------------------- statements


@pytest.mark.parametrize(
    ("statement", "command", "relations", "words"),
    [
        (
            "select first_name as \"Jane\", 'x''y' from marts.ui_wages where quarter in (1, 2, 3) -- Jane",
            "SELECT",
            ("marts.ui_wages",),
            "select first_name as _, ? from marts . ui_wages where quarter in ( ? )",
        ),
        ("SELECT count(*) FROM ui_wages", "SELECT", ("*.ui_wages",), "select count ( * ) from ui_wages"),
        ('with "Jane" as (table Marts."ui_wages") select 1', "WITH", ("marts.ui_wages",), None),
        ("copy marts_r3.ui_wages to stdout", "COPY", ("marts_r3.ui_wages",), None),
        ("explain analyze select * from vault.identity", "EXPLAIN", ("vault.identity",), None),
        ("declare c cursor for select * from ui_wages", "DECLARE", ("*.ui_wages",), None),
        ("do $$ begin perform 1 from vault.identity; end $$", "DO", ("vault.identity",), "do ?"),
        ("execute 'select 1 from p.vault.identity'", "EXECUTE", ("vault.identity",), None),
        ("select registry.review_read($1)", "SELECT", ("registry.review_read",), None),
        ("/* Jane */ ((select 1))", "SELECT", (), "( ( select ? ) )"),
        ("select 'Jane", "SELECT", (), None),
        ("Jane was here", "OTHER", (), None),
        ("", "OTHER", (), ""),
    ],
)
def test_of_a_statement_words_of_sql_and_names_of_the_catalog_are_kept(
    statement: str, command: str, relations: tuple[str, ...], words: str | None
) -> None:
    found = kept(statement, NAMES)
    assert (found.command, found.relations) == (command, relations)
    assert "jane" not in repr(found).lower()
    if words is not None:
        assert found.words == words


SHAPES = (
    "select '{}'", 'select "{}"', "select {}", "select $${}$$", "select $t${}$t$", "select E'{}'", "-- {}",
    "/* {} */", "/*+ {} */ select 1", "select 1 as {}", "select first_name->>'{}'", "show {}",
    "set application_name = {}", "{} {}", "select 'it''s {}'", "select '{}", "select U&'{}'",
    "comment on table marts.ui_wages is '{}'", ":{}", "@{}", "#{}", "`{}`", "{{{{ {} }}}}", "select marts.{}",
    "execute {}", "do '{}'", "explain select '{}'", "select\u00a0{}", "select 1{}", "{}.{}",
)  # fmt: skip


@given(
    shapes=st.lists(st.sampled_from(SHAPES), min_size=1, max_size=4),
    glue=st.sampled_from([" ", "\n", "; ", "'", '"', "$$", "--", "/*", "\\", "\x00"]),
    secret=st.sampled_from([SECRET, "123-45-6789", "123456789", "1984-05-17", "O’Brien-Núñez", "q.w@example.org"]),
)
def test_no_value_is_kept_of_any_text_whether_it_is_sql_or_not(shapes: list[str], glue: str, secret: str) -> None:
    told = repr(kept(glue.join(shape.format(secret, secret) for shape in shapes), NAMES)).lower()
    assert not any(part in told for part in ("quetzal", "brien", "núñez", "example"))
    assert not any(digit in told.replace("marts_r3", "") for digit in "0123456789")


@given(st.text())
def test_whatever_was_said_only_known_words_and_signs_are_kept(text: str) -> None:
    found = kept(text, NAMES)
    assert found.command.isupper()
    assert all(thing.removeprefix("*.") in {*NAMES.things, *NAMES.bare} for thing in found.relations)


@pytest.mark.parametrize(
    "text", ["explain " * 9_000, "show " * 9_000, "(" * 99_999, "$a$" * 99_999, "/*" * 99_999, "a.\n" * 99_999]
)
def test_a_statement_made_to_be_hard_to_read_is_read(text: str) -> None:
    assert len(kept(text, NAMES).words or "") <= LONGEST


def test_a_mark_finds_a_statement_for_those_who_have_the_key() -> None:
    assert mark("select 1", b"key") == mark("select 1", b"key")
    assert len({mark("select 1", b"key"), mark("select 2", b"key"), mark("select 1", b"another")}) == 3


# ------------------------------------------------------------------- the server's log


def line(message: str, severity: str = "LOG", user: str = "p20w_analyst", context: str = "") -> str:
    """One record as Postgres 18 writes it."""
    state = "42501" if severity == "ERROR" else "00000"
    fields = ["2024-10-01 07:00:00.123 UTC", user, "p20w", "12", "[local]", "6700.1", "1", "idle",
              "2024-10-01 06:59:00 UTC", "3/4", "0", severity, state, message, "", "", "", "", context, "", "", "",
              "psql", "client backend", "", "0"]  # fmt: skip
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(fields)
    return out.getvalue()


def told(text: str) -> Seen | None:
    """What the one record of a log says of a login."""
    return seen(fields(text))


def fields(text: str) -> tuple[str, ...]:
    (record,) = records(io.BytesIO(text.encode()), is_finished=True)
    assert record.fields is not None
    return record.fields


def test_records_end_where_a_line_ends_outside_quotes_and_a_torn_one_waits() -> None:
    one, two = line("statement: select \"a\",\n'b'\nfrom c"), line("statement: select 2")
    data = (one + two).encode()
    ends = (len(one), len(data))
    for cut in range(len(data) + 1):
        found = list(records(io.BytesIO(data[:cut]), is_finished=False))
        assert [record.end for record in found] == [end for end in ends if end <= cut]
        torn = list(records(io.BytesIO(data[:cut]), is_finished=True))[len(found) :]
        assert [(record.end, record.fields) for record in torn] == ([] if cut in (0, *ends) else [(cut, None)])


@pytest.mark.parametrize("filler", ["x", '"', "\n", "'", 'é"\n'])
def test_a_statement_of_any_length_is_seen_and_hides_nothing_after_it(filler: str) -> None:
    long = line(f"statement: select 1 from marts.ui_wages where x = '{filler * (2 * LONGEST_RECORD)}'")
    first, second = records(io.BytesIO((long + line("statement: select 2")).encode()), is_finished=True)
    assert first.end == len(long.encode())
    assert sum(map(len, first.fields or ())) < 2 * LONGEST_RECORD
    found, after = seen(first.fields or ()), seen(second.fields or ())
    assert found is not None
    assert after is not None
    assert (found.login, after.text) == ("p20w_analyst", "select 2")
    assert kept(found.text, NAMES).relations == ("marts.ui_wages",)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_a_record_gives_back_what_was_said_whatever_it_was(text: str) -> None:
    found = told(line(f"statement: {text}"))
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("name", ["<unnamed>", "s1", "s1/portal", "a:b", "a: b", "x\ny"])
def test_a_prepared_statement_is_seen_whatever_its_name(name: str) -> None:
    found = told(line(f"execute {name}: select 1"))
    assert found is not None
    assert found.text.endswith("select 1")


def test_what_is_no_act_of_a_login_of_ours_is_not_kept() -> None:
    for text in (
        line("statement: select 1", user="somebody"),
        line("statement: select 1", user=""),
        line("statement: select 1", context=RAISED),
        line("duration: 1 ms"),
        line("connection authorized: user=p20w_analyst"),
        "a,b\n",
    ):
        assert told(text) is None


def test_of_an_error_its_code_is_kept_and_no_word() -> None:
    found = told(line(f"permission denied for {SECRET}", "ERROR"))
    assert found is not None
    assert (found.kind, found.sqlstate, found.text) == ("error", "42501", "")
    assert SECRET not in repr(found)


def test_the_plain_log_tells_of_the_server_and_of_who_came_in_and_of_nothing_else() -> None:
    said = plain_line(fields(line("checkpoint complete", user="")))
    assert said == "2024-10-01 07:00:00.123 UTC LOG: checkpoint complete\n"
    assert plain_line(fields(line("connection authorized: user=p20w_analyst"))) is not None
    for text in (
        line(f"statement: select '{SECRET}'"),
        line(f"invalid input: {SECRET}", "ERROR"),
        line(SECRET),
        line(f"connection authorized: {SECRET}", context=RAISED),
    ):
        assert plain_line(fields(text)) is None


PGAUDIT = [  # as the extension's documentation shows them
    ('AUDIT: SESSION,1,1,READ,SELECT,TABLE,marts.ui_wages,"select first_name, \'Jane\' from x",<not logged>',
     "marts.ui_wages"),
    ("AUDIT: SESSION,4,1,READ,SELECT,TABLE,vault.identity,select * from v,<none>", "vault.identity"),
    ('AUDIT: OBJECT,2,1,READ,SELECT,TABLE,marts.ui_wages,"select ""a""\nfrom x",<not logged>', "marts.ui_wages"),
    ("AUDIT: SESSION,3,1,MISC,SET,,,set search_path = marts,<not logged>", None),
]  # fmt: skip


@pytest.mark.parametrize(("message", "relation"), PGAUDIT)
def test_a_line_of_pgaudit_tells_the_same(message: str, relation: str | None) -> None:
    found = told(line(message))
    assert found is not None
    assert (found.kind, found.is_audit_line, found.login) == ("statement", True, "p20w_analyst")
    what = kept(found.text, NAMES, found.object_name)
    assert what.relations == ((relation,) if relation else ())
    assert what.command in ("SELECT", "SET")
    assert "jane" not in repr(what).lower()


def test_what_only_looks_like_a_line_of_pgaudit_is_not_kept() -> None:
    assert told(line("AUDIT: SESSION,1")) is None
