"""The told record, its page, and a browser to look at it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from p20w.database import Warehouse
from p20w.reports import write_report
from tests.integration.reports import story


@pytest.fixture(scope="module")
def told(make_warehouse: Callable[..., Warehouse]) -> Warehouse:
    """A warehouse with three refreshes on record."""
    warehouse = make_warehouse()
    story.tell(warehouse)
    return warehouse


@pytest.fixture(scope="module")
def page(told: Warehouse) -> Path:
    """The report of the last of them."""
    return write_report(told, told.settings)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from the system; where it could be installed, its absence is a failure."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        missing = "Chromium is not installed. Run: make browser"
        pytest.fail(missing) if os.environ.get("CI") or os.geteuid() == 0 else pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()
