"""What a person does with a draft: fills in each marked place."""

from collections.abc import Mapping
from typing import Any

import yaml

from p20w.contracts.open_places import MARK, open_places

TERMS: Mapping[str, Any] = {
    "domain": "context",
    "content": "period",
    "kind": "quarter",
    "dueAfterDays": 30,
    "minimumCellSize": 10,
    "retentionYears": 10,
    "inForceFrom": "2014-01-01",
    "inForceTo": "2034-12-31",
    "physicalType": "yyyy-mm-dd",
}


def completed(draft: str, agreed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The contract, with plain words or plain terms in the marked places; custom properties in `agreed` win."""
    data: dict[str, Any] = yaml.safe_load(draft)
    for item in data["customProperties"]:
        if agreed and item["property"] in agreed:
            item["value"] = agreed[item["property"]]
    data["schema"][0]["properties"] = [
        {**column, "customProperties": [c for c in column["customProperties"] if not _open(c)]}
        for column in data["schema"][0]["properties"]
    ]
    for path, _ in list(open_places(data)):
        _fill(data, path)
    return data


def _open(custom: Mapping[str, Any]) -> bool:
    return isinstance(custom["value"], str) and custom["value"].startswith(MARK)


def _fill(data: Any, path: str) -> None:
    *way, last = path.split(".")
    for step in way:
        data = data[int(step)] if isinstance(data, list) else data[step]
    name = data.get("property") if isinstance(data, dict) and last == "value" else last
    value = TERMS.get(str(name), "some words")
    if isinstance(data, list):
        data[int(last)] = value
    else:
        data[last] = value
