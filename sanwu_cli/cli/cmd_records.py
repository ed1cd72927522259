"""`sanwu records`: every other sheet."""

from __future__ import annotations

import typer

from sanwu_cli.cli.common import run_options
from sanwu_cli.cli.importing import run_import
from sanwu_cli.cli.reading import (
    CoverageOption,
    DryRunOption,
    FormOption,
    HeaderRowOption,
    Inputs,
    MapOption,
    PeriodOption,
    SheetOption,
    StrictOption,
)

app = typer.Typer(add_completion=False, help="导入其余各种表格。")


@app.command("import")
def import_(
    ctx: typer.Context,
    paths: Inputs,
    period: PeriodOption = None,
    coverage: CoverageOption = None,
    header_row: HeaderRowOption = None,
    sheet: SheetOption = None,
    mapping: MapOption = None,
    form: FormOption = None,
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
) -> None:
    """导入认定表、考核评分表等，先给出与台账的差异，再一次写入。

    示例：
      sanwu records import inbox/2026-12
    """
    from sanwu_cli.jobs.reading import parse_options
    from sanwu_cli.terms import Intake

    read = parse_options(
        period=period, coverage=coverage, header_row=header_row, sheet=sheet, mapping=mapping, form=form
    )
    options = run_options(ctx)
    run_import(options, paths, Intake.RECORDS, read=read, is_dry_run=dry_run, is_strict=strict)
