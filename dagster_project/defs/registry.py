"""The refresh itself, and who is who in it."""

from collections.abc import Iterator, Sequence

import dagster as dg
from pydantic import Field

from dagster_project.checks import demand, gate_check, shown
from dagster_project.doorway import doorway
from dagster_project.feeds import Feed
from dagster_project.resources import OpenWarehouse
from p20w.pipeline import refreshes
from p20w.pipeline.stages import stage

REFRESH = dg.AssetKey(["governance", "current_refresh"])
ASSIGNMENT = dg.AssetKey(["registry", "assignment"])
PERSON_MAP = dg.AssetKey(["core", "person_identity"])
PROFILE = dg.AssetKey(["registry", "person_profile"])


class RefreshAsked(dg.Config):
    """Which refresh to open."""

    label: str | None = Field(
        default=None, description="Quarter to process up to, such as 2024Q4. Default: that of the latest delivery."
    )


def refresh(feeds: Sequence[Feed]) -> dg.AssetsDefinition:
    """The asset that opens a refresh, after what was taken in of every feed."""

    @dg.asset(
        key=REFRESH,
        deps=[["intake", feed.name] for feed in feeds],
        group_name="registry",
        output_required=False,
        description="The refresh over all active drops. With nothing new there is none, and the rest is skipped.",
        kinds={"postgres"},
    )
    def asset(
        context: dg.AssetExecutionContext, config: RefreshAsked, warehouse: OpenWarehouse
    ) -> Iterator[dg.MaterializeResult[None]]:
        with doorway(warehouse, "opening the refresh"):
            opened = refreshes.open_refresh(warehouse, config.label)
            if opened is None:
                context.log.info("Drops, verdicts and model are those of the last refresh; nothing to do.")
                return
            yield dg.MaterializeResult(metadata={"refresh_id": opened.refresh_id, "label": opened.label})

    return asset


@dg.multi_asset(
    name="registry__assignment",
    specs=[
        dg.AssetSpec(
            ASSIGNMENT,
            deps=[REFRESH],
            group_name="registry",
            description="Who is who: every identity of an active drop has one person, with history.",
            kinds={"splink"},
        ),
        dg.AssetSpec(PERSON_MAP, deps=[ASSIGNMENT], group_name="registry", description="Whose the facts are."),
        dg.AssetSpec(
            PROFILE,
            deps=[ASSIGNMENT],
            group_name="registry",
            description="The little that marts may know about a person.",
        ),
    ],
    check_specs=[gate_check("registry_gate", ASSIGNMENT, "The candidate assignment may become visible.")],
)
def assignment(warehouse: OpenWarehouse) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Work out who is who, have it judged, and make it visible if it passes."""
    from p20w.registry import assigning
    from p20w.registry.persons.promotion import promote

    with doorway(warehouse, "working out who is who"):
        current = refreshes.current(warehouse)
        with stage(warehouse, "linkage", current.refresh_id, "registry") as figures:
            outcome = assigning.standing(warehouse, current.refresh_id) or assigning.assign(
                warehouse, warehouse.settings, current.refresh_id
            )
            yield shown([outcome.gate_run], "registry_gate", ASSIGNMENT)
            demand(outcome.gate_run)
            promote(warehouse, current.refresh_id)
            figures.update(outcome.figures())
        yield dg.MaterializeResult(asset_key=ASSIGNMENT, metadata=figures)
        yield dg.MaterializeResult(asset_key=PERSON_MAP)
        yield dg.MaterializeResult(asset_key=PROFILE)
