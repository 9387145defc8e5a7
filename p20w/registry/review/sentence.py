"""Why two records are one person or two, in one sentence.

Here: the words for what the evidence of a pair comes to, for the desk and for `p20w registry why`. Not here: the
evidence (`pair_weights`), drawing it (`weights`), finding out what else was decisive (`p20w.registry.explaining`).

Made of levels and weights alone: no value can be in it.
"""

from collections.abc import Iterable
from typing import Any

from p20w.reports.words import listed

STRONG = 3.0
"""Bits from which on a comparison is named: it changes the odds eight times."""

HOUSEHOLD = "Household"
"""Title of the part that is taken off because relatives agree in much."""

CANNOT_LINKS = {
    "decided apart": "a reviewer's verdict",
    "two SSNs": "two SSNs that the licensing agency verified",
    "two birth dates": "two well-founded birth dates",
    "two generations": "two generation suffixes",
    "two ids at one time": "two ids of one agency at one time",
    "two schools at one time": "two distant schools at one time",
}
"""Words for the reasons of constraints."""

TOGETHER = {"decided": "a reviewer decided so", "chain": "a chain of links holds them together"}
"""What makes two records one person beside the weight of the pair."""

APART = {
    "never compared": "they were never compared (nothing that linkage searches by agrees)",
    "evidence against": "the rest of what their records say speaks against one person",
    "later": "the last refresh did not join them, and files or verdicts have changed since",
    **{reason: f"a cannot-link lies between their records ({words})" for reason, words in CANNOT_LINKS.items()},
}
"""What makes them two."""


def sentence(evidence: dict[str, Any], *, is_one: bool, cause: str | None = None) -> str:
    """Why two records are one person or two, beginning with what they are.

    Args:
        evidence: as `pair_weights` makes it: prior, accept and parts (title, says, weight), in bits.
        is_one: whether they are one person today.
        cause: what decides beside the weight of the pair, a key of `TOGETHER` or `APART`; others say nothing.
    """
    return f"These two records are {'one person' if is_one else 'two persons'} {because(evidence, is_one, cause)}."


def because(evidence: dict[str, Any], is_one: bool, cause: str | None = None) -> str:
    """The sentence from "because" on, naming every strong comparison on its side; arguments as of `sentence`."""
    total = evidence["prior"] + sum(part["weight"] for part in evidence["parts"])
    causes, usual = (TOGETHER, "chain") if is_one else (APART, "evidence against")
    if cause not in causes and is_one != (total >= evidence["accept"]):
        cause = usual
    household = sum(part["weight"] for part in evidence["parts"] if part["title"] == HOUSEHOLD)
    is_close = total - household >= evidence["accept"] > total - STRONG
    speaks_for, speaks_against = _speaks_for(evidence["parts"]), _speaks_against(evidence["parts"], is_close)
    reason, but = (speaks_for, speaks_against) if is_one else (speaks_against, speaks_for)
    told = ", and ".join(filter(None, (causes.get(cause or ""), reason)))
    return f"because {told or 'the evidence falls short'}" + (f", although {but}" if but else "")


def _speaks_for(parts: Iterable[dict[str, Any]]) -> str:
    strong = sorted((part for part in parts if part["weight"] >= STRONG), key=lambda part: -part["weight"])
    return _all_of([_name(part) for part in strong], "agrees", "agree")


def _speaks_against(parts: Iterable[dict[str, Any]], is_close: bool) -> str:
    """What differs, and relatives, where they make the difference between a link and none, or nearly did."""
    strong = sorted((part for part in parts if part["weight"] <= -STRONG), key=lambda part: part["weight"])
    names = [_name(part) for part in strong if part["title"] != HOUSEHOLD]
    kin = "two relatives would agree in much of it" if is_close and len(names) < len(strong) else ""
    return " and ".join(filter(None, (_all_of(names, "differs", "differ"), kin)))


def _all_of(names: list[str], one_does: str, many_do: str) -> str:
    return f"the {listed(names)} {many_do if len(names) > 1 else one_does}" if names else ""


def _name(part: dict[str, Any]) -> str:
    """A comparison in the middle of a sentence, with its level unless that goes without saying."""
    title = part["title"] if part["title"].isupper() else part["title"].lower()
    return title if part["says"].startswith(("same", "different")) else f"{title} ({part['says']})"
