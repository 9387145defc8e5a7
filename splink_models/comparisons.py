"""What is compared, level by level, written once and built for each engine.

Conditions use functions that each engine has under some name (`FUNCTIONS`): equality, parts of strings, lists
and Damerau-Levenshtein distance, which DuckDB and Spark compute alike (their Jaro-Winkler does not).
Each level says what agrees; how often it does so among pairs of one person, of one household and of strangers is in
the values of a model version, and in those that a state's own files teach (`rates`).

Sources: name levels follow Splink's own name comparison and Winkler's advice on swapped and shortened names;
date levels the errors Census PVS passes allow for (swapped day and month, one digit, year off); term
frequencies Winkler 1988.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl

FUNCTIONS = {
    "duckdb": {"overlap": "list_has_any", "contains": "list_contains", "common": "list_intersect"},
    "spark": {
        "overlap": "arrays_overlap",
        "contains": "array_contains",
        "common": "array_intersect",
        "len": "size",
        "starts_with": "startswith",
    },
}
"""What the functions on lists are called where."""


@dataclass(frozen=True)
class Level:
    """One level of agreement.

    `key` is its name in the values of a model, `condition` its SQL over columns `<name>_l` and `<name>_r` ('ELSE' for
    the rest); `is_null` levels say nothing. `usual` and `kin` are round figures of how often it occurs among pairs of
    one person (m) and of one household (h), of the order that studies of administrative files report: estimation
    starts there, and keeps to them where files tell little. `u`, the rate among strangers, is set by hand where no
    sample of random pairs shows it. `block` names the pairs whose classes tell what the level is worth (`rates`).
    `kin_as_strangers` where h is u: households are seen in files that write names in full, and an initial says of two
    relatives what it says of two strangers.
    """

    key: str
    label: str
    condition: str
    usual: float = 0.0
    kin: float = 0.0
    is_null: bool = False
    term_frequency: str | None = None
    rarest: float | None = None
    u: float | None = None
    block: str | None = None
    kin_as_strangers: bool = False


@dataclass(frozen=True)
class Comparison:
    """All levels of one comparison, from the strongest to the rest.

    `learns_m` and `learns_kin`: whether files teach its m and its h; else they stay as set by hand, because the pairs
    they would be learned from were found by this very comparison.
    """

    name: str
    about: str
    levels: tuple[Level, ...] = field(default=())
    learns_m: bool = True
    learns_kin: bool = True

    @property
    def weighed(self) -> tuple[Level, ...]:
        """The levels that carry weight."""
        return tuple(level for level in self.levels if not level.is_null)

    def gamma(self, key: str) -> int:
        """The number Splink gives a level: the rest is 0, the strongest comes last, one that says nothing is -1."""
        keys = [level.key for level in self.weighed]
        return len(keys) - 1 - keys.index(key) if key in keys else -1


def near(left: str, right: str, distance: int, shortest: int) -> str:
    """Within `distance` edits, where the shorter of the two has at least `shortest` letters."""
    return (
        f"least(length({left}), length({right})) >= {shortest} and damerau_levenshtein({left}, {right}) <= {distance}"
    )


def begins(left: str, right: str, shortest: int) -> str:
    """One is the beginning of the other, cut by a short field or by habit; at least `shortest` letters."""
    return (
        f"least(length({left}), length({right})) >= {shortest} "
        f"and (starts_with({left}, {right}) or starts_with({right}, {left}))"
    )


def rough(left: str, right: str) -> str:
    """Much of the spelling agrees: a slip in a short name, two in a longer one, three in a long one."""
    return (
        f"(least(length({left}), length({right})) >= 3 and damerau_levenshtein({left}, {right}) <= 1) "
        f"or (least(length({left}), length({right})) >= 5 and damerau_levenshtein({left}, {right}) <= 2) "
        f"or (least(length({left}), length({right})) >= 8 and damerau_levenshtein({left}, {right}) <= 3)"
    )


def _both(function: Callable[..., str], column: str, *numbers: int) -> str:
    return f"({function(f'{column}_l', f'{column}_r', *numbers)})"


def _crossed(one: str, other: str) -> str:
    """The first name of `other` is the surname of `one` and the reverse; one of the two may be an initial."""
    return (
        f"(contains(last_parts_{one}, first_{other}) and "
        f"(contains(last_parts_{other}, first_{one}) or last_{other} = substr(first_{one}, 1, 1))) "
        f"or (contains(last_parts_{other}, first_{one}) and first_{other} = substr(last_{one}, 1, 1))"
    )


def _alike(left: str, right: str) -> str:
    """Spelled roughly alike, or one is cut."""
    return f"({rough(left, right)} or ({begins(left, right, 4)}))"


SWAPPED = (
    f"{_crossed('l', 'r')} or {_crossed('r', 'l')} or ({_alike('first_l', 'last_r')} and {_alike('last_l', 'first_r')})"
)
"""First and last name change places, also where one of them is cut to its initial, or both are misspelled or cut."""

FIRST = Comparison(
    "first_name",
    "Given name, with short forms, initials, spelling and use of a middle name.",
    (
        Level("missing", "a first name is missing", "first_l is null or first_r is null", is_null=True),
        Level("exact", "same first name", "first_l = first_r", 0.8, 0.012, term_frequency="first", rarest=1e-4),
        Level("swapped", "first and last name swapped", SWAPPED, 0.004, 0.001),
        Level(
            "form",
            "short form, one of several given names, or cut",
            f"overlap(first_forms_l, first_forms_r) or {_both(begins, 'first', 3)}",
            0.06,
            0.02,
        ),
        Level(
            "similar",
            "spelled or sounding alike",
            f"{_both(near, 'first', 1, 4)} or {_both(near, 'first', 2, 8)} "
            "or (first_sound_l = first_sound_r and least(length(first_l), length(first_r)) > 2 "
            "and length(first_sound_l) > 1)",
            0.05,
            0.015,
        ),
        Level(
            "middle",
            "one goes by the middle name",
            f"({begins('first_l', 'middle_r', 3)}) or ({begins('first_r', 'middle_l', 3)}) "
            f"or ({near('first_l', 'middle_r', 1, 4)}) or ({near('first_r', 'middle_l', 1, 4)})",
            0.01,
            0.01,
        ),
        Level(
            "initial",
            "initial agrees with a full name",
            "least(length(first_l), length(first_r)) = 1 and substr(first_l, 1, 1) = substr(first_r, 1, 1)",
            0.02,
            0.004,
            kin_as_strangers=True,
        ),
        Level("rough", "spelled roughly alike", _both(rough, "first"), 0.01, 0.01),
        Level(
            "half",
            "one name in the place of the other",
            "contains(last_parts_l, first_r) or contains(last_parts_r, first_l)",
            0.003,
            0.002,
        ),
        Level(
            "letter",
            "other names with one initial",
            "substr(first_l, 1, 1) = substr(first_r, 1, 1) and least(length(first_l), length(first_r)) > 1",
            0.012,
            0.06,
        ),
        Level(
            "crossed",
            "one's first initial is the other's middle initial",
            "(substr(first_l, 1, 1) = substr(middle_r, 1, 1) and length(first_l) > 1) "
            "or (substr(first_r, 1, 1) = substr(middle_l, 1, 1) and length(first_r) > 1)",
            0.006,
            0.08,
        ),
        Level(
            "stray",
            "another letter alone",
            "least(length(first_l), length(first_r)) = 1",
            0.002,
            0.04,
            kin_as_strangers=True,
        ),
        Level("other", "different first name", "ELSE", 0.02, 0.77),
    ),
)

MIDDLE = Comparison(
    "middle_name",
    "Middle name or initial.",
    (
        Level("missing", "a middle name is missing", "middle_l is null or middle_r is null", is_null=True),
        Level("exact", "same middle name", "middle_l = middle_r and length(middle_l) > 1", 0.5, 0.02),
        Level(
            "initial",
            "initial agrees, or first and middle name change places",
            "substr(middle_l, 1, 1) = substr(middle_r, 1, 1) "
            "or (substr(middle_l, 1, 1) = substr(first_r, 1, 1) and substr(middle_r, 1, 1) = substr(first_l, 1, 1))",
            0.44,
            0.08,
        ),
        Level("other", "different middle name", "ELSE", 0.06, 0.9),
    ),
)

LAST = Comparison(
    "last_name",
    "Surname without particles, with both parts of a double name and the previous surname.",
    (
        Level("missing", "a surname is missing", "last_l is null or last_r is null", is_null=True),
        Level("exact", "same surname", "last_l = last_r", 0.87, 0.75, term_frequency="last", rarest=5e-5),
        # the first-name comparison has weighed the swap
        Level("swapped", "weighed as a swap", SWAPPED, is_null=True),
        Level("part", "one part of a double or previous surname", "overlap(last_parts_l, last_parts_r)", 0.03, 0.04),
        Level("begins", "one is cut", _both(begins, "last_whole", 4), 0.01, 0.005),
        Level(
            "similar",
            "spelled or sounding alike",
            f"{_both(near, 'last', 1, 4)} or {_both(near, 'last', 2, 8)} "
            "or (last_sound_l = last_sound_r and length(last_sound_l) > 2)",
            0.04,
            0.03,
        ),
        Level("rough", "spelled roughly alike", _both(rough, "last"), 0.01, 0.01),
        Level("other", "different surname", "ELSE", 0.04, 0.165),
    ),
)

BIRTH = Comparison(
    "birthdate",
    "Date of birth with swapped day and month, one wrong digit, year errors and a missing day.",
    (
        Level("missing", "a birth date is missing", "birth_text_l is null or birth_text_r is null", is_null=True),
        Level(
            "exact",
            "same birth date",
            "birth_text_l = birth_text_r",
            0.93,
            0.015,
            term_frequency="birth_text",
            rarest=3e-5,
        ),
        Level(
            "swapped",
            "day and month swapped",
            "birth_year_l = birth_year_r and substr(birth_text_l, 5, 2) = substr(birth_text_r, 7, 2) "
            "and substr(birth_text_l, 7, 2) = substr(birth_text_r, 5, 2)",
            0.005,
            0.0002,
        ),
        Level(
            "digit",
            "one digit, or two neighbors",
            "damerau_levenshtein(birth_text_l, birth_text_r) <= 1",
            0.02,
            0.004,
        ),
        Level(
            "year",
            "year off by one, or the day unknown on one side",
            "(substr(birth_text_l, 5, 4) = substr(birth_text_r, 5, 4) and abs(birth_year_l - birth_year_r) = 1) "
            "or (birth_year_l = birth_year_r "
            "and (substr(birth_text_l, 5, 4) = '0101' or substr(birth_text_r, 5, 4) = '0101'))",
            0.007,
            0.001,
        ),
        # a day shared across a generation is chance; across a century or a few years it may be a slip
        Level(
            "two_parts",
            "two of year, month and day",
            "substr(birth_text_l, 1, 6) = substr(birth_text_r, 1, 6) "
            "or (substr(birth_text_l, 5, 4) = substr(birth_text_r, 5, 4) "
            "and abs(birth_year_l - birth_year_r) in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100)) "
            "or (birth_year_l = birth_year_r and substr(birth_text_l, 7, 2) = substr(birth_text_r, 7, 2))",
            0.012,
            0.015,
        ),
        Level("other", "different birth date", "ELSE", 0.026, 0.965),
    ),
)

SEX = Comparison(
    "sex",
    "Sex as recorded, where first names differ: who is called alike is nearly always of one sex.",
    (
        Level("missing", "not given", "sex_l is null or sex_r is null", is_null=True),
        Level("alike", "told by the first name", "first_l = first_r", is_null=True),
        Level("exact", "same", "sex_l = sex_r", 0.99, 0.5),
        Level("other", "different", "ELSE", 0.01, 0.5),
    ),
)

SUFFIX = Comparison(
    "suffix",
    "Generation suffix where both have one; a blank says nothing. Too rare to train.",
    (
        Level("missing", "one is blank", "suffix_l is null or suffix_r is null", is_null=True),
        Level("exact", "same", "suffix_l = suffix_r", 0.95, 0.2, u=0.5),
        Level("other", "different", "ELSE", 0.05, 0.8, u=0.5),
    ),
    learns_m=False,
    learns_kin=False,
)

LENT = "(is_ssn_lent_l or is_ssn_lent_r) and ssn_l <> ssn_r and len(common(lent_parts_l, lent_parts_r)) >= 3"
"""A job under somebody else's number, beside a record with a number of its own from that person's house."""

ADDRESS = Comparison(
    "address",
    "Any address ever given; of a job under a lent SSN, those of who else has the SSN.",
    (
        Level("exact", "a street address in common", f"overlap(places_l, places_r) or ({LENT})", 0.5, 0.75),
        Level("missing", "no address", "len(postal_codes_l) = 0 or len(postal_codes_r) = 0", is_null=True),
        Level(
            "house",
            "house number, street, and postal code or city",
            "len(common(place_parts_l, place_parts_r)) >= 3",
            0.06,
            0.05,
        ),
        Level(
            "near",
            "two of house number, street, and postal code or city",
            "overlap(place_parts_l, place_parts_r)",
            0.05,
            0.03,
        ),
        Level("postal", "a postal code in common", "overlap(postal_codes_l, postal_codes_r)", 0.11, 0.05),
        Level("city", "a city in common", "overlap(cities_l, cities_r)", 0.08, 0.04),
        Level("other", "none in common", "ELSE", 0.2, 0.08),
    ),
    learns_kin=False,
)

EMPLOYER = Comparison(
    "employer",
    "Any employer ever worked for, between wage records.",
    (
        Level("missing", "no employer", "len(employers_l) = 0 or len(employers_r) = 0", is_null=True),
        Level("exact", "an employer in common", "overlap(employers_l, employers_r)", 0.45, 0.03),
        Level("other", "none in common", "ELSE", 0.55, 0.97),
    ),
    learns_m=False,
    learns_kin=False,
)

SSN = Comparison(
    "ssn",
    "SSN by its token; a wrong digit or swapped neighbors, and two wrong digits, by keyed tokens of parts of it.",
    (
        Level("missing", "not given", "ssn_l is null or ssn_r is null", is_null=True),
        # 1e-7 rather than 1e-9: numbers are borrowed and mistyped into those of others
        Level("exact", "same, in two files", "ssn_l = ssn_r and feed_l <> feed_r", 0.9, 0.004, u=1e-7, block="ssn"),
        Level("within", "same, in one file", "ssn_l = ssn_r", 0.05, 0.001, u=1e-7, block="ssn_within"),
        # 9 x 9 + 8 neighbors and as many shifts among 1e9 numbers, times siblings registered together
        Level(
            "near", "a digit or a transposition apart", "overlap(near_l, near_r)", 0.02, 0.0005, u=1e-6, block="near"
        ),
        # any of 12 x 999 numbers, and those of siblings registered together; seen only where names are alike
        Level("two", "two or three digits apart", "overlap(remainders_l, remainders_r)", 0.004, 0.002, u=1.2e-5),
        Level("lent", "different, but one of them is somebody else's", LENT, is_null=True),
        Level("other", "different", "ELSE", 0.026, 0.9925, u=1.0 - 1.3e-5),
    ),
    learns_m=False,
    learns_kin=False,
)

ID = Comparison(
    "agency_id",
    "Id of one agency, where both records have one.",
    (
        Level(
            "missing",
            "not of one agency",
            "source_l is null or source_r is null or id_space_l <> id_space_r",
            is_null=True,
        ),
        Level(
            "exact", "same, in two files", "source_l = source_r and feed_l <> feed_r", 0.5, 0.0003, u=1e-6, block="id"
        ),
        Level("within", "same, in one file", "source_l = source_r", 0.45, 0.0003, u=1e-6, block="id_within"),
        Level("two", "two ids at one time", "overlap(drops_l, drops_r)", 0.012, 0.7, u=0.6),
        Level("other", "two ids, at other times", "ELSE", 0.038, 0.2994, u=0.4),
    ),
    learns_m=False,
    learns_kin=False,
)

COMPARISONS = (FIRST, MIDDLE, LAST, BIRTH, SEX, SUFFIX, ADDRESS, EMPLOYER, SSN, ID)

TERMS = tuple(sorted({level.term_frequency for item in COMPARISONS for level in item.levels if level.term_frequency}))
"""Columns of `features` whose values are weighed by how common they are."""


def in_dialect(condition: str, engine: str) -> str:
    """A condition with the functions of `engine`, a key of `FUNCTIONS`."""
    for name, there in FUNCTIONS[engine].items():
        condition = re.sub(rf"\b{name}\(", f"{there}(", condition)
    return condition


class _Condition(cll.CustomLevel):
    """A custom level that speaks the dialect of the engine it is built for."""

    def create_sql(self, sql_dialect: Any) -> str:
        return in_dialect(self.sql_condition, sql_dialect.sql_dialect_str)


def build(comparison: Comparison, trained: dict[str, dict[str, float]] | None = None) -> cl.CustomComparison:
    """The comparison as Splink takes it, with trained values where there are any.

    Args:
        comparison: one of `COMPARISONS`.
        trained: level key -> {"m": ..., "u": ...}.
    """
    values = trained or {}
    return cl.CustomComparison(
        output_column_name=comparison.name,
        comparison_description=comparison.about,
        comparison_levels=[_build_level(level, values.get(level.key, {})) for level in comparison.levels],
    )


def _build_level(level: Level, values: dict[str, float]) -> Any:
    if level.condition == "ELSE":
        built: Any = cll.ElseLevel()
    else:
        built = _Condition(level.condition, level.label)
    options: dict[str, Any] = {"label_for_charts": level.label}
    if level.is_null:
        return built.configure(is_null_level=True, **options)
    if level.term_frequency:
        options |= {"tf_adjustment_column": level.term_frequency, "tf_minimum_u_value": level.rarest}
    m, u = values.get("m", level.usual), values.get("u", level.u)
    options |= {"m_probability": m}
    if u is not None:
        options |= {"u_probability": u}
    return built.configure(**options)
