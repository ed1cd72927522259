"""The sheets of a workbook read one by one: hidden ones named, remembered ones as they were accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.model import SheetReading
from sanwu_cli.sheets.balance import count_filled
from sanwu_cli.sheets.layout import Misfit
from sanwu_cli.sheets.pages import mark_pages
from sanwu_cli.sheets.remembered import Memory, check_changed, mark_recalled
from sanwu_cli.sheets.single import FORM_MARK, identify_sheet, read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.grid import Book, Grid
    from sanwu_cli.periods import Period
    from sanwu_cli.places import Places
    from sanwu_cli.sheets.coverage import Coverage
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.schema import SheetSchema


def read_all(
    book: Book,
    *,
    schemas: Mapping[str, SheetSchema],
    places: Places,
    county_name: str = "",
    period_override: Period | None = None,
    header_row: int | None = None,
    mapping: Mapping[str, str] | None = None,
    blank_village_override: Mapping[str, str] | None = None,
    coverage_override: Coverage | None = None,
    memory: Memory | None = None,
) -> tuple[SheetReading, ...]:
    """Read every sheet of a workbook that holds anything; hidden ones are named and left.

    A sheet that looks like no table at all is only named when another sheet of the workbook was read.
    A sheet whose headers are in the memory is read as it was accepted, unless `header_row` is given.
    Arguments as for `read_sheet`.
    """
    counted = [(grid, count) for grid in book.grids if (count := count_filled(grid))]
    filled = [grid for grid, _ in counted]
    readings = [
        _skip(book, grid, "SHEET-HIDDEN")
        if grid.hidden
        else _read_remembered(
            book,
            grid,
            memory=memory or Memory(),
            schemas=schemas,
            places=places,
            county_name=county_name,
            period_override=period_override,
            header_row=header_row,
            mapping=mapping,
            blank_village_override=blank_village_override,
            coverage_override=coverage_override,
        )
        for grid in filled
    ]
    readings = [
        replace(reading, filled_rows=count) for reading, (_, count) in zip(readings, counted, strict=True)
    ]
    if not any(reading.schema_id for reading in readings):
        return tuple(readings)

    def find(grid: Grid) -> Layout | None:
        found = identify_sheet(book, grid, schemas, header_row, mapping)
        return None if isinstance(found, Misfit) else found

    marked = mark_pages(readings, filled, find)
    return tuple(
        reading
        if reading.schema_id or grid.hidden or _is_told(reading) or _looks_like_table(book, grid, schemas)
        else _skip(book, grid, "SHEET-SKIPPED")
        for reading, grid in zip(marked, filled, strict=True)
    )  # fmt: skip


def _read_remembered(
    book: Book,
    grid: Grid,
    *,
    memory: Memory,
    header_row: int | None,
    **options: Any,  # noqa: ANN401 - handed on to read_sheet as given
) -> SheetReading:
    """Read a sheet as it was accepted before, where its headers are remembered; else by its evidence."""
    schemas, mapping = options.pop("schemas"), options.pop("mapping") or {}
    recalled = memory.recall(grid) if header_row is None else None
    schema = schemas.get(recalled.remembered.schema_id) if recalled is not None else None
    if recalled is None or schema is None:
        reading = read_sheet(book, grid, schemas=schemas, header_row=header_row, mapping=mapping, **options)
        changed = check_changed(grid, reading, memory) if header_row is None else None
        return reading if changed is None else replace(reading, findings=(changed, *reading.findings))
    # A title may lack this month the word that made the sheet this form: then the form is taken as said.
    for marks in (book.marks, {FORM_MARK: schema.form_mark}):
        reading = read_sheet(
            replace(book, marks=marks),
            grid,
            schemas={schema.id: schema},
            header_row=recalled.header_row,
            mapping={**recalled.mapping, **mapping},
            **options,
        )
        if reading.schema_id is not None:
            break
    if reading.schema_id is None or reading.evidence is None:
        return reading
    return replace(reading, evidence=mark_recalled(reading.evidence, recalled, mapping))


def _is_told(reading: SheetReading) -> bool:
    return any(finding.code in {"HEADER-CHANGED", "SHEET-CONTINUES"} for finding in reading.findings)


def _looks_like_table(book: Book, grid: Grid, schemas: Mapping[str, SheetSchema]) -> bool:
    found = identify_sheet(book, grid, schemas, None, None)
    return not isinstance(found, Misfit) or bool(found.nearest)


def _skip(book: Book, grid: Grid, code: str) -> SheetReading:
    count = count_filled(grid)
    finding = make_finding(code, file=book.file, sheet=grid.name, name=grid.name, count=count)
    return SheetReading(
        book.file, book.sha256, grid.name, None, unread_rows=count, findings=(finding,), filled_rows=count
    )
