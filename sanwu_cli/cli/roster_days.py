"""The commands of `sanwu roster` about fixed days: the year's dates, better ones, what a notice has moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.output import say_written, write_output
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import print_line
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.roster_days import SuggestedDays, YearDays

Year = Annotated[int, typer.Option("--year", metavar="年份", help="看哪一年", min=2020, max=2099)]


def days(
    ctx: typer.Context,
    year: Year,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="给每个地方建议一个“每月第几个周几”，撞期最少、移动最少、最分散")
    ] = False,
    role: Annotated[
        str | None, typer.Option("--role", metavar="角色", help="只看一种人员，如法官、人民调解员")
    ] = None,
    villages: Annotated[
        bool, typer.Option("--villages", help="看各村(社区)人民调解员的固定值班日，一个司法所一组")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="文件", help="把建议写成进驻日登记表的样子，供抄录"),
    ] = None,
) -> None:
    """各地方全年的固定进驻日：按什么规则、实际是哪一天、因放假移动了哪些、哪天地方比人多。

    加 --suggest 的，另外建议每个地方定在哪一天；登记表不会被改动。

    示例：
      sanwu roster days --year 2026
      sanwu roster days --year 2026 --suggest -o 进驻日（建议）.xlsx
      sanwu roster days --year 2026 --villages --suggest --format json
    """
    from sanwu_cli.jobs.roster_days import (
        check_days,
        choose_roles,
        find_better_days,
        list_year_days,
        refuse_register,
        write_register,
    )
    from sanwu_cli.jobs.roster_days_view import days_as_json
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.terms import StationedRole

    options = run_options(ctx)
    chosen = find_term(StationedRole, role, "进驻人员")
    if chosen is not None and villages:
        raise SanwuError("--role 和 --villages 只写一个", remedy="--villages 就是 --role 人民调解员")
    if output is not None and not suggest:
        raise SanwuError("-o 写的是建议，要和 --suggest 一起用", remedy="请加上 --suggest，或去掉 -o")
    workspace = open_workspace(options.workspace)
    if output is not None:
        refuse_register(workspace, output)
    registers = read_registers(workspace)
    today = list_year_days(workspace, registers, year, choose_roles(chosen, in_villages=villages))
    if not suggest:
        _print_days(options, today)
        end_with_findings(options, (*registers.findings, *check_days(today)), days_as_json(today))
    found = find_better_days(today)
    if output is not None:
        write_output(options, output, write_register(found))
        say_written(output)
    _print_suggestion(options, found)
    end_with_findings(options, registers.findings, days_as_json(today, found))


def _print_days(options: RunOptions, days_: YearDays) -> None:
    from sanwu_cli.jobs.roster_days_view import (
        DAY_HEADERS,
        collision_lines,
        day_rows,
        move_lines,
        summary_lines,
    )

    rows = day_rows(days_)
    if options.format is OutputFormat.TABLE:
        print_line(f"{days_.year}年固定进驻日（带*的因放假移动过）")
    _print_table(options, DAY_HEADERS, rows)
    if options.format is OutputFormat.TABLE:
        _print_section("移动的日子", move_lines(days_))
        _print_section("地方比人多的日期", collision_lines(days_))
        _print_section("", summary_lines(days_))


def _print_suggestion(options: RunOptions, found: SuggestedDays) -> None:
    from sanwu_cli.jobs.roster_days_view import (
        SUGGESTION_HEADERS,
        collision_lines,
        move_lines,
        suggestion_lines,
        suggestion_rows,
    )

    if options.format is OutputFormat.TABLE:
        print_line(f"{found.today.year}年固定进驻日的建议（带*的因放假移动过）")
    _print_table(options, SUGGESTION_HEADERS, suggestion_rows(found))
    if options.format is OutputFormat.TABLE:
        _print_section("移动的日子", move_lines(found.suggested))
        _print_section("地方比人多的日期", collision_lines(found.suggested))
        _print_section("", suggestion_lines(found))


def _print_table(options: RunOptions, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows; on the screen without the column of villages where there are none."""
    if options.format is OutputFormat.TABLE and not any(row[1] for row in rows):
        print_rows(options, [headers[0], *headers[2:]], [[row[0], *row[2:]] for row in rows])
    else:
        print_rows(options, headers, rows)


def _print_section(title: str, lines: Sequence[str]) -> None:
    if lines:
        print_line()
    if lines and title:
        print_line(title)
    for line in lines:
        print_line(f"  {line}" if title else line)


def recheck(ctx: typer.Context, year: Year) -> None:
    """放假安排公布或者调整以后，看动了哪些：固定进驻日与草案相比，已公布的值班表与现在的日子相比。

    草案只按周末和登记表“节假日”推算。这个命令什么也不改。

    示例：
      sanwu roster recheck --year 2026
      sanwu roster recheck --year 2026 --format json
    """
    from sanwu_cli.jobs.roster_recheck import (
        SHIFT_HEADERS,
        check_published,
        recheck_as_json,
        recheck_year,
        shift_rows,
        summary_lines,
    )
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    found = recheck_year(workspace, registers, year)
    if options.format is OutputFormat.CSV or found.shifts:
        print_rows(options, SHIFT_HEADERS, shift_rows(found))
    if options.format is OutputFormat.TABLE:
        for line in summary_lines(found):
            print_line(line)
    end_with_findings(options, (*registers.findings, *check_published(found)), recheck_as_json(found))
