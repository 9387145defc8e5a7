"""Every name and street of the state, once; tables hold their codes.

Here: text to code and back, plain-ASCII forms, and the forms a wage file needs.
Not here: which names people have (`names`), or what agencies make of them (`mistakes`).
"""

import unicodedata
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.randomness import Ints

BLANK = 0
_SPECIAL = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"})


def plain(text: str) -> str:
    """The text without accents, in ASCII."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    return decomposed.encode("ascii", "ignore").decode("ascii")


class Words:
    """A vocabulary that only grows; code 0 is the empty text."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._codes: dict[str, int] = {}
        self._series = pl.Series(dtype=pl.String)
        self._plain = np.zeros(0, dtype=np.int32)
        self._forms = np.zeros(0, dtype=np.int8)
        self._upper: dict[bool, npt.NDArray[np.bytes_]] = {
            False: np.zeros(0, dtype="S20"),
            True: np.zeros(0, dtype="S20"),
        }
        self.code("")

    def code(self, text: str) -> int:
        """The code of the text, given now if it has none."""
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self._texts)
            self._texts.append(text)
        return code

    def codes(self, texts: Iterable[str]) -> npt.NDArray[np.int32]:
        """The codes of several texts."""
        return np.fromiter((self.code(text) for text in texts), dtype=np.int32)

    def texts(self, codes: Ints) -> list[str]:
        """The texts of a few codes; use `series` for many."""
        return [self._texts[code] for code in codes.tolist()]

    def series(self, codes: Ints, *, blank_is_null: bool = True) -> pl.Series:
        """The texts of many codes; the empty text as null unless told otherwise."""
        if len(self._series) < len(self._texts):
            self._series = self._series.append(pl.Series(self._texts[len(self._series) :], dtype=pl.String)).rechunk()
        index = pl.Series(codes.astype(np.uint32))
        if blank_is_null:
            index = index.set(index == BLANK, None)
        return self._series.gather(index)

    def plain(self, codes: Ints) -> npt.NDArray[np.int32]:
        """The codes of the texts without accents."""
        known = len(self._plain)
        if known < len(self._texts):
            fresh = [self.code(plain(text)) for text in self._texts[known:]]
            last = np.arange(known + len(fresh), len(self._texts), dtype=np.int32)  # plain forms added just now
            self._plain = np.concatenate([self._plain, np.array(fresh, dtype=np.int32), last])
        return self._plain[codes]

    def upper(self, codes: Ints, *, punctuation: bool) -> npt.NDArray[np.bytes_]:
        """The texts in ASCII capitals, at most 20 bytes, with or without apostrophes, periods and hyphens."""
        known = self._upper[punctuation]
        if len(known) < len(self._texts):
            fresh = [plain(text).upper() for text in self._texts[len(known) :]]
            if not punctuation:
                fresh = [text.replace("'", "").replace(".", "").replace("-", " ") for text in fresh]
            known = self._upper[punctuation] = np.concatenate([known, np.array(fresh, dtype="S20")])
        return known[codes]

    def surname_forms(self, codes: Ints) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which texts are two surnames (joined by a blank or hyphen), and which carry a particle or apostrophe."""
        known = len(self._forms)
        if known < len(self._texts):
            fresh = np.array([_form(text) for text in self._texts[known:]], dtype=np.int8)
            self._forms = np.concatenate([self._forms, fresh])
        form = self._forms[codes]
        return form == 2, form == 1


PARTICLES = {"de", "la", "del", "los", "van", "von", "st.", "du", "le"}


def _form(text: str) -> int:
    """0 plain, 1 with a particle, 2 two surnames."""
    if "-" in text:
        return 2
    parts = text.split(" ")
    return 2 if sum(part.lower() not in PARTICLES for part in parts) > 1 else int(len(parts) > 1 or "'" in text)
