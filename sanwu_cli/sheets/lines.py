"""The lines below a header read one by one: rows with values, addresses and places; totals; findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.grid import address, column_letters
from sanwu_cli.model import UNKNOWN_PART, Place, Row, Source
from sanwu_cli.sheets.cells import make_parser
from sanwu_cli.sheets.columns import PLACE_TYPES, list_absent_places, list_missing_fields
from sanwu_cli.sheets.coverage import find_coverage
from sanwu_cli.sheets.rows import LineKind, LineReader, MergedColumns
from sanwu_cli.sheets.values import Unreadable, fold, is_blank, show_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.grid import Book, CellValue, Grid
    from sanwu_cli.model import Finding, Value
    from sanwu_cli.periods import Period
    from sanwu_cli.places import Places
    from sanwu_cli.sheets.cells import Parser
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.schema import FieldSpec

_FIGURE_TYPES = frozenset({"count", "decimal"})
_MOST_KNOWN = 4096
_LOCATING_TYPES = PLACE_TYPES | {"area_code"}


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A 合计 or 小计 line: its 1-based row, label, the township it names, numbers and addresses by field."""

    row: int
    kind: LineKind
    label: str
    township: str
    numbers: Mapping[str, int | Decimal]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _ReadColumn:
    """A column that is read; a figure of a count sheet may not stand in a cell merged over several rows."""

    index: int
    letters: str
    spec: FieldSpec
    parser: Parser
    stands_alone: bool
    _known: dict[tuple[type, CellValue], Value | Unreadable] = field(default_factory=dict)

    def parse(self, cell: CellValue) -> Value | Unreadable:
        """Parse a cell; what a column repeats is parsed once."""
        key = (cell.__class__, cell)  # 1, 1.0 and TRUE are equal and not the same
        if key in self._known:
            return self._known[key]
        value = self.parser(cell)
        if len(self._known) < _MOST_KNOWN:
            self._known[key] = value
        return value


@dataclass(slots=True)
class SheetLines:
    """Reads the lines of one claimed sheet; `read` fills rows, totals, nil_rows, layout_rows and findings."""

    book: Book
    grid: Grid
    layout: Layout
    places: Places
    hint: Period | None
    coverage: str | None
    blank_village: str
    county_name: str = ""
    rows: list[Row] = field(default_factory=list)
    totals: list[TotalLine] = field(default_factory=list)
    nil_rows: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    layout_rows: int = 0
    _columns: list[_ReadColumn] = field(default_factory=list)
    _located: Mapping[str, FieldSpec | None] = field(default_factory=dict)
    _has_special: bool = False
    _said: set[tuple[str, str]] = field(default_factory=set)
    _title_values: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        """Read every line below the header."""
        self._columns = [
            _ReadColumn(
                column.index,
                column_letters(column.index),
                column.field,
                make_parser(column.field, hint=self.hint),
                self.layout.schema.record.kind == "count" and column.field.type in _FIGURE_TYPES,
            )
            for column in self.layout.columns
            if column.field and column.field.is_read
        ]
        self._title_values = {
            one.field: value
            for one in self.layout.schema.derived
            if one.source == "title" and (value := one.find_value(self.layout.context)) is not None
        }
        schema = self.layout.schema
        self._located = {kind: schema.field_of_type(kind) for kind in (*sorted(_LOCATING_TYPES), "unit")}
        self._has_special = bool(self.grid.error_cells or self.grid.uncached or self.grid.long_numbers)
        missing = tuple(spec.name for spec in list_missing_fields(self.layout))
        merged = MergedColumns(self.grid, self.layout.bottom)
        lines = LineReader(self.grid, self.layout)
        for row in range(self.layout.bottom + 1, len(self.grid.rows)):
            kind = lines.classify(row)
            if kind is None:
                continue
            if kind is LineKind.DATA:
                self.rows.append(self._read_row(row, merged, missing))
                continue
            self.layout_rows += 1
            if kind is LineKind.NIL:
                self.nil_rows.append(row + 1)
            elif kind in (LineKind.TOTAL, LineKind.SUBTOTAL):
                self.totals.append(self._read_total(row, kind))

    def _read_row(self, row: int, merged: MergedColumns, missing: tuple[str, ...]) -> Row:
        values: dict[str, Value] = {}
        cells: dict[str, str] = {}
        unreadable: list[str] = list(missing)
        contents = self.grid.rows[row]
        width = len(contents)
        for column in self._columns:
            spec = column.spec
            if not self._has_special and not merged.touches(column.index):
                value = column.parse(contents[column.index] if column.index < width else None)
                if value is not None and not isinstance(value, Unreadable):
                    values[spec.name] = value
                    cells[spec.name] = f"{column.letters}{row + 1}"
                    continue
            top = merged.anchor(row, column.index)
            cell = f"{column.letters}{top + 1}"
            value = self._read_cell(top, column, cell, is_shared=merged.is_shared(row, column.index))
            if isinstance(value, Unreadable):
                unreadable.append(spec.name)
                value = None
            elif value is None and self._is_missing(spec, row, cell):
                unreadable.append(spec.name)
            values[spec.name] = value
            cells[spec.name] = cell
        self._derive(values, unreadable)
        source = Source(self.book.file, self.book.sha256, self.grid.name, row + 1)
        place = self._place(source, values, cells, unreadable)
        return Row(source, values, place, tuple(unreadable), cells)

    def _read_cell(self, row: int, column: _ReadColumn, cell: str, *, is_shared: bool) -> Value | Unreadable:
        """Read one cell; what cannot be read is told once, with the cell's address, and is never blank."""
        content = self.grid.at(row, column.index)
        problem, text = self._find_problem((row, column.index), column, is_shared=is_shared)
        if problem is None:
            value = column.parse(content)
            if not isinstance(value, Unreadable):
                return value
            problem, text = value, show_text(content)
        hint = f"（{problem.hint}）" if problem.hint else ""
        self._report(problem.code, cell, header=column.spec.header, text=text, hint=hint)
        return problem

    def _find_problem(
        self, spot: tuple[int, int], column: _ReadColumn, *, is_shared: bool
    ) -> tuple[Unreadable | None, str]:
        """Find what keeps a cell from being read whatever its type, and what the message shows of it."""
        if is_shared and column.stands_alone:
            return Unreadable("CELL-MERGED-COUNT"), ""
        if not self._has_special:
            return None, ""
        if spot in self.grid.error_cells:
            return Unreadable("CELL-ERROR"), self.grid.error_cells[spot]
        if spot in self.grid.uncached:
            return Unreadable("CELL-FORMULA-UNCACHED"), ""
        if spot in self.grid.long_numbers and column.spec.type not in {"decimal", "percent"}:
            return Unreadable("CELL-LONG-NUMBER"), ""
        return None, ""

    def _is_missing(self, spec: FieldSpec, row: int, cell: str) -> bool:
        """Tell of an empty cell that should not be empty; places are told by where they leave the row."""
        if spec.type == "count" and self.layout.schema.record.kind == "count":
            self._report("COUNT-BLANK", cell, row=row + 1, header=spec.header)
            return False
        is_placed_later = spec.type in PLACE_TYPES and self.layout.schema.record.kind != "register"
        if not spec.required or is_placed_later or spec.name in self._title_values:
            return False
        self._report("VALUE-MISSING", cell, row=row + 1, header=spec.header)
        return True

    def _report(self, code: str, cell: str, **values: object) -> None:
        """Add a finding, once for a cell (a merged cell speaks for several rows)."""
        if (code, cell) not in self._said:
            self._said.add((code, cell))
            self.findings.append(
                make_finding(code, file=self.book.file, sheet=self.grid.name, cell=cell, **values)
            )

    def _derive(self, values: dict[str, Value], unreadable: list[str]) -> None:
        """Fill empty fields from other fields or the title, as the sheet's description says."""
        for one in self.layout.schema.derived:
            if values.get(one.field) is not None or one.field in unreadable:
                continue
            text = values.get(one.source)
            found = (
                self._title_values.get(one.field)
                if one.source == "title"
                else one.find_value(str(text))
                if text is not None
                else None
            )
            if found is not None:
                values[one.field] = found

    def _place(
        self, source: Source, values: Mapping[str, Value], cells: Mapping[str, str], unreadable: list[str]
    ) -> Place | None:
        schema = self.layout.schema
        if schema.record.kind == "register":
            return None
        if self._located["township"] is None and self._located["village"] is None:
            return self._place_unit(source, values, cells)
        texts = {kind: self._text_of(kind, values) for kind in _LOCATING_TYPES}
        lost = bool(unreadable) and any(
            spec.name in unreadable
            for kind, spec in self._located.items()
            if spec and kind in _LOCATING_TYPES
        )
        day = values.get(schema.record.date) if schema.record.date else None
        place, code, suggestions = self.places.resolve(
            township=texts["township"],
            village=texts["village"],
            code=texts["area_code"],
            on=day if isinstance(day, date) else self._last_day(),
            within=None if self.coverage == UNKNOWN_PART else self.coverage,
            blank_village="hold" if lost else self.blank_village,
        )
        if lost and place.area_code is not None and texts["village"] is None:
            return Place(None, place.township_code, (place.area_code,))
        if code is not None and not lost and schema.why_not_counted(values) is None:
            self._report_place(code, source, texts, cells, suggestions)
        return place

    def _last_day(self) -> date | None:
        """Day on which an undated row's names are looked up: the last of the sheet's span."""
        return self.hint.last.last_day if self.hint is not None else None

    def _text_of(self, kind: str, values: Mapping[str, Value]) -> str | None:
        spec = self._located[kind]
        value = values.get(spec.name) if spec else None
        return value if isinstance(value, str) else None

    def _place_unit(
        self, source: Source, values: Mapping[str, Value], cells: Mapping[str, str]
    ) -> Place | None:
        """Place a row that names only a reporting unit: None for the whole county, else its part of it."""
        unit = self._text_of("unit", values)
        if unit is None:
            return Place(None, UNKNOWN_PART)
        found = find_coverage((), [unit], self.places, county_name=self.county_name)
        if found.area == UNKNOWN_PART:
            spec = self._located["unit"]
            cell = cells.get(spec.name, f"A{source.row}") if spec else f"A{source.row}"
            self._report("COVERAGE-UNKNOWN", cell, part=found.part)
        return None if found.area is None else Place(found.area, found.area)

    def _report_place(
        self,
        code: str,
        source: Source,
        texts: Mapping[str, str | None],
        cells: Mapping[str, str],
        suggestions: tuple[str, ...],
    ) -> None:
        absent = {spec.type for spec in list_absent_places(self.layout)}
        township, village = texts["township"], texts["village"]
        if absent == PLACE_TYPES or (code == "AREA-VILLAGE-BLANK" and "village" in absent):
            return  # told once for the whole sheet
        kind = "township" if code == "AREA-TOWNSHIP-UNKNOWN" or village is None else "village"
        kind = "village" if code == "AREA-VILLAGE-BLANK" else kind
        spec = self._located[kind]
        cell = cells.get(spec.name, f"A{source.row}") if spec else f"A{source.row}"
        if code == "AREA-TOWNSHIP-UNKNOWN" and township is None:
            self._report("VALUE-MISSING", cell, row=source.row, header=spec.header if spec else "")
            return
        shown = show_text(township)
        if code == "AREA-VILLAGE-UNKNOWN":
            shown = f"的“{shown}”" if township else ""
        guess = f"，是不是{'、'.join(f'“{name}”' for name in suggestions)}" if suggestions else ""
        self._report(
            code, cell, row=source.row, township=shown, village=show_text(village), suggestions=guess
        )

    def _read_total(self, row: int, kind: LineKind) -> TotalLine:
        numbers: dict[str, int | Decimal] = {}
        cells: dict[str, str] = {}
        texts = [fold(cell) for cell in self.grid.rows[row] if isinstance(cell, str) and not is_blank(cell)]
        for column in self._columns:
            value = column.parse(self.grid.at(row, column.index)) if column.spec.sum else None
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                numbers[column.spec.name] = value
                cells[column.spec.name] = address(row, column.index)
        township = self._located["township"]
        named = ""
        if township is not None and township.name in self.layout.fields:
            cell = self.grid.at(row, self.layout.fields[township.name].index)
            named = fold(cell) if isinstance(cell, str) else ""
        return TotalLine(row + 1, kind, texts[0] if texts else "", named, numbers, cells)
