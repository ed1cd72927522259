"""Commands that write the ledger or the registers: marked as such, they run one at a time in a workspace.

A marked command holds the workspace from before it reads until it ends. Others take no lock and wait for
nobody.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import typer
from msgspec import Struct

from sanwu_cli.cli.common import CHINA, RunOptions
from sanwu_cli.console import say
from sanwu_cli.errors import SanwuError

Command = TypeVar("Command", bound=Callable[..., Any])
Refused = Callable[[typer.Context, SanwuError], None]

_MARK = "sanwu_writing"
_WAIT = "sanwu.wait"
# Ten imports of a county's month, one after the other, are done by then.
DEFAULT_WAIT = 60
_LONGEST_WAIT = 86_400
# Where we write besides out/, and where folders may stand in folders; inbox/ is never touched.
_OURS = ("registers", "templates", "backups")
_DEEP = {"out", "templates"}


class Writing(Struct, frozen=True):
    """When a command writes: always, only with an option, or not with one of several.

    `anywhere`: into any folder, be it a workspace already or not. `refused` is told why the workspace could
    not be held, so that the command did not begin at all.
    """

    when: str | None = None
    unless: tuple[str, ...] = ()
    anywhere: bool = False
    refused: Refused | None = None

    def is_asked(self, parameters: dict[str, Any]) -> bool:
        """Say whether the command as given writes."""
        if self.when is not None and not parameters.get(self.when):
            return False
        return not any(parameters.get(name) for name in self.unless)


def writes(
    *,
    when: str | None = None,
    unless: tuple[str, ...] = (),
    anywhere: bool = False,
    refused: Refused | None = None,
) -> Callable[[Command], Command]:
    """Mark a command that writes; `when` and `unless` name its parameters."""

    def mark(function: Command) -> Command:
        setattr(function, _MARK, Writing(when, unless, anywhere, refused))
        return function

    return mark


def find_writing(callback: object) -> Writing | None:
    """Give the mark of a command; None when it writes nothing others read."""
    return getattr(callback, _MARK, None)


@cache
def wait_parameters() -> tuple[Any, ...]:
    """Make the option --wait, as typer of whatever version makes it."""
    probe = typer.Typer(add_completion=False)
    probe.command()(_declare)
    return tuple(typer.main.get_command(probe).params)


@contextmanager
def hold_workspace(ctx: typer.Context, options: RunOptions, writing: Writing) -> Iterator[None]:
    """Hold the workspace while a writing command runs; a restoring cut short is gone on with first.

    Raises SanwuError (BUSY) when another run has it.
    """
    from sanwu_cli.files import sweep_temporaries
    from sanwu_cli.jobs.workspace import RESTORING, find_workspace, locate_workspace
    from sanwu_cli.locking import Owner, hold_lock
    from sanwu_cli.machine import name_boot, name_machine, name_user

    since = datetime.now(CHINA).isoformat(" ", "seconds").removesuffix("+08:00")
    me = Owner(os.getpid(), name_machine(), name_user(), ctx.command_path, since, name_boot())
    with ExitStack() as stack:
        try:
            folder = (locate_workspace if writing.anywhere else find_workspace)(options.workspace)
            if writing.anywhere:
                folder.mkdir(parents=True, exist_ok=True)
            wait = ctx.meta.get(_WAIT, DEFAULT_WAIT)
            now = stack.enter_context(hold_lock(folder, me, wait=wait, tell=say))
        except SanwuError as error:
            if writing.refused is not None:
                writing.refused(ctx, error)
            raise
        for place in ("", *_OURS, "out"):
            sweep_temporaries(folder / place, now, is_deep=place in _DEEP)
        if (folder / RESTORING).exists():
            from sanwu_cli.jobs.restoring import finish_restore

            finish_restore(folder)
        yield


def _remember(ctx: typer.Context, value: int | None) -> int | None:
    if value is not None:
        ctx.meta[_WAIT] = value
    return value


def _declare(
    *,
    common_wait: int | None = typer.Option(
        None,
        "--wait",
        metavar="秒数",
        help=f"别的运行占用工作区时，最多等多少秒，默认 {DEFAULT_WAIT}",
        min=0,
        max=_LONGEST_WAIT,
        expose_value=False,
        callback=_remember,
    ),
) -> None:
    """Declare the option; never runs."""
