"""`sanwu month-end`: the whole run."""

from __future__ import annotations

from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import print_line, track

app = typer.Typer(add_completion=False, help="月末一次办完：导入、判定、排班、出文。")


@app.command()
@writes()
def month_end(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(metavar="月份", help="办哪个月的月末，如 2026-06")],
) -> None:
    """月末一次办完：导入 inbox、判定、出通报、排下月值班表；十二月还做年终核算。

    示例：
      sanwu month-end 2026-06
      sanwu -w 演示 month-end 2026-12 --format json
    """
    from sanwu_cli.jobs.month_end import run_month_end
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    given = parse_month(month)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    done = run_month_end(workspace, registers, given, as_of=options.as_of or given.last_day, track=track)
    rows = [(step.title, step.result, workspace.show(step.path) if step.path else "") for step in done.steps]
    print_rows(options, ("步骤", "结果", "文件"), rows)
    if options.format is OutputFormat.TABLE:
        print_line(f"结果都在：{workspace.out}")
    document: dict[str, object] = {
        "schema": "sanwu/month-end/1",
        "month": str(given),
        "steps": [
            {"title": step.title, "result": step.result, "file": str(step.path) if step.path else None}
            for step in done.steps
        ],
    }
    end_with_findings(options, done.findings, document, status=done.status)
