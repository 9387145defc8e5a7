"""`p20w ui users …`: who may log in to Dagster's pages with a password.

Here: commands and what they ask and print. Not here: the file of users (`p20w.web.users`, imported when a command
runs).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from p20w.web.users import Users

users = typer.Typer(no_args_is_help=True, help="Who may log in to Dagster's pages with a password.")

Name = Annotated[str, typer.Argument(help="The user's name, without spaces.")]


@users.command("add")
def add(name: Name) -> None:
    """Add a user, or give one a new password. Asks for the password, or reads it from standard input."""
    from p20w.commands.console import console
    from p20w.web.users import SHORTEST

    if sys.stdin.isatty():
        password = typer.prompt(
            f"Password of {name}, {SHORTEST} characters or more", hide_input=True, confirmation_prompt=True
        )
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    found = _users()
    found.set_password(name, password)
    console.print(f"{name} may log in. The file of users is {found.file}.", soft_wrap=True)


@users.command("remove")
def remove(name: Name) -> None:
    """Remove a user, and log that user out."""
    from p20w.commands.console import console

    _users().remove(name)
    console.print(f"{name} may no longer log in.")


@users.command("list")
def show() -> None:
    """The names of all users."""
    from p20w.commands.console import console

    names = _users().names()
    console.print("\n".join(names) if names else "Nobody has a password yet: p20w ui users add NAME")


def _users() -> Users:
    from p20w.settings import Settings
    from p20w.web.users import Users

    return Users(Settings.load().ui_users)
