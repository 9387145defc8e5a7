"""Why two records are one person or two, in a sentence that says all that is strong and contradicts nothing."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.registry.review.pair_weights import title_of
from p20w.registry.review.sentence import APART, CANNOT_LINKS, HOUSEHOLD, STRONG, TOGETHER, sentence
from p20w.registry.statements import ROOM
from splink_models.comparisons import COMPARISONS

CAUSES = TOGETHER | APART
SAYS = ("same", "same surname, a rare one", "different", "spelled or sounding alike", "none in common")


def part(title: str, says: str, weight: float) -> dict[str, Any]:
    return {"title": title, "says": says, "weight": weight}


def evidence(*parts: dict[str, Any], prior: float = -10.0) -> dict[str, Any]:
    return {"model_version": "v2", "prior": prior, "accept": 5.6, "parts": list(parts)}


PARTS = st.tuples(
    *(
        st.builds(part, st.just(title), st.sampled_from(SAYS), st.floats(-20, 20))
        for title in map(title_of, COMPARISONS)
    )
)
KIN = st.builds(part, st.just(HOUSEHOLD), st.just("what relatives share"), st.floats(-20, 0))


@given(parts=PARTS, kin=KIN, is_one=st.booleans(), cause=st.sampled_from([None, "same SSN, other name", *CAUSES]))
def test_every_strong_comparison_is_named_on_its_side_and_on_no_other(
    parts: tuple[dict[str, Any], ...], kin: dict[str, Any], is_one: bool, cause: str | None
) -> None:
    said = sentence(evidence(*parts, kin), is_one=is_one, cause=cause)
    verdict, other = ("one person", "two persons") if is_one else ("two persons", "one person")
    assert said.startswith(f"These two records are {verdict} because ")
    assert f"are {other}" not in said
    fitting, contrary = (TOGETHER, APART) if is_one else (APART, TOGETHER)
    assert not [words for words in contrary.values() if words in said]
    assert cause not in fitting or fitting[cause] in said
    reasons, _, but = re.sub("|".join(map(re.escape, CAUSES.values())), "", said).partition(", although ")
    speaks_for, speaks_against = (reasons, but) if is_one else (but, reasons)
    for item in parts:
        name = item["title"] if item["title"] == "SSN" else item["title"].lower()
        assert (name in speaks_for) == (item["weight"] >= STRONG)
        assert (name in speaks_against) == (item["weight"] <= -STRONG)
    total = sum(item["weight"] for item in (*parts, kin)) - 10.0
    is_close = total - kin["weight"] >= 5.6 > total - STRONG
    assert ("two relatives" in speaks_against) == (is_close and kin["weight"] <= -STRONG)
    assert "two relatives" not in speaks_for
    assert "differ" not in speaks_for
    assert "agrees" not in speaks_against


@given(weight=st.floats(-20, 40), is_one=st.booleans())
def test_a_person_that_the_weight_alone_does_not_make_is_not_explained_by_it(weight: float, is_one: bool) -> None:
    said = sentence(evidence(part("SSN", "same", weight)), is_one=is_one)
    is_enough = weight - 10.0 >= 5.6
    assert (CAUSES["chain"] in said) == (is_one and not is_enough)
    assert (CAUSES["evidence against"] in said) == (is_enough and not is_one)


@pytest.mark.parametrize(
    ("parts", "is_one", "cause", "said"),
    [
        (
            [part("SSN", "same, in two files", 14), part("Birth date", "same birth date", 8),
             part("Surname", "different surname", -5)],
            True,
            None,
            "one person because the SSN and birth date agree, although the surname differs.",
        ),
        (
            [part("First name", "spelled or sounding alike", 16), part("Sex", "same", 1), part(HOUSEHOLD, "", -6)],
            False,
            "nearly enough evidence",
            "two persons because two relatives would agree in much of it, although the first name (spelled or sounding "
            "alike) agrees.",
        ),
        ([part("Sex", "same", 1)], False, None, "two persons because the evidence falls short."),
        (
            [part("Surname", "same surname", 7)],
            False,
            "two generations",
            "two persons because a cannot-link lies between their records (two generation suffixes), although the "
            "surname agrees.",
        ),
        (
            [part("Surname", "same surname", 7), part("SSN", "different", -5)],
            True,
            "decided",
            "one person because a reviewer decided so, and the surname agrees, although the SSN differs.",
        ),
    ],
)  # fmt: skip
def test_a_sentence_reads_well(parts: list[dict[str, Any]], is_one: bool, cause: str | None, said: str) -> None:
    assert sentence(evidence(*parts), is_one=is_one, cause=cause) == f"These two records are {said}"


def test_every_constraint_of_the_clustering_has_words() -> None:
    statement = (ROOM / "clustering" / "component_pair.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"then '([a-zA-Z ]+)'", statement)) == set(CANNOT_LINKS)
