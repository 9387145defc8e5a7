"""How far reviewers agree.

Here: percent agreement and Cohen's kappa over pairs that two reviewers have judged. Pure. Not here: reading verdicts.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from p20w.registry.review.verdicts import VERDICTS, Decision


@dataclass(frozen=True)
class Agreement:
    """Two reviewers and the pairs both have judged.

    `kappa` is agreement beyond chance, 1 at most; None where chance alone would agree on everything.
    """

    one: str
    other: str
    pairs: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float:
        """Share of pairs on which both said the same."""
        return self.agreed / self.pairs


def agreements(decisions: Iterable[Decision]) -> list[Agreement]:
    """Agreement of every two reviewers with at least one pair in common, by name; of standing verdicts."""
    said: dict[str, dict[tuple[object, object], str]] = {}
    for decision in decisions:
        said.setdefault(decision.reviewer, {})[decision.identity_left, decision.identity_right] = decision.verdict
    found: list[Agreement] = []
    for one, other in combinations(sorted(said), 2):
        verdicts = [(said[one][pair], said[other][pair]) for pair in said[one].keys() & said[other].keys()]
        if verdicts:
            agreed = sum(a == b for a, b in verdicts)
            found.append(Agreement(one, other, len(verdicts), agreed, cohens_kappa(verdicts)))
    return found


def cohens_kappa(verdicts: list[tuple[str, str]]) -> float | None:
    """Cohen's kappa: (observed - expected) / (1 - expected), expected from each reviewer's own shares (Cohen 1960).

    Args:
        verdicts: what the one and the other reviewer said, one tuple a pair; at least one.
    """
    pairs = len(verdicts)
    one, other = (Counter(said) for said in zip(*verdicts, strict=True))
    observed = sum(a == b for a, b in verdicts) / pairs
    expected = sum(one[verdict] * other[verdict] for verdict in VERDICTS) / pairs**2
    return None if expected == 1 else (observed - expected) / (1 - expected)
