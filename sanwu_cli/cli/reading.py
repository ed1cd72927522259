"""The parameters of every command that reads department sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="只看差异，什么也不写")]
StrictOption = Annotated[bool, typer.Option("--strict", help="只要有一处错误，就什么也不写")]
