"""The commands of `sanwu score` about the year's end: what is open and lacks what, what readings decide."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.output import say_written, write_output
from sanwu_cli.console import print_line, print_table, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.influence import Influence
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.jobs.year_end import YearEnd

Year = Annotated[int, typer.Option("--year", metavar="年份", help="算哪一年", min=2020, max=2099)]
Told = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="口径=值", help="另外试一种答案，如 T-02.criminal_case=1；可以写几次"),
]


def _open(options: RunOptions, year: int) -> Scoring:
    from sanwu_cli.jobs.scoring import open_scoring
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    workspace = open_workspace(options.workspace)
    return open_scoring(workspace, read_registers(workspace), year=year, as_of=options.as_of)


def year_end(
    ctx: typer.Context,
    year: Year,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="同时写成这个 .xlsx 文件")
    ] = None,
    told: Told = None,
) -> None:
    """年终收口：命名名单、谁待定还缺什么要向谁要、谁到了取消评优的线、奖励拨付清单、口径影响。

    示例：
      sanwu score year-end --year 2026
      sanwu score year-end --year 2026 -o 年终.xlsx
      sanwu score year-end --year 2026 --format json
    """
    from sanwu_cli.jobs.influence import parse_told
    from sanwu_cli.jobs.year_end import close_year
    from sanwu_cli.jobs.year_end_view import PAYMENT_HEADERS, payment_rows, year_end_as_json, year_end_sheets
    from sanwu_cli.jobs.year_list import write_year_list

    options = run_options(ctx)
    scoring = _open(options, year)
    end = close_year(scoring, parse_told(scoring, told or ()))
    if output is not None:
        write_output(options, output, write_year_list(end.score, year_end_sheets(end)))
        say_written(output)
    if options.format is OutputFormat.TABLE:
        _print_year_end(options, end)
    else:
        print_rows(options, PAYMENT_HEADERS, payment_rows(end))
    end_with_findings(options, scoring.findings, year_end_as_json(end))


def _print_year_end(options: RunOptions, end: YearEnd) -> None:
    """Print the sums, what to ask of whom, who is barred, which readings decide; -v prints every unit."""
    from sanwu_cli.jobs.year_end_view import (
        BARRED_HEADERS,
        GROUP_HEADERS,
        OPEN_HEADERS,
        barred_rows,
        group_named,
        open_rows,
        summary_lines,
    )

    for line in summary_lines(end):
        print_line(line)
    _print_requests(end)
    _print_section("命名名单", GROUP_HEADERS, group_named(end))
    if options.verbosity:
        _print_section("待定", OPEN_HEADERS[1:], [row[1:] for row in open_rows(end)])
    _print_section("到了取消评优的线", BARRED_HEADERS[1:5], [row[1:5] for row in barred_rows(end)])
    _print_deciding(end.influence)
    if not options.verbosity:
        say("待定的单位各缺什么，加 -v 列出；口径一条一条的试算：sanwu score readings")


def _print_section(title: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        print_line()
        print_line(title)
        print_table(headers, rows)


def _print_requests(end: YearEnd) -> None:
    sender = ""
    for request in end.requests:
        if request.sender != sender:
            print_line()
            print_line(f"要问{request.sender}")
        sender = request.sender
        print_line(f"  {request.text}（{len(request.decides)}个单位）")


def _print_deciding(influence: Influence) -> None:
    from sanwu_cli.jobs.influence_view import effect_money, effect_title

    deciding = [effect for effect in influence.effects if effect.changes]
    if deciding:
        print_line()
        print_line("结论取决于这些口径")
    for effect in deciding:
        for line in effect_title(influence, effect):
            print_line(line)
        print_line(f"  结论改变的单位：{len(effect.changes)}个")
        print_line(effect_money(influence, effect))


def readings(
    ctx: typer.Context,
    year: Year,
    reading: Annotated[
        str | None, typer.Option("--reading", metavar="口径", help="只试这一条，如 T-05")
    ] = None,
    told: Told = None,
) -> None:
    """口径影响：每条有别的读法的口径换一种答案，其余不动，哪些单位的结论会变，奖励差多少。

    两条口径同时改的情形不试算。

    示例：
      sanwu score readings --year 2026
      sanwu score readings --year 2026 --reading T-05
      sanwu score readings --year 2026 --set T-02.criminal_case=1
    """
    from sanwu_cli.jobs.influence import check_judged, measure_influence, parse_told
    from sanwu_cli.jobs.influence_view import EFFECT_HEADERS, effect_rows, influence_as_json
    from sanwu_cli.jobs.scoring import score_year

    options = run_options(ctx)
    scoring = _open(options, year)
    only = None if reading is None else check_judged(scoring, reading)
    influence = measure_influence(score_year(scoring), parse_told(scoring, told or ()), only=only)
    if options.format is OutputFormat.TABLE:
        print_influence(options, influence)
    else:
        print_rows(options, EFFECT_HEADERS, effect_rows(influence))
    end_with_findings(options, scoring.findings, influence_as_json(influence))


def print_influence(options: RunOptions, influence: Influence) -> None:
    """Print every answer that changes a verdict, both sides beside each other; the rest in one line."""
    from sanwu_cli.jobs.influence_view import (
        ALONE,
        SHORT_HEADERS,
        change_rows,
        effect_money,
        effect_title,
        name_answer,
        why_untried,
    )

    quiet: list[str] = []
    for effect in influence.effects:
        if not effect.changes:
            quiet.append(name_answer(influence, effect))
            continue
        for line in effect_title(influence, effect):
            print_line(line)
        print_line(effect_money(influence, effect))
        print_table(SHORT_HEADERS, change_rows(influence, effect, is_full=bool(options.verbosity)))
        print_line()
    if quiet:
        print_line("换了答案也没有单位改变结论的：")
        alone = [name for name in quiet if "（" not in name]
        for name in filter(None, ("、".join(alone), *(n for n in quiet if n not in alone))):
            print_line(f"  {name}")
    if options.verbosity:
        for one in influence.untried:
            print_line(f"没有试算：{one.id} {one.title}（{why_untried(one)}）")
    print_line(ALONE)


def print_unit_influence(influence: Influence, code: str) -> None:
    """Print of one unit under which answers its verdict would be another one."""
    from sanwu_cli.jobs.influence_view import change_row, effect_title

    for effect in influence.effects:
        for change in effect.changes:
            if change.area.code == code:
                _, here, there, numbers = change_row(change)
                print_line(f"口径一换，结论就变：{here} → {there}（{numbers}）")
                for line in effect_title(influence, effect):
                    print_line(f"  {line}")


def print_warnings(options: RunOptions, scoring: Scoring) -> None:
    """Print how far each township is from both lines, and with -v the villages one step from losing."""
    from sanwu_cli.jobs.early_warning import (
        MARGIN_HEADERS,
        PERIL_HEADERS,
        margin_rows,
        peril_rows,
        warn_early,
    )

    warnings = warn_early(scoring)
    _print_section("离两条线还有几个村（从最坏到最好）", MARGIN_HEADERS, margin_rows(warnings))
    rows = peril_rows(warnings)
    if options.verbosity:
        _print_section("只差一步的村(社区)", PERIL_HEADERS, rows)
    elif rows:
        print_line()
        counted = Counter(row[2] for row in rows)
        print_line("只差一步的村(社区)：" + "；".join(f"{why}{count}个" for why, count in counted.items()))


def compare(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="月份1", help="先一个月，如 2026-05")],
    second: Annotated[str, typer.Argument(metavar="月份2", help="后一个月，如 2026-06；也可以隔年")],
) -> None:
    """两个月对照：件数、突破的村、谁新突破了、哪些状态变了、哪些报表是次月过完才到的。

    没有报的月份按待定对照，不当作零。

    示例：
      sanwu score compare 2026-05 2026-06
      sanwu score compare 2025-06 2026-06 --format json
    """
    from sanwu_cli.jobs.comparing import compare_months
    from sanwu_cli.jobs.comparing_view import (
        LATE_HEADERS,
        VILLAGE_HEADERS,
        comparison_as_json,
        late_rows,
        township_headers,
        township_rows,
        village_rows,
    )
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    months = parse_month(first), parse_month(second)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    comparison = compare_months(workspace, registers, months, as_of=options.as_of)
    if options.format is OutputFormat.TABLE:
        title = f"{months[0].label} → {months[1].label}"
        _print_section(title, township_headers(comparison), township_rows(comparison))
        _print_section("有变化的村(社区)", VILLAGE_HEADERS, village_rows(comparison))
        _print_section("次月过完才到的报表", LATE_HEADERS, late_rows(comparison))
    else:
        print_rows(options, VILLAGE_HEADERS, village_rows(comparison))
    end_with_findings(options, registers.findings, comparison_as_json(comparison))
