"""One sheet read into typed rows with addresses, places and findings."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.model import UNKNOWN_PART, SheetReading
from sanwu_cli.sheets.balance import count_filled
from sanwu_cli.sheets.blocks import (
    find_first_table,
    is_side_by_side,
    read_tables,
    tell_side_by_side,
    tell_unread,
)
from sanwu_cli.sheets.check import (
    check_counted_twice,
    check_duplicates,
    check_nil_lines,
    check_outside,
    check_totals,
    check_unclear,
)
from sanwu_cli.sheets.columns import check_columns
from sanwu_cli.sheets.coverage import Coverage, find_coverage
from sanwu_cli.sheets.dated import settle_spans
from sanwu_cli.sheets.evidence import describe_layout, describe_misfit
from sanwu_cli.sheets.layout import Misfit, identify
from sanwu_cli.sheets.nothing import find_doubtful_lines, tell_nothing
from sanwu_cli.sheets.period import find_sheet_period
from sanwu_cli.sheets.spans import settle_period
from sanwu_cli.sheets.subject import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.grid import Book, Grid
    from sanwu_cli.model import Finding, LayoutEvidence
    from sanwu_cli.periods import Period
    from sanwu_cli.places import Places
    from sanwu_cli.sheets.blocks import Tables
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.schema import SheetSchema
    from sanwu_cli.sheets.table import SheetRows

FORM_MARK = "sanwu_form"
_COVERED_KINDS = frozenset({"incident", "count", "nil"})


def read_sheet(
    book: Book,
    grid: Grid,
    *,
    schemas: Mapping[str, SheetSchema],
    places: Places,
    county_name: str = "",
    period_override: Period | None = None,
    header_row: int | None = None,
    mapping: Mapping[str, str] | None = None,
    blank_village_override: Mapping[str, str] | None = None,
    coverage_override: Coverage | None = None,
) -> SheetReading:
    """Read one sheet: every non-empty line below its header becomes a row or is counted as layout.

    Args:
        book: the workbook, for provenance and form marks.
        grid: the sheet.
        schemas: the sheets it may be, by id.
        places: the registered areas.
        county_name: the county's name, which is no township's.
        period_override: the span, if somebody says so.
        header_row: 1-based first header row, if somebody says so.
        mapping: field names by raw header, if somebody says so.
        blank_village_override: by sheet id, what an empty village means ("hold" or "township").
        coverage_override: what the sheet speaks for, if somebody says so.
    """

    def find(part: Grid, row: int | None) -> Layout | Misfit:
        return identify_sheet(book, part, schemas, row, mapping)

    layout = find(grid, header_row)
    if isinstance(layout, Misfit):
        return _refuse(book, grid, layout)
    above: Layout | Misfit | None = None
    if header_row is None:
        layout, above = find_first_table(grid, layout, find)
    if (column := is_side_by_side(grid, layout)) is not None:
        return _refuse_with(book, grid, tell_side_by_side(book.file, grid.name, layout, column))
    span = find_sheet_period(layout, sheet=grid.name, file=book.file, override=period_override)
    layout = settle_spans(layout, span.period)
    coverage = coverage_override or _find_coverage(layout, grid, places, county_name)
    record = layout.schema.record
    table = Table(
        book=book,
        grid=grid,
        layout=layout,
        places=places,
        hint=span.hint,
        coverage=coverage.area,
        blank_village=(blank_village_override or {}).get(layout.schema.id, record.blank_village),
        county_name=county_name,
        end=len(grid.rows),
    )
    lines = read_tables(table, lambda part, row: _settle(find(part, row), span.period))
    if above is not None:
        lines.unread_rows += (count := count_filled(grid, until=layout.top))
        lines.remarks.append(tell_unread(table, 0, count))
    doubtful = find_doubtful_lines(lines)
    is_part = bool(lines.unread_rows) and record.kind in _COVERED_KINDS and coverage_override is None
    if is_part or doubtful:  # part of it is not known, or it does not say that nothing happened
        coverage = replace(coverage, area=UNKNOWN_PART)
    period, remarks = settle_period(book, grid, layout, span, lines.rows)
    findings = [
        *(
            f
            for one in lines.lines
            for f in check_columns(book.file, grid, one.table.layout, rows=len(lines.rows))
        ),
        *remarks,
        *([] if lines.unread_rows or doubtful else _name_coverage(book, grid, coverage, places)),
        *lines.findings,
        *tell_nothing(grid, layout, lines, period, file=book.file, doubtful=doubtful),
        *_check_rows(table, lines, period),
    ]
    evidence = replace(
        describe_layout(layout),
        period_origin=span.origin if span.period is not None else "各行的日期" if period else "",
        coverage_origin=_name_origin(layout, coverage, is_given=coverage_override is not None),
    )
    return _make_reading(table, lines, period, coverage, findings, evidence)


def _find_coverage(layout: Layout, grid: Grid, places: Places, county_name: str) -> Coverage:
    """Find what a sheet speaks for, where that matters."""
    if layout.schema.record.kind not in _COVERED_KINDS:
        return Coverage()
    units = [value for group, value in layout.labels if group == "unit"]
    return find_coverage([*layout.titles, grid.name], units, places, county_name=county_name)


def _check_layouts(table: Table, lines: Tables) -> list[Finding]:
    count = len(lines.rows)
    layouts = (one.table.layout for one in lines.lines)
    return [f for each in layouts for f in check_columns(table.book.file, table.grid, each, rows=count)]


def _check_rows(table: Table, lines: Tables, period: Period | None) -> list[Finding]:
    """Check the rows of a sheet against its span, against each other and against its totals."""
    schema, rows = table.schema, lines.rows
    file, sheet = table.book.file, table.grid.name
    return [
        *_tell_hidden(table.book, table.grid, rows),
        *_check_days(table.layout, rows, period),
        *check_duplicates(schema, rows),
        *check_counted_twice(schema, rows),
        *check_unclear(schema, rows),
        *check_nil_lines(schema, rows),
        *check_outside(table, rows),
        *(
            finding
            for one in lines.lines
            for finding in check_totals(one.table.layout, one.rows, one.totals, file=file, sheet=sheet)
        ),
    ]


def _make_reading(  # noqa: PLR0917 (one call)
    table: Table,
    lines: Tables,
    period: Period | None,
    coverage: Coverage,
    findings: Sequence[Finding],
    evidence: LayoutEvidence,
) -> SheetReading:
    layout = table.layout
    return SheetReading(
        file=table.book.file,
        sha256=table.book.sha256,
        sheet=table.grid.name,
        schema_id=layout.schema.id,
        header_row=layout.top + 1,
        period=period,
        coverage=coverage.area,
        rows=lines.rows,
        layout_rows=lines.layout_rows,
        unread_rows=lines.unread_rows,
        fields=tuple(layout.fields),
        findings=tuple(findings),
        heading_rows=count_filled(table.grid, until=layout.bottom + 1),
        evidence=evidence,
    )


def _name_origin(layout: Layout, coverage: Coverage, *, is_given: bool) -> str:
    """Say where the coverage was found; nothing for a sheet that simply names no part of the county."""
    if is_given:
        return "命令行"
    if layout.schema.record.kind not in _COVERED_KINDS or coverage.area is None:
        return ""
    return "填报单位" if any(group == "unit" for group, _ in layout.labels) else "标题"


def _settle(layout: Layout | Misfit, period: Period | None) -> Layout | Misfit:
    return layout if isinstance(layout, Misfit) else settle_spans(layout, period)


def identify_sheet(
    book: Book,
    grid: Grid,
    schemas: Mapping[str, SheetSchema],
    header_row: int | None,
    mapping: Mapping[str, str] | None,
) -> Layout | Misfit:
    """Find the layout of a sheet, with what its name, its file's name and its form mark say."""
    names = (grid.name, PurePosixPath(book.file.replace("\\", "/")).stem)
    return identify(
        grid,
        schemas,
        names=names,
        mark=book.marks.get(FORM_MARK, ""),
        header_row=header_row,
        mapping=mapping,
    )


def _refuse(book: Book, grid: Grid, misfit: Misfit) -> SheetReading:
    if misfit.code == "SHEET-AMBIGUOUS":
        first, second = (f"“{schema.title}”" for schema in misfit.nearest)
        finding = make_finding(misfit.code, file=book.file, sheet=grid.name, first=first, second=second)
    elif misfit.stranger is not None:
        finding = misfit.stranger.tell(file=book.file, sheet=grid.name)
    else:
        nearest = "".join(f"，最像“{schema.title}”" for schema in misfit.nearest)
        missing = f"，缺少{'、'.join(misfit.missing)}" if misfit.missing else ""
        finding = make_finding(misfit.code, file=book.file, sheet=grid.name, nearest=nearest + missing)
    return _refuse_with(book, grid, finding, describe_misfit(misfit))


def _refuse_with(
    book: Book, grid: Grid, finding: Finding, evidence: LayoutEvidence | None = None
) -> SheetReading:
    count = count_filled(grid)
    return SheetReading(
        book.file, book.sha256, grid.name, None, unread_rows=count, findings=(finding,),
        filled_rows=count, evidence=evidence,
    )  # fmt: skip


def _name_coverage(book: Book, grid: Grid, coverage: Coverage, places: Places) -> list[Finding]:
    if coverage.area is None:
        return []
    if coverage.area == UNKNOWN_PART:
        return [make_finding("COVERAGE-UNKNOWN", file=book.file, sheet=grid.name, part=coverage.part)]
    areas = places.index.by_code.get(coverage.area, ())
    name = areas[-1].name if areas else coverage.area
    return [make_finding("COVERAGE-TOWNSHIP", file=book.file, sheet=grid.name, name=name)]


def _tell_hidden(book: Book, grid: Grid, rows: SheetRows) -> list[Finding]:
    hidden = sum(1 for number in rows.numbers if number - 1 in grid.hidden_rows)
    return [make_finding("HIDDEN-ROWS", file=book.file, sheet=grid.name, count=hidden)] if hidden else []


def _check_days(layout: Layout, rows: SheetRows, period: Period | None) -> list[Finding]:
    """Name the rows of an incident sheet that are dated outside its span: filed late, or typed wrong."""
    record = layout.schema.record
    if period is None or record.kind != "incident" or record.date is None:
        return []
    days = rows.column(record.date)
    outside = {day for day in set(days) if isinstance(day, date) and day not in period}
    if not outside:
        return []
    header = layout.schema.by_name[record.date].header
    late = [rows[position] for position, day in enumerate(days) if day in outside]
    return [
        make_finding(
            "ROW-OUTSIDE-PERIOD",
            file=row.source.file,
            sheet=row.source.sheet,
            cell=row.cells.get(record.date, ""),
            row=row.source.row,
            header=header,
            day=row.values[record.date],
            period=period.label,
        )
        for row in late
    ]
