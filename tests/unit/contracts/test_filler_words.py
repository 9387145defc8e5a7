"""The list of words that are nobody's name, and what reading it demands."""

from pathlib import Path

import pytest

from p20w.contracts import ContractError, fillers, load_contracts
from p20w.settings import PROJECT

FILLERS = fillers(PROJECT / "contracts")
GOOD = """
first_name: [{why: Roles., words: ["TENANT", "BABY BOY"]}]
middle_name: [{why: Codes., words: ["NMN"]}]
last_or_surname: []
"""


def written(folder: Path, text: str) -> Path:
    (folder / "_fillers.yaml").write_text(text, encoding="utf-8")
    return folder


def test_each_name_field_has_a_list_of_its_own() -> None:
    assert set(FILLERS) == {"first_name", "middle_name", "last_or_surname"}
    assert all(FILLERS.values())


@pytest.mark.parametrize(
    "word", ["TENANT", "CHILD", "BABY GIRL", "UNKNOWN", "FNU", "REFUSED", "TEST", "XXX", "N A", "NULL"]
)
def test_a_word_in_place_of_a_first_name_is_listed(word: str) -> None:
    assert word in FILLERS["first_name"]


@pytest.mark.parametrize(
    "name", ["SON", "NA", "TWIN", "PARENT", "CHILD", "BLANK", "TEST", "NULL", "BABY", "WORKER", "DOE", "X", "NO"]
)
def test_a_family_s_name_is_not_in_the_list_of_surnames(name: str) -> None:
    assert name not in FILLERS["last_or_surname"]


def test_an_initial_is_in_no_list() -> None:
    assert [word for words in FILLERS.values() for word in words if len(word) == 1] == []


def test_a_given_name_is_in_no_list() -> None:
    assert not {"SON", "JOHN", "JANE", "X"} & (FILLERS["first_name"] | FILLERS["middle_name"])


def test_the_list_is_no_contract() -> None:
    assert "_fillers" not in load_contracts(PROJECT / "contracts")


def test_words_are_read_by_field(tmp_path: Path) -> None:
    expected = {"first_name": {"TENANT", "BABY BOY"}, "middle_name": {"NMN"}, "last_or_surname": set[str]()}
    assert dict(fillers(written(tmp_path, GOOD))) == expected


def test_a_changed_list_is_read_again(tmp_path: Path) -> None:
    fillers(written(tmp_path, GOOD))
    assert "NMI" in fillers(written(tmp_path, GOOD.replace('"NMN"', '"NMN", "NMI"')))["middle_name"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"NMN"', '"nmn"', "middle_name.0.words.0"),
        ('"NMN"', '"N/A"', "upper case"),
        ('"NMN"', '"NO  NAME"', "single spaces"),
        ('"NMN"', "NULL", "in quotes"),
        ('"NMN"', "NO", "in quotes"),
        ('"NMN"', '"NMN", "NMN"', "listed twice: NMN"),
        ('["NMN"]', "[]", "middle_name.0.words"),
        ("why: Codes., ", "", "middle_name.0.why"),
        ("why: Codes., ", "why: ' ', ", "middle_name.0.why"),
        ("middle_name", "midle_name", "middle_name"),
        ("last_or_surname: []\n", "", "last_or_surname"),
        ("last_or_surname: []", "last_or_surname: []\nsuffix: []", "suffix"),
        (GOOD, "", "at top"),
        (GOOD, "first_name: [", "not YAML"),
    ],
)
def test_a_malformed_list_is_refused_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ContractError, match=r"_fillers\.yaml") as caught:
        fillers(written(tmp_path, GOOD.replace(old, new)))
    assert words in str(caught.value)


def test_a_folder_without_a_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no _fillers"):
        fillers(tmp_path)
