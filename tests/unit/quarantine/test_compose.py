"""The next submission's file: corrected lines in their places, and every other byte as it was."""

import gzip
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p20w.contracts import FeedContract, load_contracts
from p20w.intake.readers import reader_of
from p20w.intake.sources import USUAL_LIMITS
from p20w.quarantine.compose import NotReplayable, compose, corrections
from p20w.quarantine.record import Place, QuarantinedDrop
from p20w.quarantine.returned import Returned
from p20w.settings import PROJECT
from tests.integration.intake.deliveries import CTE_HEADER, cte, wage
from tests.integration.intake.formats import of_format

CONTRACTS = load_contracts(PROJECT / "contracts")
CTE, WAGES = CONTRACTS["k12_cte"], CONTRACTS["ui_wage"]
HEADLESS = replace(CTE, layout=replace(CTE.layout, header=False))
SCOPE = "k12_cte/2023-24/1"

PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=382, exclude_characters='",'), max_size=6)
QUOTED = st.text(st.sampled_from('a",\nüß 7'), max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"')
DELIMITED = st.lists(PLAIN | QUOTED, min_size=2, max_size=14).map(",".join)
FIXED = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=95)
JSON = st.dictionaries(PLAIN, PLAIN | st.none() | st.integers(), max_size=4).map(json.dumps)
KINDS: Mapping[str, tuple[FeedContract, st.SearchStrategy[str], bytes]] = {
    "delimited": (CTE, DELIMITED, CTE_HEADER.encode()),
    "delimited, without header": (HEADLESS, DELIMITED, b""),
    "fixed": (WAGES, FIXED, b""),
    "JSON lines": (of_format(CTE, "json_lines"), JSON, b""),
}


def written(head: bytes, records: Sequence[bytes], ends: Sequence[bytes]) -> bytes:
    """A file; the header ends as the first record does."""
    first = head + (ends[0] or b"\n") if head else b""
    return first + b"".join(record + end for record, end in zip(records, ends, strict=True))


def drop_of(file: Path, contract: FeedContract, numbers: Sequence[int]) -> QuarantinedDrop:
    """The drop as intake would note it, with these lines set aside."""
    places = {
        number: Place(number, int(block.places[index]), int(block.ends[index] - block.starts[index]))
        for block in reader_of(file, contract, size=64).blocks()
        for index in range(len(block))
        if (number := block.first_line + index) in numbers
    }
    return QuarantinedDrop(1, "k12_cte", "2023-24", 1, file, places, ())


def put(drop: QuarantinedDrop, returned: Returned, contract: FeedContract, folder: Path) -> bytes:
    instead = corrections(drop, returned, contract, USUAL_LIMITS, folder)
    compose(drop, instead, folder / "next", USUAL_LIMITS)
    return (folder / "next").read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_lines_are_corrected_or_left_out_all_others_stay_byte_for_byte(
    kind: str, folder: Path, data: st.DataObject
) -> None:
    contract, lines, head = KINDS[kind]
    records = [line.encode() for line in data.draw(st.lists(lines, min_size=1, max_size=12))]
    ends = data.draw(st.lists(st.sampled_from([b"\n", b"\r\n"]), min_size=len(records), max_size=len(records)))
    if data.draw(st.booleans()):
        ends[-1] = b""
    file = folder / "drop.txt"
    file.write_bytes(written(head, records, ends))
    numbers = range(1, len(records) + 1)
    aside = data.draw(st.sets(st.sampled_from(numbers), min_size=1))
    back = sorted(data.draw(st.sets(st.sampled_from(sorted(aside)), min_size=1)))
    left_out = data.draw(st.sets(st.sampled_from(back)))
    new = {n: data.draw(lines).encode() for n in back if n not in left_out}
    if not left_out and all(records[n - 1] == record for n, record in new.items()):
        return
    returned = Returned(
        SCOPE,
        written(head, [*new.values()], [b"\n"] * len(new) or [b"\n"]) if new else head + b"\n",
        tuple(new),
        frozenset(left_out),
    )
    composed = put(drop_of(file, contract, sorted(aside)), returned, contract, folder)
    expected = [(new.get(n, records[n - 1]), ends[n - 1]) for n in numbers if n not in left_out]
    first = head + (ends[0] or b"\n") if head else b""
    assert composed == first + b"".join(record + end for record, end in expected)


# ------------------------------------------------------------------- refusals and forms

LINES = [cte(number) for number in range(5)]


def cte_drop(folder: Path, *aside: int, data: bytes | None = None, name: str = "drop.csv") -> QuarantinedDrop:
    file = folder / name
    file.write_bytes("".join(f"{line}\n" for line in [CTE_HEADER, *LINES]).encode() if data is None else data)
    return drop_of(file, CTE, aside)


def back(
    numbers: Sequence[int], lines: Sequence[str], left_out: Sequence[int] = (), header: str = CTE_HEADER
) -> Returned:
    text = "".join(f"{line}\n" for line in [header, *lines])
    return Returned(SCOPE, text.encode(), tuple(numbers), frozenset(left_out))


@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_a_packed_drop_is_composed_unpacked(folder: Path, packing: str) -> None:
    plain = cte_drop(folder, 2)
    data = plain.file.read_bytes()
    packed = folder / f"drop.csv.{packing}"
    if packing == "gzip":
        packed.write_bytes(gzip.compress(data))
    else:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("drop.csv", data)
    new = cte(1, courses="3")
    composed = put(replace(plain, file=packed), back([2], [new]), CTE, folder)
    assert composed == data.replace(LINES[1].encode(), new.encode())


def test_a_record_that_a_stray_quote_had_cut_in_two_is_put_together(folder: Path) -> None:
    halves = ['1,"two', 'lines"']
    stray = cte(9, lea='9"9')
    lines = [LINES[0], *halves, stray, LINES[1]]
    drop = cte_drop(folder, 2, 3, 4, data="".join(f"{line}\n" for line in [CTE_HEADER, *lines]).encode())
    whole = cte(8, lea='"990\n0010"')
    composed = put(drop, back([2, 4], [whole, cte(9)], left_out=[3]), CTE, folder)
    assert composed.decode() == "".join(f"{line}\n" for line in [CTE_HEADER, LINES[0], whole, cte(9), LINES[1]])


@pytest.mark.parametrize(
    ("returned", "refusal"),
    [
        (Returned("k12_cte/2022-23/1", b"", (), frozenset({2})), "of another drop"),
        (back([3], [cte(9)]), "were not set aside"),
        (back([2], [cte(1, courses="3")], left_out=[5]), "were not set aside"),
        (back([2], [cte(1, courses="3"), cte(9)]), "there are 2 lines, and 1 line numbers"),
        (back([2, 4], [cte(1, courses="3")]), "there are 1 lines, and 2 line numbers"),
        (
            back([2], [cte(1, courses="3")], header=CTE_HEADER.replace("SchoolYear,CipCode", "CipCode,SchoolYear")),
            "header",
        ),
        (back([2, 4], [LINES[1], LINES[3]]), "none of the lines differs"),
        (Returned(SCOPE, CTE_HEADER.encode("utf-16"), (2,), frozenset()), "written in UTF-16"),
    ],
    ids=[
        "another drop",
        "accepted line",
        "left out",
        "a line too many",
        "a line too few",
        "columns moved",
        "nothing new",
        "UTF-16",
    ],
)
def test_lines_are_refused_that_do_not_fit_their_drop(folder: Path, returned: Returned, refusal: str) -> None:
    drop = cte_drop(folder, 2, 4)
    with pytest.raises(NotReplayable, match=refusal) as refused:
        corrections(drop, returned, CTE, USUAL_LIMITS, folder)
    assert "10000000" not in str(refused.value), "a student's number"
    assert not (folder / "lines").exists()


def test_a_fixed_width_line_is_replaced_where_it_is(folder: Path) -> None:
    lines = [wage(number) for number in range(4)]
    file = folder / "wages.txt"
    file.write_text("".join(f"{line}\r\n" for line in lines), newline="")
    drop = replace(drop_of(file, WAGES, [4]), feed="ui_wage", period="2023Q4")
    new = wage(3, wages=7)
    returned = Returned(drop.scope, f"{new}\n".encode(), (4,), frozenset())
    assert put(drop, returned, WAGES, folder).decode() == "".join(f"{line}\r\n" for line in [*lines[:3], new])
