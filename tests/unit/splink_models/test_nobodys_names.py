"""Which names are nobody's is decided in two languages: by intake, which counts them, and by linkage, in SQL."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p20w.contracts import fillers
from p20w.intake.normalize import is_nobodys, plain_name, surname_and_suffix
from p20w.settings import PROJECT
from splink_models.features import NAMES, _names_said

FILLERS = fillers(PROJECT / "contracts")
WORDS = sorted(set().union(*FILLERS.values()))
marks = st.sampled_from(
    ["", " ", "-", "'", ".", "´", "’", "`", "/", "1", "Ø", "ß", "ı", "ŉ", "Ω", "ﬁ", "\u0301", "\u00a0"]
)
spoiled = st.tuples(marks, st.sampled_from(WORDS), marks, st.sampled_from(WORDS) | st.just(""), marks).map("".join)
cased = spoiled.flatmap(lambda text: st.sampled_from([text, text.lower(), text.title()]))
repeated = st.tuples(st.characters(), st.integers(1, 5), marks).map(lambda parts: parts[0] * parts[1] + parts[2])
written = st.one_of(st.sampled_from(WORDS), cased, repeated, st.text(max_size=12))


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@settings(max_examples=25, deadline=None)
@given(names=st.lists(written, min_size=20, max_size=60))
def test_intake_counts_as_no_name_what_linkage_takes_for_missing(
    engine: duckdb.DuckDBPyConnection, names: list[str]
) -> None:
    for column, listed in NAMES.items():
        form = (lambda name: surname_and_suffix(name)[0]) if listed == "last_or_surname" else plain_name
        kept = [form(name) for name in names]
        counted = [name is None or is_nobodys(name, FILLERS[listed]) for name in kept]
        row = ", ".join(f"value as {name}" for name in NAMES)
        query = (
            f"select {column} is null from (select * replace ({_names_said(FILLERS)}) from "
            f"(select {row}, place from (select unnest($names) as value, unnest(range(len($names))) as place)))"
            " order by place"
        )
        read = [missing for (missing,) in engine.execute(query, {"names": kept}).fetchall()]
        assert read == counted, column


def test_every_listed_word_is_found_in_the_form_in_which_the_vault_keeps_it() -> None:
    for listed, words in FILLERS.items():
        for word in words:
            kept = plain_name(word.title())
            assert kept is None or is_nobodys(kept, words), (listed, word)
