"""`sanwu score`: the status of villages and townships, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.output import say_written, write_output
from sanwu_cli.cli.year_end import Year, compare, print_unit_influence, print_warnings, readings, year_end
from sanwu_cli.console import (
    TREE_HEADERS,
    TreeLine,
    emit_json,
    flatten_tree,
    print_findings,
    print_line,
    print_tree,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.jobs.scoring import Scoring, YearScore
    from sanwu_cli.plan.evaluate import Reason
    from sanwu_cli.plan.facts import Evidence

_NAMED = 5

app = typer.Typer(add_completion=False, help="判定村和乡镇的三无状态，逐条说明理由。")


@app.command()
def month(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(metavar="月份", help="算到哪个月，如 2026-06")],
) -> None:
    """当月和本年累计：每个村、每个乡镇的件数和状态，谁缺报。

    示例：
      sanwu score month 2026-06
    """
    from sanwu_cli.jobs.score_json import month_as_json
    from sanwu_cli.jobs.scoring import open_scoring, score_year
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    given = parse_month(month)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    to_date = open_scoring(workspace, registers, year=given.year, last_month=given, as_of=options.as_of)
    only = open_scoring(
        workspace, registers, year=given.year, last_month=given, as_of=options.as_of, is_month_only=True
    )
    if options.format is not OutputFormat.JSON:
        score = score_year(to_date)
        _print_month(options, score)
    # The assessment is made at year end; a month is not blamed for it.
    end_with_findings(options, registers.findings, month_as_json(to_date, only))


def _print_month(options: RunOptions, score: YearScore) -> None:
    """Print the townships and who has not reported; with -v, and as CSV, every village with its numbers."""
    from sanwu_cli.jobs.year_list import (
        MONTH_TOWNSHIP_HEADERS,
        month_township_rows,
        month_village_headers,
        month_village_rows,
    )

    if options.format is OutputFormat.TABLE:
        print_rows(options, MONTH_TOWNSHIP_HEADERS[1:], [row[1:] for row in month_township_rows(score)])
        print_line()
    if options.verbosity or options.format is OutputFormat.CSV:
        print_rows(options, month_village_headers(score), month_village_rows(score))
    if options.format is OutputFormat.TABLE:
        for line in _missing_lines(score.scoring, score):
            print_line(line)
        print_warnings(options, score.scoring)
        if not options.verbosity:
            say("每个村(社区)的件数加 -v 列出")


@app.command()
def year(
    ctx: typer.Context,
    year: Year,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="同时写成这个 .xlsx 文件")
    ] = None,
) -> None:
    """全年核算：村(社区)和乡镇(街道)的结论、排名、奖励测算。

    示例：
      sanwu score year --year 2026
      sanwu score year --year 2026 --format json
    """
    from sanwu_cli.jobs.influence import judge_year
    from sanwu_cli.jobs.score_json import year_as_json
    from sanwu_cli.jobs.scoring import open_scoring
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.jobs.year_end import close_judged
    from sanwu_cli.jobs.year_end_view import year_end_sheets
    from sanwu_cli.jobs.year_list import village_headers, village_rows, write_year_list

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    scoring = open_scoring(workspace, read_registers(workspace), year=year, as_of=options.as_of)
    score = judge_year(scoring)
    if output is not None:
        write_output(options, output, write_year_list(score, year_end_sheets(close_judged(score))))
        say_written(output)
    if options.format is OutputFormat.TABLE:
        _print_year(options, score)
    else:
        print_rows(options, village_headers(score), village_rows(score))
    end_with_findings(options, scoring.findings, year_as_json(score))


def _print_year(options: RunOptions, score: YearScore) -> None:
    """Print the townships, the villages that are open or out, the gaps, the sum; -v prints every village."""
    from sanwu_cli.jobs.year_list import (
        SUMMARY_HEADERS,
        flag_lines,
        open_headers,
        open_rows,
        summary_rows,
        village_headers,
        village_rows,
    )

    print_rows(options, SUMMARY_HEADERS, summary_rows(score))
    print_line()
    if options.verbosity:
        print_rows(options, village_headers(score), village_rows(score))
    elif rows := open_rows(score):
        print_rows(options, open_headers(score), rows)
    print_line()
    for line in (*_missing_lines(score.scoring, score), *_join_flags(flag_lines(score))):
        print_line(line)
    rest = "" if options.verbosity else "（上面没有列的村(社区)都符合或不参评；全部列出加 -v）"
    print_line(
        f"符合命名条件：乡镇(街道){score.award_townships}个，村(社区){score.award_villages}个；"
        f"奖励测算{score.award_yuan:,}元{rest}"
    )


def _join_flags(lines: Iterable[str]) -> list[str]:
    """Put the units with the same flags on one line; of many the first are named."""
    grouped: dict[str, list[str]] = {}
    for line in lines:
        name, _, flags = line.partition("：")
        grouped.setdefault(flags, []).append(name)
    return [
        f"{'、'.join(names[:_NAMED])}{f'等{len(names)}个' if len(names) > _NAMED else ''}：{flags}"
        for flags, names in grouped.items()
    ]


def _missing_lines(scoring: Scoring, score: YearScore) -> list[str]:
    from sanwu_cli.jobs.scoring import completeness

    names = {judged.area.code: judged.area.name for judged in score.townships}
    return [
        f"未报：{gap.label}{indicator.label}（{'、'.join(names.get(code, code) for code in townships)}）"
        for indicator, gaps in completeness(scoring)
        for gap, townships in gaps.items()
    ]


@app.command()
def explain(
    ctx: typer.Context,
    area: Annotated[str, typer.Argument(metavar="区域", help="村或乡镇的代码，或登记表里的全名")],
    year: Year,
) -> None:
    """一个村或乡镇的结论是怎么来的，一直说到哪个文件哪一行。

    示例：
      sanwu score explain 649901101201 --year 2026
    """
    from sanwu_cli.jobs.influence import measure_influence
    from sanwu_cli.jobs.influence_view import change_as_plain
    from sanwu_cli.jobs.score_json import explain_as_json
    from sanwu_cli.jobs.scoring import explain as explain_reasons
    from sanwu_cli.jobs.scoring import find_area, judge_area, open_scoring, score_year, show_reading
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    scoring = open_scoring(workspace, read_registers(workspace), year=year, as_of=options.as_of)
    found = find_area(scoring.case.book, area)
    reasons = explain_reasons(scoring, found)
    verdict = judge_area(scoring, found)
    influence = measure_influence(score_year(scoring))
    if options.format is OutputFormat.JSON:
        document = explain_as_json(scoring, found, reasons, verdict)
        emit_json({**document, "deciding_readings": change_as_plain(influence, found.code)})
        return
    if options.format is OutputFormat.CSV:
        lines = [_tree_line(reason, is_full=True) for reason in reasons]
        print_rows(options, TREE_HEADERS, [row for line in lines for row in flatten_tree(line)])
        end_with_findings(options, scoring.findings)
    print_line(f"{found.name}（{found.code}）{year}年：{verdict.label}")
    print_tree([_tree_line(reason, is_full=bool(options.verbosity)) for reason in reasons])
    for reading in sorted({reading for reason in reasons for reading in _readings_of(reason)}):
        print_line(f"{reading} {show_reading(scoring, (reading,)).partition(' ')[2]}")
    print_unit_influence(influence, found.code)
    if not options.verbosity:
        say("未突破的村和说明“没有”的各张表没有逐一列出，全部列出加 -v")
    print_findings(scoring.findings)


app.command("year-end")(year_end)
app.command()(readings)
app.command()(compare)

_SHORT = 3


def _tree_line(reason: Reason, *, is_full: bool) -> TreeLine:
    """Make the printed tree; unless full, sheets that say “none” are counted and met villages left out."""
    from sanwu_cli.terms import Answer

    shown = tuple(e for e in reason.evidence if is_full or e.case_number or len(reason.evidence) <= _SHORT)
    evidence = [f"{_place_of(e)} {e.case_number}".rstrip() for e in shown]
    if left := len(reason.evidence) - len(shown):
        evidence.append(f"{left}张没有报到案件的表")
    children = reason.children
    if not is_full and reason.rule == "township.unbreached_share":
        children = tuple(child for child in children if child.answer is not Answer.MET)
    return TreeLine(
        title=reason.title,
        answer=reason.answer.label,
        seen=reason.seen,
        bound=reason.bound,
        clause=reason.clause,
        reading="、".join(reason.readings),
        evidence=(*evidence, *reason.gaps),
        children=tuple(_tree_line(child, is_full=is_full) for child in children),
    )


def _place_of(evidence: Evidence) -> str:
    source = evidence.source
    return f"{source.file}:{source.sheet}" + (f"!第{source.row}行" if source.row else "")


def _readings_of(reason: Reason) -> set[str]:
    return set(reason.readings).union(*(_readings_of(child) for child in reason.children))
