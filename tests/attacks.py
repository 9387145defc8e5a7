"""Attacks on the warehouse: which tests try one, and how many attempts were refused, counted as they run.

Here: the classes, by the module that tries them, and the lines that `make test-security` ends with. Not here: the
attacks.

A test counts as one attempt, or as many as it records (`record_property("tried", n)`); where it fails, none of them
counts as refused.
"""

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SECURITY = "security"

CLASSES = {
    "to read or write what is not one's own": ("security/test_privileges.py", "security/test_roles.py"),
    "to get in without a password, or find one": ("security/test_access.py", "security/test_keys.py"),
    "to hold the stamp over one's own work": (
        "security/test_who_is_judged.py",
        "integration/dagster_project/test_gates_hold.py",
    ),
    "to read without a trace, or change the record": (
        "security/test_access_log.py",
        "integration/review/test_reading.py",
    ),
    "to change what is published": ("integration/warehouse/test_publication.py",),
    "to hold up a refresh": ("integration/database/test_one_writer.py",),
    "to harm other feeds with a file": (
        "integration/intake/test_hostile_drops.py",
        "integration/intake/test_refusals.py",
    ),
    "to get at the review desk's page": ("integration/review/test_page_is_closed.py",),
    "to use Dagster's pages from outside": (
        "unit/web/test_guard.py",
        "integration/web/test_door.py",
        "integration/web/test_oidc.py",
        "end_to_end/test_dagster_page.py",
    ),
    "to keep an SSN outside its column": ("unit/intake/test_elsewhere.py", "integration/intake/test_elsewhere.py"),
    "to find a person in logs, errors or tables": (
        "security/test_canaries.py",
        "security/test_contracts_let_no_name_pass.py",
        "security/test_driver_errors.py",
        "security/test_errors_quote_nothing.py",
        "security/test_gates_reveal_nothing.py",
        "security/test_server_log.py",
    ),
}
"""What somebody tries, and the modules of tests that try it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that tries an attack, so that `-m attack` chooses them."""
    found = {TESTS / module: attack for attack, modules in CLASSES.items() for module in modules}
    for item in items:
        if attack := found.get(item.path):
            item.add_marker(pytest.mark.attack(attack))
            item.user_properties.append(("attack", attack))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each class of attack that was tried."""
    tried, refused = Counter[str](), Counter[str]()
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.getreports(outcome):
            told = dict(getattr(report, "user_properties", ()))
            if "attack" in told:
                tried[told["attack"]] += told.get("tried", 1)
                refused[told["attack"]] += told.get("tried", 1) if outcome == "passed" else 0
    if not tried:
        return
    terminalreporter.section("attacks refused, of those tried")
    for attack in CLASSES:
        if tried[attack]:
            terminalreporter.write_line(f"{refused[attack]:>7,} of {tried[attack]:>7,}  {attack}")
