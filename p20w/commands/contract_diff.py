"""What `p20w contract diff` prints: what a new version of a contract breaks, and for whom.

Here: contracts from files or from an earlier commit, and words. Not here: the comparison (`p20w.onboarding`).
"""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from p20w.commands.console import console
from p20w.contracts import ContractError, FeedContract, load_contract, load_contracts
from p20w.onboarding import Change, changes, standing_on, version_fault
from p20w.settings import Settings
from p20w.warehouse import dbt_runs

WHOM = {
    "files": "The agency, in the files it sends",
    "models": "Models that read its columns",
    "linkage": "Who is who: persons of all feeds can change at the next refresh",
    "agreement": "What may be done with the data: tell the governance board",
}


class NoEarlierVersion(LookupError):
    """There is nothing to compare with."""


def between(old: Path, new: Path) -> bool:
    """Print what differs between two files of one feed; whether something breaks."""
    before, now = _read(old), _read(new)
    if before.feed != now.feed:
        raise ContractError(
            f"{old.name} is of {before.feed} and {new.name} of {now.feed}: compare versions of one feed"
        )
    return _tell(before, now, Settings.load())


def since(revision: str) -> bool:
    """Print what differs between the contracts of a git revision and those here; whether something breaks unsaid.

    A breaking change under a new first number of the version is said, and is none to stop at.
    """
    settings = Settings.load()
    now = load_contracts(settings.contracts)
    unsaid = False
    for feed, text in _of(revision, settings.contracts).items():
        if feed not in now:
            console.print(f"[red]{feed}: its contract is gone[/red], and all that stands on it:")
            _tell_reach(feed, [], settings)
            unsaid = True
            continue
        try:
            before = _parsed(feed, text)
        except ContractError as error:
            console.print(f"{feed}: the contract of {revision} is not compared: {error}", markup=False)
            continue
        found = changes(before, now[feed])
        if found:
            _tell(before, now[feed], settings)
        unsaid |= version_fault(before, now[feed], found) is not None
    if not unsaid:
        console.print(f"No contract breaks since {revision} what its version does not say.")
    return unsaid


def _read(path: Path) -> FeedContract:
    """A contract from a file of any name."""
    text = path.read_text(encoding="utf-8")
    feed = next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("id:")), path.stem)
    return _parsed(feed, text)


def _parsed(feed: str, text: str) -> FeedContract:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{feed}.yaml"
        path.write_text(text, encoding="utf-8")
        return load_contract(path)


def _of(revision: str, folder: Path) -> Mapping[str, str]:
    """Text of the contracts of a revision, by feed."""
    listed = _git(folder, "ls-tree", "--name-only", revision, "./")
    names = [name for name in listed.splitlines() if name.endswith(".yaml") and not name.startswith("_")]
    return {name.removesuffix(".yaml"): _git(folder, "show", f"{revision}:./{name}") for name in names}


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NoEarlierVersion("There is no git here: compare two files, p20w contract diff OLD NEW") from None
    if done.returncode:
        raise NoEarlierVersion(f"git {' '.join(arguments[:2])} of {folder} failed: {done.stderr.strip()}")
    return done.stdout


def _tell(before: FeedContract, now: FeedContract, settings: Settings) -> bool:
    found = changes(before, now)
    if not found:
        console.print(f"{now.feed}: {before.version} and {now.version} promise the same.")
        return False
    breaking = sum(change.breaks for change in found)
    console.print(f"{now.feed} {before.version} → {now.version}: {len(found)} changes, {breaking} of them breaking")
    for concerns, words in WHOM.items():
        chosen = [change for change in found if change.concerns == concerns]
        if chosen:
            console.print(f"\n{words}")
        for change in chosen:
            style, mark = ("red", "breaks") if change.breaks else ("default", "fits")
            console.print(f"  {mark}  {change.words}", style=style, markup=False)
    _tell_reach(now.feed, found, settings)
    if fault := version_fault(before, now, found):
        console.print(f"\n{fault}", style="red", markup=False)
    return breaking > 0


def _tell_reach(feed: str, found: list[Change], settings: Settings) -> None:
    """Models, marts and views that stand on the feed; those that name a changed column first."""
    columns = [
        change.column for change in found if change.column and change.concerns in ("models", "agreement", "files")
    ]
    if found and not any(change.breaks for change in found):
        return
    models = standing_on(feed, columns, dbt_runs.manifest(settings))
    console.print("\nWhat stands on the feed")
    for model in models:
        names = f" (names {', '.join(model.columns)})" if model.columns else ""
        console.print(f"  {model.layer}  {model.name}{names}", markup=False)
    if marts := [model.name for model in models if model.layer == "marts"]:
        views = ", ".join(f"marts.{name}" for name in marts)
        console.print(f"  exports  {views}, and what the report shows of them", markup=False)
    if not models:
        console.print("  nothing yet")
