"""Which pairs are compared at all.

A rule finds pairs by equality, so that an engine can join by hash. Each covers what another misses: a changed
surname, a wrong birth date, swapped names, a wrong digit in an SSN. A name alone never makes a pair: every
rule needs an SSN or a birth date on both sides, and wage records have no birth date.
"""

from typing import Any

from splink.blocking_rule_library import CustomRule, block_on
from splink.internals.blocking_rule_creator import BlockingRuleCreator

_EQUAL = (
    ("ssn", "l.ssn = r.ssn"),
    ("birth date and surname", "l.birthdate = r.birthdate and l.last_sound = r.last_sound"),
    ("birth date and first name", "l.birthdate = r.birthdate and l.first_sound = r.first_sound"),
    ("names and birth year", "l.first = r.first and l.last = r.last and l.birth_year = r.birth_year"),
    (
        "names and birthday",
        "l.first_sound = r.first_sound and l.last_sound = r.last_sound "
        "and substr(l.birth_text, 5, 4) = substr(r.birth_text, 5, 4)",
    ),
    (
        "sounds and birth month",
        "l.first_sound = r.first_sound and l.last_sound = r.last_sound "
        "and substr(l.birth_text, 1, 6) = substr(r.birth_text, 1, 6)",
    ),
    ("swapped names", "l.birthdate = r.birthdate and l.first_sound = r.last_sound and l.last_sound = r.first_sound"),
)


def rules(apart: str | None = None) -> list[BlockingRuleCreator | dict[str, Any]]:
    """The blocking rules.

    Args:
        apart: a column; pairs within one value of it are already joined and are not compared again.
    """
    also = f" and l.{apart} <> r.{apart}" if apart else ""
    equal: list[BlockingRuleCreator | dict[str, Any]] = [CustomRule(condition + also) for _, condition in _EQUAL]
    near = block_on("near", arrays_to_explode=["near"])
    if apart:
        near = CustomRule(f"l.near = r.near{also}", arrays_to_explode=["near"])
    return [equal[0], near, *equal[1:]]
