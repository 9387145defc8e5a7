"""Words that stand in name fields and are nobody's name.

Here: the list beside the contracts, `_fillers.yaml`, read and checked. Not here: who takes such a word for a missing
value (linkage does, when it reads names); the vault keeps names as they were sent.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from p20w.contracts.load import ContractError

FILE = "_fillers.yaml"

_Word = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]+( [A-Z]+)*$", max_length=75)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Group(_Strict):
    why: Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
    words: Annotated[list[_Word], Field(min_length=1)]


class _Lists(_Strict):
    first_name: list[_Group]
    middle_name: list[_Group]
    last_or_surname: list[_Group]


def fillers(folder: Path) -> Mapping[str, frozenset[str]]:
    """Words that are missing values, by name field: `first_name`, `middle_name`, `last_or_surname`.

    A value is missing when the whole of it is such a word, after upper case, without accents, and with anything but
    letters taken for a space (single spaces, none at the ends). Previous surnames go by `last_or_surname`.

    Args:
        folder: of the contracts.

    Raises:
        ContractError: there is no list, or it is malformed; the message says where.
    """
    path = folder / FILE
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise ContractError(
            f"no {FILE} in {folder}: it lists words that are nobody's name; copy the one of the repository, or give "
            "each name field an empty list"
        ) from None
    return _fillers(path, stat.st_mtime_ns, stat.st_size)


@cache
def _fillers(path: Path, _modified: int, _size: int) -> Mapping[str, frozenset[str]]:
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        lists = _Lists.model_validate(data)
    except yaml.YAMLError as error:
        raise ContractError(f"{path.name}: not YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "top"
        hint = "; words are in quotes, upper case, letters and single spaces" if "words" in first["loc"] else ""
        raise ContractError(f"{path.name}: at {place}: {first['msg']}{hint}") from None
    found: dict[str, frozenset[str]] = {}
    for field in _Lists.model_fields:
        groups: list[_Group] = getattr(lists, field)
        counts = Counter(word for group in groups for word in group.words)
        if twice := [word for word, count in counts.items() if count > 1]:
            raise ContractError(f"{path.name}: at {field}: listed twice: {', '.join(twice)}")
        found[field] = frozenset(counts)
    return MappingProxyType(found)
