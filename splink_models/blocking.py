"""Which pairs are compared at all.

A rule finds pairs by equality, so that an engine can join by hash. Each covers what another misses: a changed
surname, a wrong birth date, swapped names, a wrong digit in an SSN, an SSN that is another's. A name alone never makes
a pair: every rule needs a number, a birth date, an address or an employer on both sides.
"""

from typing import Any

from splink.blocking_rule_library import CustomRule
from splink.internals.blocking_rule_creator import BlockingRuleCreator

_RULES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ssn", "l.ssn = r.ssn", ()),
    ("near ssn", "l.near = r.near", ("near",)),
    (
        "two digits of an ssn, surname and initial",
        "l.remainders = r.remainders and l.last_sound = r.last_sound and substr(l.first, 1, 1) = substr(r.first, 1, 1)",
        ("remainders",),
    ),
    ("agency id", "l.source = r.source", ()),
    ("birth date and surname", "l.birth_text = r.birth_text and l.last_sound = r.last_sound", ()),
    ("birth date and first name", "l.birth_text = r.birth_text and l.first_sound = r.first_sound", ()),
    ("names and birth year", "l.first = r.first and l.last = r.last and l.birth_year = r.birth_year", ()),
    (
        "sounds and birthday",
        "l.first_sound = r.first_sound and l.last_sound = r.last_sound "
        "and substr(l.birth_text, 5, 4) = substr(r.birth_text, 5, 4)",
        (),
    ),
    (
        "sounds and birth month",
        "l.first_sound = r.first_sound and l.last_sound = r.last_sound "
        "and substr(l.birth_text, 1, 6) = substr(r.birth_text, 1, 6)",
        (),
    ),
    (
        "names swapped",
        "l.birth_text = r.birth_text and l.first_sound = r.last_sound and l.last_sound = r.first_sound",
        (),
    ),
    (
        "part of an address and first name",
        "l.place_parts = r.place_parts and l.first_sound = r.first_sound",
        ("place_parts",),
    ),
    (
        "postal code and birth date",
        "l.postal_codes = r.postal_codes and l.birth_text = r.birth_text",
        ("postal_codes",),
    ),
    ("city and both names", "l.cities = r.cities and l.first = r.first and l.last = r.last", ("cities",)),
    (
        "postal code and both names",
        "l.postal_codes = r.postal_codes and l.first_sound = r.first_sound and l.last_sound = r.last_sound",
        ("postal_codes",),
    ),
    (
        "part of an address, surname and initial",
        "l.place_parts = r.place_parts and l.last_sound = r.last_sound "
        "and substr(l.first, 1, 1) = substr(r.first, 1, 1)",
        ("place_parts",),
    ),
    (
        "part of an address of who else has the ssn, and first name",
        "l.lent_parts = r.lent_parts and l.first_sound = r.first_sound",
        ("lent_parts",),
    ),
    ("part of an address that few have", "l.quiet_parts = r.quiet_parts", ("quiet_parts",)),
    (
        "part of an address and birth date",
        "l.place_parts = r.place_parts and l.birth_text = r.birth_text",
        ("place_parts",),
    ),
    (
        "employer, surname and initial",
        "l.employers = r.employers and l.last_sound = r.last_sound and substr(l.first, 1, 1) = substr(r.first, 1, 1)",
        ("employers",),
    ),
)


def rules() -> list[BlockingRuleCreator | dict[str, Any]]:
    """The blocking rules, for Splink."""
    return [
        CustomRule(condition, arrays_to_explode=list(exploded)) if exploded else CustomRule(condition)
        for _, condition, exploded in _RULES
    ]
