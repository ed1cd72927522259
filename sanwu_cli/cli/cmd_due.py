"""`sanwu due`: what the plan asks for by a day, what is done, what is overdue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, finish, run_options
from sanwu_cli.cli.due_lines import print_dues
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.output import say_written, write_output
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import (
    count_findings,
    emit_json,
    finding_as_json,
    sort_findings,
)
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.jobs.dues import Dues
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Period

app = typer.Typer(add_completion=False, help="方案要求的事项：办了的、到期的、逾期的，各凭什么。")


@app.command()
def due(
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", metavar="月份", help="这个月到期的，如 2026-11")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="这一年到期的", min=2020, max=2099)
    ] = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="单位", help="只看一个乡镇(街道)、村(社区)或部门：名称或代码"),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="状态", help="只看一种：逾期、待办、已办、不适用、由人判断"),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="已办的、不适用的、由人判断的、还早的也列出")
    ] = False,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="文件", help="同时写成手机日历能收的 .ics 文件")
    ] = None,
) -> None:
    """方案要求的事项到哪一天、由谁办：逾期的、待办的、已办的，各凭什么。

    不写月份、年份时，列出当月到期的和本年已经逾期的。逾期是工作上的事，不算数据有错，退出状态仍是0。

    示例：
      sanwu due --as-of 2026-11-15
      sanwu due --year 2026 --who 青禾镇
      sanwu due --month 2026-12 --ics 十二月.ics
    """
    from sanwu_cli.due.records import ItemState
    from sanwu_cli.jobs.dues import DUE_HEADERS, due_rows, dues_as_json, find_who, open_dues
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    wanted = find_term(ItemState, state, "状态")
    period = _find_period(month, year)
    as_of = day_of(options)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    meant = find_who(workspace.plan, registers.places, who, as_of) if who else None
    dues = open_dues(workspace, registers, as_of=as_of, period=period).keep(who=meant)
    if ics is not None:
        _write_ics(options, ics, dues.keep(state=wanted), scope=meant.scope if meant else "")
    if options.format is OutputFormat.JSON:
        _end_with_json(dues_as_json(dues.keep(state=wanted)), registers.findings)
    if options.format is OutputFormat.TABLE:
        print_dues(options, dues, wanted, is_all=everything)
    else:
        print_rows(options, DUE_HEADERS, due_rows(dues.keep(state=wanted)))
    end_with_findings(options, registers.findings)


def _find_period(month: str | None, year: int | None) -> Period | None:
    from sanwu_cli.jobs.dues import year_period
    from sanwu_cli.periods import Period, parse_month

    if month is not None and year is not None:
        raise SanwuError("--month 和 --year 只能写一个", remedy="看一个月写 --month，看全年写 --year")
    if month is not None:
        given = parse_month(month)
        return Period(given, given)
    return None if year is None else year_period(year)


def _write_ics(options: RunOptions, path: Path, dues: Dues, *, scope: str) -> None:
    from sanwu_cli.jobs.dues import write_due_calendar

    write_output(options, path, write_due_calendar(dues, scope=scope))
    say_written(path)


def _end_with_json(document: dict[str, object], findings: Iterable[Finding]) -> None:
    """Print the document; its counts are of the items by state and of the findings by severity."""
    known = tuple(sort_findings(dict.fromkeys(findings)))
    counts = document["counts"]
    assert isinstance(counts, dict)  # noqa: S101 - see dues_as_json
    listed = [finding_as_json(finding) for finding in known]
    emit_json({**document, "findings": listed, "counts": {**counts, **count_findings(known)}})
    has_errors = any(finding.severity is Severity.ERROR for finding in known)
    finish(ExitStatus.FINDINGS if has_errors else ExitStatus.CLEAN)
