"""Writing a department's blank form: drop-downs, notes, checks on entry, and the mark it is known by."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from sanwu_cli.workbook.cells import safe_cell
from sanwu_cli.workbook.grids import HELPER_SHEET
from sanwu_cli.workbook.style import (
    DATE_FORMAT,
    SUBTITLE_SIZE,
    TEXT_FORMAT,
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
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

FORM_MARK = "sanwu_form"

Kind = Literal["text", "date", "count", "code"]

_NUMBER_FORMATS: dict[Kind, str] = {
    "text": TEXT_FORMAT,
    "date": DATE_FORMAT,
    "count": "0",
    "code": TEXT_FORMAT,
}
_ALIGN: dict[Kind, str] = {"text": "left", "date": "center", "count": "center", "code": "center"}
_TITLE_ROW, _UNIT_ROW = 0, 1
_TITLE_POINTS, _UNIT_POINTS = 36, 22
_FIRST_LIST_COLUMN = 3
_EARLIEST, _LATEST = date(1990, 1, 1), date(2099, 12, 31)
_LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 32


class FormColumn(Struct, frozen=True):
    """One column: its header, the note shown beside it, its choices (none: free), width None: fitted.

    Where `is_strict` is False the choices are offered, and anything else may be typed.
    """

    header: str
    note: str = ""
    choices: tuple[str, ...] = ()
    kind: Kind = "text"
    width: float | None = None
    required: bool = False
    is_strict: bool = True


class FormSpec(Struct, frozen=True):
    """A form: the 填报单位/填报时间 line, notes that stand above the header, and rows to fill in.

    `filled` are texts that already stand in the first rows.
    """

    sheet_id: str
    version: int
    title: str
    unit_line: str
    columns: tuple[FormColumn, ...]
    notes: tuple[str, ...] = ()
    rows: int = 200
    filled: tuple[tuple[str, ...], ...] = ()


def write_form(form: FormSpec, *, dated: date | None = None) -> bytes:
    """Give the .xlsx of a blank form; the same to the byte for the same input.

    The mark stands in the custom properties and in a very hidden sheet, which also holds the drop-down lists
    (a list written into the rule itself may have 255 characters only).

    Args:
        form: what to write.
        dated: the date the document carries in its properties; never the clock.
    """
    mark = f"{form.sheet_id}/{form.version}"
    workbook, stream, look = open_workbook({FORM_MARK: mark})
    sheet = workbook.add_worksheet(name_sheets((form.title,))[0])
    helper = workbook.add_worksheet(HELPER_SHEET)
    helper.write_string(0, 0, FORM_MARK)
    helper.write_string(0, 1, mark)
    helper.very_hidden()
    first = _write_head(sheet, form, look)
    for column, spec in enumerate(form.columns):
        for row in range(first, first + form.rows):
            style = look.body[_NUMBER_FORMATS[spec.kind], _ALIGN[spec.kind]]
            text = _find_text(form, row - first, column)
            if text:
                sheet.write_string(row, column, str(safe_cell(text)), style)
            else:
                sheet.write_blank(row, column, None, style)
        source = _write_choices(helper, column, spec.choices)
        sheet.data_validation(first, column, first + form.rows - 1, column, _make_rule(spec, source))
    return close_workbook(workbook, stream, dated)


def _find_text(form: FormSpec, row: int, column: int) -> str:
    """Give what already stands in a cell of the form; rows and columns from 0."""
    return form.filled[row][column] if row < len(form.filled) and column < len(form.filled[row]) else ""


def _write_head(sheet: Worksheet, form: FormSpec, look: Look) -> int:
    """Write everything above the empty rows; answer the first of these."""
    count = len(form.columns)
    widths = tuple(_choose_width(column) for column in form.columns)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    width = sum(widths)
    sheet.set_row(_TITLE_ROW, fit_heading(form.title, width, size=TITLE_SIZE, first=_TITLE_POINTS))
    write_across(sheet, _TITLE_ROW, count, form.title, look.title)
    sheet.set_row(_UNIT_ROW, fit_heading(form.unit_line, width, size=SUBTITLE_SIZE, first=_UNIT_POINTS))
    write_across(sheet, _UNIT_ROW, count, form.unit_line, look.subtitle)
    header_row = _write_notes(sheet, form, look, width)
    sheet.set_row(header_row, fit_height(tuple(column.header for column in form.columns), widths))
    for column, spec in enumerate(form.columns):
        sheet.write_string(header_row, column, spec.header, look.required if spec.required else look.header)
        if spec.note:
            sheet.write_comment(
                header_row, column, spec.note, {"author": "sanwu", "font_size": 10, "x_scale": 1.6}
            )
    set_paper(sheet, header_row=header_row, landscape=needs_landscape(widths))
    return header_row + 1


def _write_notes(sheet: Worksheet, form: FormSpec, look: Look, width: float) -> int:
    """Write the notes, one row for all; answer the row of the header."""
    if not form.notes:
        return _UNIT_ROW + 1
    text = "\n".join(form.notes)
    sheet.set_row(_UNIT_ROW + 1, fit_height((text,), (width,), line=14))
    write_across(sheet, _UNIT_ROW + 1, len(form.columns), text, look.note)
    return _UNIT_ROW + 2


def _choose_width(column: FormColumn) -> float:
    return fit_width([column.header, *column.choices, "2026-01-01"]) if column.width is None else column.width


def _write_choices(helper: Worksheet, column: int, choices: tuple[str, ...]) -> str:
    """Write a column's choices into the helper sheet; answer the range they fill, empty for none."""
    place = _FIRST_LIST_COLUMN + column
    for row, choice in enumerate(choices):
        helper.write_string(row, place, choice)
    if not choices:
        return ""
    from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415 - start-up: only a writing command pays for it

    return f"='{HELPER_SHEET}'!{xl_range_abs(0, place, len(choices) - 1, place)}"


def _make_rule(column: FormColumn, source: str) -> dict[str, Any]:
    """Make the check on entry; a date only warns, since other spellings are read as well."""
    rule: dict[str, Any] = {"validate": "any"}
    if source:
        rule = {
            "validate": "list",
            "source": source,
            "error_title": "不在选项里",
            "error_message": "请从下拉列表里选一项。",
            "show_error": column.is_strict,
        }
    elif column.kind == "date":
        rule = {
            "validate": "date", "criteria": "between", "minimum": _EARLIEST, "maximum": _LATEST,
            "error_type": "warning", "error_title": "不像日期", "error_message": "请写成 2026-01-31 的样子。",
        }  # fmt: skip
    elif column.kind == "count":
        rule = {
            "validate": "integer", "criteria": ">=", "value": 0,
            "error_title": "不是整数", "error_message": "请填 0 或正整数；没有就填 0。",
        }  # fmt: skip
    if column.note:
        rule |= {
            "input_title": column.header[:_LONGEST_PROMPT_TITLE],
            "input_message": column.note[:_LONGEST_PROMPT],
        }
    return rule
