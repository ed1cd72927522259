"""The commands of `sanwu incidents` about held cases: listed, put on a worksheet, placed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.cli.output import write_output
from sanwu_cli.cli.reading import DryRunOption
from sanwu_cli.cli.words import Kind, find_indicator
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_json, print_line, say
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Place
    from sanwu_cli.records import Incident
    from sanwu_cli.terms import Indicator


def held(
    ctx: typer.Context,
    indicator: Kind = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="文件", help="写成待填的认定登记表"),
    ] = None,
) -> None:
    """列出挂起的案件和线索：办案单位、可能是哪里、为什么挂起；也可以写成一张待填的表。

    示例：
      sanwu incidents held
      sanwu incidents held -o 待归属.xlsx
      sanwu records import 待归属.xlsx
    """
    from sanwu_cli.jobs.held import list_held, write_worksheet
    from sanwu_cli.jobs.ledger_view import Filter
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    cases = list_held(workspace, registers, Filter(find_indicator(indicator)))
    if output is None:
        print_held(options, [case.incident for case in cases], registers)
        return
    write_output(options, output, write_worksheet(cases, registers, on=day_of(options)))
    count = sum(1 for case in cases if case.is_unplaced)
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/export/1", "file": output, "rows": count})
        return
    if options.format is OutputFormat.CSV:
        print_rows(options, ("文件", "件数"), [(output, count)])
        return
    print_line(str(output))
    say(f"共{count}件等待归属；填好“改归区域代码”一列后：sanwu records import {output}")


def print_held(options: RunOptions, incidents: Sequence[Incident], registers: RegisterReading) -> None:
    """Print held cases with their clues, in the format asked for."""
    from sanwu_cli.jobs.held import HEADERS, describe_held, held_as_row, incidents_as_json, list_sources

    if options.format is OutputFormat.JSON:
        listed = incidents_as_json(incidents, registers)
        emit_json({"schema": "sanwu/incidents/1", "incidents": listed})
        return
    cases = describe_held(incidents, registers)
    if options.format is OutputFormat.CSV:
        print_rows(options, HEADERS, [held_as_row(case) for case in cases])
        return
    print_rows(options, HEADERS[:-1], [held_as_row(case)[:-1] for case in cases])
    for line in list_sources(cases):
        print_line(f"来源 {line}")
    say(f"共{sum(case.incident.weight for case in cases)}件")


@writes(unless=("dry_run",))
def place(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="编号 区域", help="案件编号，再写村或乡镇的代码或名称；有 --all-of 时只写区域"
        ),
    ],
    indicator: Kind = None,
    all_of: Annotated[
        str | None, typer.Option("--all-of", metavar="单位", help="这个办案单位的挂起案件，全部归到一处")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="依据什么归属，会留在台账里")] = "",
    document: Annotated[str, typer.Option("--document", metavar="文号", help="依据的文号")] = "",
    dry_run: DryRunOption = False,
) -> None:
    """写明挂起的案件属于哪里；已有归属的要改归，用 incidents correct。

    示例：
      sanwu incidents place A6499012611005 锦绣社区
      sanwu incidents place A6499012611005 649901001011 649901001012 --reason 一案涉两村
      sanwu incidents place --all-of 清泉派出所 清泉街道 --dry-run
    """
    from sanwu_cli.jobs.placing import place_cases
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    placed = _find_placed(workspace, registers, words, all_of, find_indicator(indicator))
    if options.format is not OutputFormat.JSON:
        _print_placed(options, placed, registers)
    run = None
    if not dry_run:
        run = place_cases(
            workspace, placed, reason=reason, document_number=document, as_of=day_of(options).isoformat()
        )
    _end(options, placed, run)


def _find_placed(
    workspace: Workspace,
    registers: RegisterReading,
    words: list[str],
    all_of: str | None,
    indicator: Indicator | None,
) -> list[tuple[Incident, tuple[Place, ...]]]:
    """Find the cases meant, and where each belongs; raises SanwuError before anything is written."""
    from sanwu_cli.jobs.ledger_view import find_incident
    from sanwu_cli.jobs.placing import check_open, find_places, find_unit_cases

    if all_of is not None:
        cases: tuple[Incident, ...] = find_unit_cases(workspace, registers, all_of, indicator)
        areas = words
    else:
        if not words[1:]:
            raise SanwuError(
                "没有写归到哪里", remedy="请写成 sanwu incidents place 编号 区域，区域写代码或名称"
            )
        cases, areas = (find_incident(workspace, words[0], indicator),), words[1:]
    for case in cases:
        check_open(case)
    return [(case, find_places(registers, case, areas)) for case in cases]


def _print_placed(
    options: RunOptions, placed: Sequence[tuple[Incident, tuple[Place, ...]]], registers: RegisterReading
) -> None:
    from sanwu_cli.jobs.held import describe_held, show_number, show_source
    from sanwu_cli.jobs.ledger_view import name_areas

    names = name_areas(registers.registers.areas)
    clues = {case.incident.id: case.clue for case in describe_held([i for i, _ in placed], registers)}
    rows = [
        (
            show_number(incident),
            incident.filed_on.isoformat() if incident.filed_on else "",
            clues[incident.id],
            "、".join(names.get(p.area_code or "", "") for p in places),
            show_source(incident),
        )
        for incident, places in placed
    ]
    print_rows(options, ("编号", "日期", "线索", "归到", "来源"), rows)


def _end(options: RunOptions, placed: Sequence[tuple[Incident, tuple[Place, ...]]], run: int | None) -> None:
    if options.format is OutputFormat.JSON:
        listed = [{"id": i.id, "area_codes": [place.area_code for place in places]} for i, places in placed]
        emit_json({"schema": "sanwu/ledger-run/1", "run": run, "placed": listed})
        return
    if run is None:
        say(f"没有写入台账：这是试运行，共{len(placed)}件")
        return
    say(f"已归属{len(placed)}件，操作序号{run}；要撤销：sanwu incidents undo {run}")
    undated = [incident.id for incident, _ in placed if incident.filed_on is None]
    if undated:
        say(f"还有日期没有读出来，仍然挂起：{'、'.join(undated)}；用 sanwu incidents correct 补上日期")
