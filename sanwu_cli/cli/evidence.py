"""What `check` and the imports say and keep of how sheets were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.cli.common import OutputFormat, RunOptions
from sanwu_cli.console import format_place, measure_width, print_line, say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.jobs.reading import FileReading
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.terms import Intake

_WIDTH = 76


def print_evidence(options: RunOptions, registers: RegisterReading, files: Iterable[FileReading]) -> None:
    """Print below the table why each sheet was read this way, and the balance of each file."""
    from sanwu_cli.jobs.balance import describe_balance, weigh_file
    from sanwu_cli.jobs.looking import describe_columns, describe_sheet

    if options.format is not OutputFormat.TABLE or options.quiet:
        return
    names = {area.code: area.name for area in registers.registers.areas}
    for file in files:
        if file.is_readable:
            print_line()
            print_line(file.file)
            for sheet in file.sheets:
                parts = describe_sheet(sheet, names)
                columns = describe_columns(sheet) if options.verbosity else []
                lines = [*_pack(parts, first=f"{sheet.sheet}：" if sheet.sheet else ""), *columns]
                for line in lines if parts else ():
                    print_line(f"  {line}")
            print_line(f"  {describe_balance(weigh_file(file))}")


def _pack(parts: Iterable[str], *, first: str) -> list[str]:
    """Join parts into lines that fit a terminal of the usual width; a part is never cut."""
    lines = [first]
    for part in parts:
        joined = part if lines[-1] in ("", first) else f"；{part}"
        if measure_width(lines[-1] + joined) <= _WIDTH or lines[-1] in ("", first):
            lines[-1] += joined
        else:
            lines.append(part)
    return lines


def say_remembered(files: Iterable[FileReading]) -> None:
    """Name the sheets that were read as they were accepted before."""
    for file in files:
        for sheet in file.sheets:
            if sheet.evidence is not None and sheet.evidence.remembered:
                place = format_place(sheet.file, sheet.sheet)
                say(f"{place}：按记住的对照（{sheet.evidence.remembered}）读取")


def keep_readings(
    workspace: Workspace,
    registers: RegisterReading,
    files: Iterable[FileReading],
    *,
    day: date,
    intake: Intake | None = None,
) -> tuple[str, ...]:
    """Keep how these sheets were read; give the fingerprints.

    Where an intake is given: only its sheets, and of them those of whose columns somebody said something.
    """
    from sanwu_cli.jobs.mappings import accept, is_told, write_memory
    from sanwu_cli.sheets.schema import load_schemas

    schemas = load_schemas()
    readings = [
        sheet
        for file in files
        for sheet in file.sheets
        if sheet.schema_id
        and (intake is None or (schemas[sheet.schema_id].intake is intake and is_told(sheet)))
    ]
    memory, taken = accept(registers.memory, readings, day=day.isoformat())
    if taken:
        write_memory(workspace.path / "registers", memory)
        say(f"已记住{len(taken)}种表头，以后同样的表头照此读取（sanwu sheet maps 查看）")
    return tuple(taken)
