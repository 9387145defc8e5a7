"""First, middle and surnames of real people, from the file of historical figures that Splink's documentation uses.

Here: one writing a person of the file, the one it repeats most, without titles, ranks, initials and anything that is
no name; so common names are as common as in the file. Nothing else of the file is used, and it is not in the
repository.
Not here: who of the state bears which name (`descendants`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

_FILE = Path("people") / "historical_figures_with_errors_50k.parquet"
_WORD = re.compile(r"[a-zà-öø-ÿ]{2,}(?:['’-][a-zà-öø-ÿ]+)*|[dol]['’][a-zà-öø-ÿ]{2,}(?:-[a-zà-öø-ÿ]+)*")
_WORDS_BEFORE = "de la le du des del di da van von der den ten st"
_PARTICLES = frozenset(_WORDS_BEFORE.split())
_RANKS = """
sir lord lady dame baron baroness baronet bt earl viscount viscountess duke duchess count countess marquess
    marquis marchioness prince princess king queen saint sr jr senior junior elder younger the of and or captain colonel
    major general admiral reverend rev dr doctor mr mrs miss ms professor judge bishop archbishop honourable hon master
    madame father brother sister union rugby cricketer footballer politician painter abbess abbot aka née
"""
_TITLES = frozenset(_RANKS.split())


@dataclass(frozen=True)
class Names:
    """Each list has one entry a person of the file; middle names of those whose are written more than once."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    middles_of_men: tuple[str, ...]
    middles_of_women: tuple[str, ...]
    surnames: tuple[str, ...]


def sample() -> Path:
    """Where the file should be: in the folder of samples (P20W_TEST_SAMPLES)."""
    beside = Path(__file__).parents[3].parent / "shared" / "samples"
    return Path(os.environ.get("P20W_TEST_SAMPLES", beside)) / _FILE


@cache
def read(path: Path) -> Names:
    """Names of the file's people.

    Raises:
        FileNotFoundError: the file is not there; the message says how to point at it.
    """
    if not path.exists():
        raise FileNotFoundError(
            f"The historical figures are not at {path}: P20W_TEST_SAMPLES names the samples' folder"
        )
    frame = pl.read_parquet(path, columns=["cluster", "full_name", "gender"])
    known = frame.filter(pl.col("gender").is_in(["male", "female"]))
    sexes = dict(_most_frequent(known, "gender", least=1).iter_rows())
    long = frame.filter(pl.col("full_name").str.count_matches(" ") > 1)  # the most frequent writing drops middle names
    people, with_middle = (
        [(sexes[cluster] == "male", *name) for cluster, name in _names(some) if cluster in sexes]
        for some in (frame, long)
    )
    return Names(
        men=tuple(first for man, first, _, _ in people if man),
        women=tuple(first for man, first, _, _ in people if not man),
        middles_of_men=tuple(middle for man, _, middle, _ in with_middle if man and middle),
        middles_of_women=tuple(middle for man, _, middle, _ in with_middle if not man and middle),
        surnames=tuple(last for _, _, _, last in people),
    )


def _names(frame: pl.DataFrame) -> list[tuple[str, tuple[str, str, str]]]:
    written = _most_frequent(frame, "full_name", least=2).sort("cluster").iter_rows()
    return [(cluster, parts) for cluster, text in written if (parts := taken(text))]


def taken(text: str) -> tuple[str, str, str] | None:
    """First, middle and surname of a full name; None when a word of it is a title, an initial or no name."""
    words = text.split()
    if len(words) < 2 or any(word in _TITLES or not _WORD.fullmatch(word) for word in words):
        return None
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    first, middles, last = words[0], words[1:at], words[at:]
    if first in _PARTICLES or len(last[-1]) < 3:
        return None
    return cased(first), " ".join(map(cased, middles)), " ".join(map(cased, last))


def cased(word: str) -> str:
    """A word as it is written: Lane-Poole, O'Neill, McDonald; particles stay small."""
    if word in _PARTICLES:
        return word
    text = re.sub(r"(^|['’-])([^\W\d_])", lambda found: found[1] + found[2].upper(), word)
    return re.sub(r"^Mc(\w)", lambda found: "Mc" + found[1].upper(), text)


def _most_frequent(frame: pl.DataFrame, column: str, least: int) -> pl.DataFrame:
    """One value a cluster, the one most often written; ties by the alphabet."""
    counted = frame.drop_nulls(column).group_by("cluster", column).len().filter(pl.col("len") >= least)
    ordered = counted.sort("cluster", "len", column, descending=[False, True, False])
    return ordered.unique("cluster", keep="first", maintain_order=True).drop("len")
