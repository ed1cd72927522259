"""`sanwu incidents`: the ledger of the three indicators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, day_of, parse_date, run_options
from sanwu_cli.cli.ending import print_files, print_rows, print_run
from sanwu_cli.cli.importing import run_import
from sanwu_cli.cli.objecting import object_, objections, rule
from sanwu_cli.cli.output import write_output
from sanwu_cli.cli.placing import held, place, print_held
from sanwu_cli.cli.reading import (
    CoverageOption,
    DryRunOption,
    FormOption,
    HeaderRowOption,
    Inputs,
    MapOption,
    NameOption,
    PeriodOption,
    SheetOption,
    StrictOption,
)
from sanwu_cli.cli.words import Kind, find_indicator, find_reason, find_status
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_json, print_line, say

app = typer.Typer(add_completion=False, help="三项指标台账：导入、查询、更正、撤销、导出。")

Number = Annotated[str, typer.Argument(metavar="编号", help="案号、信访编号或台账编号")]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="为什么改，会留在台账里")]
Document = Annotated[str, typer.Option("--document", metavar="文号", help="依据的文号")]


@app.command("import")
@writes(unless=("dry_run",))
def import_(
    ctx: typer.Context,
    paths: Inputs,
    period: PeriodOption = None,
    coverage: CoverageOption = None,
    header_row: HeaderRowOption = None,
    sheet: SheetOption = None,
    mapping: MapOption = None,
    form: FormOption = None,
    name: NameOption = "",
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
) -> None:
    """导入三项指标的台账、月报和零报告，先给出差异，再一次写入。

    示例：
      sanwu incidents import inbox
      sanwu incidents import inbox/2026-03 --dry-run --format json
      sanwu incidents import - --name 越级上访台账2026年3月.csv < 导出.csv
    """
    from sanwu_cli.jobs.reading import parse_options
    from sanwu_cli.terms import Intake

    read = parse_options(
        period=period, coverage=coverage, header_row=header_row, sheet=sheet, mapping=mapping, form=form
    )
    options = run_options(ctx)
    run_import(options, paths, Intake.INCIDENTS, read=read, name=name, is_dry_run=dry_run, is_strict=strict)


@app.command("list")
def list_(
    ctx: typer.Context,
    indicator: Kind = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只列这个月的")] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="代码", help="只列这个村或乡镇的：代码或全名")
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="状态", help="counted、not_counted、held 或 withdrawn")
    ] = None,
) -> None:
    """列出台账里的案件，计入的和不计的都列。

    示例：
      sanwu incidents list --month 2026-03
      sanwu incidents list --status held
    """
    from sanwu_cli.jobs.held import incidents_as_json
    from sanwu_cli.jobs.ledger_view import (
        HEADERS,
        Filter,
        find_area_code,
        incident_as_row,
        list_incidents,
        name_areas,
    )
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import Period, parse_month
    from sanwu_cli.terms import IncidentStatus

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    given = parse_month(month) if month else None
    span = Period(given, given) if given else None
    code = find_area_code(read_registers(workspace), area) if area else None
    chosen = Filter(find_indicator(indicator), span, code, find_status(status))
    incidents = list_incidents(workspace, chosen)
    if chosen.status == IncidentStatus.HELD:
        print_held(options, incidents, read_registers(workspace))
        return
    if options.format is OutputFormat.JSON:
        has_held = any(incident.status is IncidentStatus.HELD for incident in incidents)
        listed = incidents_as_json(incidents, read_registers(workspace) if has_held else None)
        emit_json({"schema": "sanwu/incidents/1", "incidents": listed})
        return
    names = name_areas(read_registers(workspace).registers.areas)
    rows = [incident_as_row(incident, names) for incident in incidents]
    if options.format is OutputFormat.TABLE:
        print_rows(options, HEADERS[:5] + HEADERS[6:8], [row[:5] + row[6:8] for row in rows])
        say(f"共{len(rows)}件")
    else:
        print_rows(options, HEADERS, rows)


@app.command()
def show(ctx: typer.Context, number: Number, indicator: Kind = None) -> None:
    """一件案件的现状，和说到它的每一行。

    示例：
      sanwu incidents show “(2026)清0901行初3号”
    """
    from sanwu_cli.jobs.ledger_view import (
        HEADERS,
        describe_changes,
        find_incident,
        incident_as_json,
        incident_as_row,
        name_areas,
    )
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    incident = find_incident(workspace, number, find_indicator(indicator))
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/incident/1", **incident_as_json(incident)})
        return
    names = name_areas(read_registers(workspace).registers.areas)
    row = incident_as_row(incident, names)
    print_rows(options, ("项目", "内容"), list(zip(HEADERS, row, strict=True)))
    if options.format is OutputFormat.TABLE:
        for source in incident.sources:
            print_line(f"  来源 {source.file}:{source.sheet}!第{source.row}行")
        for line in describe_changes(incident, names):
            print_line(f"  {line}")


@app.command()
@writes()
def correct(
    ctx: typer.Context,
    number: Number,
    reason: Reason,
    document: Document,
    indicator: Kind = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="代码", help="改归的村或乡镇：代码或全名")
    ] = None,
    filed_on: Annotated[str | None, typer.Option("--filed-on", metavar="日期", help="更正后的日期")] = None,
    not_counted: Annotated[
        str | None, typer.Option("--not-counted", metavar="原因", help="不计的原因，如 case_withdrawn")
    ] = None,
    counted: Annotated[bool, typer.Option("--counted", help="认定为计入，不管表里怎么写")] = False,
) -> None:
    """更正一件案件：原来的内容保留，更正、理由和文号都留痕。

    示例：
      sanwu incidents correct A6499-0012 --area 649901101203 --reason 查明发案地 --document 政法〔2026〕8号
    """
    from sanwu_cli.jobs.ledger_view import correct_incident, find_incident
    from sanwu_cli.jobs.runs import Ruling
    from sanwu_cli.jobs.scoring import find_area, open_scoring
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    incident = find_incident(workspace, number, find_indicator(indicator))
    place = None
    if area is not None:
        year = (incident.filed_on or day_of(options)).year
        place = find_area(open_scoring(workspace, read_registers(workspace), year=year).case.book, area)
    run = correct_incident(
        workspace,
        incident,
        ruling=Ruling(reason, document),
        as_of=day_of(options).isoformat(),
        area=place,
        filed_on=parse_date(filed_on) if filed_on else None,
        not_counted=find_reason(not_counted),
        is_counted=counted,
    )
    print_run(options, run, f"已更正 {incident.id}")


@app.command()
@writes()
def withdraw(
    ctx: typer.Context, number: Number, reason: Reason, document: Document, indicator: Kind = None
) -> None:
    """撤回一件案件：不再计入，原来的内容保留。

    示例：
      sanwu incidents withdraw A6499-0012 --reason 重复登记 --document 政法〔2026〕9号
    """
    from sanwu_cli.jobs.ledger_view import find_incident, withdraw_incident
    from sanwu_cli.jobs.runs import Ruling
    from sanwu_cli.jobs.workspace import open_workspace

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    incident = find_incident(workspace, number, find_indicator(indicator))
    run = withdraw_incident(
        workspace, incident, ruling=Ruling(reason, document), as_of=day_of(options).isoformat()
    )
    print_run(options, run, f"已撤回 {incident.id}")


@app.command()
@writes()
def undo(
    ctx: typer.Context,
    run: Annotated[int | None, typer.Argument(metavar="操作序号", help="不写就撤销最近一次")] = None,
) -> None:
    """撤销一次导入、更正或撤回，台账回到它之前的样子；incidents 和 records 的操作都由它撤销。

    示例：
      sanwu incidents undo
      sanwu incidents undo 3
    """
    from sanwu_cli.jobs.runs import undo_run
    from sanwu_cli.jobs.workspace import open_workspace

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    number, command = undo_run(workspace, run, as_of=day_of(options).isoformat())
    print_run(options, number, f"已撤销第{number}次操作（{command}）")


@app.command()
def export(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="写到哪里，默认 out/三无台账.xlsx")
    ] = None,
) -> None:
    """把台账导出成 Excel：明细、按月统计、收到的表、操作记录。

    示例：
      sanwu incidents export -o 三无台账.xlsx
    """
    from sanwu_cli.jobs.ledger_view import export_ledger
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    path = output or workspace.out / "三无台账.xlsx"
    write_output(options, path, export_ledger(workspace, read_registers(workspace)))
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/export/1", "file": path, "rows": None})
    print_files(options, [path])


app.command()(held)
app.command()(place)
app.command("object")(object_)
app.command()(rule)
app.command()(objections)
