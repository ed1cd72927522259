"""Examples of timers that start a month end: systemd, cron, the task scheduler of Windows."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path, PurePath, PureWindowsPath
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from msgspec import Struct

from sanwu_cli.errors import SanwuError
from sanwu_cli.machine import name_user
from sanwu_cli.shipped import find_shipped

if TYPE_CHECKING:
    from collections.abc import Callable

_IS_WINDOWS = sys.platform == "win32"
# Where an example is printed on another system than it is for, it shows what a path looks like there.
_UNIX = (PurePath("/srv/sanwu/工作区"), PurePath("/opt/sanwu/.venv/bin/sanwu"), "sanwu")
_WINDOWS = (PureWindowsPath(r"C:\三无\工作区"), PureWindowsPath(r"C:\sanwu\.venv\Scripts\sanwu.exe"), "sanwu")


class _Kind(Struct, frozen=True):
    """An example: its files, how a path and a word of a command are written in them, for which system."""

    files: tuple[str, ...]
    plain: Callable[[str], str]
    quote: Callable[[str], str]
    is_windows: bool = False
    separator: str = ""


def render_example(kind: str, workspace: Path | None) -> str:
    """Give an example's text, for this workspace and program where it is for this system.

    Raises SanwuError for an unknown kind.
    """
    chosen = _KINDS.get(kind)
    if chosen is None:
        raise SanwuError(f"没有“{kind}”的样例", remedy=f"可以写：{'、'.join(_KINDS)}")
    folder, program, user = _find_places(workspace, is_windows=chosen.is_windows)
    words = {
        "@FOLDER_PLAIN@": chosen.plain(str(folder)),
        "@FOLDER@": chosen.quote(str(folder)),
        "@PROGRAM@": chosen.plain(str(program)) if chosen.is_windows else chosen.quote(str(program)),
        "@USER@": user,
    }
    parts = []
    for name in chosen.files:
        text = (find_shipped("templates") / "batch" / name).read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        parts.append(chosen.separator.format(name=name) + text)
    return "\n".join(parts)


def _find_places(workspace: Path | None, *, is_windows: bool) -> tuple[PurePath, PurePath, str]:
    folder, program, user = _WINDOWS if is_windows else _UNIX
    if is_windows != _IS_WINDOWS:
        return folder, program, user
    own = Path(sys.executable).with_name("sanwu.exe" if is_windows else "sanwu")
    return workspace or folder, own if own.is_file() else program, name_user() or user


def _quote_for_systemd(text: str) -> str:
    """Write one word of a unit file: specifiers and variables are taken as they stand."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def _quote_for_cron(text: str) -> str:
    """Write one word of a command; to cron a per cent sign is a new line."""
    return shlex.quote(text).replace("%", r"\%")


def _quote_for_windows(text: str) -> str:
    return escape(f'"{text}"')


_KINDS = {
    "systemd": _Kind(
        ("sanwu-month-end.service", "sanwu-month-end.timer"),
        lambda text: text.replace("%", "%%"),
        _quote_for_systemd,
        separator="# ==== {name} ====\n",
    ),
    "cron": _Kind(("crontab",), str, _quote_for_cron),
    "windows": _Kind(("sanwu-month-end.xml",), escape, _quote_for_windows, is_windows=True),
}
