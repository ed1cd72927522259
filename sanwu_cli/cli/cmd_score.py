"""`sanwu score`: the status of villages and townships, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.console import TreeLine, emit_json, print_findings, print_line, print_tree, say

if TYPE_CHECKING:
    from sanwu_cli.jobs.scoring import Scoring, YearScore
    from sanwu_cli.plan.evaluate import Reason

app = typer.Typer(help="判定村和乡镇的三无状态，逐条说明理由。")

Year = Annotated[int, typer.Option("--year", metavar="年份", help="算哪一年", min=2020, max=2099)]


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
        _print_month(options.format, score)
    # The assessment is made at year end; a month is not blamed for it.
    end_with_findings(options, registers.findings, month_as_json(to_date, only))


def _print_month(form: OutputFormat, score: YearScore) -> None:
    from sanwu_cli.jobs.score_json import village_status
    from sanwu_cli.jobs.scoring import completeness

    labels = {"unbreached": "未突破", "breached": "突破", "all_breached": "全部突破", "unknown": "待定"}
    rows = []
    for judged in score.townships:
        own = [village_status(v) for v in score.villages if v.area.parent == judged.area.code]
        rows.append((judged.area.name, len(own), *[own.count(status) for status in labels]))
    from sanwu_cli.cli.common import RunOptions

    print_rows(RunOptions(format=form), ("乡镇(街道)", "村(社区)数", *labels.values()), rows)
    if form is OutputFormat.TABLE:
        names = {judged.area.code: judged.area.name for judged in score.townships}
        for indicator, gaps in completeness(score.scoring):
            for gap, townships in gaps.items():
                where = "、".join(names.get(code, code) for code in townships)
                print_line(f"未报：{gap.label}{indicator.label}（{where}）")


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
    from sanwu_cli.files import write_file
    from sanwu_cli.jobs.score_json import year_as_json
    from sanwu_cli.jobs.scoring import open_scoring, score_year
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.jobs.year_list import (
        TOWNSHIP_HEADERS,
        VILLAGE_HEADERS,
        township_rows,
        village_rows,
        write_year_list,
    )

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    scoring = open_scoring(workspace, read_registers(workspace), year=year, as_of=options.as_of)
    score = score_year(scoring)
    if output is not None:
        write_file(output, write_year_list(score))
        say(f"已写：{output}")
    if options.format is OutputFormat.TABLE:
        print_rows(options, TOWNSHIP_HEADERS[1:], [row[1:] for row in township_rows(score)])
        print_line()
    print_rows(options, VILLAGE_HEADERS, village_rows(score))
    if options.format is OutputFormat.TABLE:
        print_line()
        print_line(
            f"符合命名条件：乡镇(街道){score.award_townships}个，村(社区){score.award_villages}个；"
            f"奖励测算{score.award_yuan:,}元"
        )
    end_with_findings(options, scoring.findings, year_as_json(score))


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
    from sanwu_cli.jobs.score_json import explain_as_json
    from sanwu_cli.jobs.scoring import explain as explain_reasons
    from sanwu_cli.jobs.scoring import find_area, judge_area, open_scoring
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    scoring = open_scoring(workspace, read_registers(workspace), year=year, as_of=options.as_of)
    found = find_area(scoring.case.book, area)
    reasons = explain_reasons(scoring, found)
    verdict = judge_area(scoring, found)
    if options.format is OutputFormat.JSON:
        emit_json(explain_as_json(scoring, found, reasons, verdict))
        return
    print_line(f"{found.name}（{found.code}）{year}年：{verdict.label}")
    print_tree([_tree_line(scoring, reason) for reason in reasons])
    print_findings(scoring.findings)


def _tree_line(scoring: Scoring, reason: Reason) -> TreeLine:
    from sanwu_cli.jobs.scoring import show_reading

    evidence = [
        f"{e.source.file}:{e.source.sheet}"
        + (f"!第{e.source.row}行" if e.source.row else "")
        + f" {e.case_number}"
        for e in reason.evidence
    ]
    return TreeLine(
        title=reason.title,
        answer=reason.answer.label,
        seen=reason.seen,
        bound=reason.bound,
        clause=reason.clause,
        reading=show_reading(scoring, reason.readings),
        evidence=(*(line.rstrip() for line in evidence), *reason.gaps),
        children=tuple(_tree_line(scoring, child) for child in reason.children),
    )
