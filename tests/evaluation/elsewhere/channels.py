"""How a name, a date or a number goes wrong elsewhere: one function a way, from a value and a stream.

Here: confusions of scanners, spelling by ear, transliteration, particles, compound names, dates, digits. Not here: how
often (`profiles`). Written apart from `p20w.simulator.mistakes`, with other tables, and must stay so.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from random import Random

_READ_AS = {
    "rn": "m", "m": "nn", "cl": "d", "d": "ci", "vv": "w", "w": "vv", "l": "1", "i": "l", "o": "0", "s": "5", "g": "q",
    "b": "6", "e": "c", "h": "n", "t": "f", "u": "ii", "z": "2", "a": "o", "ri": "n", "k": "lc",
}  # fmt: skip
_HEARD = (
    ("ou", "oo"), ("tch", "ch"), ("ck", "k"), ("x", "ks"), ("qu", "kw"), ("ei", "ay"), ("ai", "ay"), ("v", "w"),
    ("w", "v"), ("d", "t"), ("t", "d"), ("g", "k"), ("b", "p"), ("ll", "y"), ("ñ", "ny"), ("e", "i"), ("o", "u"),
    ("rd", "rt"), ("au", "o"), ("h", ""), ("nh", "n"), ("ng", "n"), ("ez", "es"), ("s", "z"),
)  # fmt: skip
_TRANSCRIBED = (
    ("kh", "h"), ("sh", "ch"), ("sh", "sch"), ("ya", "ia"), ("ya", "ja"), ("iy", "i"), ("y", "j"), ("k", "q"),
    ("ou", "u"), ("ee", "i"), ("i", "ee"), ("u", "ou"), ("z", "dh"), ("ssa", "sa"), ("j", "dj"), ("ov", "off"),
    ("v", "w"), ("a", "e"), ("uong", "ung"), ("h", "kh"),
)  # fmt: skip
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "ß": "ss", "đ": "d", "Đ": "D", "ł": "l"})
_PARTICLES = ("al-", "el ", "abu ", "bin ", "van der ", "van ", "ter ", "de la ", "del ", "de ")


def stripped(text: str) -> str:
    """Without diacritics, in ASCII."""
    return unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")


def mangled(text: str, rng: Random) -> str:
    """Read under the wrong code page, or with a question mark or nothing for what is not ASCII."""
    if text.isascii():
        return text
    how = rng.randrange(3)
    if how == 0:
        return text.encode("utf-8").decode("latin-1").replace("\x8d", "").replace("\xad", "")
    return "".join(letter if letter.isascii() else "?" * (how == 1) for letter in text)


def misread(text: str, rng: Random) -> str:
    """One shape taken for another, not the first letter."""
    return _replaced(text, tuple(_READ_AS.items()), rng)


def respelled(text: str, rng: Random) -> str:
    """As heard, in one or two places."""
    once = _replaced(text, _HEARD, rng)
    return _replaced(once, _HEARD, rng) if rng.random() < 0.25 else once


def transcribed(text: str, rng: Random) -> str:
    """From another script, the other way."""
    return _replaced(text, _TRANSCRIBED, rng)


def _replaced(text: str, pairs: tuple[tuple[str, str], ...], rng: Random) -> str:
    low = text.lower()
    fitting = [(old, new) for old, new in pairs if low.find(old, 1) > 0]
    if not fitting:
        return text
    old, new = rng.choice(fitting)
    at = low.find(old, 1)
    return text[:at] + new + text[at + len(old) :]


def mistyped(text: str, rng: Random) -> str:
    """Two letters exchanged, one lost, one twice, or one of another finger."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    middle = (
        text[at + 1] + text[at],
        "" + text[at + 1],
        text[at] * 2 + text[at + 1],
        rng.choice("aeilnrst") + text[at + 1],
    )
    return text[:at] + rng.choice(middle) + text[at + 2 :]


def without_particle(text: str, rng: Random) -> str:
    """A particle dropped, or grown together with its name; an apostrophe goes."""
    low = text.lower()
    particle = next((one for one in _PARTICLES if low.startswith(one)), "")
    if particle:
        rest = text[len(particle) :]
        return rest if rng.random() < 0.6 else particle.replace(" ", "").replace("-", "").capitalize() + rest.lower()
    return text.replace("'", "")


def one_part(text: str, rng: Random) -> str:
    """The first or the second of two surnames."""
    parts = text.replace("-", "  ", 1).split("  ") if not text.lower().startswith("al-") else [text]
    return rng.choice((parts[0], parts[0], parts[-1]))


def wrong_date(birth: date, rng: Random) -> date:
    """Another century, 1 January, a decade or ten days off, or day and month exchanged."""
    how = rng.choices(("first", "century", "decade", "tens", "exchanged", "year"), (30, 8, 12, 15, 25, 10))[0]
    if how == "first":
        return birth.replace(month=1, day=1)
    if how == "century" and birth.year >= 2000:
        return birth.replace(year=birth.year - 100, day=min(birth.day, 28))
    if how == "decade" and birth.year >= 1920:
        return birth.replace(year=birth.year - 10, day=min(birth.day, 28))
    if how == "tens":
        return birth.replace(day=birth.day + 10 if birth.day <= 18 else birth.day - 10)
    if how == "exchanged" and birth.day <= 12:
        return birth.replace(month=birth.day, day=birth.month)
    return birth.replace(year=birth.year - 1, day=min(birth.day, 28))


def wrong_digits(number: int, rng: Random) -> int:
    """Two neighbors of the last six digits exchanged, or one of them another; never an impossible number."""
    text = f"{number:09d}"
    at = rng.randrange(3, 8)
    if rng.random() < 0.5:
        changed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    else:
        changed = text[:at] + str((int(text[at]) + rng.randrange(1, 10)) % 10) + text[at + 1 :]
    return number if changed[3:5] == "00" or changed[5:] == "0000" else int(changed)
