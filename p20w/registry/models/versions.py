"""Which linkage model is in force, and where models are.

Here: the versions an installation has (shipped, and its own), recording which one refreshes use. Not here: training
(`training`), holding two against each other (`model_comparison`), what a model is (`splink_models`).

A state's own versions are personal data: they lie in the private folder, and the shipped ones in the checkout.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

import splink_models
from p20w.database import Warehouse
from p20w.settings import Settings
from splink_models import Model

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,30}")


class NoSuchModel(LookupError):
    """No version of that name."""


class BadName(ValueError):
    """No name for a version."""


class ModelChanged(RuntimeError):
    """The values on file are not those that were put in force, or not those that were compared."""


class StandingChanged(RuntimeError):
    """Another version was put in force meanwhile."""


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
    digest: str | None
    since: datetime | None
    by: str | None


def check_name(name: str) -> None:
    """Whether a version can have that name, which is a folder's and shown in reports.

    Raises:
        BadName: it cannot.
    """
    if not NAME.fullmatch(name):
        raise BadName(
            "A model's name has up to 31 lower-case letters, digits, dots, underscores and hyphens, and begins with a "
            "letter or digit. For example: home-2026"
        )


def own_folder(settings: Settings) -> Path:
    """Where this installation's own versions lie, for its system user alone."""
    return settings.private_folder("models")


def versions(settings: Settings) -> dict[str, Version]:
    """All versions by name; a name that is shipped cannot be anybody's own."""
    found: dict[str, Version] = {}
    for folder, is_own in ((own_folder(settings), True), (settings.model_folder, False)):
        for file in sorted(folder.glob("*/trained.json")):
            found[file.parent.name] = Version(file.parent.name, folder, is_own)
    return found


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
    """Which version is in force: the one promoted last, else the one that the registry stands on, else the shipped one.

    A release that ships another version so changes nobody's id until somebody promotes it.
    """
    row = connection.execute(
        "select model_version, values_sha256, promoted_at, promoted_by from registry.model_promotion "
        "order by promotion_id desc limit 1"
    ).fetchone()
    if row:
        return Active(*row)
    used = connection.execute(
        "select refresh.model_version from registry.promotion as promotion "
        "inner join governance.refresh as refresh on promotion.refresh_id = refresh.refresh_id "
        "where refresh.model_version is not null order by refresh.refresh_id desc limit 1"
    ).fetchone()
    return Active(used[0] if used else splink_models.LATEST, None, None, None)


def active(warehouse: Warehouse, settings: Settings) -> Model:
    """The model that refreshes use.

    Raises:
        NoSuchModel: its file is gone.
        ModelChanged: its file is another than was promoted.
    """
    with warehouse.connect("linkage") as connection:
        standing = standing_promotion(connection)
    model = find(settings, standing.name).load()
    if standing.digest is not None and model.digest != standing.digest:
        raise ModelChanged(
            f"The values of linkage model {standing.name} are not those that {standing.by} put in force on "
            f"{standing.since:%Y-%m-%d}. Restore {find(settings, standing.name).folder / standing.name}, or put the "
            f"values that lie there in force: p20w model promote {standing.name}"
        )
    return model


def note(connection: psycopg.Connection, refresh_id: int, model: Model) -> None:
    """Keep on record which model works out who is who in a refresh; the caller commits."""
    connection.execute(
        "update governance.refresh set model_version = %s where refresh_id = %s", (model.version, refresh_id)
    )


def of_refresh(warehouse: Warehouse, settings: Settings, refresh_id: int) -> Model:
    """The model that worked out who is who in a refresh, whatever is in force by now.

    Raises:
        NoSuchModel: its file is gone.
    """
    with warehouse.connect("linkage") as connection:
        row = connection.execute(
            "select model_version from governance.refresh where refresh_id = %s", (refresh_id,)
        ).fetchone()
    return find(settings, row[0]).load() if row and row[0] else active(warehouse, settings)


def was_promoted(warehouse: Warehouse, name: str) -> bool:
    """Whether a version is or was in force, so that its values may not be replaced."""
    with warehouse.connect("linkage") as connection:
        row = connection.execute(
            "select exists (select 1 from registry.model_promotion where model_version = %s)", (name,)
        ).fetchone()
    return bool(row and row[0])


def promote(
    warehouse: Warehouse, settings: Settings, model: Model, standing: Active, by: str, compared: dict[str, Any] | None
) -> None:
    """Put a version in force; the next refresh uses it.

    What was compared is what is promoted: whatever changed since is found under the writer's lock, and nothing is done.

    Args:
        warehouse: written to as role `linkage`.
        settings: where models are.
        model: the version, as it was when it was compared.
        standing: what was in force then.
        by: who does it.
        compared: what a comparison with the version in force showed: counts, kept for the record.

    Raises:
        NoSuchModel: its file is gone.
        ModelChanged: its file holds other values by now.
        StandingChanged: another promotion came in between.
        WriterBusy: another process is writing.
    """
    with warehouse.writer("model promote"), warehouse.connect("linkage") as connection:
        now = standing_promotion(connection)
        if (now.name, now.digest) != (standing.name, standing.digest):
            raise StandingChanged(
                f"Since this began, {now.by or 'somebody'} put linkage model {now.name} in force; it was "
                f"{standing.name} before. Nothing is promoted. Start again: p20w model promote {model.version}"
            )
        if find(settings, model.version).load().digest != model.digest:
            raise ModelChanged(
                f"The values of linkage model {model.version} on file changed since this began. Nothing is promoted. "
                f"Start again: p20w model promote {model.version}"
            )
        connection.execute(
            "insert into registry.model_promotion (model_version, values_sha256, promoted_by, compared) "
            "values (%s, %s, %s, %s)",
            (model.version, model.digest, by, json.dumps(compared) if compared is not None else None),
        )
        connection.execute(
            "insert into governance.audit (action, subject) values ('linkage model put in force', %s)",
            (json.dumps({"model": model.version, "person": by, "is_compared": compared is not None}),),
        )
        connection.commit()
