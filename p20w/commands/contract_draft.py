"""What `p20w contract draft` does and prints.

Here: where the draft goes, and what a person should look at first. Not here: its terms (`p20w.onboarding`).
"""

from collections.abc import Mapping
from pathlib import Path

from rich.table import Table

from p20w.commands.console import console
from p20w.contracts import read_contracts
from p20w.contracts.open_places import open_places
from p20w.intake.sources import Limits
from p20w.onboarding import SampleError, Told, as_yaml, draft, read_sample
from p20w.onboarding.identifiers import Finding
from p20w.settings import Settings


def write(file: Path, feed: str, to: Path, told: Told) -> None:
    """Write a draft and say what it found, without any value of the file."""
    if not feed.isidentifier() or feed != feed.lower():
        raise SampleError(f"--feed is a name in snake case, such as k12_enrollment, not {feed!r}")
    if to.exists():
        raise SampleError(f"{to} is there already: choose another place by --to, or move it away")
    settings = Settings.load()
    sample = read_sample(file.absolute(), told, Limits.of(settings))
    taken = [contract.intake_order for contract in read_contracts(settings.contracts)[0].values()]
    found = draft(feed, sample, max(taken, default=0) + 1)
    to.write_text(as_yaml(found), encoding="utf-8")
    layout = sample.form.layout
    console.print(
        f"Read {sample.values.height:,} records of {len(sample.form.headers)} columns "
        f"({layout.kind}, {layout.encoding})."
    )
    if sample.unreadable:
        console.print(f"{sample.unreadable:,} records are not as most are, and were left out.")
    if found.identifying:
        console.print(_identifying(found.identifying))
    else:
        console.print("No column looks as if it said who somebody is.")
    for place, key in enumerate(found.keys):
        console.print(f"{'Key' if not place else 'or'}: {', '.join(key)}", markup=False)
    if not found.keys:
        console.print("No few columns tell the records apart: the key is yours to give.")
    places = sum(1 for _ in open_places(found.contract))
    console.print(f"Written: {to}, with {places} places to fill in; each says what and why.", markup=False)


def _identifying(found: Mapping[str, Finding]) -> Table:
    table = Table("Column", "Identifies", "Because", box=None)
    for name, finding in found.items():
        table.add_row(name, finding.identifies or "left out", finding.why)
    return table
