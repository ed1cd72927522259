"""The span of a sheet settled once its rows are known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.period import find_period_in_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.grid import Book, Grid
    from sanwu_cli.model import Finding, Value
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.period import SheetPeriod
    from sanwu_cli.sheets.table import SheetRows


def settle_period(
    book: Book, grid: Grid, layout: Layout, span: SheetPeriod, rows: SheetRows
) -> tuple[Period | None, list[Finding]]:
    """Settle the span: as found, else from the rows' own dates when all lie in one month; and what to say."""
    record = layout.schema.record
    if span.is_year_only and record.kind == "incident" and span.period is not None:
        return _settle_year(book, grid, span.period, rows.column(record.date))
    if span.period is not None:
        if not span.conflict or record.period == "none":
            return span.period, []
        finding = make_finding(
            "PERIOD-CONFLICT",
            file=book.file,
            sheet=grid.name,
            origin=span.origin,
            period=span.period.label,
            conflict=span.conflict,
        )
        return span.period, [finding]
    if record.period in {"row", "none"}:
        return None, []
    if record.date is not None and record.period == "month":
        days = [day if isinstance(day, date) else None for day in rows.column(record.date)]
        found = find_period_in_rows(days, month_number=span.month_number)
        if found is not None:
            finding = make_finding("PERIOD-FROM-ROWS", file=book.file, sheet=grid.name, period=found.label)
            return found, [finding]
    return None, [_tell_unknown(book, grid, span)]


def _tell_unknown(book: Book, grid: Grid, span: SheetPeriod) -> Finding:
    if span.is_part:
        return make_finding("PERIOD-PART", file=book.file, sheet=grid.name, origin=span.origin)
    return make_finding("PERIOD-UNKNOWN", file=book.file, sheet=grid.name)


def _settle_year(
    book: Book, grid: Grid, year: Period, days: Sequence[Value]
) -> tuple[Period | None, list[Finding]]:
    """A sheet that says only 年度 speaks for the months up to its last row, not for those to come."""
    months = [Month.of(day) for day in set(days) if isinstance(day, date) and day in year]
    if not months:
        return None, [make_finding("PERIOD-UNKNOWN", file=book.file, sheet=grid.name)]
    span = Period(year.first, max(months))
    if span == year:
        return year, []
    finding = make_finding(
        "PERIOD-YEAR-TO-DATE", file=book.file, sheet=grid.name, year=year.first.year, period=span.label
    )
    return span, [finding]
