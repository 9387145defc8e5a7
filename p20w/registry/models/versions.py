"""Which linkage model is active, and where models are.

Here: the versions an installation has (shipped, and its own), recording which one refreshes use. Not here: training
(`training`), holding two against each other (`comparison`), what a model is (`splink_models`).

A state's own versions are personal data: they lie in the private folder, and the shipped ones in the checkout.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

import splink_models
from p20w.database import Warehouse
from p20w.settings import Settings
from splink_models import Model


class NoSuchModel(LookupError):
    """No version of that name."""


class ModelChanged(RuntimeError):
    """The values on file, or the active version, are not those that were promoted, or those that were compared."""


@dataclass(frozen=True)
class Version:
    """A version on file; `is_own` if this installation trained it."""

    name: str
    folder: Path
    is_own: bool

    def load(self) -> Model:
        """Its trained values."""
        return splink_models.load(self.name, self.folder)


@dataclass(frozen=True)
class Active:
    """The version that refreshes use; `since` is None for the shipped one that nobody had to promote."""

    name: str
    digest: str | None = None
    since: datetime | None = None
    by: str | None = None


def own_folder(settings: Settings) -> Path:
    """Where this installation's own versions lie, for its system user alone."""
    return settings.private_folder("models")


def versions(settings: Settings) -> dict[str, Version]:
    """All versions by name; a name that is shipped cannot be anybody's own."""
    own = own_folder(settings)
    files = [*sorted(own.glob("*/trained.json")), *sorted(settings.model_folder.glob("*/trained.json"))]
    places = [file.parent for file in files]
    return {place.name: Version(place.name, place.parent, place.parent == own) for place in places}


def find(settings: Settings, name: str) -> Version:
    """A version by its name.

    Raises:
        NoSuchModel: there is none; the message says which there are.
    """
    known = versions(settings)
    if name not in known:
        raise NoSuchModel(f"No linkage model {name}. There are: {', '.join(sorted(known))}. See: p20w model list")
    return known[name]


def standing_promotion(connection: psycopg.Connection) -> Active:
    """Which version is active: the one promoted last, else the one that the registry stands on, else the shipped one.

    A release that ships another version so changes nobody's id until somebody promotes it.
    """
    row = connection.execute(
        "select model_version, values_sha256, promoted_at, promoted_by from registry.model_promotion "
        "order by promotion_id desc limit 1"
    ).fetchone()
    used = connection.execute(
        "select refresh.model_version from registry.promotion as promotion "
        "inner join governance.refresh as refresh on promotion.refresh_id = refresh.refresh_id "
        "where refresh.model_version is not null order by refresh.refresh_id desc limit 1"
    ).fetchone()
    return Active(*row) if row else Active(used[0] if used else splink_models.LATEST)


def active(warehouse: Warehouse, settings: Settings) -> Model:
    """The model that refreshes use.

    Raises:
        NoSuchModel: its file is gone.
        ModelChanged: its file is another than was promoted.
    """
    with warehouse.connect("linkage") as connection:
        standing = standing_promotion(connection)
    version = find(settings, standing.name)
    model = version.load()
    if standing.digest not in (None, model.digest):
        raise ModelChanged(
            f"The values of linkage model {standing.name} are not those that {standing.by} promoted on "
            f"{standing.since:%Y-%m-%d}. Restore {version.folder / standing.name}, or promote the "
            f"values that are there now: p20w model promote {standing.name}"
        )
    return model


def was_promoted(warehouse: Warehouse, name: str) -> bool:
    """Whether a version is or was active, so that its values may not be replaced."""
    query = "select 1 from registry.model_promotion where model_version = %s limit 1"
    with warehouse.connect("linkage") as connection:
        return connection.execute(query, (name,)).fetchone() is not None


def promote(
    warehouse: Warehouse, settings: Settings, model: Model, standing: Active, by: str, compared: dict[str, Any] | None
) -> None:
    """Make a version active; the next refresh uses it.

    What was compared is what is promoted: whatever changed since is found under the writer's lock, and nothing is done.

    Args:
        warehouse: written to as role `linkage`.
        settings: where models are.
        model: the version, as it was when it was compared.
        standing: what was active then.
        by: who does it.
        compared: counts of a comparison with the active version, for the record.

    Raises:
        NoSuchModel: its file is gone.
        ModelChanged: its file holds other values by now, or another promotion came in between.
        WriterBusy: another process is writing.
    """
    again = f"Nothing is promoted. Start again: p20w model promote {model.version}"
    with warehouse.writer("model promote"), warehouse.connect("linkage") as connection:
        now = standing_promotion(connection)
        if (now.name, now.digest) != (standing.name, standing.digest):
            raise ModelChanged(
                f"Since this began, {now.by or 'somebody'} promoted linkage model {now.name}; the active one was "
                f"{standing.name} before. {again}"
            )
        if find(settings, model.version).load().digest != model.digest:
            raise ModelChanged(f"The values of linkage model {model.version} on file changed since this began. {again}")
        counts = json.dumps(compared) if compared is not None else None
        said = (model.version, model.digest, by, counts)
        connection.execute("select registry.promote_model(%s, %s, %s, %s)", said)
        connection.commit()
