"""The two streams: lines of the answer, notes, errors, colours and progress; how loud to be."""

from __future__ import annotations

import os
import shutil
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, TextIO, TypeVar

from msgspec import Struct

from sanwu_cli.console.text import clean_text, wrap_text
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Item = TypeVar("Item")

# A path may be long; what is longer was no name anybody would read.
_LONG_QUOTE = compile_later("“([^“”]{200})[^“”]+”")
# A mobile number's.
_FEWEST_DIGITS = 11
_NARROWEST = 20
_STYLES = {"bold": "1", "dim": "2", "red": "31", "yellow": "33", "green": "32"}


class Settings(Struct, frozen=True):
    """How to print: `quiet` errors only, `verbosity` 1 says more and 2 debugs, `color` on a terminal only.

    `encoding` is that of CSV (empty: UTF-8, with a byte order mark where stdout is a new file); `is_raw`
    leaves its cells as they are.
    """

    quiet: bool = False
    verbosity: int = 0
    color: bool = True
    encoding: str = ""
    is_raw: bool = False


_SETTINGS: ContextVar[Settings] = ContextVar("sanwu_console")


def configure(settings: Settings | None = None) -> None:
    """Set how the rest of the run prints; without an argument, back to the default."""
    _SETTINGS.set(settings or Settings())


def settings_now() -> Settings:
    """Give the settings in force."""
    return _SETTINGS.get(Settings())


def print_line(text: str = "", *, is_whole: bool = False) -> None:
    """Print one line of the answer on stdout; a terminal breaks it at its width, unless it is to stay whole.

    What is broken hangs two blanks under its own beginning.
    """
    told = clean_text(text)
    if is_whole or not sys.stdout.isatty():
        write_lines([told], sys.stdout)
        return
    bare = told.lstrip(" ")
    indent = " " * (len(told) - len(bare))
    width = shutil.get_terminal_size().columns - len(indent)
    first, *rest = wrap_text(bare, max(width, _NARROWEST))
    rest = wrap_text(bare.removeprefix(first).lstrip(" "), max(width - 2, _NARROWEST)) if rest else []
    write_lines([indent + first, *(f"{indent}  {part}" for part in rest)], sys.stdout)


def say(text: str, *, level: int = 0) -> None:
    """Print a note on stderr, unless quiet; `level` 1 and 2 are said only with -v and -vv."""
    if not settings_now().quiet and settings_now().verbosity >= level:
        write_lines([clean_text(text)], sys.stderr)


def print_error(message: str, *, remedy: str = "", place: str = "") -> None:
    """Print on stderr why the run cannot go on and what to do; quiet does not silence it.

    What somebody typed may stand in the message: a person's number in it is not shown, a long text cut.
    """
    head = _show_told(place) + ": " if place else paint("错误", "red", sys.stderr) + "："
    lines = [head + _show_told(message)]
    lines += [f"  修复：{_show_told(remedy)}"] if remedy else []
    write_lines(lines, sys.stderr)


def _show_told(text: str) -> str:
    told = _LONG_QUOTE.sub(r"“\1…”", clean_text(text))
    if sum(map(str.isdigit, told)) < _FEWEST_DIGITS:
        return told
    from sanwu_cli.sheets.values import hide_personal_numbers  # noqa: PLC0415 - few messages need it

    return hide_personal_numbers(told)


def track(items: Sequence[Item], label: str) -> Iterator[Item]:
    """Run over the items; show a bar on stderr when that is a terminal and nobody asked for quiet."""
    if settings_now().quiet or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415 - rich loads only for a bar on a terminal
    from rich.markup import escape  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True, markup=False, no_color=not settings_now().color)
    with Progress(console=console, transient=True) as bar:
        yield from bar.track(items, description=escape(clean_text(label)))


def paint(text: str, style: str, stream: TextIO) -> str:
    """Colour the text if the stream is a terminal that wants it."""
    allowed = settings_now().color and stream.isatty() and os.environ.get("TERM") != "dumb"
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if allowed else text


def write_lines(lines: Iterable[str], stream: TextIO) -> None:
    """Write lines and flush, so that a closed pipe is noticed here."""
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()
