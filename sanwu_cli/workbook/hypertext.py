"""Reading a page of HTML (a spreadsheet under any name, most often .xls) as grids of text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sanwu_cli.grid import Book, CellValue, Grid, Merge
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.encodings import decode_text, find_declared
from sanwu_cli.workbook.facts import SheetFacts, is_long_number
from sanwu_cli.workbook.grids import Cell as Place
from sanwu_cli.workbook.grids import assemble_grid, drop_helpers, find_marks, tidy_value
from sanwu_cli.workbook.page import Cell, Page, Table, read_page
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_MERGES,
    MAX_ROWS,
    MAX_VALUES,
    Refused,
    refuse_damaged,
    refuse_unsafe,
)
from sanwu_cli.workbook.sniff import Kind
from sanwu_cli.workbook.tags import tidy_text, unescape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Block = str | Table

# Texts above a table that may be its titles; a page's menus stand further up.
_NEAREST_LINES = 6
# A table of so few rows and so small a part of the largest is a title, a signature or a row of buttons.
_FEW_ROWS, _SMALL_PART = 3, 20
_NUMBER = compile_later(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[Ee][-+]?\d{1,3})?")
_SHOWN_DATE = compile_later(r"\d\s*[年月日/:-]\s*(?:\d|$)")
_TEXT_FORMAT = compile_later(r"""mso-number-format\s*:\s*["']?\\?@""", re.IGNORECASE)
_SHEET_NAME = compile_later(r"<x:ExcelWorksheet>\s*<x:Name>([^<]*)</x:Name>", re.IGNORECASE)
_SHEET_ELSEWHERE = compile_later(r"<x:WorksheetSource\b", re.IGNORECASE)
_HIDDEN_SHEET = compile_later(r"<x:Visible>\s*Sheet(?:Very)?Hidden\s*</x:Visible>", re.IGNORECASE)
_EPOCH_1904 = compile_later(r"<x:Date1904\s*/?>", re.IGNORECASE)
_EPOCH, _LATER_EPOCH = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - cells know no zone
_LAST_SERIAL = 2_958_465


def read_html(data: bytes, *, file: str, sha256: str) -> Book:
    """Read the tables of a page; raises Refused when it has none, is cut or built to hurt.

    Cells are text as shown, so that 007 stays what it is, unless they carry the number they were made of.

    Args:
        data: its bytes.
        file: the path to report.
        sha256: of the bytes.
    """
    page = read_page(decode_page(data))
    grids = build_grids(page)
    if not grids:
        raise _refuse_page(page)
    return Book(file=file, sha256=sha256, kind="html", grids=drop_helpers(grids), marks=find_marks(grids))


def decode_page(data: bytes, *, declared: str | None = None) -> str:
    """Decode a page by its mark, its content or what it declares; raises Refused."""
    text = decode_text(data, declared=declared or find_declared(data))
    if text is None:
        raise refuse_damaged("文字编码认不出来")
    return text


def build_grids(page: Page, *, name: str = "") -> tuple[Grid, ...]:
    """Make a grid of every table that holds data, with the texts above it, and below the last one.

    Args:
        page: the page.
        name: of the worksheet the page stands for; else what the page says itself.
    """
    blocks = list(_flatten(page.flow))
    sheets = _part(blocks)
    named = _SHEET_NAME.search(page.remarks)
    name = name or (unescape(named[1]).strip() if named else "")
    hidden = _HIDDEN_SHEET.search(page.remarks) is not None
    epoch = _LATER_EPOCH if _EPOCH_1904.search(page.remarks) else _EPOCH
    grids = []
    for number, part in enumerate(sheets, start=1):
        sheet = _Sheet(epoch)
        for block in part:
            sheet.add(block)
        own = (name if number == 1 else f"{name or 'Sheet'}({number})") if len(sheets) > 1 else name
        grids.append(sheet.assemble(own or ("Sheet" if len(sheets) > 1 else ""), hidden=hidden))
    return tuple(grids)


def _refuse_page(page: Page) -> Refused:
    if _SHEET_ELSEWHERE.search(page.remarks):
        return Refused("BOOK-KIND", what=f"{Kind.HTML.label}，各张表另存在旁边的文件夹里")
    return Refused("BOOK-NOT-A-TABLE", what=f"{Kind.HTML.label}，其中没有表格")


def _flatten(flow: Iterable[Block]) -> Iterator[Block]:
    """Give texts, line by line, and tables in order; one that only lays out others gives way to them."""
    texts: list[str] = []
    for piece in (*flow, Table()):
        if isinstance(piece, str):
            texts.append(piece)
            continue
        yield from (line for line in tidy_text("".join(texts)).split("\n") if line)
        texts.clear()
        if any(isinstance(cell, Cell) and cell.flow for row in piece.rows for cell in row):
            yield from _unwrap(piece)
        elif piece.rows:
            yield piece


def _unwrap(table: Table) -> Iterator[Block]:
    """Give what a table lays out, or the table itself with the texts of small tables inside its cells."""
    cells = [cell for row in table.rows for cell in row]
    inner = {id(cell): list(_flatten(cell.flow)) for cell in cells if isinstance(cell, Cell) and cell.flow}
    largest = max((_count(b) for blocks in inner.values() for b in blocks if isinstance(b, Table)), default=0)
    if largest < _count(table):
        for cell in cells:
            if isinstance(cell, Cell) and cell.flow:
                cell.text = "\n".join(line for block in inner[id(cell)] for line in _list_texts(block))
                cell.flow = None
        yield table
        return
    for cell in cells:
        if isinstance(cell, Cell) and cell.flow:
            yield from inner[id(cell)]
        elif text := cell if isinstance(cell, str) else cell.text:
            yield from text.split("\n")


def _list_texts(block: Block) -> list[str]:
    if isinstance(block, str):
        return [block]
    return [
        " ".join(filter(None, (cell if isinstance(cell, str) else cell.text for cell in row)))
        for row in block.rows
    ]


def _count(table: Table) -> int:
    """Count the cells that hold a text of their own."""
    return sum(_count_row(row) for row in table.rows)


def _count_row(row: list[str | Cell]) -> int:
    return sum(1 for cell in row if (cell if isinstance(cell, str) else cell.text))


def _part(blocks: list[Block]) -> list[list[Block]]:
    """Part the blocks into sheets: one for each table that holds data, or one for all when there is none."""
    tables = {id(block): _count(block) for block in blocks if isinstance(block, Table)}
    largest = max(tables.values(), default=0)
    sheets: list[list[Block]] = []
    before: list[Block] = []
    for block in blocks:
        if isinstance(block, str) or not _holds_data(block, tables[id(block)], largest):
            before.append(block)
        elif sheets and not before and _is_header_of(sheets[-1][-1], block):
            sheets[-1].append(block)
        else:
            sheets.append([*_keep_nearest(before), block])
            before = []
    if sheets:
        sheets[-1] += before
    elif any(_count_row(row) > 1 for block in blocks if isinstance(block, Table) for row in block.rows):
        sheets.append(_keep_nearest(blocks))
    return sheets


def _holds_data(table: Table, cells: int, largest: int) -> bool:
    if sum(1 for row in table.rows if _count_row(row) > 1) < 2:  # noqa: PLR2004 - a header and a row
        return False
    return len(table.rows) > _FEW_ROWS or cells * _SMALL_PART >= largest


def _is_header_of(above: Block, table: Table) -> bool:
    """Say whether the table right above is the frozen header of this one."""
    if isinstance(above, str) or len(above.rows) > _FEW_ROWS or above.hidden is not table.hidden:
        return False
    repeats = _list_texts(Table(above.rows[:1])) == _list_texts(Table(table.rows[:1]))
    return not repeats and _measure(above) == _measure(table)


def _measure(table: Table) -> int:
    return max(
        (sum(1 if isinstance(cell, str) else cell.across for cell in row) for row in table.rows), default=0
    )


def _keep_nearest(blocks: list[Block]) -> list[Block]:
    """Leave out all but the nearest texts above the first table."""
    first = next((at for at, block in enumerate(blocks) if isinstance(block, Table)), len(blocks))
    return blocks[max(0, first - _NEAREST_LINES) :]


class _Sheet:
    """Lays texts and tables out below each other, as a spreadsheet program does that opens the page."""

    def __init__(self, epoch: datetime) -> None:
        self._epoch = epoch
        self._rows: list[tuple[CellValue, ...]] = []
        self._merges: list[Merge] = []
        self._facts = SheetFacts()
        self._hidden_columns: set[int] = set()
        self._spanned = self._width = 0
        self._is_hidden = True

    def add(self, block: Block) -> None:
        """Put a text into column A of a row of its own, or a table below what is there."""
        if isinstance(block, str):
            self._rows.append((block,))
        else:
            self._add_table(block)

    def assemble(self, name: str, *, hidden: bool) -> Grid:
        """Give the grid."""
        facts = self._facts
        return assemble_grid(
            name,
            self._rows,
            merges=self._merges,
            hidden=hidden or self._is_hidden,
            hidden_rows=facts.hidden_rows,
            hidden_columns=facts.hidden_columns,
            error_cells=facts.errors,
            uncached=facts.uncached,
            long_numbers=facts.long_numbers,
        )

    def _add_table(self, table: Table) -> None:
        top = len(self._rows)
        self._is_hidden = self._is_hidden and table.hidden
        self._facts.hidden_rows.update(top + row for row in table.hidden_rows)
        self._facts.hidden_columns |= table.hidden_columns
        unseen: set[Place] = set()
        spans: dict[int, int] = {}
        for cells in table.rows:
            self._add_row(cells, spans, unseen)
            self._facts.check_limits()
            if len(self._rows) * max(self._width, 1) > MAX_AREA or len(self._rows) > MAX_ROWS:
                raise refuse_unsafe("单元格过多，或相隔过远")
        self._hide_columns(top, unseen)

    def _add_row(self, cells: list[str | Cell], spans: dict[int, int], unseen: set[Place]) -> None:
        """Add a row; `spans` tells by column down to which row a cell above reaches."""
        row, column = len(self._rows), 0
        values: list[CellValue] = []
        for cell in cells:
            while spans.get(column, -1) >= row:
                column += 1
            value = (cell or None) if isinstance(cell, str) else self._place(cell, row, column, spans)
            if value is not None:
                values += [None] * (column - len(values))
                values.append(value)
            if isinstance(cell, str):
                column += 1
                continue
            if cell.hidden:
                unseen.add((row, column))
            column += cell.across
        self._width = max(self._width, len(values))
        if self._width > MAX_COLUMNS:
            raise refuse_unsafe("有单元格超出表格的最大范围")
        self._rows.append(tuple(values))

    def _place(self, cell: Cell, row: int, column: int, spans: dict[int, int]) -> CellValue:
        """Take note of a cell's spans and give its value."""
        if cell.across > 1 or cell.down > 1:
            self._merges.append(Merge(row, column, row + cell.down - 1, column + cell.across - 1))
            self._spanned += cell.across
            if len(self._merges) > MAX_MERGES or self._spanned > MAX_VALUES:
                raise refuse_unsafe("合并单元格过多，或超出表格的最大范围")
        if cell.down > 1:
            spans.update(dict.fromkeys(range(column, column + cell.across), row + cell.down - 1))
        return self._read_value(cell, (row, column)) if cell.attributes else cell.text or None

    def _read_value(self, cell: Cell, place: Place) -> CellValue:
        """Give the exact value a cell carries beside its text; text where its format says so."""
        told, text = cell.attributes, cell.text
        if "x:str" in told or _TEXT_FORMAT.search(told.get("style", "")):
            return told.get("x:str") or text or None
        if "x:err" in told:
            self._facts.errors[place] = told["x:err"] or text or "#N/A"
            return None
        if "x:bool" in told:
            return (told["x:bool"] or text).strip().upper() in {"TRUE", "1"}
        if "x:num" in told:
            return self._read_number(told["x:num"].strip() or text, text, place)
        if "x:fmla" in told and not text:
            self._facts.uncached.add(place)
        return text or None

    def _read_number(self, digits: str, shown: str, place: Place) -> CellValue:
        """Read a number as exactly as it is written; one that is shown as a date is that date."""
        if not any(map(str.isdigit, digits)) or not _NUMBER.fullmatch(digits):
            return shown or None
        plain = digits.replace(",", "")
        if is_long_number(plain):
            self._facts.long_numbers[place] = plain
        number = float(plain)
        if _SHOWN_DATE.search(shown) and 0 < number <= _LAST_SERIAL:
            return _read_serial(number, self._epoch)
        return tidy_value(number)

    def _hide_columns(self, top: int, unseen: set[Place]) -> None:
        """Hide a column whose every filled cell is hidden by itself."""
        for column in {column for _, column in unseen}:
            filled = [
                (row, column) in unseen
                for row in range(top, len(self._rows))
                if len(self._rows[row]) > column and self._rows[row][column] is not None
            ]
            if filled and all(filled):
                self._facts.hidden_columns.add(column)


def _read_serial(serial: float, epoch: datetime) -> CellValue:
    """Turn a serial number into a date, a moment, or a time of day below 1."""
    moment = epoch + timedelta(microseconds=round(serial * 86_400) * 1_000_000)
    return moment.time() if serial < 1 else tidy_value(moment)
