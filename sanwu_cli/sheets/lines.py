"""The lines of a table: the kinds they are, the rows among them column by column, totals, findings."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.grid import address, turn
from sanwu_cli.model import Source
from sanwu_cli.sheets.closely import Band, RowReader
from sanwu_cli.sheets.parse import fill_merged, find_tops
from sanwu_cli.sheets.rows import LineReader
from sanwu_cli.sheets.siting import Siting
from sanwu_cli.sheets.skim import find_doubtful_lines
from sanwu_cli.sheets.subject import LOCATING_TYPES, Report
from sanwu_cli.sheets.table import SheetRows
from sanwu_cli.sheets.values import Unreadable, fold, is_blank
from sanwu_cli.sheets.wording import LineKind, band_name, count_in_total, count_of_cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.grid import CellValue
    from sanwu_cli.model import Finding, Place, Row, Value
    from sanwu_cli.sheets.parse import ReadColumn
    from sanwu_cli.sheets.subject import Table

_TOLD_LINES = {LineKind.UNREAD: "ROW-NOT-READ", LineKind.REMARK: "LINE-REMARK"}


class TotalLine(Struct, frozen=True):
    """A 合计 or 小计 line: its 1-based row, label, the township it names, numbers and addresses by field.

    `cases` is the number of cases it states, if any, and `cases_cell` where.
    """

    row: int
    kind: LineKind
    label: str
    township: str
    numbers: Mapping[str, int | Decimal]
    cells: Mapping[str, str]
    cases: int | None = None
    cases_cell: str = ""


class SheetLines:
    """Reads the lines of one table; `read` fills the rest.

    `next_header` is the row (0-based) at which the header of another table ended this one, `kinds` what each
    line that is no data is, by row (0-based).
    """

    rows: SheetRows

    def __init__(self, table: Table) -> None:
        self.table = table
        self.totals: list[TotalLine] = []
        self.nil_rows: list[int] = []
        self.kinds: dict[int, LineKind] = {}
        self.layout_rows = 0
        self.next_header: int | None = None
        self._bands: list[tuple[int, Band]] = []
        self._report = Report(self.table.book.file, self.table.grid.name)
        self._siting = Siting(self.table, self._report)
        self._reader = RowReader(self.table, self._siting, self._report)

    @property
    def findings(self) -> list[Finding]:
        """What was found while reading."""
        return self._report.findings

    def read(self) -> None:
        """Read every line below the header."""
        columns = turn(self.table.grid.rows[self.table.first : self.table.end])
        height = len(columns[0]) if columns else 0
        others = self._look_closely(columns)
        if self.next_header is not None:
            height = self.next_header - self.table.first
        data: Sequence[int] = range(height)
        if others:
            data = [position for position in data if position not in others]
        self._read_data(columns, data)

    def _look_closely(self, columns: Sequence[Sequence[CellValue]]) -> set[int]:
        """Look at every line that may be something else than data; give the positions of those that are."""
        table, first = self.table, self.table.first
        lines = LineReader(
            table.grid, table.layout, self._names_township, self._siting.is_known, self._is_value
        )
        doubtful = find_doubtful_lines(
            columns,
            read=[column.index for column in table.columns],
            places=[c.index for c in table.columns if c.spec.type in LOCATING_TYPES or c.spec.type == "unit"],
            header_words=lines.header_words,
        )
        doubtful |= {row - first for row in lines.special_rows if first <= row < table.end}
        others: set[int] = set()
        for position in sorted(doubtful):
            kind = lines.classify(first + position)
            if kind is LineKind.DATA:
                continue
            if kind is LineKind.BLOCK:
                self.next_header = first + position
                break
            others.add(position)
            if kind is not None:
                self.layout_rows += 1
                self._take_line(first + position, kind)
        return others

    def _take_line(self, row: int, kind: LineKind) -> None:
        """Take note of a line that is no data."""
        self.kinds[row] = kind
        if kind is LineKind.NIL:
            self.nil_rows.append(row + 1)
        elif kind in (LineKind.TOTAL, LineKind.SUBTOTAL):
            self.totals.append(self._read_total(row, kind))
        elif kind is LineKind.BAND or kind in _TOLD_LINES:
            cells = self.table.grid.rows[row]
            column = next((index for index, cell in enumerate(cells) if not is_blank(cell)), 0)
            spot = address(row, column)
            if kind is LineKind.BAND:
                self._bands.append((row, Band(band_name(fold(str(cells[column]))), spot)))
            else:
                self._report.tell(_TOLD_LINES[kind], spot, row=row + 1)

    def _names_township(self, name: str) -> bool:
        return self._siting.find_township(name) is not None

    def _is_value(self, row: int, index: int) -> bool:
        column = next((one for one in self.table.columns if one.index == index), None)
        return column is not None and not isinstance(column.parse(self.table.grid.at(row, index)), Unreadable)

    def _read_data(self, columns: Sequence[Sequence[CellValue]], data: Sequence[int]) -> None:
        """Read the lines that are data: column by column, and row by row those that need it."""
        table, first = self.table, self.table.first
        parsed: dict[str, list[Value]] = {}
        tops: dict[str, list[int]] = {}
        closely = self._list_special(data)
        for column in table.columns:
            cells: Sequence[CellValue] = columns[column.index] if column.index < len(columns) else ()
            spans = table.merged.list_spans(column.index, first, first + len(cells))
            if spans:
                cells = fill_merged(cells, spans)
                speaking = find_tops(len(cells), spans)
                tops[column.spec.name] = [first + 1 + speaking[position] for position in data]
            parsed[column.spec.name], faulty = self._read_column(column, _pick(cells, data))
            closely |= faulty
            if spans and column.stands_alone:
                inside = {position for top, bottom in spans for position in range(top, bottom + 1)}
                closely |= {n for n, position in enumerate(data) if position in inside}
        self._derive(parsed, len(data))
        places, unplaced = self._siting.place_all(parsed, len(data))
        numbers = [first + 1 + position for position in data]
        if self._bands:
            unplaced |= {n for n, number in enumerate(numbers) if number > self._bands[0][0]}
        exact = self._read_closely(sorted(closely | unplaced), numbers, parsed, places)
        self.rows = SheetRows(
            Source(table.book.file, table.book.sha256, table.grid.name),
            {column.spec.name: column.letters for column in table.columns},
            numbers,
            parsed,
            places,
            unreadable=table.missing,
            tops=tops,
            exact=exact,
        )

    def _list_special(self, data: Sequence[int]) -> set[int]:
        """List the rows with a cell whose value does not tell all."""
        table = self.table
        if not table.has_special:
            return set()
        grid = table.grid
        special = {row - table.first for row, _ in (*grid.error_cells, *grid.uncached, *grid.long_numbers)}
        for column in table.columns:  # an anchor speaks for its whole merged range
            for top, bottom in table.merged.list_spans(column.index, table.first, table.end):
                if top in special:
                    special.update(range(top, bottom + 1))
        return {n for n, position in enumerate(data) if position in special}

    def _read_column(self, column: ReadColumn, cells: Sequence[CellValue]) -> tuple[list[Value], set[int]]:
        """Read a column; the second are the positions whose cells have to be told of."""
        found = column.parse_all(cells)
        faulty: set[int] = set()
        if found.has_unreadable:
            faulty.update(n for n, value in enumerate(found.values) if isinstance(value, Unreadable))
        if found.has_blank and self._reader.tells_blank(column.spec):
            faulty.update(n for n, value in enumerate(found.values) if value is None)
        if not found.has_unreadable:
            return found.values, faulty  # type: ignore[return-value]  # none of them is Unreadable
        return [None if isinstance(value, Unreadable) else value for value in found.values], faulty

    def _derive(self, parsed: dict[str, list[Value]], count: int) -> None:
        """Fill empty fields from other columns or the title, as the sheet's description says."""
        for one in self.table.schema.derived:
            if one.field in self.table.missing:
                continue
            current = parsed.get(one.field)
            if current is not None and None not in current:
                continue
            if one.source == "title":
                found: list[Value] = [self.table.title_values.get(one.field)] * count
            else:
                texts = parsed.get(one.source, [None] * count)
                table = {text: None if text is None else one.find_value(str(text)) for text in set(texts)}
                found = [table[text] for text in texts]
            if current is not None:
                found = [old if old is not None else new for old, new in zip(current, found, strict=True)]
            if current is not None or any(value is not None for value in found):
                parsed[one.field] = found

    def _read_closely(
        self,
        positions: Sequence[int],
        numbers: Sequence[int],
        parsed: dict[str, list[Value]],
        places: list[Place | None],
    ) -> dict[int, Row]:
        """Read rows cell by cell, and put what they say in place of what their columns said."""
        exact: dict[int, Row] = {}
        for position in positions:
            row = exact[position] = self._reader.read(
                numbers[position] - 1, band=self._find_band(numbers[position] - 1)
            )
            places[position] = row.place
            for name in row.values:
                parsed.setdefault(name, [None] * len(numbers))[position] = row.values[name]
        return exact

    def _find_band(self, row: int) -> Band | None:
        """Find the band a row stands under."""
        index = bisect_right(self._bands, row, key=lambda one: one[0])
        return self._bands[index - 1][1] if index else None

    def _read_total(self, row: int, kind: LineKind) -> TotalLine:
        grid = self.table.grid
        numbers: dict[str, int | Decimal] = {}
        cells: dict[str, str] = {}
        texts = [fold(cell) for cell in grid.rows[row] if isinstance(cell, str) and not is_blank(cell)]
        for column in self.table.columns:
            if not column.spec.sum:
                continue
            value = self._reader.read_total_cell(row, column)
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                numbers[column.spec.name] = value
                cells[column.spec.name] = address(row, column.index)
        township = self.table.located["township"]
        named = ""
        if township is not None and township.name in self.table.layout.fields:
            cell = grid.at(row, self.table.layout.fields[township.name].index)
            named = fold(cell) if isinstance(cell, str) else ""
        cases, cases_cell = self._find_cases(row)
        return TotalLine(row + 1, kind, texts[0] if texts else "", named, numbers, cells, cases, cases_cell)

    def _find_cases(self, row: int) -> tuple[int | None, str]:
        """Find the number of cases a total line of an incident sheet states, and where it stands.

        It stands in the words (合计:3件) or is the only whole number outside the columns that are added up.
        """
        if self.table.schema.record.kind != "incident":
            return None, ""
        added = {column.index for column in self.table.columns if column.spec.sum}
        found: list[tuple[int, str]] = []
        for index, cell in enumerate(self.table.grid.rows[row]):
            if index in added:
                continue
            text = fold(cell) if isinstance(cell, str) else ""
            if (stated := count_in_total(text)) is not None:
                return stated, address(row, index)
            if (beside := count_of_cases(cell, text)) is not None:
                found.append((beside, address(row, index)))
        return found[0] if len(found) == 1 and 0 <= found[0][0] < _MOST_CASES else (None, "")


_MOST_CASES = 1_000_000


def _pick(cells: Sequence[CellValue], positions: Sequence[int]) -> Sequence[CellValue]:
    """Pick the cells at some positions; those beyond the column are empty."""
    count = len(cells)
    if isinstance(positions, range) and len(positions) <= count:
        return cells if len(positions) == count else cells[: len(positions)]
    return [cells[position] if position < count else None for position in positions]
