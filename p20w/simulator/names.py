"""What people are called: given names by group, sex and time, surnames by group.

Here: pools of names with weights, and draws from them. Not here: families (`families`), errors (`mistakes`).

Weights of English and Spanish names are Faker's (counts of a national population); other lists are ours, weighted by
rank (Zipf). Surnames beyond the thousand commonest come from Faker's lists of other languages, as in a real state.
"""

from enum import IntEnum
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from p20w.simulator.name_lists import name_list
from p20w.simulator.randomness import Floats, Ints
from p20w.simulator.words import Words, plain

Weights = dict[str, float]


class Heritage(IntEnum):
    """Naming tradition of a family."""

    EUROPEAN = 0
    BLACK = 1
    HISPANIC = 2
    CHINESE_KOREAN = 3
    VIETNAMESE = 4
    SOUTH_ASIAN = 5
    NATIVE = 6
    PACIFIC = 7


ERA_BOUNDARY_YEAR = 1995  # the lists describe the living population; children's names differ from their grandparents'
_COMMON_INDIAN: Weights = {"Patel": 1.0, "Singh": 1.0, "Khan": 0.4, "Shah": 0.4}
_TAIL_LANGUAGES = ("de_DE", "it_IT", "nl_NL", "sv_SE", "no_NO", "fr_FR", "en_IE", "fi_FI", "en_GB")


def _provider(language: str) -> Any:
    return import_module(f"faker.providers.person.{language}").Provider


def _weights(names: Any) -> Weights:
    pairs = names.items() if hasattr(names, "items") else ((name, 1 / rank) for rank, name in enumerate(names, 2))
    kept = {str(name).strip(): float(weight) for name, weight in pairs}
    return _scaled({name: weight for name, weight in kept.items() if name}, 1.0)


def _scaled(names: Weights, total: float) -> Weights:
    mass = sum(names.values())
    return {name: weight * total / mass for name, weight in names.items()}


def _mixed(*parts: tuple[float, Weights]) -> Weights:
    out: Weights = {}
    for share, names in parts:
        for name, weight in _scaled(names, share).items():
            out[name] = out.get(name, 0.0) + weight
    return out


def _zipf(names: list[str], offset: float = 4.0) -> Weights:
    return {name: 1.0 / (rank + offset) for rank, name in enumerate(dict.fromkeys(names))}


def _variants(names: Weights) -> Weights:
    """Other spellings of the same sound, as parents choose them: Kaitlyn for Caitlin."""
    out: Weights = {}
    for name, weight in names.items():
        for old, new in (("y", "ie"), ("i", "y"), ("C", "K"), ("ph", "f"), ("ey", "ee"), ("nn", "n"), ("ea", "ee")):
            spelled = name.replace(old, new, 1)
            if spelled != name and len(spelled) > 3:
                out[spelled] = out.get(spelled, 0.0) + weight
    return out


def _given_names(sex: str) -> dict[tuple[Heritage, int, int], Weights]:
    """Weights of given names by heritage, era and birth abroad, for `girls` or `boys`."""
    column = "first_names_female" if sex == "girls" else "first_names_male"
    old = _weights(getattr(_provider("en_US"), column))
    recent = _zipf(name_list(f"recent_{sex}"), 25)
    faded = set(name_list("faded"))
    lasting = {name: weight for name, weight in old.items() if name not in faded}
    spanish = _weights(getattr(_provider("es_CO"), column))
    unaccented = {plain(name): weight for name, weight in spanish.items()}
    indian = _weights(getattr(_provider("en_IN"), column))
    black = _zipf(name_list(f"black_{sex}"), 10)
    starts, ends = name_list(f"joined_{sex}_starts"), name_list(f"joined_{sex}_ends")
    joined = {start + end: 1.0 for start in starts for end in ends}
    chinese, vietnamese, pacific = (
        _zipf(name_list(f"{group}_{sex}")) for group in ("chinese_korean", "vietnamese", "pacific")
    )
    bases = (
        _mixed((0.97, old), (0.03, _variants(old))),
        _mixed((0.45, lasting), (0.42, recent), (0.13, _variants(_mixed((0.5, lasting), (0.5, recent))))),
    )
    out: dict[tuple[Heritage, int, int], Weights] = {}
    for era, base in enumerate(bases):
        born_here = {
            Heritage.EUROPEAN: base,
            Heritage.BLACK: _mixed((0.66, base), (0.22, black), (0.12, joined)),
            Heritage.HISPANIC: _mixed((0.5, base), (0.4, unaccented), (0.1, spanish)),
            Heritage.CHINESE_KOREAN: _mixed((0.75, base), (0.25, chinese)),
            Heritage.VIETNAMESE: _mixed((0.6, base), (0.4, vietnamese)),
            Heritage.SOUTH_ASIAN: _mixed((0.15, base), (0.85, indian)),
            Heritage.NATIVE: base,
            Heritage.PACIFIC: _mixed((0.55, base), (0.45, pacific)),
        }
        born_abroad = {
            Heritage.EUROPEAN: base,
            Heritage.BLACK: _mixed((0.6, base), (0.4, black)),
            Heritage.HISPANIC: _mixed((0.8, spanish), (0.2, unaccented)),
            Heritage.CHINESE_KOREAN: _mixed((0.3, base), (0.7, chinese)),
            Heritage.VIETNAMESE: _mixed((0.15, base), (0.85, vietnamese)),
            Heritage.SOUTH_ASIAN: indian,
            Heritage.NATIVE: base,
            Heritage.PACIFIC: _mixed((0.4, base), (0.6, pacific)),
        }
        for heritage in Heritage:
            out[heritage, era, 0] = born_here[heritage]
            out[heritage, era, 1] = born_abroad[heritage]
    return out


def _surnames() -> dict[Heritage, Weights]:
    """Weights of surnames by heritage."""
    american = _weights(_provider("en_US").last_names)
    mexican, colombian = _provider("es_MX").last_names, _provider("es_CO").last_names
    hispanic_set = {plain(str(name)) for names in (mexican, colombian) for name in names}
    asian_set = {*name_list("chinese_korean_surnames"), *name_list("vietnamese_surnames"), *_COMMON_INDIAN} - {
        "Lee",
        "Park",
    }
    hispanic = {name: weight for name, weight in american.items() if name in hispanic_set}
    anglo = {name: weight for name, weight in american.items() if name not in hispanic_set | asian_set}
    others = {plain(str(name)).strip() for language in _TAIL_LANGUAGES for name in _provider(language).last_names}
    tail = {name: 1.0 for name in sorted(others - set(american)) if 2 < len(name) <= 18 and " " not in name}
    particles = _zipf(name_list("particle_surnames"))
    hispanic_tail = _mixed((0.5, _weights(colombian)), (0.5, _weights(mexican)))
    indian = _mixed((0.25, _COMMON_INDIAN), (0.75, _weights(_provider("en_IN").last_names)))
    filipino, chinese = _zipf(name_list("filipino_surnames")), _zipf(name_list("chinese_korean_surnames"))
    de_la = _zipf(name_list("hispanic_particles"))
    return {
        Heritage.EUROPEAN: _mixed((0.66, anglo), (0.31, tail), (0.03, particles)),
        Heritage.BLACK: _mixed((0.88, anglo), (0.11, tail), (0.01, particles)),
        Heritage.HISPANIC: _mixed((0.77, hispanic), (0.18, hispanic_tail), (0.05, de_la)),
        Heritage.CHINESE_KOREAN: _mixed((0.85, chinese), (0.15, filipino)),
        Heritage.VIETNAMESE: _zipf(name_list("vietnamese_surnames"), 1),
        Heritage.SOUTH_ASIAN: indian,
        Heritage.NATIVE: _mixed((0.5, _zipf(name_list("native_surnames"))), (0.5, anglo)),
        Heritage.PACIFIC: _mixed((0.75, _zipf(name_list("pacific_surnames"))), (0.25, anglo)),
    }


class NamePools:
    """All pools, as codes with cumulative weights."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._first: dict[int, tuple[npt.NDArray[np.int32], Floats]] = {}
        for sex, label in enumerate(("boys", "girls")):
            for (heritage, era, abroad), names in _given_names(label).items():
                self._first[_group(heritage, sex, era, abroad)] = self._pool(names)
        self._last = {int(heritage): self._pool(names) for heritage, names in _surnames().items()}

    def _pool(self, names: Weights) -> tuple[npt.NDArray[np.int32], Floats]:
        cumulative = np.cumsum(np.fromiter(names.values(), dtype=np.float64))
        return self._words.codes(names), cumulative / cumulative[-1]

    def first(
        self, rng: np.random.Generator, heritage: Ints, sex: Ints, era: Ints, foreign: Ints
    ) -> npt.NDArray[np.int32]:
        """A given name for each person; `era` is 1 for births from `ERA_BOUNDARY_YEAR` on."""
        group = ((heritage.astype(np.int64) * 2 + sex) * 2 + era) * 2 + foreign
        return _drawn(rng, group, self._first)

    def last(self, rng: np.random.Generator, heritage: Ints) -> npt.NDArray[np.int32]:
        """A surname for each person or family."""
        return _drawn(rng, heritage, self._last)


def _group(heritage: int, sex: int, era: int, abroad: int) -> int:
    return ((heritage * 2 + sex) * 2 + era) * 2 + abroad


def _drawn(
    rng: np.random.Generator, group: Ints, pools: dict[int, tuple[npt.NDArray[np.int32], Floats]]
) -> npt.NDArray[np.int32]:
    draws = rng.random(len(group))
    out = np.zeros(len(group), dtype=np.int32)
    for value in np.unique(group).tolist():
        who = group == value
        codes, cumulative = pools[value]
        out[who] = codes[np.searchsorted(cumulative, draws[who], side="right").clip(max=len(codes) - 1)]
    return out
