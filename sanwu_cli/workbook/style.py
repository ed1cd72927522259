"""The look of every workbook we write: fonts, borders, paper; opening and closing one."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.workbook.cells import CellContent, display_width, safe_cell
from sanwu_cli.workbook.pack import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

DATE_FORMAT = "yyyy-mm-dd"
TEXT_FORMAT = "@"
GENERAL_FORMAT = "General"

_A4 = 9
_MARGINS = {"left": 0.5, "right": 0.5, "top": 0.75, "bottom": 0.75}
_NARROWEST, _WIDEST = 6, 40
_PORTRAIT_WIDTH = 92
_LINE_POINTS = 16
# A unit of a column's width, in points; the sizes of the letters above a table.
_UNIT_POINTS = 5.25
TITLE_SIZE, SUBTITLE_SIZE = 20, 12
_BAD_IN_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_LONGEST_SHEET_NAME = 31


class Look(Struct, frozen=True):
    """The formats of one workbook, made once; body formats by number format and alignment."""

    title: Format
    subtitle: Format
    note: Format
    header: Format
    required: Format
    body: Mapping[tuple[str, str], Format]


def open_workbook(marks: Mapping[str, str]) -> tuple[Workbook, io.BytesIO, Look]:
    """Open a workbook in memory in which text stays text, with its custom properties set."""
    import xlsxwriter  # noqa: PLC0415 - start-up: only a writing command pays for it

    stream = io.BytesIO()
    keep_text = dict.fromkeys(("strings_to_numbers", "strings_to_formulas", "strings_to_urls"), False)
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, **keep_text})
    for name in sorted(marks):
        workbook.set_custom_property(name, marks[name], "text")
    return workbook, stream, _make_look(workbook)


def close_workbook(workbook: Workbook, stream: io.BytesIO, dated: date | None) -> bytes:
    """Close the workbook, let go of all it holds, and give its reproducible bytes."""
    workbook.close()
    data = stream.getvalue()
    for part in (*workbook.worksheets(), workbook):
        vars(part).clear()  # they hold one another, and every cell, until the collector comes by
    return normalise(data, dated)


def set_paper(sheet: Worksheet, *, header_row: int, landscape: bool) -> None:
    """Set A4, one page wide, the header on every page and frozen on the screen, page numbers."""
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(**_MARGINS)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    sheet.freeze_panes(header_row + 1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer("&C&9第 &P 页，共 &N 页")


def needs_landscape(widths: tuple[float, ...]) -> bool:
    """Say whether the columns are too wide for an upright page."""
    return sum(widths) > _PORTRAIT_WIDTH


def fit_width(texts: list[str]) -> float:
    """Give the column width, in characters, that shows the widest of the texts, within reason."""
    return float(min(max(max(map(display_width, texts), default=0) + 2, _NARROWEST), _WIDEST))


def fit_height(texts: tuple[str, ...], widths: tuple[float, ...], *, line: float = _LINE_POINTS) -> float:
    """Give the row height, in points, at which each text shows whole, wrapped at its column's width."""
    lines = (_count_lines(text, max(int(width) - 1, 1)) for text, width in zip(texts, widths, strict=True))
    return line * max(lines, default=1) + 6


def fit_heading(text: str, width: float, *, size: int, first: float) -> float:
    """Give the height of a heading's row across a table so wide: `first` for one line, and more for more."""
    room = max(int(width * _UNIT_POINTS * 2 / size), 1)
    lines = -(-max(display_width(text), 1) // room)
    return first + (lines - 1) * round(size * 1.4)


def _count_lines(text: str, width: int) -> int:
    """Count the lines of a text wrapped at a width."""
    if "\n" not in text:
        return -(-max(display_width(text), 1) // width)
    return sum(-(-max(display_width(part), 1) // width) for part in text.split("\n"))


def write_across(sheet: Worksheet, row: int, columns: int, text: str, look: Format) -> None:
    """Write a text across the whole table: merged, or in the one cell when there is one column."""
    content = str(safe_cell(text) or "")
    if columns > 1:
        sheet.merge_range(row, 0, row, columns - 1, "", look)
    sheet.write_string(row, 0, content, look)


def write_value(sheet: Worksheet, at: tuple[int, int], value: CellContent, *, look: Look, align: str) -> None:
    """Write one value by its own type: text as text, a date as a date, a number as a number."""
    content = safe_cell(value)
    if isinstance(content, bool):
        content = "是" if content else "否"
    if content is None or content == "":
        sheet.write_blank(*at, None, look.body[GENERAL_FORMAT, align])
    elif isinstance(content, str):
        sheet.write_string(*at, content, look.body[TEXT_FORMAT, align])
    elif isinstance(content, date):
        sheet.write_datetime(*at, content, look.body[DATE_FORMAT, "center"])
    else:
        sheet.write_number(*at, content, look.body[GENERAL_FORMAT, align])


def name_sheets(names: tuple[str, ...]) -> tuple[str, ...]:
    """Make names a workbook accepts: 31 characters, no forbidden ones, each different in any case."""
    made: list[str] = []
    for name in names:
        base = (name.translate(_BAD_IN_SHEET_NAME).strip("' ") or "Sheet")[:_LONGEST_SHEET_NAME]
        unique, number = base, 1
        while unique.casefold() in {one.casefold() for one in made}:
            number += 1
            unique = f"{base[: _LONGEST_SHEET_NAME - len(str(number)) - 2]}({number})"
        made.append(unique)
    return tuple(made)


def _make_look(workbook: Workbook) -> Look:
    middle = {"valign": "vcenter", "text_wrap": True}
    header = {
        "font_name": "黑体",
        "font_size": 11,
        "bold": True,
        "border": 1,
        "align": "center",
        "bg_color": "#F2F2F2",
    }
    body = {"font_name": "宋体", "font_size": 11, "border": 1}
    kinds = (GENERAL_FORMAT, TEXT_FORMAT, DATE_FORMAT, "0")
    return Look(
        title=workbook.add_format(
            {"font_name": "方正小标宋简体", "font_size": TITLE_SIZE, "align": "center", **middle}
        ),
        subtitle=workbook.add_format({"font_name": "楷体", "font_size": SUBTITLE_SIZE, **middle}),
        note=workbook.add_format({"font_name": "楷体", "font_size": 10, **middle}),
        header=workbook.add_format({**header, **middle}),
        required=workbook.add_format({**header, **middle, "font_color": "#9C0006"}),
        body={
            (kind, align): workbook.add_format({**body, **middle, "num_format": kind, "align": align})
            for kind in kinds
            for align in ("left", "center", "right")
        },
    )
