"""Department sheets read from files and folders, nothing written."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.errors import SanwuError
from sanwu_cli.files import list_inputs
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.forms import find_schema
from sanwu_cli.nearest import hint_near
from sanwu_cli.periods import Period, parse_month
from sanwu_cli.sheets.balance import count_filled
from sanwu_cli.sheets.coverage import Coverage
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.remembered import Memory
from sanwu_cli.sheets.schema import header_key, load_schemas
from sanwu_cli.sheets.single import FORM_MARK
from sanwu_cli.sheets.told import parse_told
from sanwu_cli.sheets.values import fold, hide_personal_numbers
from sanwu_cli.terms import AreaLevel, ColumnUse, HeaderMatch, Indicator, Intake
from sanwu_cli.workbook.read import read_book, read_book_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sanwu_cli.grid import Book
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, SheetReading
    from sanwu_cli.sheets.schema import SheetSchema

_FIRST_ROWS = 23
_WHOLE_COUNTY = ("全县", "全市", "全区", "county")


class FileReading(Struct, frozen=True):
    """One file as read: its sheets, or none when it could not be opened.

    `left_rows` counts the filled rows of the `left_sheets` nobody asked for (--sheet); `headers` are texts
    that may be headers of sheets no form claims, gathered only where a mapping was given.
    """

    file: str
    is_readable: bool
    sheets: tuple[SheetReading, ...]
    findings: tuple[Finding, ...]
    left_rows: int = 0
    left_sheets: int = 0
    headers: frozenset[str] = frozenset()


class Piped(Struct, frozen=True):
    """A file that came through a pipe: what to call it, and its bytes."""

    name: str
    data: bytes


class ReadOptions(Struct, frozen=True):
    """What the clerk may say of the sheets: span, coverage (全县 or a township), header row, sheet name.

    `mapping` is what each header stands for, as parsed by `parse_options`; `form` the id of the one form.
    `schemas` are looked for in place of the departments' sheets.
    """

    period: Period | None = None
    coverage: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    form: str | None = None
    schemas: Mapping[str, SheetSchema] | None = None


def parse_options(
    *,
    period: str | None,
    coverage: str | None,
    header_row: int | None,
    sheet: str | None,
    mapping: Sequence[str] | None,
    form: str | None,
) -> ReadOptions:
    """Read the options of a command that reads department sheets; raises SanwuError."""
    schemas = _department_schemas(load_schemas())
    chosen = find_schema(form).id if form else None
    if chosen is not None:
        if chosen not in schemas:
            raise SanwuError(f"“{form}”是登记表，不是部门的表", remedy="登记表放在 registers 里，不用指明")
        schemas = {chosen: schemas[chosen]}
    told = parse_told(mapping or (), schemas)
    return ReadOptions(parse_span(period), coverage, header_row, sheet, told, chosen)


def _department_schemas(schemas: Mapping[str, SheetSchema]) -> dict[str, SheetSchema]:
    return {i: schema for i, schema in schemas.items() if schema.intake is not Intake.REGISTER}


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
    piped: Piped | None = None,
    track: Callable[[Sequence[Path], str], Iterable[Path]] | None = None,
) -> tuple[FileReading, ...]:
    """Read every sheet of the files, or of the folders at any depth; nothing is written.

    X
    """
    files = list_inputs(paths)
    tracked = track(files, "读表") if track else files
    chosen = options or ReadOptions()
    sources = ([piped] if piped else [], tracked)
    readings = tuple(_read_file(workspace, registers, one, chosen) for some in sources for one in some)
    _check_mapping(readings, chosen.mapping)
    return readings


def _read_file(
    workspace: Workspace, registers: RegisterReading, path: Path | Piped, options: ReadOptions
) -> FileReading:
    with pause_collector():
        return _read_book_file(workspace, registers, path, options)


@contextmanager
def pause_collector() -> Iterator[None]:
    """Keep the garbage collector from walking through a sheet's cells again and again; none form a circle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_book_file(
    workspace: Workspace, registers: RegisterReading, path: Path | Piped, options: ReadOptions
) -> FileReading:
    shown = path.name if isinstance(path, Piped) else workspace.show(path)
    if (masked := hide_personal_numbers(shown)) != shown:
        problem = make_finding("NAME-PERSONAL", file=masked, what="文件名或文件夹名")
        return FileReading(masked, is_readable=False, sheets=(), findings=(problem,))
    if isinstance(path, Piped):
        book, problems = read_book_data(path.data, shown_as=shown)
    else:
        book, problems = read_book(path, shown_as=shown)
    if book is None:
        return FileReading(shown, is_readable=False, sheets=(), findings=problems)
    masks = {grid.name: hide_personal_numbers(grid.name) for grid in book.grids}
    left = [grid for grid in book.grids if masks[grid.name] != grid.name]
    if left:
        told = [make_finding("NAME-PERSONAL", file=shown, sheet=masks[g.name], what="工作表名") for g in left]
        problems = (*problems, *told)
        book = replace(book, grids=tuple(grid for grid in book.grids if masks[grid.name] == grid.name))
    if options.sheet is not None:
        names = [grid.name for grid in book.grids]
        left += [grid for grid in book.grids if grid.name != options.sheet]
        book = replace(book, grids=tuple(grid for grid in book.grids if grid.name == options.sheet))
        if not book.grids:
            absent = make_finding(
                "SHEET-NOT-THERE", file=shown, name=options.sheet, names="、".join(names) or "无"
            )
            problems = (*problems, absent)
    sheets = _read_sheets(workspace, registers, book, options) if book.grids else ()
    if book.grids and not any(sheet.schema_id or sheet.unread_rows or sheet.findings for sheet in sheets):
        problems = (*problems, make_finding("BOOK-NO-CONTENT", file=shown))
    return FileReading(
        shown,
        is_readable=True,
        sheets=sheets,
        findings=problems,
        left_rows=sum(map(count_filled, left)),
        left_sheets=sum(1 for grid in left if count_filled(grid)),
        headers=_gather_headers(book, sheets) if options.mapping else frozenset(),
    )


def _read_sheets(
    workspace: Workspace, registers: RegisterReading, book: Book, options: ReadOptions
) -> tuple[SheetReading, ...]:
    schemas = options.schemas or _department_schemas(workspace.schemas)
    if options.form is not None:
        # As if the file were our own blank form, returned: that needs no word in the title either.
        schemas = {options.form: schemas[options.form]}
        book = replace(book, marks={FORM_MARK: schemas[options.form].form_mark})
    return read_all(
        book,
        schemas=schemas,
        places=registers.places,
        county_name=workspace.settings.name,
        period_override=options.period,
        header_row=options.header_row,
        mapping=options.mapping,
        coverage_override=_find_coverage(registers, options.coverage),
        memory=Memory() if options.form else registers.memory,
    )


def _gather_headers(book: Book, sheets: Iterable[SheetReading]) -> frozenset[str]:
    """Gather the texts near the top of the sheets that no form claims: any may be a header."""
    unclaimed = {sheet.sheet for sheet in sheets if sheet.schema_id is None}
    return frozenset(
        fold(cell)
        for grid in book.grids
        if grid.name in unclaimed
        for cells in grid.rows[:_FIRST_ROWS]
        for cell in cells
        if isinstance(cell, str)
    )


def _check_mapping(files: Iterable[FileReading], mapping: Mapping[str, str]) -> None:
    """Refuse a mapping whose header no sheet has, or whose field the sheet's form does not have."""
    if not mapping:
        return
    followed: set[str] = set()
    seen: set[str] = set()
    for file in files:
        seen |= file.headers
        for sheet in file.sheets:
            for column in sheet.evidence.columns if sheet.evidence else ():
                texts = {column.header, column.header.rpartition("/")[2]}
                seen |= texts
                if column.use is ColumnUse.IGNORED or column.match is HeaderMatch.TOLD:
                    followed |= set(map(header_key, texts))
        followed |= set(map(header_key, file.headers))
    for header, word in mapping.items():
        if header_key(header) in followed:
            continue
        if header_key(header) in map(header_key, seen):
            raise SanwuError(
                f"表头“{header}”不能作为“{word}”：认出的那种表没有这个字段，或者另有个人信息的栏",
                remedy="请用 --form 指明是哪一种表，字段用 sanwu sheet show 表式 查看",
            )
        hint = hint_near(header, sorted(seen), count=3, otherwise="请照表上的写法写；")
        raise SanwuError(f"这些表里没有叫“{header}”的表头", remedy=f"{hint}两级表头写成 上级/下级")


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
            f"登记表里没有“{text}”这个乡镇(街道)",
            remedy=hint_near(text, (area.name for area in townships))
            + "请写乡镇(街道)的代码或全名，管全县的写“全县”",
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
    """Give the sheet that reports an indicator case by case; of an added one, its own identifier."""
    found = (sheet for sheet, reported in detail_sheets().items() if reported is indicator)
    return next(found, indicator.value)
