"""Writing tables people print: title, header on every page, borders, codes as text, dates as dates."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.workbook.cells import CellContent, display_width
from sanwu_cli.workbook.chart import StackedBars, draw_chart
from sanwu_cli.workbook.style import (
    SUBTITLE_SIZE,
    TITLE_SIZE,
    Look,
    close_workbook,
    fit_heading,
    fit_height,
    fit_width,
    name_sheets,
    needs_landscape,
    open_workbook,
    set_paper,
    write_across,
    write_value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

_TITLE_POINTS, _SUBTITLE_POINTS = 36, 22
_SAMPLED_ROWS = 1_000
# A worksheet has 2**20 rows; title, header and notes want some of them.
_MOST_ROWS = 1_000_000
_DATE_SAMPLE = "0000-00-00"
# A column of short words reads best centred; longer text from the left.
_SHORT = 12


class TableSheet(Struct, frozen=True):
    """One table: rows are cut or filled to the headers; `widths` in half-width characters, empty: fitted.

    `number_columns` (0-based) are set flush right; `landscape` None: when the columns need it.
    `notes` stand under the table, one line each, and under these the `chart`; `page_head` at the head of
    every printed page.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[CellContent, ...], ...]
    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    landscape: bool | None = None
    number_columns: frozenset[int] = frozenset()
    chart: StackedBars | None = None
    page_head: str = ""


def write_tables(
    sheets: tuple[TableSheet, ...],
    *,
    marks: Mapping[str, str] = MappingProxyType({}),
    dated: date | None = None,
) -> bytes:
    """Give the .xlsx of these tables; the same to the byte for the same input.

    Args:
        sheets: one worksheet each; their names are made acceptable and different. A table with more rows
            than a worksheet holds goes on in further ones.
        marks: custom document properties.
        dated: the date the document carries in its properties; never the clock.
    """
    workbook, stream, look = open_workbook(marks)
    parts = tuple(part for sheet in sheets for part in _split(sheet))
    for table, name in zip(parts, name_sheets(tuple(part.name for part in parts)), strict=True):
        header_row = _write_table(workbook.add_worksheet(name), table, look)
        if table.chart is not None and table.rows:
            draw_chart(
                workbook, name, table.chart, rows=(header_row, len(table.rows)), below=len(table.notes)
            )
    return close_workbook(workbook, stream, dated)


def _split(table: TableSheet) -> tuple[TableSheet, ...]:
    """Cut a table into parts a worksheet holds: the chart stands by the first, the notes under the last."""
    if len(table.rows) <= _MOST_ROWS:
        return (table,)
    firsts = range(0, len(table.rows), _MOST_ROWS)
    return tuple(
        replace(
            table,
            rows=table.rows[first : first + _MOST_ROWS],
            title=f"{table.title}（{number}/{len(firsts)}）" if table.title else "",
            notes=table.notes if number == len(firsts) else (),
            chart=table.chart if number == 1 else None,
        )
        for number, first in enumerate(firsts, start=1)
    )


def _write_table(sheet: Worksheet, table: TableSheet, look: Look) -> int:
    """Write a table and its notes; answer the row of the header."""
    columns = len(table.headers)
    widths = table.widths or tuple(_fit_column(table, column) for column in range(columns))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    header_row = _write_heading(sheet, table, look, sum(widths))
    sheet.set_row(header_row, fit_height(table.headers, widths))
    for column, header in enumerate(table.headers):
        sheet.write_string(header_row, column, header, look.header)
    aligns = tuple(_choose_align(table, column) for column in range(columns))
    for index, row in enumerate(table.rows, start=header_row + 1):
        texts = tuple(map(_show, row[:columns]))
        sheet.set_row(index, fit_height(texts, widths[: len(texts)]))
        for column, align in enumerate(aligns):
            value = row[column] if column < len(row) else None
            write_value(sheet, (index, column), value, look=look, align=align)
    _write_notes(sheet, table, header_row + 1 + len(table.rows), look, sum(widths))
    landscape = needs_landscape(widths) if table.landscape is None else table.landscape
    set_paper(sheet, header_row=header_row, landscape=landscape)
    if table.page_head:
        sheet.set_header(f"&R&9{table.page_head}")
    return header_row


def _write_heading(sheet: Worksheet, table: TableSheet, look: Look, width: float) -> int:
    """Write title and subtitle where there are any; answer the row of the header."""
    row = 0
    heading = (
        (table.title, look.title, TITLE_SIZE, _TITLE_POINTS),
        (table.subtitle, look.subtitle, SUBTITLE_SIZE, _SUBTITLE_POINTS),
    )
    for text, style, size, points in heading:
        if text:
            sheet.set_row(row, fit_heading(text, width, size=size, first=points))
            write_across(sheet, row, len(table.headers), text, style)
            row += 1
    return row


def _write_notes(sheet: Worksheet, table: TableSheet, first: int, look: Look, width: float) -> None:
    for row, note in enumerate(table.notes, start=first):
        sheet.set_row(row, fit_height((note,), (width,)))
        write_across(sheet, row, len(table.headers), note, look.note)


def _fit_column(table: TableSheet, column: int) -> float:
    return fit_width([table.headers[column], *_sample(table, column)])


def _choose_align(table: TableSheet, column: int) -> str:
    if column in table.number_columns:
        return "right"
    return "center" if max(map(display_width, _sample(table, column)), default=0) <= _SHORT else "left"


def _sample(table: TableSheet, column: int) -> list[str]:
    values = (row[column] for row in table.rows[:_SAMPLED_ROWS] if column < len(row))
    return [_show(value) for value in values if value is not None]


def _show(value: CellContent) -> str:
    """Give a text about as wide as the value is shown."""
    if value is None:
        return ""
    return _DATE_SAMPLE if isinstance(value, date) else str(value)
