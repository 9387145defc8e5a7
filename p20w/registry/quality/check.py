"""Estimate the registry's errors as a state without a truth can, and keep the figures of the refresh.

Here: the order of the estimates. Not here: the estimates, what figure is good enough (`expectations/registry`), pages.
"""

from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.progress import tell
from p20w.registry.evaluation import reading
from p20w.registry.linking.weighing import taught
from p20w.registry.models import versions
from p20w.registry.quality import (
    classes,
    figure,
    formats,
    lift,
    masked,
    rates,
    reviewed,
    sample,
    stability,
    unlinkable,
)
from p20w.registry.quality.figure import Figure
from p20w.registry.quality.groups import make_members, read_traits, year_of
from p20w.registry.scratch import scratch_database
from p20w.settings import Settings

PAIRED = (classes.FIGURE, "agreement", "agreement_trained", "drift")
"""Figures that are measured while candidate pairs are at hand."""


def check(
    warehouse: Warehouse,
    settings: Settings,
    refresh_id: int,
    estimated: list[Figure] | None = None,
    largest: int = sample.LARGEST,
) -> list[Figure]:
    """Measure the candidate of a refresh, or the current assignment where none is set aside, and keep the figures.

    The same state gives the same figures.

    Args:
        warehouse: read and written as role `linkage`.
        settings: where the model and the private folder are.
        refresh_id: whose figures these are; what was kept for it before is replaced.
        estimated: what was measured while candidate pairs were at hand (`PAIRED`); None keeps what was kept of that.
        largest: records with a birth date that the self-test links once more; more gives narrower intervals.
    """
    with reader(warehouse.libpq("linkage")) as read:
        model = taught(read, versions.of_refresh(warehouse, settings, refresh_id))
    drawn = sample.draw(warehouse, settings, largest)
    hidden = bare = None
    if drawn.is_telling:
        tell("testing linkage without SSNs")
        hidden = masked.link_without_ssn(settings, model, drawn)
        tell("testing linkage without licenses")
        bare = lift.link_without_license(settings, model, drawn)
    tell("estimating errors")
    found: list[Figure] = []
    with scratch_database(settings) as con:
        reading.read_registry(con, warehouse, refresh_id)
        read_traits(con, warehouse)
        make_members(con, warehouse, whose="select identity, person as subject from identity")
        if hidden is not None and bare is not None:
            found += masked.masked(con, hidden) + lift.lift(con, bare, year_of(warehouse))
        found += unlinkable.unlinkable(con, drawn, model)
        matched = rates.rates(con)
    found += matched + rates.changes(warehouse, refresh_id, matched)
    found += reviewed.reviewed(warehouse) + stability.figures(warehouse, refresh_id)
    found.append(Figure("sampled_birth_years", 1 / drawn.step))
    with warehouse.connect("linkage") as connection:
        if estimated is None:
            estimated = [item for item in figure.read(connection, refresh_id) if item.figure in PAIRED]
        found += estimated
        found += formats.habits(connection, refresh_id)
        figure.write(connection, refresh_id, found)
        connection.commit()
    return found
