"""Every business rule in a model's yml has a unit test on hand-made rows that names it.

A rule is a bullet under "## Business rules" and begins with its name in backticks; a unit test of the same model names
the rules it is about in its description ("Rules: first, second."). What no row can show goes under "## Notes".
"""

import re
from pathlib import Path

import pytest
import yaml

from p20w.settings import PROJECT

MODELS = sorted(PROJECT.glob("dbt/models/*/*.yml"))


def rules_of(description: str) -> list[str]:
    """The bullets under "## Business rules"."""
    section = re.search(r"^## Business rules\n(.*?)(?=^## |\Z)", description, re.S | re.M)
    return re.findall(r"^- (.*)$", section[1], re.M) if section else []


@pytest.mark.parametrize("file", MODELS, ids=lambda path: path.stem)
def test_each_business_rule_has_a_unit_test_that_names_it(file: Path) -> None:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    for model in content.get("models", ()):
        rules = rules_of(model["description"])
        unnamed = [rule for rule in rules if not re.match(r"`[a-z0-9_]+`: ", rule)]
        assert unnamed == [], "a business rule begins with its name: - `name`: text"
        names = {rule.split("`")[1] for rule in rules}
        tests = [test for test in content.get("unit_tests", ()) if test["model"] == model["name"]]
        tested = set[str]()
        for test in tests:
            found = re.fullmatch(r"Rules: ([a-z0-9_, ]+)\.", test.get("description", ""))
            assert found, f"{test['name']} names no rule in its description: Rules: first, second."
            tested |= set(found[1].split(", "))
        assert names - tested == set(), "rules without a unit test on hand-made rows"
        assert tested - names == set(), "unit tests that name rules the yml does not have"
