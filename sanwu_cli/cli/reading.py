"""The parameters of every command that reads department sheets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.reading import Piped

PIPE = Path("-")
STANDARD_INPUT = "标准输入"

Inputs = Annotated[list[Path], typer.Argument(metavar="文件或目录", help="部门报来的表格，目录不限层数")]
PeriodOption = Annotated[
    str | None,
    typer.Option("--period", metavar="月份", help="表格所属月份，如 2026-03 或 2026-01..2026-10"),
]
CoverageOption = Annotated[
    str | None,
    typer.Option("--coverage", metavar="范围", help="表格管哪里：全县，或乡镇(街道)的代码、全名"),
]
HeaderRowOption = Annotated[
    int | None, typer.Option("--header-row", metavar="行号", help="表头在第几行", min=1)
]
SheetOption = Annotated[str | None, typer.Option("--sheet", metavar="工作表", help="只读这个工作表")]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="原表头=字段", help="这个表头是哪个字段；不用的列写“=忽略”；可以写几次"),
]
FormOption = Annotated[
    str | None, typer.Option("--form", metavar="表式", help="这些表是哪一种：表式编号或表名")
]
NameOption = Annotated[
    str,
    typer.Option(
        "--name", metavar="文件名", help="从标准输入（-）读来的表叫什么，月份也看它；默认“标准输入”"
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="只看差异，什么也不写")]
StrictOption = Annotated[bool, typer.Option("--strict", help="只要有一处错误，就什么也不写")]


def take_piped(paths: Sequence[Path], name: str) -> tuple[list[Path], Piped | None]:
    """Take `-` out of the paths and read the standard input for it; raises SanwuError.

    Without a name it is called 标准输入, with the ending of what it is.
    """
    files, data = take_piped_bytes(paths)
    if data is None:
        if name:
            raise SanwuError(
                "--name 只用于从标准输入读来的表", remedy="请把 - 写在文件的位置，或者去掉 --name"
            )
        return files, None
    from sanwu_cli.files import sanitise_name
    from sanwu_cli.jobs.reading import Piped
    from sanwu_cli.workbook.sniff import Kind, sniff_kind

    ending = {Kind.TEXT: ".csv", Kind.HTML: ".html", Kind.MHTML: ".mht", Kind.SPREADSHEET_XML: ".xml"}
    called = sanitise_name(name) if name else f"{STANDARD_INPUT}{ending.get(sniff_kind(data), '')}"
    return files, Piped(called, data)


def take_piped_bytes(paths: Sequence[Path]) -> tuple[list[Path], bytes | None]:
    """Take `-` out of the paths and read the standard input for it, up to what any file may have.

    Raises SanwuError for a second `-`, and where the standard input is a keyboard.
    """
    files = [path for path in paths if path != PIPE]
    if len(files) == len(paths):
        return files, None
    if len(paths) - len(files) > 1:
        raise SanwuError("“-”写了不止一次，标准输入只有一个", remedy="请只写一个 -")
    if sys.stdin.isatty():
        raise SanwuError(
            "标准输入是键盘，没有可读的表", remedy="请接上管道或文件，例如：sanwu check - < 台账.xlsx"
        )
    from sanwu_cli.workbook.refusal import MAX_FILE_BYTES

    return files, sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
