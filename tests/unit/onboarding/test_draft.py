"""A draft says what a sample shows, and nothing of anybody in it."""

import json
import os
import random
import string
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from p20w.cli import app
from p20w.contracts import ContractError, FeedContract, load_contract, load_contracts
from p20w.intake import check_file
from p20w.onboarding import SampleError, Told, as_yaml, draft, read_sample
from p20w.settings import PROJECT, Settings
from p20w.simulator import simulate
from tests.unit.onboarding.completing import completed

CONTRACTS = load_contracts(PROJECT / "contracts")
SAMPLES = Path(os.environ.get("P20W_TEST_SAMPLES", PROJECT.parent / "shared" / "samples"))
FORMS = ("csv", "bars", "tabs", "fixed", "json_lines", "parquet", "xml")
RECORDS = 60
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller table would take minutes to find

Maker = Callable[[random.Random], str]
Ours = tuple[FeedContract, Path, Path]


def letters(r: random.Random, low: int = 8, high: int = 12) -> str:
    return "".join(r.choice(string.ascii_uppercase) for _ in range(r.randint(low, high)))


def digits(r: random.Random, number: int) -> str:
    return str(r.randint(10 ** (number - 1), 10**number - 1))


PERSONAL: dict[str, Maker] = {
    "SSN": lambda r: digits(r, 9),
    "First_Name": letters,
    "LastName": letters,
    "PREVIOUS SURNAME": letters,
    "Date_of_Birth": lambda r: f"19{r.randint(40, 99)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}",
    "HomeAddress": lambda r: f"{digits(r, 4)} {letters(r)} ST",
    "City": letters,
    "student_id": lambda r: f"S{digits(r, 9)}",
    "EMail": lambda r: f"{letters(r)}@{letters(r)}.org".lower(),
    "Emergency Contact": letters,
    "Remarks": lambda r: f"{letters(r)} {letters(r)}",
    "Field 1": lambda r: f"{digits(r, 3)}-{r.randint(10, 99)}-{digits(r, 4)}",  # by shape alone from here on
    "Field 2": letters,
    "Field 3": lambda r: f"({digits(r, 3)}) {digits(r, 3)}-{digits(r, 4)}",
    "Field 4": lambda r: f"{digits(r, 4)} {letters(r)} {letters(r)}",
    "Field 5": lambda r: f"{r.randint(1940, 2009)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
    "Field 6": lambda r: f"{digits(r, 8)}{letters(r, 2, 2)}",
}
OPEN: dict[str, Maker] = {
    "Grade_Level": lambda r: r.choice(["09", "10", "11", "12"]),
    "Wage_Amount": lambda r: str(r.randint(1, 99_999)),
    "School Year": lambda r: "2024",
}


def table(headers: list[str], seed: int, repeated: int) -> pl.DataFrame:
    """Rows of these columns. Of each personal column `repeated` values come again and again (0: all differ)."""
    r = random.Random(seed)  # noqa: S311 (nobody is protected by it)
    columns: dict[str, list[str]] = {}
    for header in headers:
        make = PERSONAL.get(header) or OPEN[header]
        values = [make(r) for _ in range(RECORDS)]
        if repeated and header in PERSONAL:
            values = [values[place % repeated] for place in range(RECORDS)]
        columns[header] = values
    return pl.DataFrame(columns)


def written(rows: pl.DataFrame, form: str, folder: Path) -> tuple[Path, Told]:
    """The rows as a file of a form, and what has to be told of it."""
    folder.mkdir(exist_ok=True)
    file, told = folder / "sample", Told(header=True)
    if form == "parquet":
        rows.write_parquet(file)
    elif form == "json_lines":
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows.iter_rows(named=True)))
    elif form == "xml":
        names = [header.replace(" ", "_") for header in rows.columns]
        records = (
            "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, row, strict=True)) for row in rows.rows()
        )
        file.write_text(f"<All>{''.join(f'<Student>{record}</Student>' for record in records)}</All>")
    elif form == "fixed":
        widths = [max(len(value) for value in rows[name]) for name in rows.columns]
        file.write_text(
            "".join(
                "".join(v.ljust(width) for v, width in zip(row, widths, strict=True)) + "\n" for row in rows.iter_rows()
            )
        )
        positions, at = folder / "positions.csv", 1
        with positions.open("w") as lines:
            for name, width in zip(rows.columns, widths, strict=True):
                lines.write(f"{name},{at},{at + width - 1}\n")
                at += width
        told = Told(positions=positions)
    else:
        rows.write_csv(file, separator={"csv": ",", "bars": "|", "tabs": "\t"}[form])
    return file, told


def drafted(rows: pl.DataFrame, form: str, folder: Path) -> str:
    file, told = written(rows, form, folder)
    return as_yaml(draft("some_feed", read_sample(file, told), 50))


tables = st.tuples(
    st.permutations([*PERSONAL, *OPEN]).map(list), st.integers(0, 2**32), st.sampled_from([0, 1, 2, 3, 5])
)


@settings(max_examples=30, deadline=None, phases=NO_SHRINKING)
@given(drawn=tables, form=st.sampled_from(FORMS))
def test_nothing_of_a_restricted_column_is_in_a_draft(
    drawn: tuple[list[str], int, int], form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In each form, however the columns lie, and also where few people come again and again as codes would."""
    rows = table(*drawn)
    text = drafted(rows, form, tmp_path_factory.mktemp("draft"))
    data = yaml.safe_load(text)["schema"][0]["properties"]
    named = {item["physicalName"].replace("_", " "): item for item in data}
    for header in PERSONAL:
        item = named[header.replace("_", " ")]
        if drawn[2] == 0 or not header.startswith("Field"):
            assert item["classification"] == "restricted", header
        assert "enum" not in item, header
        assert not [value for value in rows[header].unique() if value in text], header


@settings(max_examples=20, deadline=None, phases=NO_SHRINKING)
@given(headers=st.permutations([*PERSONAL, *OPEN]).map(list), seeds=st.tuples(st.integers(), st.integers()))
def test_a_draft_is_the_same_whoever_is_in_the_sample(
    headers: list[str], seeds: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Other people of the same number change no letter of it, so it can tell nothing of them."""
    first, second = table(headers, seeds[0], 0), table(headers, seeds[1], 0)
    mixed = second.with_columns(first[header] for header in OPEN)
    folder = tmp_path_factory.mktemp("draft")
    assert drafted(first, "csv", folder) == drafted(mixed, "csv", folder)


def test_a_code_that_few_records_have_is_counted_and_not_told(tmp_path: Path) -> None:
    rows = pl.DataFrame({"Grade_Level": ["09"] * 200 + ["10"] * 10 + ["KG"] * 9, "wage": ["1"] * 219})
    text = drafted(rows, "csv", tmp_path)
    (grade, _) = yaml.safe_load(text)["schema"][0]["properties"]
    assert [item["value"] for item in grade["enum"]] == ["09", "10"]
    assert "KG" not in text
    assert "1 more values that fewer than 10 records have" in grade["description"]


def test_the_first_line_of_a_file_without_header_becomes_no_name_of_a_column(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("MARIA,GONZALEZ,SPRINGFIELD\nJOHN,SMITH,MADISON\nANNE,MILLER,SALEM\n")
    with pytest.raises(SampleError, match="--header or --no-header") as refused:
        read_sample(file, Told())
    assert "MARIA" not in str(refused.value)
    text = as_yaml(draft("people", read_sample(file, Told(header=False)), 50))
    assert not [word for word in ("MARIA", "GONZALEZ", "SPRINGFIELD", "JOHN", "SALEM") if word in text]
    assert text.count("classification: restricted") == 3


def test_a_draft_does_not_load_before_its_places_are_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "some_feed.yaml"
    path.write_text(drafted(table([*PERSONAL, *OPEN], 1, 0), "csv", tmp_path / "sample"))
    with pytest.raises(ContractError, match=r"a draft, with \d+ places to be filled in; at name: the feed in a few"):
        load_contract(path)


@pytest.mark.parametrize("form", FORMS)
def test_a_completed_draft_is_a_contract(form: str, tmp_path: Path) -> None:
    data = completed(drafted(table([*PERSONAL, *OPEN], 1, 0), form, tmp_path / "sample"), {"identity": {}})
    path = tmp_path / "some_feed.yaml"
    path.write_text(yaml.safe_dump(data))
    contract = load_contract(path)
    assert contract.layout.kind in (form, "delimited")
    assert [column.name for column in contract.attributes] == ["grade_level", "wage_amount", "school_year"]


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    simulate(3000, "2023Q3", "2024Q2", 5, folder / "drops", folder / "truth")
    return folder / "drops"


# in a file without names of columns, identifiers are found by their shape alone; files of XML are of several versions
@pytest.fixture(
    scope="module",
    params=[
        feed
        for feed, c in CONTRACTS.items()
        if c.layout.kind not in ("record_types", "json_ld", "xml") and (c.layout.kind != "delimited" or c.layout.header)
    ],
)
def agreed(request: pytest.FixtureRequest) -> FeedContract:
    return CONTRACTS[request.param]


@pytest.fixture(scope="module")
def ours(agreed: FeedContract, deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """The completed draft from a drop of each of our feeds, and the drop.

    A person gives period and agreement, names columns as others are named, completes codes from the agency's list, and
    opens what is nobody's.
    """
    folder = tmp_path_factory.mktemp("ours")
    drop = max((deliveries / agreed.feed).glob("*/*"), key=lambda place: sum(f.stat().st_size for f in place.iterdir()))
    (file,) = (path for path in drop.iterdir() if path.name != "manifest.json")
    told = Told(header=True) if agreed.layout.kind == "delimited" else Told()
    if agreed.layout.kind == "fixed":
        told = Told(positions=folder / "positions")
        places = [(c.header, *c.position) for c in agreed.columns if c.position]
        (folder / "positions").write_text("".join(f"{name},{at},{at + size - 1}\n" for name, at, size in places))
    text = as_yaml(draft(agreed.feed, read_sample(file, told), agreed.intake_order))
    said = yaml.safe_load((PROJECT / "contracts" / f"{agreed.feed}.yaml").read_text())
    known = {item["property"]: item["value"] for item in said["customProperties"]}
    period = {key: value for key, value in known["period"].items() if key not in ("columns", "latest")}
    data = completed(text, {"agreement": known["agreement"], "period": period, "identity": known.get("identity")})
    data["version"] = said["version"]
    listed = {item["physicalName"]: item for item in said["schema"][0]["properties"]}
    for item in data["schema"][0]["properties"]:
        agencys = listed[item["physicalName"]]
        item["name"] = agencys["name"]
        if "enum" in item and "enum" in agencys:
            item["enum"] = agencys["enum"]
        elif "enum" in item and "pattern" in agencys.get("logicalTypeOptions", {}):  # several codes in one field
            item["logicalTypeOptions"] = agencys["logicalTypeOptions"]
            del item["enum"]
        if not agreed.has_identities:  # the address of a school is nobody's, and who completes the draft opens it
            item["classification"] = agencys["classification"]
            item["customProperties"] = [c for c in item.get("customProperties", []) if c["property"] != "identifies"]
    (folder / "contracts").mkdir()
    (folder / "contracts" / "_fillers.yaml").write_bytes((PROJECT / "contracts" / "_fillers.yaml").read_bytes())
    path = folder / "contracts" / f"{agreed.feed}.yaml"
    path.write_text(yaml.safe_dump(data))
    return load_contract(path), drop, path.parent


def test_a_draft_from_our_own_drops_finds_all_identifiers(agreed: FeedContract, ours: Ours) -> None:
    contract, *_ = ours
    found = {column.header: column for column in contract.columns}
    for column in agreed.columns:
        if column.is_kept:  # of what a person left out, a draft may say more
            assert found[column.header].identifies == column.identifies, column.name
        if column.classification == "restricted":
            assert found[column.header].classification == "restricted", column.name
    assert contract.layout == agreed.layout or agreed.layout.encoding != contract.layout.encoding


TOO_SHORT = {"price_index", "other_state_wage", "federal_wage", "child_welfare"}
"""Feeds whose files have too few lines to tell a code of letters from a name, to have two employers of a person, or to
need more than a day as key."""


def test_a_draft_from_our_own_drops_finds_the_key(agreed: FeedContract, ours: Ours) -> None:
    """As far as one file tells records apart.

    Its period is the same in all lines, a worker's SSN is no column, and the first day of a course tells its term.
    """
    contract, *_ = ours
    found = {c.header for c in contract.columns if c.key_position and c.identifies != "ssn"}
    key = {c.header for c in agreed.columns if c.key_position}
    assert found or agreed.feed in TOO_SHORT
    assert found - {c.header for c in agreed.columns if c.logical_type == "date"} <= key
    ids = {c.header for c in agreed.columns if c.key_position and c.identifies == "source_id"}
    assert ids <= found or agreed.feed in TOO_SHORT


def test_a_drop_fits_the_contract_drafted_from_it(ours: Ours) -> None:
    _, drop, contracts = ours
    receipt = check_file(drop, Settings(contracts=contracts, drops=drop.parents[2]))
    assert not receipt.refusals
    assert receipt.lines_sound >= 0.9 * receipt.lines_total, receipt.counts


needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="agencies' sample files are not here")


@needs_samples
def test_names_are_found_in_every_spelling_of_the_clearinghouse(tmp_path: Path) -> None:
    aliases = pl.read_csv(SAMPLES / "nsc" / "nsc_header_aliases.csv")
    kinds = {
        "FIRST_NAME": "first_name",
        "MIDDLE_NAME": "middle_name",
        "LAST_NAME": "last_or_surname",
        "NAME_SUFFIX": "generation_code_or_suffix",
    }
    assert set(kinds) <= set(aliases["canonical"])
    for canonical, alias in aliases.rows():
        if canonical in kinds:
            file = tmp_path / "return.csv"
            file.write_text(f"{alias},COLLEGE_NAME\nX,Y\n")
            found = draft("nsc", read_sample(file, Told(header=True)), 50).identifying
            assert [finding.identifies for finding in found.values()] == [kinds[canonical]], alias


def test_the_command_shows_names_of_columns_and_no_values(tmp_path: Path) -> None:
    rows = table([*PERSONAL, *OPEN], 3, 2)
    file, _ = written(rows, "csv", tmp_path / "sample")
    to = tmp_path / "some_feed.yaml"
    command = ["contract", "draft", str(file), "--feed", "some_feed", "--to", str(to), "--header"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "ssn" in result.output
    assert "places to fill in" in result.output
    personal = [value for header in PERSONAL for value in rows[header].unique()]
    assert not [value for value in personal if value in result.output + to.read_text()]
    assert CliRunner().invoke(app, command).exit_code == 1  # it never writes over what a person may have completed


@needs_samples
@pytest.mark.parametrize(
    "name", ["edfacts/ncleadirectory.tab", "lehd/schema_v460/label_industry.csv", "edfi/ds5/Student.xml"]
)
def test_a_real_sample_gives_a_contract(name: str, tmp_path: Path) -> None:
    text = as_yaml(draft("some_feed", read_sample(SAMPLES / name, Told()), 50))
    path = tmp_path / "some_feed.yaml"
    path.write_text(yaml.safe_dump(completed(text, {"identity": {}})))
    assert load_contract(path).columns


@needs_samples
def test_the_federal_tanf_report_gives_its_identifiers(tmp_path: Path) -> None:
    """Its header and trailer are no records of the table; the family's case number and ZIP code are restricted."""
    layout = pl.read_csv(SAMPLES / "tanf" / "layout_from_schema_defs.csv", infer_schema=False)
    family = layout.filter((pl.col("record") == "T1") & (pl.col("program") == "tanf"))
    positions = tmp_path / "positions.csv"
    family.select("name", "start1", "end1").write_csv(positions)
    sample = read_sample(SAMPLES / "tanf" / "small_correct_file.txt", Told(positions=positions))
    found = draft("tanf", sample, 50).identifying
    assert (sample.values.height, sample.unreadable) == (1, 2)
    assert found["case_number"].identifies == "source_id"
    assert found["address_postal_code"].is_restricted
