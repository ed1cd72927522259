"""Department sheets read from files and folders, nothing written."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sanwu_cli.errors import SanwuError
from sanwu_cli.files import list_inputs
from sanwu_cli.findings import make_finding
from sanwu_cli.periods import Period, parse_month
from sanwu_cli.sheets.coverage import Coverage
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import AreaLevel, Indicator, Intake
from sanwu_cli.workbook import read_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, SheetReading

_WHOLE_COUNTY = ("全县", "全市", "全区", "county")


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file as read: its sheets, or none when it could not be opened."""

    file: str
    is_readable: bool
    sheets: tuple[SheetReading, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the clerk may say of the sheets: span, coverage (全县 or a township), header row, sheet name."""

    period: Period | None = None
    coverage: str | None = None
    header_row: int | None = None
    sheet: str | None = None


def parse_span(text: str | None) -> Period | None:
    """Read a span given on the command line: 2026-03, or 2026-01..2026-10; raises SanwuError."""
    if text is None:
        return None
    first, _, last = text.partition("..")
    start, end = parse_month(first), parse_month(last or first)
    if end < start:
        raise SanwuError(f"月份“{text}”的结尾早于开头", remedy="请写成 2026-01..2026-10 的样子")
    return Period(start, end)


def read_files(
    workspace: Workspace,
    registers: RegisterReading,
    paths: Iterable[Path],
    *,
    options: ReadOptions | None = None,
    track: Callable[[Sequence[Path], str], Iterable[Path]] | None = None,
) -> tuple[FileReading, ...]:
    """Read every sheet of the files, or of the folders at any depth; nothing is written."""
    files = list_inputs(paths)
    tracked = track(files, "读表") if track else files
    return tuple(_read_file(workspace, registers, path, options or ReadOptions()) for path in tracked)


def _read_file(
    workspace: Workspace, registers: RegisterReading, path: Path, options: ReadOptions
) -> FileReading:
    with _pause_collector():
        return _read_book_file(workspace, registers, path, options)


@contextmanager
def _pause_collector() -> Iterator[None]:
    """Keep the garbage collector from walking through a sheet's cells again and again; none form a circle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_book_file(
    workspace: Workspace, registers: RegisterReading, path: Path, options: ReadOptions
) -> FileReading:
    shown = workspace.show(path)
    book, problems = read_book(path, shown_as=shown)
    if book is None:
        return FileReading(shown, is_readable=False, sheets=(), findings=problems)
    if options.sheet is not None:
        names = [grid.name for grid in book.grids]
        book = replace(book, grids=tuple(grid for grid in book.grids if grid.name == options.sheet))
        if not book.grids:
            absent = make_finding(
                "SHEET-NOT-THERE", file=shown, name=options.sheet, names="、".join(names) or "无"
            )
            return FileReading(shown, is_readable=True, sheets=(), findings=(*problems, absent))
    schemas = {i: s for i, s in load_schemas().items() if s.intake is not Intake.REGISTER}
    sheets = read_all(
        book,
        schemas=schemas,
        places=registers.places,
        county_name=workspace.settings.name,
        period_override=options.period,
        header_row=options.header_row,
        coverage_override=_find_coverage(registers, options.coverage),
    )
    if not any(sheet.schema_id or sheet.unread_rows or sheet.findings for sheet in sheets):
        problems = (*problems, make_finding("BOOK-NO-CONTENT", file=shown))
    return FileReading(shown, is_readable=True, sheets=sheets, findings=problems)


def _find_coverage(registers: RegisterReading, text: str | None) -> Coverage | None:
    """Read --coverage: 全县 (or 全市, 全区), or a township's code or name; raises SanwuError."""
    if text is None:
        return None
    if text in _WHOLE_COUNTY:
        return Coverage()
    townships = [a for a in registers.registers.areas if a.level is AreaLevel.TOWNSHIP]
    found = {area.code for area in townships if text in (area.code, area.name, *area.aliases)}
    if len(found) != 1:
        raise SanwuError(
            f"登记表里没有“{text}”这个乡镇(街道)", remedy="请写乡镇(街道)的代码或全名，管全县的写“全县”"
        )
    return Coverage(found.pop())


def detail_sheets() -> dict[str, Indicator]:
    """Map the sheets that report an indicator case by case to their indicator."""
    return {
        schema.id: schema.record.indicator
        for schema in load_schemas().values()
        if schema.intake is Intake.INCIDENTS and schema.record.indicator is not None
    }


def sheet_of(indicator: Indicator) -> str:
    """Give the sheet that reports an indicator case by case."""
    return next(sheet for sheet, reported in detail_sheets().items() if reported is indicator)
