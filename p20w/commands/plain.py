"""Figures as plain dictionaries, for JSON.

Here: dataclasses with their properties, recursively. Not here: which figures there are (`p20w.registry.evaluation`).
"""

from dataclasses import fields, is_dataclass
from typing import Any


def plain(thing: Any) -> Any:
    """A dataclass as a dictionary of its fields and properties; collections of them likewise."""
    if is_dataclass(thing) and not isinstance(thing, type):
        names = [field.name for field in fields(thing)]
        names += [name for name, value in vars(type(thing)).items() if isinstance(value, property)]
        return {name: plain(getattr(thing, name)) for name in names}
    if isinstance(thing, list | tuple):
        return [plain(item) for item in thing]
    if isinstance(thing, dict):
        return {str(key): plain(value) for key, value in thing.items()}
    return thing
