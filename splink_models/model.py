"""A model version: values on file, settings for Splink out of them, and what its levels weigh.

Here: reading and writing `splink_models/<version>/trained.json`, building settings, weights in bits.
Not here: what is compared (`comparisons`), how values are found (`rates`, `train`).

A pair is of one person (M), of two members of one household (H), or of strangers (U). Its weight against strangers is
what Splink computes; its weight against a household adds the same levels with h in place of u. The odds of one person
are 1 / (1/A + 1/B), A and B being the odds against either: what relatives share never adds up to identity.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import log2
from pathlib import Path
from typing import Any

from splink import SettingsCreator

from splink_models import blocking
from splink_models.comparisons import BIRTH, COMPARISONS, FIRST, MIDDLE, Comparison, Level, build

LATEST = "v2"
FOLDER = Path(__file__).parent

Values = dict[str, dict[str, dict[str, float]]]
"""comparison -> level -> m, u and h."""

LARGEST = 60.0
"""Bits that one level adds or takes at the most."""

NO_TWINS = 4.0
"""Bits against a household where first name and birth date are the same. Households share first names across
generations, which is what h counts; two born on one day are twins, and twins are not called alike. Set 2026-11: a
sixteenth of h."""


@dataclass(frozen=True)
class Model:
    """One version of values, as trained or as a state's own files teach them.

    `shares`: of pairs that agree on a number (`Level.block`), how many are of one person, of one household, of
    strangers. `partners`: how many other records of the same person a record has. `kin`: how many other members of its
    household a record has in one file; each of them has as many records as anybody.
    """

    version: str
    values: Values
    trained_on: str
    shares: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    partners: float = 2.0
    kin: float = 3.0

    @property
    def digest(self) -> str:
        """SHA-256 of the values: two models with the same digest weigh alike."""
        plain = {name: value for name, value in self.plain().items() if name not in ("version", "trained_on")}
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self) | {"shares": {name: list(shares) for name, shares in self.shares.items()}}

    def prior(self, records: int) -> tuple[float, float]:
        """Bits for one person against strangers, and against a household, before anything is compared."""
        share = min(0.5, self.partners / max(records - 1, 1))
        return log2(share / (1 - share)), log2(self.partners / (self.kin * (self.partners + 1)))

    def bits(self, comparison: Comparison, level: Level, records: int) -> tuple[float, float]:
        """What a level adds against strangers and against a household, values of average frequency.

        A level that stands for agreement on a number weighs what its pairs turn out to be: the odds of one person
        among them, less the odds before (so that prior and level add up to the former).
        """
        values = self.values[comparison.name][level.key]
        if level.block and level.block in self.shares:
            one, kin, stranger = self.shares[level.block]
            before = self.prior(records)
            weights = (log2(one / stranger) - before[0], log2(one / kin) - before[1])
        else:
            weights = (log2(values["m"] / values["u"]), log2(values["m"] / values["h"]))
        return max(-LARGEST, min(LARGEST, weights[0])), max(-LARGEST, min(LARGEST, weights[1]))

    def settings(self, records: int) -> SettingsCreator:
        """Settings for Splink, for whichever engine the records are registered with; they weigh against strangers.

        Args:
            records: how many records will be compared: a larger state needs more evidence for the same certainty.
        """
        prior = self.prior(records)[0]
        return SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="record",
            probability_two_random_records_match=2**prior / (1 + 2**prior),
            comparisons=[build(item, self._for_splink(item, records)) for item in COMPARISONS],
            blocking_rules_to_generate_predictions=blocking.rules(),
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=True,
            linker_uid=f"p20w_{self.version}",
        )

    def _for_splink(self, comparison: Comparison, records: int) -> dict[str, dict[str, float]]:
        """M and u whose ratio is the weight, with the level's number in its last digits; Splink wants both under 1."""
        pairs: dict[str, dict[str, float]] = {}
        for level in comparison.weighed:
            bits = round(self.bits(comparison, level, records)[0], 6) + comparison.gamma(level.key) * 1e-9
            ratio = 2**bits
            m = min(self.values[comparison.name][level.key]["m"], ratio * 0.999999)
            pairs[level.key] = {"m": m, "u": m / ratio}
        return pairs

    def against_household(self, records: int) -> str:
        """SQL for the bits that speak for one person and against two of a household, over columns `gamma_<name>`."""
        parts = [self.household_bits(item, records) for item in COMPARISONS]
        return " + ".join([repr(self.prior(records)[1]), *parts])

    def stranger_bits(self, item: Comparison, records: int, *, by_value: bool = False) -> str:
        """SQL for the bits of one comparison that speak for one person and against strangers, over `gamma_<name>`.

        With `by_value` a value counts the more the rarer it is; columns `tf_<term>` say how common each is.
        """
        branches: list[str] = []
        for level in item.weighed:
            bits = repr(self.bits(item, level, records)[0])
            if by_value and level.term_frequency:
                usual = self.values[item.name][level.key]["u"]
                bits += f" + log2({usual!r} / greatest(tf_{level.term_frequency}, {level.rarest or 0.0!r}))"
            branches.append(f"when {item.gamma(level.key)} then {bits}")
        return f"case gamma_{item.name} {' '.join(branches)} else 0 end"

    def household_bits(self, item: Comparison, records: int) -> str:
        """The part of one comparison in `against_household`.

        A child with the first name of a parent has the middle name, too: beside an equal first name and another birth
        date it says nothing. An equal birth date says more beside an equal first name (`NO_TWINS`).
        """
        branches = " ".join(
            f"when {item.gamma(level.key)} then {self.bits(item, level, records)[1]!r}" for level in item.weighed
        )
        bits = f"case gamma_{item.name} {branches} else 0 end"
        is_called_alike = f"gamma_{FIRST.name} = {FIRST.gamma('exact')}"
        if item.name == BIRTH.name:
            return f"({bits} + if({is_called_alike} and gamma_{BIRTH.name} = {BIRTH.gamma('exact')}, {NO_TWINS}, 0))"
        if item.name == MIDDLE.name:
            agrees = f"{MIDDLE.gamma('exact')}, {MIDDLE.gamma('initial')}"
            is_of_others = f"gamma_{BIRTH.name} = {BIRTH.gamma('other')} and gamma_{MIDDLE.name} in ({agrees})"
            return f"if({is_called_alike} and {is_of_others}, 0, {bits})"
        return bits


class OutdatedModel(ValueError):
    """A version whose values are not for the comparisons of today."""


def level_told_by(weight: str) -> str:
    """SQL for the number of a level, from what it weighs: Splink hands out no levels without names and dates."""
    return f"round(({weight} * 1e6 - round({weight} * 1e6)) * 1e3)"


def of_plain(stored: Mapping[str, Any]) -> Model:
    """A model from what `Model.plain` gave."""
    values: Values = stored["values"]
    for item in COMPARISONS:
        held = values.get(item.name, {})
        if any({"m", "u", "h"} - held.get(level.key, {}).keys() for level in item.weighed):
            raise OutdatedModel(
                f"Linkage model {stored['version']} was made for other comparisons than this version has. Train a "
                "new one: p20w model train NAME"
            )
    shares = {name: (one[0], one[1], one[2]) for name, one in stored["shares"].items()}
    return Model(stored["version"], values, stored["trained_on"], shares, stored["partners"], stored["kin"])


def load(version: str = LATEST, folder: Path = FOLDER) -> Model:
    """The model of a version.

    Raises:
        FileNotFoundError: there is no such version in `folder`.
        OutdatedModel: it was made for other comparisons.
    """
    file = folder / version / "trained.json"
    if not file.exists():
        raise FileNotFoundError(f"No linkage model {version} in {folder}. Train it: p20w model train {version}")
    return of_plain(json.loads(file.read_text(encoding="utf-8")))


def save(model: Model, folder: Path = FOLDER) -> Path:
    """Write a model's values; the same values give the same bytes."""
    file = folder / model.version / "trained.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(model.plain(), indent=2) + "\n", encoding="utf-8")
    return file
