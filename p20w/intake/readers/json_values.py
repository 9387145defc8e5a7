"""JSON as it is written: types of JSON do not count, the contract's do.

Here: numbers stay the text they are, and what is no number is no JSON. Not here: what members mean (`json_lines`,
`json_ld`).
"""

import json
from collections.abc import Callable
from typing import Any, NoReturn


def as_written(data: bytes, members: Callable[[list[tuple[str, Any]]], object]) -> object:
    """What JSON in UTF-8 says, numbers as text.

    Args:
        data: one value of JSON.
        members: makes an object of its members, in their order.

    Raises:
        UnicodeDecodeError: it is not in UTF-8.
        ValueError: it is no JSON, or has NaN and the like.
        RecursionError: it is nested without end.
    """
    return json.loads(
        data.decode(), object_pairs_hook=members, parse_int=str, parse_float=str, parse_constant=_no_number
    )


def _no_number(_: str) -> NoReturn:
    raise ValueError("not a number")
