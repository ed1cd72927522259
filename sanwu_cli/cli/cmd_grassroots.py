"""`sanwu grassroots`: centres, offices, grids and disputes, and what is missing where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.output import say_written, write_output
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import print_line, say
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.grassroots import Grassroots, Topic

app = typer.Typer(
    add_completion=False, help="综治中心、两所、网格、矛盾纠纷：建了什么，缺什么，超期的有哪些。"
)


@app.command()
def show(
    ctx: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(metavar="事项", help="centres、offices、grids 或 disputes，不写就四项都看"),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="看哪一年，默认今年", min=2020, max=2099)
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", metavar="月份", help="纠纷只看这个月排查的，如 2026-03")
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="只列超期未化解的纠纷，供联席会议用，不含人名")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="同时写成这个 .xlsx 文件")
    ] = None,
) -> None:
    """综治中心、两所、网格、矛盾纠纷的情况，逐项列出缺什么、在哪里；没有记录的不算没有。

    没有写 --as-of 的，过完了的年份、月份看到它的最后一天，没有过完的看到今天。

    示例：
      sanwu grassroots show --year 2026 -o 基层情况.xlsx
      sanwu grassroots show centres --year 2026
      sanwu grassroots show disputes --month 2026-03 --as-of 2026-04-15
      sanwu grassroots show --overdue --format csv
    """
    from sanwu_cli.jobs.grassroots import Topic, choose_span, open_grassroots
    from sanwu_cli.jobs.grassroots_gaps import write_grassroots
    from sanwu_cli.jobs.grassroots_json import grassroots_as_json
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    chosen = find_term(Topic, topic, "事项")
    if overdue and chosen not in (None, Topic.DISPUTES):
        raise SanwuError("--overdue 只用于矛盾纠纷", remedy="请写 sanwu grassroots show disputes --overdue")
    topics = (Topic.DISPUTES,) if overdue else (chosen,) if chosen else tuple(Topic)
    workspace = open_workspace(options.workspace)
    today = day_of(options)
    span = choose_span(workspace, year, parse_month(month) if month else None, today)
    # Without --as-of a span that is over answers the same whenever it is asked.
    as_of = options.as_of or min(today, span.last.last_day)
    registers = read_registers(workspace)
    ground = open_grassroots(workspace, registers, span, as_of)
    if output is not None:
        write_output(options, output, write_grassroots(ground, topics, workspace.settings.name))
        say_written(output)
    if options.format is OutputFormat.TABLE:
        _print_screen(options, ground, topics, is_overdue_only=overdue)
    elif options.format is OutputFormat.CSV:
        # The table and the JSON document carry the day themselves.
        say(f"截至{as_of}")
        _print_csv(options, ground, topics, is_overdue_only=overdue)
    findings = (*registers.findings, *ground.findings_of(topics))
    end_with_findings(options, findings, grassroots_as_json(ground, topics))


def _print_screen(
    options: RunOptions, ground: Grassroots, topics: tuple[Topic, ...], *, is_overdue_only: bool
) -> None:
    """Print a table a topic, then what is missing (with -v every line, else those somebody can mend)."""
    from sanwu_cli.jobs.grassroots import Topic
    from sanwu_cli.jobs.grassroots_gaps import GAP_HEADERS, list_gaps
    from sanwu_cli.jobs.grassroots_tables import SHORT_HEADERS, TYPE_HEADERS, short_rows, type_rows

    for topic in () if is_overdue_only else topics:
        span = ground.period.label if topic is Topic.DISPUTES else f"{ground.period.last.year}年"
        print_line(f"{topic.label}（{span}，截至{ground.terrain.day}）")
        print_rows(options, SHORT_HEADERS[topic], short_rows(ground, topic))
        print_line()
        if topic is Topic.DISPUTES and options.verbosity and ground.disputes.total is not None:
            print_rows(options, TYPE_HEADERS, type_rows(ground))
            print_line()
    if Topic.DISPUTES in topics:
        _print_overdue(options, ground)
    if is_overdue_only:
        return
    gaps = list_gaps(ground, topics)
    told = [gap for gap in gaps if gap[-1]]
    shown = gaps if options.verbosity else told
    if shown:
        print_line("缺什么")
        print_rows(options, GAP_HEADERS[:-1], [gap[:-1] for gap in shown])
    if len(gaps) > len(shown):
        say(f"另有{len(gaps) - len(shown)}处没有记录或者未报，加 -v 列出")


def _print_overdue(options: RunOptions, ground: Grassroots) -> None:
    from sanwu_cli.jobs.grassroots_tables import OVERDUE_HEADERS, overdue_rows, show_ages

    rows = overdue_rows(ground)
    if rows:
        print_line(f"超期未化解（截至{ground.terrain.day}）")
        print_rows(options, OVERDUE_HEADERS, rows)
    else:
        print_line(f"截至{ground.terrain.day}，就已报的台账看没有超期未化解的纠纷")
    for line in show_ages(ground):
        print_line(line)
    print_line()


def _print_csv(
    options: RunOptions, ground: Grassroots, topics: tuple[Topic, ...], *, is_overdue_only: bool
) -> None:
    """Print one table: the overdue disputes, the one topic asked for, or what is missing in all of them."""
    from sanwu_cli.jobs.grassroots_gaps import GAP_HEADERS, list_gaps
    from sanwu_cli.jobs.grassroots_tables import LONG_HEADERS, OVERDUE_HEADERS, long_rows, overdue_rows

    if is_overdue_only:
        print_rows(options, OVERDUE_HEADERS, overdue_rows(ground))
    elif len(topics) == 1:
        print_rows(options, LONG_HEADERS[topics[0]], long_rows(ground, topics[0]))
    else:
        print_rows(options, GAP_HEADERS, list_gaps(ground, topics))
