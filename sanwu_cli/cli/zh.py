"""Commands and groups with Chinese help, common options, and sub-commands loaded when first used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from typing import Any

import typer
from msgspec import Struct
from typer.core import TyperCommand, TyperGroup

from sanwu_cli.cli.common import common_parameters, run_options
from sanwu_cli.cli.faults import suggest
from sanwu_cli.cli.help_page import render_help, render_usage
from sanwu_cli.cli.writing import find_writing, hold_workspace, wait_parameters
from sanwu_cli.console import Settings, configure
from sanwu_cli.errors import SanwuError

# typer keeps the classes of its context, parameters, commands and formatter private.
Context = Any
Command = Any
Formatter = Any
Handed = Any


class Lazy(Struct, frozen=True):
    """A sub-command that is imported when used: where its Typer lies, its one-line help, group or single."""

    target: str
    help: str
    is_group: bool = True

    def load(self, name: str) -> Command:
        """Import the module and make the command."""
        module, _, attribute = self.target.partition(":")
        app = getattr(import_module(module), attribute)
        return build_command(app, name, is_group=self.is_group)


def build_command(app: typer.Typer, name: str, *, is_group: bool) -> Command:
    """Turn a Typer into a command of ours; a group stays a group even with one command in it."""
    _dress(app)
    command = typer.main.get_group(app) if is_group else typer.main.get_command(app)
    if not is_group and not isinstance(command, ZhCommand):
        raise TypeError(f"{name} must be a Typer with exactly one command")
    command.name = name
    return command


def _dress(app: typer.Typer) -> None:
    """Give every command and group below a Typer our classes."""
    app.info.cls = ZhGroup
    for command in app.registered_commands:
        command.cls = ZhCommand
    for group in app.registered_groups:
        group.cls = ZhGroup
        if group.typer_instance is not None:
            _dress(group.typer_instance)


class ZhCommand(TyperCommand):
    """A command with Chinese help that accepts the common options."""

    def __init__(self, *args: Handed, **kwargs: Handed) -> None:
        super().__init__(*args, **kwargs)
        self.writing = find_writing(self.callback)
        if self.writing is not None:
            self.params.extend(wait_parameters())
        _add_common(self.params)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse as typer does; every error knows the command it belongs to."""
        with _locating_errors(ctx):
            return super().parse_args(ctx, args)

    def format_help(self, ctx: Context, formatter: Formatter) -> None:
        """Write the Chinese help."""
        formatter.write(render_help(self, ctx))

    def get_usage(self, ctx: Context) -> str:
        """Give the usage line."""
        return render_usage(self, ctx)

    def invoke(self, ctx: Context) -> Handed:
        """Set up printing as asked, then run; what writes runs alone."""
        options = run_options(ctx)
        configure(Settings(options.quiet, options.verbosity, options.color, options.encoding, options.is_raw))
        if self.writing is None or not self.writing.is_asked(ctx.params):
            return super().invoke(ctx)
        with hold_workspace(ctx, options, self.writing):
            return super().invoke(ctx)


class ZhGroup(TyperGroup):
    """A group with Chinese help; sub-commands in `lazy` are only names until one is used."""

    def __init__(self, *args: Handed, **kwargs: Handed) -> None:
        super().__init__(*args, **kwargs)
        self.lazy: Mapping[str, Lazy] = {}
        _add_common(self.params)

    def add_lazy(self, table: Mapping[str, Lazy]) -> None:
        """Add sub-commands that are imported when used."""
        self.lazy = table
        for name, entry in table.items():
            self.add_command(ZhCommand(name, help=entry.help), name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command, list[str]]:
        """Find the sub-command, importing it now; raises SanwuError with a suggestion."""
        name, *rest = args
        if name in self.lazy:
            return name, self.lazy[name].load(name), rest
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise SanwuError(
            f"没有“{name}”这个命令",
            remedy=suggest(name, list(self.commands)) or f"可以用：{'、'.join(self.commands)}",
        )

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse as typer does; every error knows the command it belongs to."""
        _refuse_empty(args)
        with _locating_errors(ctx):
            return super().parse_args(ctx, args)

    def format_help(self, ctx: Context, formatter: Formatter) -> None:
        """Write the Chinese help."""
        formatter.write(render_help(self, ctx))

    def get_usage(self, ctx: Context) -> str:
        """Give the usage line."""
        return render_usage(self, ctx)


def _refuse_empty(args: Sequence[str]) -> None:
    """Refuse empty words: a script's variable without a value would mean everything, or this folder."""
    for before, word in pairwise(("", *args)):
        name, sign, value = word.partition("=")
        if word and not (name.startswith("--") and sign and not value):
            continue
        option = name if sign else before if before.startswith("-") else ""
        what = f"{option} 后面是空的" if option else "有一个参数是空的"
        raise SanwuError(what, remedy="请写上内容，或者去掉它；在脚本里的，请看变量有没有值")


@contextmanager
def _locating_errors(ctx: Context) -> Iterator[None]:
    """Add the context to the errors that typer raises without one."""
    try:
        yield
    except typer.TyperException as error:
        if getattr(error, "ctx", None) is None:
            error.ctx = ctx  # type: ignore[attr-defined]  # usage errors have it, their public base does not
        raise


def _add_common(params: list[Any]) -> None:
    """Append the common options, except one whose spelling the command uses for something of its own."""
    taken = {name for param in params for name in (*param.opts, *param.secondary_opts)}
    params.extend(param for param in common_parameters() if taken.isdisjoint(param.opts))
