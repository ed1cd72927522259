"""What `incidents import` and `records import` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.evidence import keep_readings, say_remembered
from sanwu_cli.cli.reading import take_piped
from sanwu_cli.console import print_line, say, track

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sanwu_cli.jobs.intake import ImportResult
    from sanwu_cli.jobs.reading import ReadOptions
    from sanwu_cli.terms import Intake

_HEADERS = ("文件", "工作表", "表式", "月份", "行", "新增", "相同", "变更", "挂起", "不计")


def run_import(
    options: RunOptions,
    paths: list[Path],
    intake: Intake,
    *,
    read: ReadOptions,
    name: str,
    is_dry_run: bool,
    is_strict: bool,
) -> NoReturn:
    """Show the difference to the ledger, then write it, unless asked not to; end with the status."""
    from sanwu_cli.errors import ExitStatus
    from sanwu_cli.jobs.intake import compare_files, import_as_json, write_import
    from sanwu_cli.jobs.ledger_view import name_areas
    from sanwu_cli.jobs.reading import read_files
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    given, piped = take_piped(paths, name)
    inputs = [workspace.resolve_input(path) for path in given]
    files = read_files(workspace, registers, inputs, options=read, piped=piped, track=track)
    result = compare_files(workspace, registers, files, intake=intake)
    names = name_areas(registers.registers.areas)
    if options.format is not OutputFormat.JSON:
        _print_difference(options, result, names)
        say_remembered(files)
    if not is_dry_run and not (is_strict and result.status is not ExitStatus.CLEAN):
        result = write_import(workspace, result, as_of=day_of(options).isoformat())
        if read.mapping and result.is_applied:
            keep_readings(workspace, registers, result.files, day=day_of(options), intake=intake)
    if options.format is not OutputFormat.JSON:
        say(_describe_outcome(result))
    end_with_findings(options, result.findings, import_as_json(result, names), status=result.status)


def _print_difference(options: RunOptions, result: ImportResult, names: Mapping[str, str]) -> None:
    from sanwu_cli.sheets.schema import load_schemas
    from sanwu_cli.terms import RowClass

    schemas = load_schemas()
    rows = []
    for difference in result.differences:
        sheet = difference.claims
        counts = [difference.count(row_class) for row_class in RowClass]
        schema = schemas[sheet.schema_id]
        title = schema.title
        nothing = "—" if schema.record.period == "none" else "不明"
        span = sheet.period.label if sheet.period else nothing
        rows.append((sheet.source.file, sheet.source.sheet, title, span, sum(counts), *counts))
    print_rows(options, _HEADERS, rows)
    if options.format is OutputFormat.TABLE:
        for line in [*_describe_rows(result, names), *_describe_balances(result)]:
            print_line(line)


def _describe_balances(result: ImportResult) -> list[str]:
    """End each file in its balance; files that are all for the other command are told together."""
    from sanwu_cli.jobs.balance import describe_balance, describe_others
    from sanwu_cli.jobs.intake import weigh_import

    lines = []
    others = []
    for file in result.files:
        balance = weigh_import(result, file)
        if file.is_readable and balance.is_elsewhere:
            others.append(balance)
        elif file.is_readable:
            lines += [file.file, f"  {describe_balance(balance)}"]
    return [*lines, describe_others(others)] if others else lines


def _describe_outcome(result: ImportResult) -> str:
    if not result.is_applied:
        return "没有写入台账：这是试运行，或者 --strict 时发现了错误"
    if result.run is not None:
        return f"已写入台账，操作序号{result.run}；要撤销：sanwu incidents undo {result.run}"
    if result.differences:
        return "台账没有变化：这些表格以前都导入过"
    return "没有读到可以导入的表，台账没有变化"


def _describe_rows(result: ImportResult, names: Mapping[str, str]) -> list[str]:
    """Name every changed and held row, a changed one with what it said before and says now.

    Of the ignored ones, the rows of one sheet and reason stand together.
    """
    from sanwu_cli.jobs.changes import list_changes, show_row
    from sanwu_cli.terms import RowClass

    lines = []
    for difference in result.differences:
        place = f"{difference.claims.source.file}:{difference.claims.source.sheet}"
        ignored: dict[str, list[str]] = {}
        for row in difference.rows:
            if row.row_class in (RowClass.CHANGED, RowClass.HELD):
                lines.append(f"{row.row_class.label} {place}!第{row.row}行 {row.key} {row.why}")
                if row.earlier is not None:
                    lines.append(f"  原来 {show_row(row.earlier)}")
                changes = list_changes(row, difference.claims.schema_id, names)
                lines += [f"  {one.header}：{one.before} → {one.after}" for one in changes]
            elif row.row_class is RowClass.IGNORED:
                ignored.setdefault(row.why, []).append(str(row.row))
        lines += [
            f"{RowClass.IGNORED.label} {place} {why}：第{'、'.join(rows)}行" for why, rows in ignored.items()
        ]
    return lines
