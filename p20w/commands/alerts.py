"""`p20w alerts …`: tell the ops team what needs attention.

Here: commands and what they print. Not here: messages and channels (`p20w.alerts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from p20w.alerts import Sent
    from p20w.settings import Settings

alerts = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""
E-mail and webhook for files that were refused, are late or missing, and for closed gates. Off by default.

A refresh sends what is new at its end. How to turn them on: docs/ops/alerts.md.
""",
)


@alerts.command("send")
def send() -> None:
    """Send what has not been told yet; for a timer between refreshes. Ends with 1 where a channel failed."""
    from p20w.alerts import send_news
    from p20w.database import Warehouse
    from p20w.settings import Settings

    settings = Settings.load()
    _demand_on(settings)
    _show(send_news(Warehouse.open(settings), settings))


@alerts.command("try")
def trial() -> None:
    """Send one message by each channel, to see whether it arrives. Ends with 1 where a channel failed."""
    from p20w.alerts import send_trial
    from p20w.settings import Settings

    settings = Settings.load()
    _demand_on(settings)
    _show(send_trial(settings))


def _demand_on(settings: Settings) -> None:
    from p20w.commands.console import console

    if not settings.alert_channels:
        console.print("Alerts are off. How to turn them on: docs/ops/alerts.md")
        raise typer.Exit(1)


def _show(sent: Sent) -> None:
    from p20w.commands.console import console

    for channel, count in sent.told.items():
        console.print(f"By {channel}: {count} told." if count else f"By {channel}: nothing new.")
    for warning in sent.warnings:
        console.print(warning, style="red", markup=False, soft_wrap=True)
    if sent.warnings:
        raise typer.Exit(1)
