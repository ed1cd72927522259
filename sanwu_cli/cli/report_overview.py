"""`sanwu report overview`: the year on one page for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_files
from sanwu_cli.cli.output import write_output


def overview(
    ctx: typer.Context,
    year: Annotated[int, typer.Option("--year", metavar="年份", help="看哪一年", min=2020, max=2099)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="文件", help="写成哪个 .html 文件，默认 out/年份 下面"),
    ] = None,
) -> None:
    """把一年写成一张网页：各乡镇各月件数、结论和理由、还缺什么、考勤、纠纷。

    只有一个文件，不连网，用浏览器打开，可以按乡镇(街道)、按结论筛选，也可以打印；供内部使用。
    没有报的月份画斜线，不当作零；截至哪一天用 --as-of，默认今天。

    示例：
      sanwu report overview --year 2026
      sanwu report overview --year 2026 --as-of 2026-06-30 -o 总览.html
    """
    from sanwu_cli.jobs.overview import make_overview
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    made = make_overview(workspace, read_registers(workspace), year, as_of=day_of(options))
    path = output or workspace.out / str(year) / made.name
    write_output(options, path, made.data)
    print_files(options, [path])
    end_with_findings(options, made.findings, {"schema": "sanwu/overview/1", "year": year, "file": str(path)})
