"""Send what has not been told, by each channel that is on.

Here: the order of reading, sending and remembering, and that nothing of it stops who asked. Not here: messages
(`channels`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from p20w.alerts.channels import ChannelFailed, post, send_mail
from p20w.alerts.news import News, gather
from p20w.alerts.told import Told
from p20w.contracts import read_contracts
from p20w.database import Warehouse
from p20w.settings import Settings

UNHARMED = "The refresh is not affected; it is tried again next time."
Channel = Callable[[Settings, Sequence[News]], None]
CHANNELS: Mapping[str, Channel] = {"mail": send_mail, "webhook": post}


@dataclass(frozen=True)
class Sent:
    """News told now, by channel, and a plain sentence for each channel that failed."""

    told: dict[str, int]
    warnings: tuple[str, ...] = ()


def send_news(warehouse: Warehouse, settings: Settings, today: date | None = None) -> Sent:
    """Tell each channel what it has not been told yet. Raises nothing: a failure is a warning, and is tried next time.

    Args:
        warehouse: read as the role `report`.
        settings: of the installation.
        today: the day as of which files are missing.
    """
    if not settings.alert_channels:
        return Sent({})
    try:
        with warehouse.connect("report") as connection:
            connection.execute("set transaction isolation level repeatable read read only")
            found = gather(connection, read_contracts(settings.contracts)[0], today or date.today())
    except Exception as error:
        return Sent({}, (f"Alerts were not sent: the record was not read ({type(error).__name__}). {UNHARMED}",))
    told: dict[str, int] = {}
    warnings: list[str] = []
    for name in settings.alert_channels:
        try:
            told[name] = _tell(CHANNELS[name], settings, Told(settings, name), found)
        except (ChannelFailed, OSError) as error:
            why = (
                str(error) if isinstance(error, ChannelFailed) else f"{type(error).__name__} in {settings.home}/alerts"
            )
            warnings.append(f"Alerts were not sent by {name}: {why}. {UNHARMED}")
    return Sent(told, tuple(warnings))


def _tell(channel: Channel, settings: Settings, told: Told, found: Sequence[News]) -> int:
    known, now = told.keys(), frozenset(item.key for item in found)
    fresh = [item for item in found if item.key not in known]
    if fresh:
        channel(settings, fresh)
    if now != known:
        told.keep(now)
    return len(fresh)


def send_trial(settings: Settings) -> Sent:
    """Send one message by each channel, so that a person sees whether it arrives. Raises nothing, as `send_news`."""
    told: dict[str, int] = {}
    warnings: list[str] = []
    for name in settings.alert_channels:
        try:
            CHANNELS[name](settings, [News("gate", "trial", "This is a trial: no gate has closed.")])
            told[name] = 1
        except ChannelFailed as error:
            warnings.append(f"By {name}: {error}.")
    return Sent(told, tuple(warnings))
