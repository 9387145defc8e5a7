"""A draft as YAML, in the form of the contracts that are checked in.

Here: lines and wrapping. Not here: its terms (`draft`).
"""

from typing import Any

import yaml

from p20w.onboarding.draft import Draft
from p20w.onboarding.terms import Inline

_HEAD = """\
# A draft, made from a sample file; no value of a restricted column is in it. Places that begin with FILL IN say what to
# write there, and it loads once all are filled in. Check what is restricted and what is not, line by line, before
# anything else: that decides who can see it. Then put it into contracts/, and go on with docs/agencies/new-feed.md.
"""


def as_yaml(draft: Draft) -> str:
    """The text of a contract's file."""
    others = [f"#   {', '.join(key)}\n" for key in draft.keys[1:]]
    keys = "# Other columns tell the records apart as well:\n" + "".join(others) if others else ""
    if not draft.keys:
        keys = "# No few columns tell the records apart: give the key by primaryKey and primaryKeyPosition.\n"
    terms = yaml.dump(dict(draft.contract), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)
    return _HEAD + keys + terms


class _Writer(yaml.SafeDumper):
    """Lists within lists are set in, and terms of one line stay in one."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        del indentless
        return super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _inline(writer: _Writer, item: Inline) -> Any:
    return writer.represent_mapping("tag:yaml.org,2002:map", item, flow_style=True)


_Writer.add_representer(Inline, _inline)
