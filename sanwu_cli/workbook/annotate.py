"""A department's own workbook with its findings marked in the cells, so that it can be sent back."""

from __future__ import annotations

import io
import math
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.terms import Severity
from sanwu_cli.workbook.cells import display_width, safe_cell
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.inventory import Inventory, take_inventory
from sanwu_cli.workbook.pack import normalise
from sanwu_cli.workbook.refusal import Refused
from sanwu_cli.workbook.sniff import Kind, sniff_kind
from sanwu_cli.workbook.style import name_sheets
from sanwu_cli.workbook.write import TableSheet, write_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from sanwu_cli.model import Finding

REMARKS_SHEET = "核对意见"
REMARKS_TITLE = "对报来表格的核对意见"
REMARKS_HEADERS = ("工作表", "单元格", "级别", "问题", "怎么改")
_AUTHOR = "sanwu"
# Stands between a comment of the department's own and ours.
_RULE = "——核对意见——"
_WIDTHS = (18, 9, 8, 60, 60)
_FILLS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C"}
_COMMENT_WIDTH, _COMMENT_LINE, _COMMENT_LETTERS = 320, 19, 44
# The writer cuts numbers at 16 digits; what has more is handed over as it stood.
_WRITTEN_DIGITS = 16


class MarkedBook(Struct, frozen=True):
    """The marked workbook, the suffix its content asks for, and what of the original it could not keep."""

    data: bytes
    suffix: str
    lost: tuple[str, ...]


def mark_book(data: bytes, findings: tuple[Finding, ...]) -> MarkedBook | None:
    """Colour the cells of the findings, comment on them, and add a last sheet that lists all findings.

    Values, formulas, formats, rules, comments and other sheets stay; a comment of the department's is
    continued, not replaced (its box gets the usual size). In a merged range the corner is marked.
    None when the bytes are no .xlsx or cannot be loaded and saved with good conscience.

    Args:
        data: the workbook's bytes.
        findings: what to mark; sheet names and A1 addresses as in the workbook.
    """
    if sniff_kind(data) is not Kind.ZIP:
        return None
    try:
        inventory = take_inventory(data)
        with warnings.catch_warnings():
            # What it warns of is named by the inventory.
            warnings.simplefilter("ignore")
            workbook = _load(inventory)
            _mark(workbook, findings)
            _add_remarks(workbook, findings)
            saved = _save(workbook)
    except Refused:
        return None
    except Exception:  # noqa: BLE001 - openpyxl answers a part it does not understand with any of a dozen errors
        return None
    return MarkedBook(saved, ".xlsm" if inventory.has_macros else ".xlsx", inventory.lost)


def list_findings(findings: tuple[Finding, ...], *, file: str) -> bytes:
    """Give a workbook that lists the findings of a file that cannot be marked itself.

    Args:
        findings: what to list.
        file: the file's name, for the line under the title.
    """
    table = TableSheet(
        name=REMARKS_SHEET,
        title=REMARKS_TITLE,
        subtitle=file,
        headers=REMARKS_HEADERS,
        rows=tuple(_describe(finding) for finding in findings),
        notes=("这个文件不能直接在上面标注，意见列在这里；请改正原表后重新报送。",),
        widths=_WIDTHS,
        landscape=True,
    )
    return write_tables((table,))


def _load(inventory: Inventory) -> Workbook:
    """Load the checked copy; dates stay the numbers they are, since some come back as another value."""
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - start-up: only a marking run pays for it
    from openpyxl.workbook.properties import CalcProperties  # noqa: PLC0415 - the same

    class PlainReader(ExcelReader):
        def read_worksheets(self) -> None:
            # No option says it, and an impossible date would become #VALUE!.
            vars(self.wb).update(_date_formats=set(), _timedelta_formats=set())
            super().read_worksheets()

    reader = PlainReader(inventory.stream, keep_vba=inventory.has_macros, rich_text=True)
    reader.read()
    workbook: Workbook = reader.wb
    for sheet in workbook.worksheets:
        for cell in sheet._cells.values():  # noqa: SLF001 - iter_rows would make the empty cells
            _keep_digits(cell)
    # The results of formulas are not saved: let the program that opens the copy work them out.
    workbook.calculation = workbook.calculation or CalcProperties()
    workbook.calculation.fullCalcOnLoad = True
    return workbook


def _keep_digits(cell: Any) -> None:  # noqa: ANN401 - a cell of any kind
    value = cell.value
    if cell.data_type != "n" or isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    if isinstance(value, float) and not math.isfinite(value):
        return
    if float(f"{value:.{_WRITTEN_DIGITS}g}") != value or abs(value) >= 10**_WRITTEN_DIGITS:
        cell._value = repr(value)  # noqa: SLF001 - the setter would make it a text


def _save(workbook: Workbook) -> bytes:
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415 - loaded only where copies are made

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # closed also when saving fails
        ExcelWriter(workbook, archive).write_data()
    return normalise(stream.getvalue(), None)


def _mark(workbook: Workbook, findings: Iterable[Finding]) -> None:
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    by_place: dict[tuple[str, int, int], list[Finding]] = {}
    for finding in findings:
        position = parse_reference(finding.cell)
        if position is not None and finding.sheet in sheets:
            anchor = _find_anchor(sheets[finding.sheet], position[0] + 1, position[1] + 1)
            by_place.setdefault((finding.sheet, *anchor), []).append(finding)
    for (name, row, column), found in by_place.items():
        _mark_cell(sheets[name].cell(row, column), found)  # type: ignore[arg-type]  # an anchor is no MergedCell


def _find_anchor(sheet: Worksheet, row: int, column: int) -> tuple[int, int]:
    """Give the corner of the merged range the cell lies in, or the cell itself."""
    from openpyxl.cell import MergedCell  # noqa: PLC0415 - start-up: only a marking run pays for it

    if not isinstance(sheet.cell(row, column), MergedCell):
        return row, column
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return merged.min_row, merged.min_col
    return row, column


def _mark_cell(cell: Cell, findings: list[Finding]) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415 - start-up: as above
    from openpyxl.styles import PatternFill  # noqa: PLC0415 - the same

    is_error = any(finding.severity is Severity.ERROR for finding in findings)
    colour = _FILLS[Severity.ERROR if is_error else Severity.WARNING]
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    own, author = "", _AUTHOR
    if cell.comment is not None:
        own = cell.comment.text.partition(_RULE)[0].rstrip()
        author = cell.comment.author or _AUTHOR if own else _AUTHOR
    ours = "\n".join((_RULE, *dict.fromkeys(map(_say, findings))))
    text = str(safe_cell(f"{own}\n{ours}" if own else ours))
    lines = sum(display_width(line) // _COMMENT_LETTERS + 1 for line in text.split("\n"))
    cell.comment = Comment(text, author, width=_COMMENT_WIDTH, height=_COMMENT_LINE * (lines + 1))


def _say(finding: Finding) -> str:
    return f"【{finding.severity.label}】{finding.message}。{finding.remedy}" + "。" * bool(finding.remedy)


def _describe(finding: Finding) -> tuple[str, ...]:
    """Lay a finding out under REMARKS_HEADERS."""
    return finding.sheet, finding.cell, finding.severity.label, finding.message, finding.remedy


def _add_remarks(workbook: Workbook, findings: tuple[Finding, ...]) -> None:
    """Add the sheet of remarks at the end; one of an earlier round gives way."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - start-up: as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - the same

    _drop_earlier_remarks(workbook)
    sheet = workbook.create_sheet(name_sheets((*workbook.sheetnames, REMARKS_SHEET))[-1])
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    rows = ((REMARKS_TITLE,), REMARKS_HEADERS, *map(_describe, findings))
    known = {one.title for one in workbook.worksheets}
    fills: Mapping[str, PatternFill] = {
        severity.label: PatternFill("solid", start_color=colour) for severity, colour in _FILLS.items()
    }
    for number, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column)
            _write_text(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=number > 1)
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    _set_paper(sheet)
    for number, finding in enumerate(findings, start=3):
        sheet.cell(number, 3).fill = fills.get(finding.severity.label, PatternFill())
        if finding.sheet in known and parse_reference(finding.cell):
            _link(sheet.cell(number, 2), finding)


def _set_paper(sheet: Worksheet) -> None:
    """Set A4, lying, one page wide, the header on every page and frozen on the screen."""
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - start-up: as above

    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "2:2"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def _drop_earlier_remarks(workbook: Workbook) -> None:
    for sheet in workbook.worksheets:
        if sheet.title == REMARKS_SHEET and sheet["A1"].value == REMARKS_TITLE:
            workbook.remove(sheet)


def _write_text(cell: Any, text: str) -> None:  # noqa: ANN401 - a cell of any kind
    """Write a text that stays text: no formula, no error value."""
    cell.value = safe_cell(text)
    cell.data_type = "s"


def _link(cell: Cell, finding: Finding) -> None:
    from openpyxl.styles import Font  # noqa: PLC0415 - start-up: as above
    from openpyxl.worksheet.hyperlink import Hyperlink  # noqa: PLC0415 - the same

    name = finding.sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{finding.cell}")
    _write_text(cell, finding.cell)
    cell.font = Font(color="0563C1", underline="single")
