"""Live the state quarter by quarter and deliver what its agencies would.

Here: founding, the loop, and which drops are written. Not here: anything a quarter consists of.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from p20w.contracts import load_contracts
from p20w.private import for_us_alone
from p20w.settings import PROJECT
from p20w.simulator import deliver
from p20w.simulator.calendar import QuarterError, first_day, label_of, last_day, quarter_from_label
from p20w.simulator.census import write_persons
from p20w.simulator.cohort import found_cohort
from p20w.simulator.colleges import found_students, study_a_quarter
from p20w.simulator.demography import live_a_quarter
from p20w.simulator.employers import found_employers
from p20w.simulator.families import found
from p20w.simulator.feeds import FEEDS
from p20w.simulator.feeds.plugin import SimulatedFeed
from p20w.simulator.geography import load_places
from p20w.simulator.licensing import license_a_quarter
from p20w.simulator.name_lists import STREET_SHORT, name_list
from p20w.simulator.names import NamePools
from p20w.simulator.profile import Profile, load_profile
from p20w.simulator.schedule import due_after
from p20w.simulator.schooling import school_a_quarter
from p20w.simulator.words import Words
from p20w.simulator.work import found_jobs, work_a_quarter
from p20w.simulator.world import World

_WARM_UP_QUARTERS = 4  # lived before the first drop, so that jobs, terms and school years are under way


class SimulationRefused(ValueError):
    """What was asked for cannot be simulated."""


class SimulationMismatch(SimulationRefused):
    """The folder holds another state; mixing two would give neither."""


@dataclass(frozen=True)
class SimulationSummary:
    """What was written now (drops already there are not counted), and how many people live there at the end."""

    drops: dict[str, int]
    lines: dict[str, int]
    people: int
    seconds: float


@for_us_alone()
def simulate(
    people: int,
    first: str,
    last: str,
    seed: int,
    drops: Path,
    truth: Path,
    profile: Path | None = None,
    progress: Callable[[str, float], None] | None = None,
    *,
    feeds: Sequence[SimulatedFeed] = FEEDS,
    contracts: Path = PROJECT / "contracts",
) -> SimulationSummary:
    """Write every drop delivered from the first day of quarter `first` to the last day of quarter `last`.

    The same arguments give the same bytes; a later `last` only adds drops, and drops that are there already are left
    as they are. What is written is private (0700, 0600), as an agency's files are.

    Args:
        people: how many live in the state when it is founded, a year before `first`.
        first: label of the first quarter of deliveries, such as `2014Q3`.
        last: label of the last.
        seed: any nonnegative number.
        drops: folder for `<feed>/<period>/<submission>/`.
        truth: folder for `<feed>/<period>/<submission>.parquet`; never given to the pipeline.
        profile: error and rate profile, or the default one.
        progress: called with a quarter's label and the share done.
        feeds: those that are delivered.
        contracts: folder of their contracts, which say how files are laid out and under which agreement they come.

    Raises:
        QuarterError: a label is not a quarter, or `last` lies before `first`.
        ProfileError: the profile cannot be used.
        ContractError: a contract cannot be used.
        SimulationRefused: nobody lives there, or a feed has no contract.
        SimulationMismatch: the folders hold another state, or drops that were not simulated.
    """
    began = perf_counter()
    opening, closing = quarter_from_label(first), quarter_from_label(last)
    if closing < opening:
        raise QuarterError(f"The last quarter ({last}) lies before the first ({first}).")
    if people < 1:
        raise SimulationRefused("A state needs people: give --people a number above zero.")
    loaded, promised = load_profile(profile), load_contracts(contracts)
    if unknown := [plugin.feed for plugin in feeds if plugin.feed not in promised]:
        raise SimulationRefused(f"There is no contract in {contracts} for {', '.join(unknown)}.")
    _claim(truth, drops, {"people": people, "first": label_of(opening), "seed": seed, "profile": _fingerprint(loaded)})
    written: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    alive = 0
    start = warm_up_start(opening)
    for quarter, world in live(people, seed, loaded, start, closing, feeds):
        for due in due_after(world, quarter, feeds):
            contract = promised[due.delivery.feed]
            in_time = first_day(opening) <= due.delivery.delivered_on <= last_day(closing)
            if in_time and not deliver.is_there(due.delivery, contract, drops, truth):
                content = due.content()
                if not content.record_count:  # an agency with nothing to report sends nothing
                    continue
                deliver.write(due.delivery, content, contract, drops, truth)
                written[due.delivery.feed] += 1
                lines[due.delivery.feed] += content.record_count
        alive = len(world.here())
        if progress is not None:
            progress(label_of(quarter), (quarter - start + 1) / (closing - start + 1))
        if quarter == closing:
            write_persons(world, truth, label_of(quarter))
    return SimulationSummary(dict(written), dict(lines), alive, perf_counter() - began)


def warm_up_start(opening: int) -> int:
    """The quarter in which the state is founded: a year or more before `opening`, when school years open."""
    start = opening - _WARM_UP_QUARTERS
    return start - (start - 2) % 4


def live(
    people: int, seed: int, profile: Profile, start: int, closing: int, feeds: Sequence[SimulatedFeed] = FEEDS
) -> Iterator[tuple[int, World]]:
    """Each quarter from `start` to `closing`, with the world as it is at the quarter's end."""
    world = _found(seed, profile, people, first_day(start))
    for plugin in feeds:
        world.own |= {f"{plugin.feed}.{name}": made() for name, made in plugin.tables.items()}
    for quarter in range(start, closing + 1):
        if quarter % 4 == 3:  # the awards of the school year before were filed in the third quarter
            world.awards.clear()
        live_a_quarter(world, quarter)
        school_a_quarter(world, quarter)
        study_a_quarter(world, quarter)
        work_a_quarter(world, quarter)
        license_a_quarter(world, quarter)
        for plugin in feeds:
            plugin.live(world, quarter)
        yield quarter, world


def _found(seed: int, profile: Profile, people: int, today: int) -> World:
    words = Words()
    streets = words.codes(f"{name} {kind}" for name in name_list("street_names") for kind in STREET_SHORT)
    world = World(seed, profile, load_places(seed), words, NamePools(words), streets)
    world.founded_on = today
    if profile.cohort is None:
        found(world, world.rng("founding"), people, today, arriving=False)
    else:
        found_cohort(world, world.rng("founding"), people, profile.cohort, today, arriving=False)
    found_employers(world, people, today)
    found_students(world, today)
    found_jobs(world, today)
    return world


def _fingerprint(profile: Profile) -> str:
    return sha256(profile.model_dump_json(exclude_none=True).encode()).hexdigest()[:16]


def _claim(truth: Path, drops: Path, terms: dict[str, object]) -> None:
    """Remember which state a folder holds, so that another one, or a real one, is never mixed in."""
    path = truth / "simulation.json"
    if path.exists():
        held = json.loads(path.read_text(encoding="utf-8"))
        if held != terms:
            raise SimulationMismatch(
                f"{truth} contains a state made with {held}; this one would be made with {terms}. "
                "Give other folders, or remove both."
            )
        return
    if any(drops.glob("*/*/*/manifest.json")):
        raise SimulationMismatch(
            f"{drops} contains drops that no simulation in {truth} made, perhaps an agency's. Give other folders."
        )
    truth.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(terms, indent=2) + "\n", encoding="utf-8")
