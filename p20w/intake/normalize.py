"""Bring names, suffixes and SSNs to one form, so that equal values are equal.

Here: pure functions over Polars columns. They work on the distinct values of a column: a surname is brought to form
once, however many lines carry it. Not here: nicknames, phonetics and similarity (`splink_models`).
"""

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from string import ascii_uppercase

import polars as pl

# Letters that do not fall apart into a letter and a mark under Unicode decomposition.
_LETTERS = {"ß": "SS", "Æ": "AE", "Œ": "OE", "Ø": "O", "Đ": "D", "Ł": "L", "Þ": "TH", "Ð": "D", "ı": "I"}
_SUFFIXES = {
    "JR": "JR",
    "JNR": "JR",
    "JUNIOR": "JR",
    "SR": "SR",
    "SNR": "SR",
    "SENIOR": "SR",
    "2ND": "II",
    "II": "II",
    "3RD": "III",
    "III": "III",
    "4TH": "IV",
    "IV": "IV",
}
# Words that are nobody's name; payroll and enrollment systems fill required fields with them.
_FILLERS = {"UNKNOWN", "NONE", "N A", "NMN", "NFN", "NLN", "TEST", "XXX", "FNU", "LNU", "NO NAME"}

# Numbers printed on sample cards or typed to get past a form; the Social Security Administration never issued areas
# 000, 666 and 900-999 (ITINs lie there), group 00 or serial 0000 (20 CFR 422.103, POMS RM 10201.035).
_PLACEHOLDERS = ("078051120", "219099999", "123456789", "012345678", "123123123", "111223333", "123121234", "098765432")

LOST_ZERO = "^[0-9]{7,8}$"
"""An SSN whose first zero, or two, a program took away that read it as an amount. Area numbers have at most two."""

_SSN_DIGITS = 9
_REPEATED = 3
_FIRST_ITIN_AREA = 900


def over_distinct(column: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Apply a function from text to text once for each distinct value of a column of text; null stays null."""
    distinct = column.unique().drop_nulls()
    formed = pl.Series([form(value) for value in distinct], dtype=pl.String)
    return column.replace_strict(distinct, formed, default=None, return_dtype=pl.String)


def plain_name(value: str) -> str | None:
    """Upper case without accents; apostrophes and periods go, other marks become one space; fillers become None.

    >>> plain_name("O'Neil-García ")
    'ONEIL GARCIA'
    """
    if not value.isascii():
        for letter, plain in _LETTERS.items():
            value = value.replace(letter, plain).replace(letter.lower(), plain)
        value = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
    if not (value.isascii() and value.isalpha()):
        kept = (c if c.isalnum() else "" if c in "'.`´’" else " " for c in value)
        value = " ".join("".join(kept).split())
    value = value.upper()
    return None if not value or value in _FILLERS else value


def plain_suffix(value: str) -> str | None:
    """JR, SR, II, III or IV; None for anything else."""
    name = plain_name(value)
    return _SUFFIXES.get(name or "")


def surname_and_suffix(value: str) -> tuple[str | None, str | None]:
    """A surname in plain form, and the suffix that was written behind it."""
    name = plain_name(value)
    if name is None or " " not in name:
        return name, None
    head, _, tail = name.rpartition(" ")
    return (head, _SUFFIXES[tail]) if tail in _SUFFIXES else (name, None)


def nine_digits(column: pl.Series, *, refill: bool = False) -> pl.Series:
    """SSNs as written, without hyphens and spaces; null where that leaves no nine characters.

    Args:
        column: as the file has it.
        refill: whether seven or eight digits are a number that lost its zeros to a program that took it for an amount.
    """
    text = column.alias("ssn")
    lengths = text.str.len_bytes()
    if not (lengths == _SSN_DIGITS).all():
        plain = pl.col("ssn").str.replace_all("[- ]", "")
        if refill:
            lost = pl.col("ssn").str.contains(LOST_ZERO)
            plain = pl.when(lost).then(plain.str.zfill(_SSN_DIGITS)).otherwise(plain)
        of_nine = pl.when(pl.col("ssn").str.len_bytes() == _SSN_DIGITS).then("ssn")
        text = text.to_frame().select(plain).select(of_nine).to_series()
    return text


def valid_ssn(column: pl.Series, *, refill: bool = False) -> pl.Series:
    """Nine digits of each SSN that can be somebody's; null for blanks, placeholders, ITINs and malformed ones.

    Args:
        column: as the file has it.
        refill: as in `nine_digits`.
    """
    text = nine_digits(column, refill=refill)
    frame = text.to_frame().with_columns(pl.col("ssn").cast(pl.UInt32, strict=False).alias("n"))
    number = pl.col("n")
    area, group, serial = number // 1_000_000, number // 10_000 % 100, number % 10_000
    possible = (
        ~pl.col("ssn").str.starts_with("+")  # which a number may begin with
        & ~area.is_in([0, 666])
        & (area < _FIRST_ITIN_AREA)
        & (group != 0)
        & (serial != 0)
        & ~number.is_in(sorted({int(text) for text in _PLACEHOLDERS} | {digit * 111_111_111 for digit in range(10)}))
    )
    return frame.select(pl.when(possible).then(pl.col("ssn"))).to_series()


@dataclass(frozen=True)
class SsnCount:
    """SSNs that were written, and those that cannot be used: no nine digits, or nine digits that are nobody's.

    `refilled` got back the zeros they had lost, and are used.
    """

    given: int = 0
    damaged: int = 0
    nobodys: int = 0
    refilled: int = 0

    def __add__(self, other: "SsnCount") -> "SsnCount":
        return SsnCount(
            self.given + other.given,
            self.damaged + other.damaged,
            self.nobodys + other.nobodys,
            self.refilled + other.refilled,
        )


def count_ssns(written: pl.Series, usable: pl.Series) -> SsnCount:
    """Count SSNs as written by what became of them; `usable` is what `valid_ssn` made of them.

    A spreadsheet leaves eight digits of a number that begins with zero, 8.13E+08 or a decimal point; a mask leaves
    XXX-XX-1234. All those are damaged.
    """
    lost = written.filter(written.is_not_null() & usable.is_null()).str.replace_all("[- ]", "")
    damaged = int((~lost.str.contains(f"^[0-9]{{{_SSN_DIGITS}}}$")).sum())
    refilled = int(written.filter(usable.is_not_null()).str.contains(LOST_ZERO).sum())
    return SsnCount(len(written) - written.null_count(), damaged, len(lost) - damaged, refilled)


@dataclass(frozen=True)
class NameCount:
    """People who were named, those with a word in place of a name, and values a program marked as missing."""

    named: int = 0
    filled: int = 0
    marked: int = 0

    def __add__(self, other: "NameCount") -> "NameCount":
        return NameCount(self.named + other.named, self.filled + other.filled, self.marked + other.marked)


def count_names(written: pl.DataFrame, kept: pl.DataFrame, fillers: Mapping[str, frozenset[str]]) -> NameCount:
    """Count people by whether their first or last name is one of the words that are nobody's name.

    Args:
        written: `first_name` and `last_or_surname` as written.
        kept: the same people's in the form in which linkage will read them.
        fillers: words by name field, as `p20w.contracts.fillers` gives them.
    """
    filled = pl.Series([False]).new_from_index(0, written.height)
    named = filled
    for name in ("first_name", "last_or_surname"):
        words = fillers[name]
        somebody = over_distinct(kept[name], lambda value, words=words: None if is_nobodys(value, words) else value)
        named = named | written[name].is_not_null()
        filled = filled | (written[name].is_not_null() & somebody.is_null())
    return NameCount(int(named.sum()), int(filled.sum()))


def is_nobodys(name: str, words: Collection[str]) -> bool:
    """Whether a name in plain form is a listed word, or one letter three times or more.

    Linkage decides the same in SQL (`splink_models.features`); a test holds the two together.
    """
    word = letters(name)
    return word in words or (len(word) >= _REPEATED and len(set(word)) == 1)


def letters(name: str) -> str:
    """Of a name in plain form the words of A to Z: the form in which fillers are listed."""
    return " ".join("".join(c if c in ascii_uppercase else " " for c in name.upper()).split())
