"""Where a command writes the one file it makes: a path, or the standard output for -."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sanwu_cli.cli.common import OutputFormat, RunOptions
from sanwu_cli.console import say
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from collections.abc import Sequence

STDOUT = Path("-")

# What files begin with, or hold, that we write; and the endings by which programs open each.
_KINDS = (
    (b"PK", b"xl/workbook.xml", (".xlsx",)),
    (b"PK", b"word/document.xml", (".docx",)),
    (b"\x89PNG", b"", (".png",)),
    (b"%PDF", b"", (".pdf",)),
    (b"BEGIN:VCALENDAR", b"", (".ics",)),
    (b"<!DOCTYPE html>", b"", (".html", ".htm")),
)
# Endings that promise something; others, such as a script's .tmp, promise nothing.
_TELLING = {ending for *_, endings in _KINDS for ending in endings} | {
    ".csv", ".txt", ".json", ".xls", ".xlsm", ".et", ".doc", ".wps", ".jpg", ".zip",
}  # fmt: skip


def write_output(options: RunOptions, path: Path, data: bytes) -> None:
    """Write the file whole, or its bytes to the standard output; there nothing else is printed then.

    Raises SanwuError where the standard output is a terminal, or is to hold JSON or CSV, and where the name
    has the ending of another kind of file.
    """
    if path != STDOUT:
        from sanwu_cli.files import write_file

        _check_ending(path, data)
        write_file(path, data)
        return
    check_stdout(options)
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    # What the command prints besides would end up in the middle of the file; `run` puts the stream back.
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - lives as long as the run


def _check_ending(path: Path, data: bytes) -> None:
    """Refuse a name that promises another kind of file: what opens it would call it damaged."""
    ending = path.suffix.lower()
    right = next((own for head, part, own in _KINDS if data.startswith(head) and part in data), ())
    if right and ending in _TELLING and ending not in right:
        remedy = f"请改成“{path.with_suffix(right[0]).name}”"
        if ending in (".csv", ".json"):
            remedy += f"；要 {ending[1:].upper()}，请用 --format {ending[1:]}，不写 -o"
        raise SanwuError(f"写出的是 {right[0]} 文件，名字却以 {ending} 结尾", place=str(path), remedy=remedy)


def check_stdout(options: RunOptions) -> None:
    """Refuse to mix a file with other output; raises SanwuError."""
    if options.format is not OutputFormat.TABLE:
        raise SanwuError(
            f"-o - 把文件写到标准输出，不能同时 --format {options.format}",
            remedy="请去掉一个，或者给 -o 写文件名",
        )
    if sys.stdout.isatty():
        raise SanwuError(
            "文件不能写到屏幕上", remedy="请接上管道或写进文件，例如：… -o - > 台账.xlsx，或者给 -o 写文件名"
        )


def say_written(path: Path) -> None:
    """Say where a file was written."""
    say("已写到标准输出" if path == STDOUT else f"已写：{path}")


def write_only(options: RunOptions, files: Sequence[tuple[str, bytes]]) -> None:
    """Write the one file there is to the standard output; raises SanwuError where there are more."""
    if len(files) != 1:
        names = "、".join(name for name, _ in files) or "没有"
        raise SanwuError(
            f"标准输出只能写一个文件，这次有{len(files)}个：{names}",
            remedy="请给 -o 写一个目录，或者缩小范围",
        )
    write_output(options, STDOUT, files[0][1])
