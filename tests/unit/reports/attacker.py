"""Somebody who keeps every page of the report and puts down what each says as inequalities between whole numbers.

Here: reading words as intervals, and the least and greatest value that a number can have if every page is true, found
exactly by integer programming. Knows the rules of rounding, as everybody may. Not here: which pages (`test_attack`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FLOOR, BASE, MOST = 10, 10, 5000
"""The floor of the contracts in use, what sizes are rounded to, and more people than any group has."""
HALF_STEPS = ((40, 0.05), (100, 0.025), (300, 0.01), (3000, 0.005))
"""By the least size of a group: how far a share may be from what is printed."""

Terms = Mapping[str, float]


@dataclass
class Attacker:
    """Names of unknown numbers, and what is known of sums of them."""

    facts: list[tuple[dict[str, float], float, float]] = field(default_factory=list)

    def learns(self, terms: Terms, low: float, high: float) -> None:
        """The sum lies between two numbers."""
        self.facts.append((dict(terms), low, high))

    def reads_size(self, group: Terms, text: str) -> tuple[int, int]:
        """A number of people in words; returns what it can be."""
        least, most = size(text)
        self.learns(group, least, most)
        return least, most

    def reads_share(self, part: Terms, group: Terms, text: str, least: int) -> None:
        """A share in words of a group that has at least so many people."""
        rest = dict(group)
        for name, times in part.items():
            rest[name] = rest.get(name, 0) - times
        self.learns(part, 0, MOST)
        self.learns(rest, 0, MOST)
        if text.startswith("under"):
            self.learns(part, 0, FLOOR - 1)
        elif text.startswith("over"):
            self.learns(rest, 0, FLOOR - 1)
        elif found := re.fullmatch(r"([\d.]+)%", text):
            near = 0.0005 if "." in found[1] else next((half for under, half in HALF_STEPS if least < under), 0.0005)
            if 0 < float(found[1]) < 100:
                self.learns(part, FLOOR, MOST)
                self.learns(rest, FLOOR, MOST)
            for edge, low, high in ((-near, -1e-6, MOST), (near, -MOST, 1e-6)):
                terms = dict(part)
                for name, times in group.items():
                    terms[name] = terms.get(name, 0.0) - times * (float(found[1]) / 100 + edge)
                self.learns(terms, low, high)

    def believes(self, target: Terms) -> tuple[int, int]:
        """The least and the greatest value of a sum if all that was read is true."""
        facts = self._about(target)
        names = sorted({name for terms, _, _ in facts for name in terms} | set(target))
        place = {name: number for number, name in enumerate(names)}
        matrix = np.zeros((len(facts), len(names)))
        for number, (terms, _, _) in enumerate(facts):
            for name, times in terms.items():
                matrix[number, place[name]] = times
        goal = np.zeros(len(names))
        for name, times in target.items():
            goal[place[name]] = times
        limits = (
            [LinearConstraint(matrix, [low for _, low, _ in facts], [high for _, _, high in facts])] if facts else []
        )
        ends = []
        for sign in (1, -1):
            found = milp(sign * goal, constraints=limits, bounds=Bounds(0, MOST), integrality=np.ones(len(names)))
            assert found.success, "the pages contradict each other"
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]

    def _about(self, target: Terms) -> list[tuple[dict[str, float], float, float]]:
        """Facts that are connected with a target through names in common."""
        names, chosen, left = set(target), [], list(self.facts)
        while near := [fact for fact in left if names & set(fact[0])]:
            chosen += near
            names |= {name for fact in near for name in fact[0]}
            left = [fact for fact in left if fact not in near]
        return chosen


def size(text: str) -> tuple[int, int]:
    """What a reader knows of a number of people."""
    if found := re.fullmatch(r"about ([\d,]+)", text):
        middle = int(found[1].replace(",", ""))
        return max(FLOOR, middle - BASE // 2), middle + BASE // 2 - 1
    if found := re.fullmatch(r"([\d,]+) to ([\d,]+)", text):
        return int(found[1].replace(",", "")), int(found[2].replace(",", ""))
    if found := re.fullmatch(r"fewer than (\d+)", text):
        return 1, int(found[1]) - 1
    if re.fullmatch(r"[\d,]+", text):
        return int(text.replace(",", "")), int(text.replace(",", ""))
    return 0, MOST
