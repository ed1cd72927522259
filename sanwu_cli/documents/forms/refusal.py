"""Why a form is not filled: errors with the form's name and the place in it."""

from __future__ import annotations

from sanwu_cli.errors import ExitStatus, SanwuError

_REMEDY = "请用 Word 或 WPS 打开看一遍，另存为 .docx 再试"


def refuse_file(place: str, why: str, remedy: str = _REMEDY) -> SanwuError:
    """Make the error for a file that cannot serve as a form at all; `place` is the file."""
    return SanwuError(f"这份表样不能用：{why}", place=place, remedy=remedy)


def refuse_unsafe(place: str, why: str, remedy: str) -> SanwuError:
    """Make the error for a form that is turned away for safety's sake (REFUSED)."""
    return SanwuError(f"这份表样不能用：{why}", place=place, remedy=remedy, status=ExitStatus.REFUSED)


def refuse_tag(place: str, message: str, remedy: str) -> SanwuError:
    """Make the error for a tag that is not understood; `place` is the file and where in it."""
    return SanwuError(message, place=place, remedy=remedy)
