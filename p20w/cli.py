"""The command line: what each command is for, and which function does it.

Here: commands, options and help. Not here: what they do (`p20w.commands`, imported when a command runs, so that
`p20w --help` answers at once) and the domain behind it.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from p20w.commands.alerts import alerts
from p20w.commands.contract import contract
from p20w.commands.model import model
from p20w.commands.quarantine import quarantine
from p20w.commands.registry import registry
from p20w.commands.retention import retention
from p20w.commands.review import review
from p20w.commands.ui_users import users
from p20w.plain_errors import AGAIN, describe, is_ours, of_the_machine

INTERRUPTED = 130
"""How shells are told that a command was ended by Ctrl-C."""


class PlainGroup(TyperGroup):
    """Ends in words instead of a traceback: our own errors as they are, others without their message."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; P20W_DEBUG=1 shows the traceback of an unexpected error."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _tell(f"Stopped by you. Nothing half-done counts. {AGAIN}")
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if type(error).__module__.partition(".")[0] in ("click", "typer") or os.environ.get("P20W_DEBUG"):
                raise
            expected = is_ours(error) or of_the_machine(error)
            _tell(describe(error) if expected else f"Unexpected: {describe(error)}")
            raise typer.Exit(1) from None


def _tell(words: str) -> None:
    from rich.console import Console

    Console(stderr=True, highlight=False).print(words, style="red", markup=False, soft_wrap=True)


app = typer.Typer(
    cls=PlainGroup,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="""
A statewide longitudinal data system: agency files in, gated marts out.

Each quarter agencies put their files into `drops/<feed>/<period>/<submission>/`. One command takes in what has
arrived, works out who is who, builds the warehouse and writes the board's report:

    p20w refresh

Start with `p20w refresh --simulate-if-empty`: it simulates a state of 10,000 people if there is nothing yet.
Environment variables with the prefix `P20W_` say where things are (see the README).
""",
)
drops = typer.Typer(cls=PlainGroup, no_args_is_help=True, help="Look at agencies' submissions.")
db = typer.Typer(cls=PlainGroup, no_args_is_help=True, help="The Postgres behind the warehouse.")
ui = typer.Typer(
    cls=PlainGroup,
    invoke_without_command=True,
    help="""
Open Dagster on this machine: assets, runs, checks, schedule and sensor.

Without users it shows a link that opens the pages once. With users (`p20w ui users add NAME`) everybody logs in.
""",
)
ui.add_typer(users, name="users")
app.add_typer(ui, name="ui")
audit = typer.Typer(cls=PlainGroup, no_args_is_help=True, help="Who read what: the access log.")
app.add_typer(drops, name="drops")
app.add_typer(quarantine, name="quarantine")
app.add_typer(db, name="db")
app.add_typer(audit, name="audit")
app.add_typer(registry, name="registry")
app.add_typer(contract, name="contract")
app.add_typer(retention, name="retention")
app.add_typer(alerts, name="alerts")
app.add_typer(model, name="model")
app.add_typer(review, name="review")

Label = Annotated[
    str | None,
    typer.Option(help="Quarter to process up to, such as 2024Q4; later deliveries wait for the next refresh."),
]
Role = Annotated[str, typer.Option(help="One of the logins that `p20w db roles` lists.")]


@app.command()
def refresh(
    label: Label = None,
    simulate_if_empty: Annotated[
        bool, typer.Option("--simulate-if-empty", help="Simulate a state first if there are no drops at all.")
    ] = False,
    people: Annotated[int, typer.Option(help="People of the simulated state.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the simulated state.")] = 1,
) -> None:
    """Take in what has arrived, and publish it. With nothing new, change nothing.

    You can also start the same jobs in Dagster (`p20w ui`). An interrupted refresh continues where it stopped.
    """
    from p20w.commands.refresh import refresh as run

    run(label, simulate_if_empty, people, seed)


@app.command()
def simulate(
    people: Annotated[int, typer.Option(help="How many people live in the state.")] = 10_000,
    first: Annotated[str, typer.Option("--from", help="First quarter of deliveries.")] = "2014Q3",
    last: Annotated[str, typer.Option("--to", help="Last quarter of deliveries.")] = "2024Q4",
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Where the drops go. Default: the drops folder.")] = None,
    truth: Annotated[Path | None, typer.Option(help="Where the truth goes; not into the drops.")] = None,
    profile: Annotated[Path | None, typer.Option(help="YAML of error rates other than the default.")] = None,
) -> None:
    """Simulate a state, with lives, agencies and the errors agencies make.

    Writes files in the layouts real agencies use. Writes the truth about who is who to a separate folder, which only
    `p20w evaluate` reads.
    """
    from p20w.commands.simulate import simulate as run

    run(people, first, last, seed, out, truth, profile)


@app.command()
def evaluate(
    truth: Annotated[Path | None, typer.Option(help="The truth of a simulated state.")] = None,
    output: Annotated[Path | None, typer.Option("--json", help="Also write every figure to this file.")] = None,
    panel: Annotated[bool, typer.Option("--panel", help="Link public files instead, beside plain Splink.")] = False,
    historical: Annotated[
        Path | None, typer.Option(help="With --panel: Splink's historical_figures_with_errors_50k.parquet.")
    ] = None,
) -> None:
    """Compare who is who with the truth of a simulated state.

    Precision, recall and F1 by pair of feeds, whole persons, groups of people, relatives, estimated beside true errors,
    and errors by cause, with 95 % intervals. `--panel` reads nothing from the warehouse: it links files made by others,
    and hard negatives, beside plain Splink. How to read the figures: docs/linkage.md.
    """
    from p20w.commands.evaluate import evaluate as run
    from p20w.commands.evaluate import evaluate_panel

    if panel:
        evaluate_panel(historical, output)
    else:
        run(truth, output)


@app.command()
def report() -> None:
    """Write the board's report of the last refresh again, and say where it is."""
    from p20w.commands.report import report as run

    run()


@ui.callback()
def ui_open(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port on this machine only.")] = 3000,
) -> None:
    """Open Dagster, unless a command of its own was given."""
    if context.invoked_subcommand is None:
        from p20w.commands.ui import ui as run

        run(port)


@drops.command("status")
def drops_status(
    feed: Annotated[str | None, typer.Option(help="One feed only.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every period, not only what needs attention.")] = False,
) -> None:
    """What arrived, what is missing or late, and what was refused and why."""
    from p20w.commands.drops import status

    status(feed, every)


@drops.command("check")
def drops_check(
    file: Annotated[Path, typer.Argument(help="A data file beside its manifest.json, or the folder of both.")],
) -> None:
    """Check a file as intake would, before sending it. Needs no database, changes nothing, shows no content."""
    from p20w.commands.drops import check

    check(file)


@drops.command("show")
def drops_show(
    drop: Annotated[str, typer.Argument(help="feed/period/submission, for example ui_wage/2024Q3/1.")],
    line: Annotated[int | None, typer.Option(help="Show this quarantined line. This is audited.")] = None,
) -> None:
    """What happened to one drop: checks, gates, and quarantined lines by reason.

    With `--line`, a steward reads one quarantined line from the file itself; it is on record who read which line.
    """
    from p20w.commands.drops import show

    show(drop, line)


@drops.command("fetch")
def drops_fetch(
    source: Annotated[
        str | None,
        typer.Argument(help="sftp://user@host/folder, s3://bucket/folder or file:///folder; P20W_DROPS_SOURCE else."),
    ] = None,
) -> None:
    """Copy drops that agencies left on an SFTP server or in a bucket into the folder of drops.

    Only what is whole there and not here yet is copied; nothing is changed at the source. Exits with 1 when a drop is
    not whole or differs from the one that is here.
    """
    from p20w.commands.drops import fetch

    fetch(source)


@drops.command("withdraw")
def drops_withdraw(
    drop: Annotated[str, typer.Argument(help="feed/period/submission, for example ui_wage/2024Q3/1.")],
    reason: Annotated[str, typer.Option(help="Why, in words that name nobody. It is on record.")],
) -> None:
    """Withdraw a drop that should never have arrived. This is audited.

    The submission it superseded becomes active again, if there is one. The next refresh leaves the drop's lines out
    and undoes what it did to persons.
    """
    from p20w.commands.drops import withdraw

    withdraw(drop, reason)


@drops.command("waive")
def drops_waive(
    file: Annotated[str, typer.Argument(help="feed/period, for example ui_wage/2024Q3.")],
    reason: Annotated[str, typer.Option(help="Why, in words that name nobody. It is on record.")],
) -> None:
    """Let refreshes go on without a file that is due and has not come. This is audited.

    Refreshes wait for files of the feeds whose contract says so. The board's report shows what was waived and why. A
    file that comes later is taken in as any other.
    """
    from p20w.commands.drops import waive

    waive(file, reason)


@db.command("start")
def db_start() -> None:
    """Start the embedded Postgres if no server is configured, and bring the tables up to date."""
    from p20w.commands.db import start

    start()


@db.command("stop")
def db_stop() -> None:
    """Stop the embedded Postgres. Data stays."""
    from p20w.commands.db import stop

    stop()


@db.command("url")
def db_url(role: Role = "analyst") -> None:
    """Print the connection URL of a role, with its password: for your SQL tool, not for a chat."""
    from p20w.commands.db import url

    url(role)


@db.command("psql")
def db_psql(
    role: Role = "analyst",
    command: Annotated[str | None, typer.Option("--command", "-c", help="Run this SQL and exit.")] = None,
) -> None:
    """Open psql as a role. Analysts see the marts: `select * from marts.` and the Tab key.

    What you do there goes into the access log, without its values (docs/ops/audit.md).
    """
    from p20w.commands.db import psql

    psql(role, command)


@db.command("roles")
def db_roles() -> None:
    """List the logins and what each is for."""
    from p20w.commands.db import roles

    roles()


@db.command("access")
def db_access(
    restore: Annotated[bool, typer.Option("--restore", help="Bring the server in line with the description.")] = False,
) -> None:
    """Check that the server lets every login do what is described for it, and nothing else."""
    from p20w.commands.db import access

    access(restore)


@db.command("destroy")
def db_destroy(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Remove the embedded Postgres and all its data. The drops stay, and a refresh builds everything again."""
    from p20w.commands.db import destroy

    destroy(yes)


@audit.command("collect")
def audit_collect(
    every: Annotated[
        int | None, typer.Option(min=1, help="Go on, and do it again after so many minutes; sooner in a flood.")
    ] = None,
) -> None:
    """Take what the server has logged of people's logins into the access log. Each refresh does this too."""
    from p20w.commands.audit import collect

    collect(every)


@audit.command("verify")
def audit_verify(
    head: Annotated[
        str | None, typer.Option(help="Head of an earlier day, from a report: is it still in the log?")
    ] = None,
) -> None:
    """Prove that no row of the access log was changed or removed. Exit code 1 where one was."""
    from p20w.commands.audit import verify

    verify(head)


@audit.command("report")
def audit_report(
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, such as 2024-10-01.")] = None,
    role: Annotated[str | None, typer.Option(help="One login only, such as analyst.")] = None,
) -> None:
    """Who read which tables on which day, how often, and what failed. Values are never shown: none are kept."""
    from p20w.commands.audit import report

    report(since.date() if since else None, role)


if __name__ == "__main__":
    sys.exit(app())
