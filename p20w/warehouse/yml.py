"""Text of the yml files that dbt reads.

Here: one key with its text, and the file that a staging model without one gets to begin with. Not here: what is said of
columns (`staging`).
"""

import json
import textwrap

from p20w.contracts import FeedContract

_WIDTH = 118


def said(key: str, words: str, indent: int) -> list[str]:
    """A key and a text of one line, folded where it is long."""
    space = " " * indent
    is_plain = words[:1].isalpha() and " " in words and not any(mark in f"{words} " for mark in (": ", " #"))
    line = f"{space}{key}: {words if is_plain else json.dumps(words, ensure_ascii=False)}"
    if len(line) <= _WIDTH:
        return [line]
    return [
        f"{space}{key}: >-",
        *textwrap.wrap(words, _WIDTH, initial_indent=f"{space}  ", subsequent_indent=f"{space}  "),
    ]


def first(model: str, contract: FeedContract) -> str:
    """A yml to begin with, for a model that has none."""
    limits = "A view for the models; analysts read the marts."
    period = next(contract.calendar.every()).label
    sections = {
        "Overview": contract.purpose,
        "Primary key": "`drop_id`, `line_number`",
        "Business rules": "- `active_drops`: Only lines of active drops.",
        "Example": f"select count(*) from staging.{model};",
        "Limitations": f"{contract.limitations} {limits}".strip(),
    }
    body = "\n".join(
        line for title, words in sections.items() for line in (f"## {title}", *textwrap.wrap(words, _WIDTH - 6))
    )
    return _FIRST.format(model=model, feed=contract.feed, period=period, description=textwrap.indent(body, " " * 6))


_FIRST = """\
models:
  - name: {model}
    description: |
{description}
    data_tests:
      - unique_combination:
          arguments: {{columns: [drop_id, line_number]}}
          description: |
            What: a line comes through staging once. When: a join that multiplies lines multiplies people. How: see
            whether two submissions of a period are active; the database should not allow it.
    columns:
unit_tests:
  - name: only_lines_of_active_drops_come_through_{feed}
    model: {model}
    description: "Rules: active_drops."
    given:
      - input: source('intake', '{feed}')
        rows:
          - {{drop_id: 1, line_number: 1}}
          - {{drop_id: 2, line_number: 1}}
      - input: ref('stg_governance__drop')
        rows:
          - {{drop_id: 1, feed: {feed}, period: "{period}", is_accepted: false}}
          - {{drop_id: 2, feed: {feed}, period: "{period}", is_accepted: true}}
    expect:
      rows:
        - {{drop_id: 2, line_number: 1}}
"""
