"""`sanwu check`: department sheets looked at, nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.reading import CoverageOption, HeaderRowOption, PeriodOption, SheetOption
from sanwu_cli.console import say, track

app = typer.Typer(add_completion=False, help="检查部门报来的表格，不写入台账。")


@app.command()
def check(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="文件或目录", help="不写就检查整个 inbox")
    ] = None,
    period: PeriodOption = None,
    coverage: CoverageOption = None,
    header_row: HeaderRowOption = None,
    sheet: SheetOption = None,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="另存标出问题的副本到 out/核对，可以发回报送单位")
    ] = False,
) -> None:
    """检查部门报来的表格：认表、认表头、查日期和地名，不写入台账。

    示例：
      sanwu check
      sanwu check inbox/2026-03 --format json
      sanwu check --annotate
    """
    from sanwu_cli.errors import ExitStatus
    from sanwu_cli.jobs.annotating import Annotation, annotate_files
    from sanwu_cli.jobs.reading import ReadOptions, parse_span, read_files
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.sheets.schema import load_schemas

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    chosen = ReadOptions(parse_span(period), coverage, header_row, sheet)
    inputs = [workspace.resolve_input(path) for path in paths or [workspace.inbox]]
    files = read_files(workspace, registers, inputs, options=chosen, track=track)
    schemas = load_schemas()
    findings = [*registers.findings]
    listed: list[dict[str, object]] = []
    rows: list[tuple[object, ...]] = []
    for file in files:
        findings += file.findings
        if not file.is_readable:
            rows.append((file.file, "", "打不开", "", "", ""))
        for reading in file.sheets:
            findings += reading.findings
            known = schemas.get(reading.schema_id or "")
            span = reading.period.label if reading.period else ""
            title = known.title if known else "认不出"
            rows.append((file.file, reading.sheet, title, reading.header_row or "", span, len(reading.rows)))
            listed.append(
                {
                    "file": file.file,
                    "sheet": reading.sheet,
                    "id": reading.schema_id,
                    "header_row": reading.header_row,
                    "period": str(reading.period) if reading.period else None,
                    "coverage": reading.coverage,
                    "rows": len(reading.rows),
                    "layout_rows": reading.layout_rows,
                    "unread_rows": reading.unread_rows,
                    "fields": list(reading.fields),
                }
            )
    copies = annotate_files(workspace, files) if annotate else Annotation((), ())
    findings += copies.findings
    print_rows(options, ("文件", "工作表", "表式", "表头行", "月份", "行数"), rows)
    for path in copies.paths:
        say(f"已写出 {path}")
    status = ExitStatus.CLEAN if all(file.is_readable for file in files) else ExitStatus.PARTIAL
    document = {"schema": "sanwu/check/1", "sheets": listed, "annotated": list(copies.paths)}
    end_with_findings(options, findings, document, status=status)
