"""`sanwu records`: every other sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import print_files, print_rows, print_run
from sanwu_cli.cli.importing import run_import
from sanwu_cli.cli.output import write_output
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
from sanwu_cli.cli.words import find_term
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_json, print_line, say

if TYPE_CHECKING:
    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.ledger.listed import LedgerRecord

app = typer.Typer(add_completion=False, help="其余各种表格：导入、查询、更正、撤回、导出。")

Number = Annotated[str, typer.Argument(metavar="编号", help="台账编号，或者表里的编号、名称")]
Kind = Annotated[str | None, typer.Option("--sheet", metavar="表式", help="哪种表，如 dispute")]
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
    """导入认定表、考核评分表等，先给出与台账的差异，再一次写入。

    示例：
      sanwu records import inbox/2026-12
    """
    from sanwu_cli.jobs.reading import parse_options
    from sanwu_cli.terms import Intake

    read = parse_options(
        period=period, coverage=coverage, header_row=header_row, sheet=sheet, mapping=mapping, form=form
    )
    options = run_options(ctx)
    run_import(options, paths, Intake.RECORDS, read=read, name=name, is_dry_run=dry_run, is_strict=strict)


@app.command("list")
def list_(
    ctx: typer.Context,
    sheet: Kind = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="只列这一年的", min=2020, max=2099)
    ] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只列这个月的")] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="代码", help="只列这个村或乡镇的：代码或全名")
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="状态", help="counted、held 或 withdrawn")
    ] = None,
) -> None:
    """列出台账里各种表的记录，挂起的、撤回的都列。

    示例：
      sanwu records list --sheet dispute --month 2026-03
      sanwu records list --status held
    """
    from sanwu_cli.jobs.ledger_view import find_area_code, name_areas
    from sanwu_cli.jobs.records_view import (
        HEADERS,
        RecordFilter,
        find_record_schema,
        list_ledger_records,
        record_as_json,
        record_as_row,
        select_records,
        shorten_ids,
    )
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month
    from sanwu_cli.terms import RecordStatus

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    chosen = RecordFilter(
        find_record_schema(sheet).id if sheet else None,
        year,
        parse_month(month) if month else None,
        find_area_code(registers, area) if area else None,
        find_term(RecordStatus, status, "状态"),
    )
    known = list_ledger_records(workspace)
    records = select_records(known, chosen)
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/records/1", "records": [record_as_json(record) for record in records]})
        return
    names = name_areas(registers.registers.areas)
    rows = [record_as_row(record, names) for record in records]
    if options.format is OutputFormat.CSV:
        print_rows(options, HEADERS, rows)
        return
    shown = slice(1, 6) if sheet is None else slice(2, 6)
    short = shorten_ids(known)
    ids = [short[record.schema_id, record.id] for record in records]
    print_rows(
        options, (HEADERS[0], *HEADERS[shown]), [(i, *row[shown]) for i, row in zip(ids, rows, strict=True)]
    )
    say(f"共{len(rows)}条")


@app.command()
def show(ctx: typer.Context, number: Number, sheet: Kind = None) -> None:
    """一条记录现在写的是什么，和台账里说到它的每一笔：文件、工作表、行、哪次操作。

    示例：
      sanwu records show JF-2026-0001
      sanwu records show 青禾镇综治中心 --sheet centre --format json
    """
    from sanwu_cli.jobs.ledger_view import name_areas
    from sanwu_cli.jobs.records_trace import ENTRY_HEADERS, trace_as_json, trace_as_row, trace_record
    from sanwu_cli.jobs.records_view import HEADERS, list_values, record_as_json, record_as_row
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.sheets.schema import load_schemas

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    record = _find(workspace, number, sheet)
    traces = trace_record(workspace, record)
    if options.format is OutputFormat.JSON:
        entries = [trace_as_json(trace) for trace in traces]
        emit_json({"schema": "sanwu/record/1", **record_as_json(record), "entries": entries})
        return
    names = name_areas(read_registers(workspace).registers.areas)
    state = zip(("台账编号", *HEADERS[1:7]), record_as_row(record, names)[:7], strict=True)
    rows = [(header, text) for header, text in state if text]
    print_rows(options, ("项目", "内容"), [*rows, *list_values(record)])
    if options.format is OutputFormat.TABLE:
        print_line()
        schema = load_schemas()[record.schema_id]
        print_rows(options, ENTRY_HEADERS[:3], [trace_as_row(trace, schema, names)[:3] for trace in traces])
        changed = [trace_as_row(trace, schema, names) for trace in traces if trace.entry.source is None]
        for row in changed:
            print_line(f"  {row[0]}（{row[1]}）：{row[3]}" if row[3] else f"  {row[0]}（{row[1]}）")


@app.command()
@writes()
def correct(
    ctx: typer.Context,
    number: Number,
    reason: Reason,
    document: Document,
    changes: Annotated[
        list[str], typer.Option("--set", metavar="栏目=值", help="改哪一栏、改成什么，可以写几次")
    ],
    sheet: Kind = None,
) -> None:
    """更正一条记录的几栏：原来写的保留，更正、理由和文号都留痕；改乡镇、村，也能放行挂起的记录。

    示例：
      sanwu records correct JF-2026-0001 --set 是否化解=是 --reason 漏填 --document 云司〔2026〕3号
      sanwu records correct JF-2026-0002 --set 乡镇=青禾镇 --reason 查明所在乡镇 --document 云司〔2026〕4号
    """
    from sanwu_cli.jobs.records_change import correct_record, describe_change
    from sanwu_cli.jobs.runs import Ruling
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    record = _find(workspace, number, sheet)
    run = correct_record(
        workspace,
        read_registers(workspace),
        record,
        changes,
        ruling=Ruling(reason, document),
        as_of=day_of(options).isoformat(),
    )
    after = _find(workspace, record.id, record.schema_id)
    _report_run(options, run, f"已更正 {record.id}", describe_change(record, after), after)


@app.command()
@writes()
def withdraw(
    ctx: typer.Context, number: Number, reason: Reason, document: Document, sheet: Kind = None
) -> None:
    """撤回一条记录：不再参加计算，原来的内容保留。

    示例：
      sanwu records withdraw JF-2026-0001 --reason 重复登记 --document 云司〔2026〕5号
    """
    from sanwu_cli.jobs.records_change import withdraw_record
    from sanwu_cli.jobs.runs import Ruling
    from sanwu_cli.jobs.workspace import open_workspace

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    record = _find(workspace, number, sheet)
    run = withdraw_record(
        workspace, record, ruling=Ruling(reason, document), as_of=day_of(options).isoformat()
    )
    _report_run(options, run, f"已撤回 {record.id}", [], _find(workspace, record.id, record.schema_id))


@app.command()
def export(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="写到哪里，默认 out/其他台账.xlsx")
    ] = None,
) -> None:
    """把各种表的记录导出成 Excel：一种表一张，另有收到的表、操作记录。

    示例：
      sanwu records export -o 其他台账.xlsx
    """
    from sanwu_cli.jobs.records_view import export_records
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    path = output or workspace.out / "其他台账.xlsx"
    write_output(options, path, export_records(workspace, read_registers(workspace)))
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/export/1", "file": path, "rows": None})
    print_files(options, [path])


def _find(workspace: Workspace, number: str, sheet: str | None) -> LedgerRecord:
    from sanwu_cli.jobs.records_view import find_record, find_record_schema

    return find_record(workspace, number, find_record_schema(sheet).id if sheet else None)


def _report_run(options: RunOptions, run: int, text: str, changes: list[str], record: LedgerRecord) -> None:
    """Say what a run did, and that it can be taken back; a record that is still held is said to be."""
    if not print_run(options, run, text):
        return
    for line in changes:
        print_line(f"  {line}")
    if record.why:
        say(f"仍然挂起：{record.why}")
    say(f"操作序号{run}；要撤销：sanwu incidents undo {run}")
