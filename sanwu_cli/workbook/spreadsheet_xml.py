"""Reading an XML Spreadsheet 2003 (often under the name .xls) as grids."""

from __future__ import annotations

from datetime import datetime, time

from sanwu_cli.grid import Book, CellValue, Grid, Merge
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.encodings import decode_text, find_declared
from sanwu_cli.workbook.facts import SheetFacts, is_long_number
from sanwu_cli.workbook.grids import assemble_grid, clean_text, drop_helpers, find_marks, tidy_value
from sanwu_cli.workbook.markup import Attributes, feed, local_name, make_parser
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_MERGES,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_VALUES,
    refuse_damaged,
    refuse_unsafe,
)

_DECLARATION = compile_later(r"\s*<\?xml\b[^>]*\?>")
# A cell takes four; what the parser and this pass get through within some seconds.
_MAX_TAGS = 5 * MAX_VALUES // 2
_CHECKED_EVERY = 1 << 10
_INDEX = compile_later(r"[1-9][0-9]{0,7}")
_FIRST_DAYS = datetime(1900, 1, 1)  # noqa: DTZ001 - cells know no zone
_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_HIDDEN_SHEETS = {"SheetHidden", "SheetVeryHidden"}


def read_spreadsheet_xml(data: bytes, *, file: str, sha256: str) -> Book:
    """Read the worksheets of an XML Spreadsheet 2003; raises Refused.

    Args:
        data: its bytes, in the encoding it declares, UTF-8, UTF-16 or GB18030.
        file: the path to report.
        sha256: of the bytes.
    """
    text = decode_text(data, declared=find_declared(data))
    if text is None:
        raise refuse_damaged("文字编码认不出来")
    declaration = _DECLARATION.match(text.lstrip("\ufeff"))
    content = text.lstrip("\ufeff")[declaration.end() if declaration else 0 :].strip().encode()
    del text
    if content.count(b"<") > _MAX_TAGS:
        raise refuse_unsafe("单元格过多")
    reader = _Reader()
    feed(reader.parser, content)
    grids = tuple(reader.grids)
    return Book(
        file=file, sha256=sha256, kind="spreadsheet_xml", grids=drop_helpers(grids), marks=find_marks(grids)
    )


class _Reader:
    """The pass over the document; `grids` are complete when it is fed."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.parser = make_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._area = self._values = 0
        self._sheet: _Sheet | None = None
        self._text: list[str] | None = None
        self._starts = {
            "Row": self._start_row, "Cell": self._start_cell, "Data": self._start_data,
            "Column": self._start_column, "Worksheet": self._start_sheet, "Visible": self._start_text,
            "Comment": self._start_comment, "Workbook": self._start_book,
        }  # fmt: skip
        self._ends = {
            "Data": self._end_data, "Cell": self._end_cell, "Worksheet": self._end_sheet,
            "Visible": self._end_visible, "Comment": self._end_comment,
        }  # fmt: skip
        self._in_comment = self._is_odd = False

    def _start(self, tag: str, attributes: Attributes) -> None:
        handle = self._starts.get(tag) or self._starts.get(local_name(tag))
        if handle is not None:
            handle(_drop_prefixes(attributes) if self._is_odd else attributes)

    def _start_book(self, attributes: Attributes) -> None:
        """Take note of a document that calls the spreadsheet's names by a prefix nobody else uses."""
        prefixes = {key for key, value in attributes.items() if value == _NAMESPACE}
        self._is_odd = not prefixes <= {"xmlns", "xmlns:ss"}

    def _end(self, tag: str) -> None:
        handle = self._ends.get(tag) or self._ends.get(local_name(tag))
        if handle is not None:
            handle()

    def _start_sheet(self, attributes: Attributes) -> None:
        if len(self.grids) >= MAX_SHEETS:
            raise refuse_unsafe("工作表过多")
        self._sheet = _Sheet(_get(attributes, "Name"))

    def _end_sheet(self) -> None:
        if self._sheet is None:
            return
        facts = self._sheet.facts
        self._area += (facts.bottom + 1) * (facts.right + 1)
        self._values += facts.values
        if self._area > MAX_AREA or self._values > MAX_VALUES:
            raise refuse_unsafe("单元格过多，或相隔过远")
        self.grids.append(self._sheet.assemble())
        self._sheet = None

    def _start_row(self, attributes: Attributes) -> None:
        if self._sheet is not None:
            self._sheet.start_row(attributes)

    def _start_column(self, attributes: Attributes) -> None:
        if self._sheet is not None:
            self._sheet.start_column(attributes)

    def _start_cell(self, attributes: Attributes) -> None:
        if self._sheet is not None:
            self._sheet.start_cell(attributes)

    def _end_cell(self) -> None:
        if self._sheet is not None:
            self._sheet.end_cell()

    def _start_data(self, attributes: Attributes) -> None:
        if self._sheet is not None and not self._in_comment:
            self._sheet.kind = _get(attributes, "Type") or "String"
            self._start_text(attributes)

    def _end_data(self) -> None:
        if self._sheet is not None and self._text is not None:
            self._sheet.take_data(self._end_text())

    def _end_visible(self) -> None:
        text = self._end_text().strip()
        if self._sheet is not None and text in _HIDDEN_SHEETS:
            self._sheet.hidden = True

    def _start_comment(self, _: Attributes) -> None:
        self._in_comment = True

    def _end_comment(self) -> None:
        self._in_comment = False

    def _start_text(self, _: Attributes) -> None:
        self._text = []
        self.parser.CharacterDataHandler = self._text.append

    def _end_text(self) -> str:
        text = "".join(self._text or ())
        self._text = None
        self.parser.CharacterDataHandler = None
        return text


class _Sheet:
    """A worksheet being read; all positions 0-based."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.hidden = False
        self.kind = ""
        self.facts = SheetFacts()
        self._rows: list[tuple[CellValue, ...]] = []
        self._row: list[CellValue] = []
        self._next_row = self._next_column = self._next_definition = 0
        self._at = (0, 0)
        self._across = 0
        self._formula = self._filled = False
        self._hidden_rows: list[range] = []

    def start_row(self, attributes: Attributes) -> None:
        """Begin a row where its index says, or below the one before and what that one repeats."""
        self._store_row()
        row = _read_index(attributes, self._next_row, MAX_ROWS)
        span = _read_count(attributes, "Span", MAX_ROWS)
        if _get(attributes, "Hidden") == "1":
            self._hidden_rows.append(range(row, row + span + 1))
        self._next_row = row + span + 1
        self._at = (row, -1)
        self._next_column = 0
        if len(self._hidden_rows) > MAX_ROWS:
            raise refuse_unsafe("隐藏的行过多")

    def start_column(self, attributes: Attributes) -> None:
        """Take note of a column's width and whether it is hidden."""
        column = _read_index(attributes, self._next_definition, MAX_COLUMNS)
        self._next_definition = column + _read_count(attributes, "Span", MAX_COLUMNS) + 1
        if _get(attributes, "Hidden") == "1":
            self.facts.hidden_columns.update(range(column, min(self._next_definition, MAX_COLUMNS)))

    def start_cell(self, attributes: Attributes) -> None:
        """Begin a cell where its index says, or beside the one before."""
        if not attributes and self._next_column < MAX_COLUMNS:
            self._at, self._next_column = (self._at[0], self._next_column), self._next_column + 1
            self._formula = self._filled = False
            return
        row = self._at[0]
        column = _read_index(attributes, self._next_column, MAX_COLUMNS)
        across = _read_count(attributes, "MergeAcross", MAX_COLUMNS)
        down = _read_count(attributes, "MergeDown", MAX_ROWS)
        self._at, self._next_column = (row, column), column + across + 1
        self._formula = bool(_get(attributes, "Formula"))
        self._filled = False
        if across or down:
            if len(self.facts.merges) >= MAX_MERGES:
                raise refuse_unsafe("合并单元格过多，或超出表格的最大范围")
            self.facts.merges.append(Merge(row, column, row + down, column + across))

    def take_data(self, text: str) -> None:
        """Take a cell's content."""
        value = self._read_value(text)
        self._filled = self._filled or bool(text)
        if value is not None:
            self._row += [None] * (self._at[1] - len(self._row))
            self._row[self._at[1] :] = [value]
        if text:
            self._note(self._at)

    def end_cell(self) -> None:
        """Take note of a formula whose result was not stored."""
        if self._formula and not self._filled and self.kind != "String":
            self.facts.uncached.add(self._at)
            self._note(self._at)
        self.kind = ""

    def assemble(self) -> Grid:
        """Give the grid."""
        self._store_row()
        self.facts.check_limits()
        height = self.facts.bottom + 1
        hidden_rows = {row for rows in self._hidden_rows for row in rows[: max(0, height - rows.start)]}
        return assemble_grid(
            self.name,
            self._rows,
            merges=self.facts.merges,
            hidden=self.hidden,
            hidden_rows=hidden_rows,
            hidden_columns=self.facts.hidden_columns,
            error_cells=self.facts.errors,
            uncached=self.facts.uncached,
            long_numbers=self.facts.long_numbers,
        )

    def _store_row(self) -> None:
        if self._row:
            self._rows += [()] * (self._at[0] - len(self._rows))
            self._rows[self._at[0] :] = [tuple(self._row)]
            self._row = []

    def _note(self, place: tuple[int, int]) -> None:
        facts = self.facts
        facts.values += 1
        facts.reach(*place)
        if facts.values % _CHECKED_EVERY == 0:
            facts.check_limits()

    def _read_value(self, text: str) -> CellValue:
        if self.kind == "String" or not text.strip():
            return clean_text(text) if text and not text.isspace() else None
        stripped = text.strip()
        if self.kind == "Error":
            self.facts.errors[self._at] = stripped
            return None
        if self.kind == "Boolean":
            return stripped not in {"0", "false", "False"}
        if self.kind == "DateTime":
            return _read_moment(stripped)
        return self._read_number(stripped)

    def _read_number(self, text: str) -> CellValue:
        try:
            number = float(text)
        except ValueError:
            return clean_text(text)
        if is_long_number(text):
            self.facts.long_numbers[self._at] = text
        return tidy_value(number)


def _read_moment(text: str) -> CellValue:
    """Read 2026-03-04T00:00:00.000; before 1900 it is a time of day, and what is no moment stays text."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return clean_text(text)
    if moment < _FIRST_DAYS:
        return moment.time() if moment.time() != time(0) else clean_text(text)
    return tidy_value(moment)


def _drop_prefixes(attributes: Attributes) -> Attributes:
    return {local_name(key): value for key, value in attributes.items()}


def _get(attributes: Attributes, name: str) -> str:
    """Give an attribute, with the usual prefix or without one; "" when it is not there."""
    return attributes.get("ss:" + name) or attributes.get(name) or ""


def _read_index(attributes: Attributes, following: int, limit: int) -> int:
    """Read a 1-based ss:Index as 0-based, or take what follows; raises Refused outside the largest sheet."""
    text = _get(attributes, "Index")
    if not text:
        index = following
    elif _INDEX.fullmatch(text):
        index = int(text) - 1
    else:
        index = limit
    if index >= limit or index < following:
        raise refuse_unsafe("有单元格超出表格的最大范围，或次序颠倒")
    return index


def _read_count(attributes: Attributes, name: str, limit: int) -> int:
    """Read how many further rows or columns something covers, cut at the largest sheet."""
    text = _get(attributes, name)
    return min(int(text[:9]), limit) if text.isascii() and text.isdecimal() else 0
