"""`p20w quarantine …`: lines that were set aside go to their agency, and come back corrected.

Here: commands, the password, and what is printed: counts, columns and reasons, nothing of a line. Not here: what is
done (`p20w.quarantine`, imported when a command runs).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from p20w.quarantine import Replayed

quarantine = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""
Send quarantined lines to their agency, and take corrected ones in.

`list` says what is set aside. `export` packs the lines of one drop into an encrypted archive, with what is wrong with
each. The agency corrects them and sends the archive back. `replay` makes the next submission of the drop and the
corrected lines; `p20w refresh` takes it in like every other. Step by step: docs/ops/quarantine.md.
""",
)

Drop = Annotated[str, typer.Argument(help="feed/period/submission, for example ui_wage/2024Q3/1.", metavar="DROP")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the password. Without it you are asked, or standard input is read."),
]


@quarantine.command("list")
def show(
    scope: Annotated[
        str | None, typer.Argument(help="A feed, feed/period or feed/period/submission; all feeds by default.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All drops and reasons, not only the first 20 of each.")] = False,
) -> None:
    """What is set aside in active drops: by drop, newest first, then by column and reason. No line is shown."""
    from p20w.commands.console import console
    from p20w.commands.quarantine_tables import drops, reasons
    from p20w.contracts import load_contracts
    from p20w.database import Warehouse
    from p20w.quarantine import overview
    from p20w.settings import Settings

    settings = Settings.load()
    with Warehouse.open(settings).connect("report") as connection:
        found = overview(connection, scope)
    if not found.drops:
        console.print(f"No active drop{f' of {scope}' if scope else ''} has lines or values set aside.")
        return
    contracts = load_contracts(settings.contracts)
    for table, left in (drops(found.drops, contracts, every=every), reasons(found.reasons, every=every)):
        console.print(table)
        if left:
            console.print(f"and {left:,} more; all of them: --all, or name a feed", markup=False)
    console.print("Send a drop's lines to its agency (audited): p20w quarantine export DROP --to FILE --reason WHY")


@quarantine.command("export")
def export(
    drop: Drop,
    to: Annotated[Path, typer.Option(help="The archive to write; there must be no file of this name.")],
    reason: Annotated[str, typer.Option(help="Why, in words that name nobody. It is on record.")],
    password_file: PasswordFile = None,
) -> None:
    """Write a drop's quarantined lines into an encrypted archive for the agency. For stewards, and audited.

    In it are the lines as the agency wrote them, a table of what is wrong and what is wanted, and how to send them
    back. It is a zip archive with AES-256: 7-Zip, WinZip and others open it. With `--password-file` naming a file that
    is not there, a password is made and put there. Give it to the agency on another way than the archive.
    """
    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.quarantine import WEAKEST
    from p20w.quarantine import export as run
    from p20w.settings import Settings

    settings = Settings.load()
    password = _password(password_file, f"Password for the archive, {WEAKEST} characters or more", confirm=True)
    done = run(Warehouse.open(settings), settings, drop, to, password, reason)
    console.print(
        f"{drop}: {done.lines:,} {'line' if done.lines == 1 else 'lines'} in {done.file}, encrypted. It is on record. "
        f"When they come back corrected: p20w quarantine replay {drop} FILE",
        markup=False,
        soft_wrap=True,
    )
    if password_file:
        console.print(f"The password is in {password_file}. Send it on another way.", markup=False, soft_wrap=True)


@quarantine.command("replay")
def replay(
    drop: Drop,
    returned: Annotated[
        Path,
        typer.Argument(help="What the agency sent back: the archive, or a folder with both files.", metavar="FILE"),
    ],
    password_file: PasswordFile = None,
) -> None:
    """Make the drop's next submission with corrected lines in place of those that were set aside. This is audited.

    All other lines stay byte for byte as they are. Nothing is loaded yet: the submission is checked, put among the
    drops, and taken in by the next refresh, which supersedes the earlier one.
    """
    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.intake.sources import Limits
    from p20w.quarantine import is_encrypted, read_returned
    from p20w.quarantine import replay as run
    from p20w.settings import Settings

    settings = Settings.load()
    password = _password(password_file, "Password of the archive") if is_encrypted(returned) else None
    sent_back = read_returned(returned, password, Limits.of(settings))
    done = run(Warehouse.open(settings), settings, drop, sent_back)
    for line in _told(done):
        console.print(line, markup=False, soft_wrap=True)


def _password(file: Path | None, question: str, *, confirm: bool = False) -> str:
    from p20w.quarantine import password_in

    if file:
        return password_in(file)
    if sys.stdin.isatty():
        return str(typer.prompt(question, hide_input=True, confirmation_prompt=confirm))
    return sys.stdin.readline().rstrip("\r\n")


def _told(done: Replayed) -> list[str]:
    lines = [
        f"{done.scope}: {done.corrected:,} corrected, {done.left_out:,} left out. "
        f"{done.receipt.lines_total:,} lines, {done.receipt.lines_sound:,} of them sound.",
        *(f"{name}: {before:,} was promised, {after:,} now" for name, (before, after) in done.totals.items()),
    ]
    if not done.receipt.ok:
        lines.append(f"Some lines or values will still be set aside; which: p20w drops check {done.folder}")
    return [*lines, "It is among the drops. Now: p20w refresh"]
