"""The paths of a contract over XML, as steps from element to element.

Here: which steps a contract's headers and aliases make. Not here: walking them (`xml`).
"""

from dataclasses import dataclass, field

from p20w.contracts import FeedContract
from p20w.contracts.layouts import steps_of


@dataclass
class Step:
    """One element on a path: what lies below it, and the columns that its text (-1: none) and attributes hold."""

    place: int = -1
    attributes: dict[str, int] = field(default_factory=dict[str, int])
    children: dict[str, list[tuple[int | None, "Step"]]] = field(
        default_factory=dict[str, "list[tuple[int | None, Step]]"]
    )

    def below(self, name: str, number: int) -> list["Step"]:
        """The steps that the `number`-th child element of a name takes; a step without a number is taken by all."""
        return [step for wanted, step in self.children.get(name, ()) if wanted is None or wanted == number]

    def to(self, name: str, number: int | None) -> "Step":
        """The step to a child, made if it is new."""
        known = self.children.setdefault(name, [])
        found = next((step for wanted, step in known if wanted == number), None)
        if found is None:
            found = Step()
            known.append((number, found))
        return found


def read_paths(contract: FeedContract) -> Step:
    """The step at which a record begins, with all paths of the contract's headers and aliases below it."""
    top = Step()
    for place, column in enumerate(contract.columns):
        for path in (column.header, *column.aliases):
            step = top
            for name, number in steps_of(path):
                if name.startswith("@"):
                    step.attributes[name[1:]] = place
                    break
                step = step.to(name, number)
            else:
                step.place = place
    return top
