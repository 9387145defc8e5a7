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

from p20w.simulator import name_lists as lists
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


class NamePools:
    """All pools, as codes with cumulative weights."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._first: dict[tuple[int, int, int, int], tuple[npt.NDArray[np.int32], Floats]] = {}
        self._last: dict[int, tuple[npt.NDArray[np.int32], Floats]] = {}
        english, mexican, colombian = _provider("en_US"), _provider("es_MX"), _provider("es_CO")
        for sex, letter in ((0, "M"), (1, "F")):
            old = _weights(english.first_names_male if sex == 0 else english.first_names_female)
            recent = _zipf(lists.RECENT_BOYS if sex == 0 else lists.RECENT_GIRLS, 25)
            lasting = {name: weight for name, weight in old.items() if name not in lists.FADED}
            spanish = _weights(colombian.first_names_male if sex == 0 else colombian.first_names_female)
            unaccented = {plain(name): weight for name, weight in spanish.items()}
            indian = _weights(_provider("en_IN").first_names_male if sex == 0 else _provider("en_IN").first_names_female)
            chosen = _zipf(lists.BLACK_BOYS if sex == 0 else lists.BLACK_GIRLS, 10)
            made = {a + b: 1.0 for a in lists.BLACK_STARTS[letter] for b in lists.BLACK_ENDS[letter]}
            chinese = _zipf(lists.CHINESE_KOREAN_BOYS if sex == 0 else lists.CHINESE_KOREAN_GIRLS)
            vietnamese = _zipf(lists.VIETNAMESE_BOYS if sex == 0 else lists.VIETNAMESE_GIRLS)
            pacific = _zipf(lists.PACIFIC_BOYS if sex == 0 else lists.PACIFIC_GIRLS)
            for era in (0, 1):
                base = (
                    _mixed((0.45, lasting), (0.42, recent), (0.13, _variants(_mixed((0.5, lasting), (0.5, recent)))))
                    if era
                    else _mixed((0.97, old), (0.03, _variants(old)))
                )
                pools = {
                    Heritage.EUROPEAN: (base, base),
                    Heritage.BLACK: (_mixed((0.66, base), (0.22, chosen), (0.12, made)), _mixed((0.6, base), (0.4, chosen))),
                    Heritage.HISPANIC: (_mixed((0.5, base), (0.4, unaccented), (0.1, spanish)), _mixed((0.8, spanish), (0.2, unaccented))),
                    Heritage.CHINESE_KOREAN: (_mixed((0.75, base), (0.25, chinese)), _mixed((0.3, base), (0.7, chinese))),
                    Heritage.VIETNAMESE: (_mixed((0.6, base), (0.4, vietnamese)), _mixed((0.15, base), (0.85, vietnamese))),
                    Heritage.SOUTH_ASIAN: (_mixed((0.15, base), (0.85, indian)), indian),
                    Heritage.NATIVE: (base, base),
                    Heritage.PACIFIC: (_mixed((0.55, base), (0.45, pacific)), _mixed((0.4, base), (0.6, pacific))),
                }  # fmt: skip
                for heritage, (born_here, born_abroad) in pools.items():
                    self._first[heritage, sex, era, 0] = self._pool(born_here)
                    self._first[heritage, sex, era, 1] = self._pool(born_abroad)
        american = _weights(english.last_names)
        hispanic_set = {plain(name) for provider in (mexican, colombian) for name in provider.last_names}
        asian_set = {*lists.CHINESE_KOREAN_SURNAMES, *lists.VIETNAMESE_SURNAMES, "Patel", "Singh", "Shah", "Khan"} - {"Lee", "Park"}
        hispanic = {name: weight for name, weight in american.items() if name in hispanic_set}
        anglo = {name: weight for name, weight in american.items() if name not in hispanic_set | asian_set}
        tail_names = sorted(
            {plain(str(name)).strip() for lang in _TAIL_LANGUAGES for name in _provider(lang).last_names}
            - set(american)
        )
        tail = {name: 1.0 for name in tail_names if 2 < len(name) <= 18 and " " not in name}
        particles = _zipf(lists.PARTICLE_SURNAMES)
        mexican_tail = _mixed((0.5, _weights(colombian.last_names)), (0.5, _weights(list(mexican.last_names))))
        native = _zipf(lists.NATIVE_SURNAMES)
        surnames: dict[int, Weights] = {
            Heritage.EUROPEAN: _mixed((0.66, anglo), (0.31, tail), (0.03, particles)),
            Heritage.BLACK: _mixed((0.88, anglo), (0.11, tail), (0.01, particles)),
            Heritage.HISPANIC: _mixed((0.77, hispanic), (0.18, mexican_tail), (0.05, _zipf(lists.HISPANIC_PARTICLES))),
            Heritage.CHINESE_KOREAN: _mixed((0.85, _zipf(lists.CHINESE_KOREAN_SURNAMES)), (0.15, _zipf(lists.FILIPINO_SURNAMES))),
            Heritage.VIETNAMESE: {name: 1.0 / (rank + 1) for rank, name in enumerate(lists.VIETNAMESE_SURNAMES)},
            Heritage.SOUTH_ASIAN: _mixed((0.25, {"Patel": 1.0, "Singh": 1.0, "Khan": 0.4, "Shah": 0.4}), (0.75, _weights(_provider("en_IN").last_names))),
            Heritage.NATIVE: _mixed((0.5, native), (0.5, anglo)),
            Heritage.PACIFIC: _mixed((0.75, _zipf(lists.PACIFIC_SURNAMES)), (0.25, anglo)),
        }  # fmt: skip
        for heritage, names in surnames.items():
            self._last[heritage] = self._pool(names)

    def _pool(self, names: Weights) -> tuple[npt.NDArray[np.int32], Floats]:
        cumulative = np.cumsum(np.fromiter(names.values(), dtype=np.float64))
        return self._words.codes(names), cumulative / cumulative[-1]

    def first(
        self, rng: np.random.Generator, heritage: Ints, sex: Ints, era: Ints, foreign: Ints
    ) -> npt.NDArray[np.int32]:
        """A given name for each person; `era` is 1 for births from `ERA_BOUNDARY_YEAR` on."""
        draws = rng.random(len(heritage))
        out = np.zeros(len(heritage), dtype=np.int32)
        group = ((heritage.astype(np.int64) * 2 + sex) * 2 + era) * 2 + foreign
        for value in np.unique(group).tolist():
            who = group == value
            codes, cumulative = self._first[value // 8, value // 4 % 2, value // 2 % 2, value % 2]
            out[who] = codes[np.searchsorted(cumulative, draws[who], side="right").clip(max=len(codes) - 1)]
        return out

    def last(self, rng: np.random.Generator, heritage: Ints) -> npt.NDArray[np.int32]:
        """A surname for each person or family."""
        draws = rng.random(len(heritage))
        out = np.zeros(len(heritage), dtype=np.int32)
        for value in np.unique(heritage).tolist():
            who = heritage == value
            codes, cumulative = self._last[value]
            out[who] = codes[np.searchsorted(cumulative, draws[who], side="right").clip(max=len(codes) - 1)]
        return out
