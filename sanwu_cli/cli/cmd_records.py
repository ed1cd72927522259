"""`sanwu records`: every other sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import run_options
from sanwu_cli.cli.importing import run_import

app = typer.Typer(add_completion=False, help="导入其余各种表格。")


@app.command("import")
def import_(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="文件或目录", help="部门报来的表格，目录不限层数")],
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="月份", help="表格所属月份，如 2026-12 或 2026-01..2026-12"),
    ] = None,
    coverage: Annotated[
        str | None,
        typer.Option("--coverage", metavar="范围", help="表格管哪里：全县，或乡镇(街道)的代码、全名"),
    ] = None,
    header_row: Annotated[
        int | None, typer.Option("--header-row", metavar="行号", help="表头在第几行", min=1)
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="工作表", help="只读这个工作表")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看差异，什么也不写")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="只要有一处错误，就什么也不写")] = False,
) -> None:
    """导入认定表、考核评分表等，先给出与台账的差异，再一次写入。

    示例：
      sanwu records import inbox/2026-12
    """
    from sanwu_cli.jobs.reading import ReadOptions, parse_span
    from sanwu_cli.terms import Intake

    read = ReadOptions(parse_span(period), coverage, header_row, sheet)
    options = run_options(ctx)
    run_import(options, paths, Intake.RECORDS, read=read, is_dry_run=dry_run, is_strict=strict)
