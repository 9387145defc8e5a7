"""How often levels occur among pairs of one person (m), of one household (h) and of strangers (u): estimation.

Here: arithmetic over counts of level patterns. Not here: which pairs are counted, and where they lie (`samples`),
what is compared (`comparisons`).

u and h are shares in a sample. m, and the classes of pairs that agree on a number, a birth date or both names, come
from expectation maximization (Dempster, Laird & Rubin 1977) in three classes with u and h held: each block has its own
shares of the classes, all have one m. What defines a block is left out of its patterns. Everything is drawn towards
the values of the model version by imaginary pairs (`TRUST`, `SEEN_BEFORE`), so that few files teach little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from splink_models.comparisons import COMPARISONS, Comparison
from splink_models.model import Model, Values

Floats = NDArray[np.float64]

TRUST = {"m": 100.0, "h": 100.0}
"""Imaginary pairs with the rates of the model version."""

SEEN_BEFORE = 1.0
"""Imaginary pairs of strangers at each level, among as many as the model version needs to show one. A common level is
learned from the files, which may have names, dates and places like no state's; a rare one, which a sample of random
pairs hardly shows, stays near the version's rate."""

LEAST_U = 1e-8
ROUNDS = 200
SETTLED = 1e-6
"""Change of a share or rate under which expectation maximization has settled."""

EXPECTED: Mapping[str, tuple[tuple[float, float, float], float]] = {
    "ssn": ((0.96, 0.02, 0.02), 20.0),
    "ssn_within": ((0.96, 0.02, 0.02), 20.0),
    "near": ((0.5, 0.02, 0.48), 20.0),
    "id": ((0.998, 0.001, 0.001), 50.0),
    "id_within": ((0.998, 0.001, 0.001), 50.0),
    "birth": ((0.2, 0.01, 0.79), 1.0),
    "names": ((0.2, 0.01, 0.79), 1.0),
    "address": ((0.4, 0.55, 0.05), 20.0),
}
"""Of each block: shares of one person, one household, strangers to start from, and how many pairs they count as. Census
PVS finds 99.8 % of links by SSN right; in files of wages 7 to 9 % of pairs under one SSN were found to be others."""

DEFINED_BY: Mapping[str, tuple[str, ...]] = {
    "ssn": ("ssn",),
    "ssn_within": ("ssn",),
    "near": ("ssn",),
    "id": ("agency_id", "ssn"),
    "id_within": ("agency_id", "ssn"),
    "birth": ("birthdate",),
    "names": ("first_name", "last_name"),
    "address": ("address",),
}
"""Comparisons that say nothing within a block, because it was found by them (or, for ids, mostly comes with them)."""

OTHERWISE = {"id": 0.05, "id_within": 0.05}
"""Of one person's pairs in these blocks, the share taken to have names with nothing in common: one file exchanges names
and cuts them, or has a guardian's. Agencies give an id to one person, so that only more of such pairs than these speak
of others under an id. Set 2026-12; lines without a name (courses, programs) have nothing but what an id is worth."""

NAMES = ("first_name", "middle_name", "last_name")

TEACH_M = ("ssn", "id", "birth", "names")
"""Blocks that m is learned from: pairs of two files. Within one file, identities of one person are kept apart by what
differs, and say nothing of how often it does."""

NOT_SEEN = ("employer", "agency_id")
"""Comparisons left out of every pattern: what they weigh is set by hand, or is itself a block."""


@dataclass(frozen=True)
class Block:
    """Patterns of the pairs of one block, and how many pairs have each.

    `levels` (patterns x comparisons in the order of `COMPARISONS`): Splink's numbers, -1 for nothing said.
    """

    name: str
    levels: NDArray[np.int64]
    counts: Floats


def estimate(
    model: Model,
    strangers: Mapping[str, Mapping[int, int]],
    households: Mapping[str, Mapping[int, int]],
    blocks: Sequence[Block],
    records: int,
) -> Model:
    """The model with values that files teach; partners and kin are the version's.

    Args:
        model: the version; what is not learned keeps its values.
        strangers: comparison -> level number -> pairs, in a random sample of all pairs.
        households: the same, of pairs of one household.
        blocks: patterns of pairs that agree on something.
        records: how many there are; of few, a random pair is now and then of one person or one household.
    """
    u = {item.name: _u(item, model, strangers.get(item.name, {}), records) for item in COMPARISONS}
    h = {item.name: _h(item, model, households.get(item.name, {}), u[item.name]) for item in COMPARISONS}
    start = {item.name: _normed(_held(item, model, "m")) for item in COMPARISONS}
    m, shares = _maximize(start, h, u, blocks)
    values: Values = {
        item.name: {
            level.key: {
                "m": _rounded(m[item.name][item.gamma(level.key)]),
                "u": _rounded(u[item.name][item.gamma(level.key)]),
                "h": _rounded(h[item.name][item.gamma(level.key)]),
            }
            for level in item.weighed
        }
        for item in COMPARISONS
    }
    told = {level.block for item in COMPARISONS for level in item.weighed} | {block.name for block in blocks}
    known = {
        name: (_rounded(one[0]), _rounded(one[1]), _rounded(one[2])) for name, one in shares.items() if name in told
    }
    return replace(model, values=values, shares=known)


def with_partners(model: Model, partners: float) -> Model:
    """The model with the number of partners that a record turned out to have, and with what follows for its household.

    Of pairs at one address, k of a household come on each of one person; the same holds of all pairs, but for how much
    more often a household agrees on the address. Files without addresses tell it by birth dates, less surely, as those
    of twins; where neither tells, the version's stays.
    """
    kin = model.kin
    for block in ("birth", "address"):
        if block in model.shares:
            one, household, _ = model.shares[block]
            agreed = model.values[DEFINED_BY[block][0]]["exact"]
            kin = household / one * agreed["m"] / agreed["h"] * partners / (partners + 1)
    return replace(model, partners=_rounded(partners), kin=_rounded(kin))


def untrained(version: str) -> Model:
    """A model of round figures alone, to start training from."""
    values: Values = {}
    for item in COMPARISONS:
        rare = 1e-5  # of strangers: less than a sample of random pairs can show, so that it outweighs none
        rest = 1 - rare * (len(item.weighed) - 1)
        values[item.name] = {
            level.key: {
                "m": level.usual,
                "u": level.u if level.u is not None else (rest if item.gamma(level.key) == 0 else rare),
                "h": level.kin,
            }
            for level in item.weighed
        }
    return Model(version, values, "nothing")


def _held(item: Comparison, model: Model, rate: str) -> Floats:
    """Rates of the model version, by level number."""
    found = np.zeros(len(item.weighed))
    for level in item.weighed:
        found[item.gamma(level.key)] = model.values[item.name][level.key][rate]
    return found


def _normed(rates: Floats) -> Floats:
    return rates / rates.sum()


def _counts(item: Comparison, counted: Mapping[int, int]) -> Floats:
    return np.array([float(counted.get(number, 0)) for number in range(len(item.weighed))])


def _u(item: Comparison, model: Model, counted: Mapping[int, int], records: int) -> Floats:
    held = _held(item, model, "u")
    if any(level.u is not None for level in item.weighed):
        return held
    counts = _counts(item, counted)
    one = model.partners / max(records - 1, 1)
    household = model.kin * (model.partners + 1) / max(records - 1, 1)
    alike = one * _normed(_held(item, model, "m")) + household * _normed(_held(item, model, "h"))
    counts = np.maximum(counts - counts.sum() * alike, 0.0)
    mixed = (counts + SEEN_BEFORE) / (counts.sum() + SEEN_BEFORE / _normed(held))
    return np.maximum(_normed(mixed), LEAST_U)


def _h(item: Comparison, model: Model, counted: Mapping[int, int], u: Floats) -> Floats:
    held = _normed(_held(item, model, "h"))
    if not item.learns_kin:
        return held
    alike = np.zeros(len(held), bool)
    for level in item.weighed:
        alike[item.gamma(level.key)] = level.kin_as_strangers
    counts = np.where(alike, 0.0, _counts(item, counted))
    held = _normed(np.where(alike, 0.0, held))
    mixed = (counts + TRUST["h"] * held) / (counts.sum() + TRUST["h"])
    return np.where(alike, u, mixed * (1 - u[alike].sum()))


def _maximize(
    start: Mapping[str, Floats], h: Mapping[str, Floats], u: Mapping[str, Floats], blocks: Sequence[Block]
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    m = {name: rates.copy() for name, rates in start.items()}
    shares = {name: np.array(expected) for name, (expected, _) in EXPECTED.items()}
    for _ in range(ROUNDS):
        learned = {name: np.zeros(len(rates)) for name, rates in m.items()}
        before = np.concatenate([*m.values(), *shares.values()])
        for block in blocks:
            weighed = _classes(block, m, h, u, shares[block.name]) * block.counts[:, None]
            expected, trust = EXPECTED[block.name]
            total = weighed.sum(0) + trust * np.array(expected)
            shares[block.name] = total / total.sum()
            if block.name in TEACH_M:
                for place, item in _seen(block.name):
                    level = block.levels[:, place]
                    said = level >= 0
                    learned[item.name] += np.bincount(level[said], weighed[said, 0], len(learned[item.name]))
        for item in COMPARISONS:
            if item.learns_m:
                total = learned[item.name] + TRUST["m"] * start[item.name]
                m[item.name] = total / total.sum()
        if np.abs(np.concatenate([*m.values(), *shares.values()]) - before).max() < SETTLED:
            break
    return m, shares


def _seen(block: str) -> list[tuple[int, Comparison]]:
    """Places and comparisons that tell classes apart within a block."""
    silent = {*DEFINED_BY[block], *NOT_SEEN}
    return [(place, item) for place, item in enumerate(COMPARISONS) if item.name not in silent]


def _classes(
    block: Block, m: Mapping[str, Floats], h: Mapping[str, Floats], u: Mapping[str, Floats], shares: Floats
) -> Floats:
    """Probability of each class for each pattern."""
    logs = np.tile(np.log(shares), (len(block.counts), 1))
    otherwise = np.zeros(len(block.counts))
    for place, item in _seen(block.name):
        level = block.levels[:, place]
        said = level >= 0
        for number, rates in enumerate((m, h, u)):
            logs[said, number] += np.log(rates[item.name][level[said]])
        if item.name in NAMES:
            otherwise[said] += np.log(u[item.name][level[said]]) - np.log(m[item.name][level[said]])
    share = OTHERWISE.get(block.name, 0.0)
    logs[:, 0] += np.log1p(share * np.expm1(otherwise))
    odds = np.exp(logs - logs.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


def _rounded(value: float) -> float:
    """Six significant digits: more would claim a precision that no file has, and differ between machines."""
    return float(f"{value:.6g}")
