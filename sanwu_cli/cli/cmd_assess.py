"""`sanwu assess`: the office's own assessment rules checked, every township scored by them, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, run_options
from sanwu_cli.cli.ending import end_with_findings, print_files, print_rows
from sanwu_cli.cli.output import say_written, write_output
from sanwu_cli.cli.reading import NameOption, take_piped
from sanwu_cli.console import TreeLine, emit_json, print_line, print_tree, say

if TYPE_CHECKING:
    from sanwu_cli.assessment.scoring import Assessment, ItemPoints, TownshipScore
    from sanwu_cli.jobs.scoring import Scoring

app = typer.Typer(add_completion=False, help="按本单位的考核细则逐项计分。")

Year = Annotated[int, typer.Option("--year", metavar="年份", help="算哪一年", min=2020, max=2099)]


@app.command()
def check(
    ctx: typer.Context,
    year: Year,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[文件]…", help="还没有导入的细则，- 是标准输入；不写就查台账里的"),
    ] = None,
    name: NameOption = "",
) -> None:
    """检查考核细则：计分方式看不看得懂，数据来源有没有，每部分分值是不是100分。

    示例：
      sanwu assess check --year 2026
      sanwu assess check --year 2026 inbox/考核细则.xlsx
    """
    from sanwu_cli.assessment.items import check_sums, tell_example
    from sanwu_cli.jobs.assess_rules import find_rules, list_competing
    from sanwu_cli.jobs.assess_views import ITEM_HEADERS, item_rows, items_as_json
    from sanwu_cli.jobs.assessing import understand
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import Period

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    given, piped = take_piped(paths or (), name)
    told, remarks = find_rules(workspace, registers, year=year, paths=given, piped=piped)
    townships = list_competing(registers, options.as_of or Period.of_year(year).last.last_day)
    items = understand(workspace, told, townships)
    _, sums = check_sums(items, townships)
    findings = [
        *remarks,
        *(fault for item in items for fault in item.faults),
        *sums,
        *tell_example(told, year),
    ]
    if options.format is not OutputFormat.JSON:
        print_rows(options, ITEM_HEADERS, item_rows(items))
    document = {
        "schema": "sanwu/assessment-check/1",
        "year": year,
        "is_example": any(one.is_example for one in told),
        "items": items_as_json(items),
    }
    end_with_findings(options, findings, document)


@app.command()
def score(
    ctx: typer.Context,
    year: Year,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="同时写成这个 .xlsx 文件")
    ] = None,
) -> None:
    """按考核细则给每个乡镇(街道)逐项计分，合成综合得分，排名次；说不准的写成范围。

    示例：
      sanwu assess score --year 2026
      sanwu assess score --year 2026 -o 考核得分.xlsx
    """
    from sanwu_cli.jobs.assess_views import (
        LINE_HEADERS,
        SUMMARY_HEADERS,
        assessment_as_json,
        how_lines,
        line_rows,
        summary_rows,
        write_assessment,
    )

    options = run_options(ctx)
    scoring, assessment = _open(options, year)
    if output is not None:
        write_output(options, output, write_assessment(assessment, scoring))
        say_written(output)
    if options.format is OutputFormat.TABLE:
        print_rows(options, SUMMARY_HEADERS, summary_rows(assessment))
        print_line()
        for line in how_lines(assessment, scoring):
            print_line(line)
        say("各项得分和来源：sanwu assess explain 乡镇 --year 年份，或者加 -o 文件.xlsx、--format csv")
    else:
        print_rows(options, LINE_HEADERS, line_rows(assessment, assessment.townships))
    end_with_findings(options, assessment.findings, assessment_as_json(assessment, scoring))


@app.command()
def explain(
    ctx: typer.Context,
    township: Annotated[str, typer.Argument(metavar="乡镇", help="乡镇(街道)的代码，或登记表里的全名")],
    year: Year,
) -> None:
    """一个乡镇(街道)的每一分从哪里来，还缺什么。

    示例：
      sanwu assess explain 649901101 --year 2026
    """
    from sanwu_cli.errors import SanwuError
    from sanwu_cli.jobs.assess_views import (
        LINE_HEADERS,
        explain_as_json,
        how_lines,
        line_rows,
        mark_of,
        show_rank,
    )
    from sanwu_cli.jobs.scoring import find_area

    options = run_options(ctx)
    scoring, assessment = _open(options, year)
    area = find_area(scoring.case.book, township)
    one = next((scored for scored in assessment.townships if scored.area.code == area.code), None)
    if one is None:
        raise SanwuError(f"{area.name}不参加排名，没有考核得分", remedy="请写参评的乡镇(街道)的代码或全名")
    if options.format is OutputFormat.CSV:
        print_rows(options, LINE_HEADERS, line_rows(assessment, [one]))
        return
    if options.format is OutputFormat.JSON:
        emit_json(explain_as_json(assessment, scoring, one))
        return
    print_line(f"{area.name}（{area.code}）{year}年考核：名次 {show_rank(one)}{mark_of(assessment)}")
    print_tree([_total_line(one, is_full=bool(options.verbosity))])
    for line in how_lines(assessment, scoring):
        print_line(line)


@app.command()
def measures(ctx: typer.Context) -> None:
    """列出数据来源可以写哪些名称，各配哪种计分方式。

    示例：
      sanwu assess measures
    """
    from sanwu_cli.assessment.measures import MEASURES

    options = run_options(ctx)
    rows = [
        (one.label, one.shape.label, "程序取数" if one.read else "等人填数", one.about)
        for one in MEASURES.values()
    ]
    if options.format is not OutputFormat.JSON:
        print_rows(options, ("数据来源", "是什么数", "取数", "说明"), rows)
        say("都不合适时写“人工”：由人在考核分项得分表里给分或者填数")
        return
    listed = [
        {
            "id": one.id,
            "label": one.label,
            "shape": one.shape,
            "about": one.about,
            "is_taken": one.read is not None,
            "is_result": one.is_result,
        }
        for one in MEASURES.values()
    ]
    emit_json({"schema": "sanwu/assessment-measures/1", "measures": listed})


@app.command()
def example(
    ctx: typer.Context,
    year: Year,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="文件", help="写到哪个 .xlsx 文件")],
) -> None:
    """写一份考核细则的示例，照着改成本单位的；它不是附1原文，算出的结果处处注明。

    示例：
      sanwu assess example --year 2026 -o 考核细则（示例）.xlsx
    """
    from sanwu_cli.assessment.items import EXAMPLE_MARK
    from sanwu_cli.jobs.assess_rules import write_example

    options = run_options(ctx)
    write_output(options, output, write_example(year))
    if options.format is OutputFormat.JSON:
        emit_json(
            {"schema": "sanwu/assessment-example/1", "year": year, "file": output, "mark": EXAMPLE_MARK}
        )
        return
    print_files(options, [output])
    say(f"这是{EXAMPLE_MARK}；改好分值和计分方式再用")


def _open(options: RunOptions, year: int) -> tuple[Scoring, Assessment]:
    """Open the year and its assessment; raises SanwuError where the ledger has no rules of that year."""
    from sanwu_cli.jobs.assess_rules import need_rules
    from sanwu_cli.jobs.scoring import open_scoring
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    workspace = open_workspace(options.workspace)
    scoring = open_scoring(workspace, read_registers(workspace), year=year, as_of=options.as_of)
    if scoring.assessment is None:
        raise need_rules(year)
    return scoring, scoring.assessment


def _total_line(one: TownshipScore, *, is_full: bool) -> TreeLine:
    from sanwu_cli.assessment.items import FULL_POINTS, Part
    from sanwu_cli.assessment.scoring import show_interval

    halves = tuple(
        TreeLine(
            title=part.label,
            answer=show_interval(one.halves[part]),
            bound=f"{FULL_POINTS}分",
            children=tuple(_item_line(s, is_full=is_full) for s in one.items if s.item.part is part),
        )
        for part in Part
    )
    lost = tuple(_item_line(s, is_full=is_full) for s in one.items if s.item.part is None)
    return TreeLine(title="综合得分", answer=show_interval(one.total), children=(*halves, *lost))


def _item_line(scored: ItemPoints, *, is_full: bool) -> TreeLine:
    from sanwu_cli.assessment.items import show_points
    from sanwu_cli.jobs.assess_views import cite, show_amount, show_item

    told = scored.item.told
    evidence = cite(scored.known.evidence, most=None) if is_full else cite(scored.known.evidence)
    return TreeLine(
        title=f"{told.number} {told.item}（{scored.origin.label}）",
        answer=show_item(scored),
        seen=show_amount(scored),
        bound=f"{show_points(scored.item.points)}分，{told.way}" if scored.item.is_base else told.way,
        clause=told.basis,
        evidence=(*evidence, *scored.known.gaps),
    )
