"""One row read cell by cell, with a finding for each cell that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import Row, Source
from sanwu_cli.sheets.columns import PLACE_TYPES
from sanwu_cli.sheets.values import Unreadable, show_text

if TYPE_CHECKING:
    from sanwu_cli.model import Value
    from sanwu_cli.sheets.parse import ReadColumn
    from sanwu_cli.sheets.schema import FieldSpec
    from sanwu_cli.sheets.siting import Siting
    from sanwu_cli.sheets.subject import Report, Table


class Band(Struct, frozen=True):
    """A line of its own that names the township of the lines below it: the name, and its cell."""

    township: str
    cell: str


class RowReader(Struct, frozen=True):
    """Reads single rows of a table."""

    table: Table
    siting: Siting
    report: Report

    def read(self, row: int, *, band: Band | None = None) -> Row:
        """Read a row (0-based); `band` names its township where the row itself does not."""
        values: dict[str, Value] = {}
        cells: dict[str, str] = {}
        unreadable: list[str] = list(self.table.missing)
        merged = self.table.merged
        for column in self.table.columns:
            spec = column.spec
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
        self._take_band(values, cells, band)
        self._derive(values, unreadable)
        table = self.table
        source = Source(table.book.file, table.book.sha256, table.grid.name, row + 1)
        place = self.siting.place(source, values, cells, unreadable)
        return Row(source, values, place, tuple(unreadable), cells)

    def _read_cell(self, row: int, column: ReadColumn, cell: str, *, is_shared: bool) -> Value | Unreadable:
        """Read one cell; what cannot be read is told once, with the cell's address, and is never blank."""
        content = self.table.grid.at(row, column.index)
        problem, text = self._find_problem((row, column.index), column, is_shared=is_shared)
        if problem is None:
            value = column.parse(content)
            if not isinstance(value, Unreadable):
                return value
            problem, text = value, show_text(content)
        hint = f"（{problem.hint}）" if problem.hint else ""
        self.report.tell(problem.code, cell, header=column.spec.header, text=text, hint=hint)
        return problem

    def _find_problem(
        self, spot: tuple[int, int], column: ReadColumn, *, is_shared: bool
    ) -> tuple[Unreadable | None, str]:
        """Find what keeps a cell from being read whatever its type, and what the message shows of it."""
        if is_shared and column.stands_alone:
            return Unreadable("CELL-MERGED-COUNT"), ""
        if not self.table.has_special:
            return None, ""
        grid = self.table.grid
        if spot in grid.error_cells:
            return Unreadable("CELL-ERROR"), grid.error_cells[spot]
        if spot in grid.uncached:
            return Unreadable("CELL-FORMULA-UNCACHED"), ""
        if spot in grid.long_numbers and column.spec.type not in {"decimal", "percent"}:
            return Unreadable("CELL-LONG-NUMBER"), ""
        return None, ""

    def read_total_cell(self, row: int, column: ReadColumn) -> Value | Unreadable:
        """Read a figure of a total line; one that cannot be read is told, for then nothing is checked."""
        return self._read_cell(row, column, f"{column.letters}{row + 1}", is_shared=False)

    def tells_blank(self, spec: FieldSpec) -> bool:
        """Say whether an empty cell of the field is told; places are told by where they leave the row."""
        kind = self.table.schema.record.kind
        if spec.type == "count" and kind == "count":
            return True
        is_placed_later = spec.type in PLACE_TYPES and kind != "register"
        return spec.required and not is_placed_later and spec.name not in self.table.title_values

    def _is_missing(self, spec: FieldSpec, row: int, cell: str) -> bool:
        """Tell of an empty cell that should not be empty; a number nobody gave is no fault of the row."""
        if not self.tells_blank(spec):
            return False
        is_count = spec.type == "count" and self.table.schema.record.kind == "count"
        self.report.tell(
            "COUNT-BLANK" if is_count else "VALUE-MISSING", cell, row=row + 1, header=spec.header
        )
        return not is_count

    def _take_band(self, values: dict[str, Value], cells: dict[str, str], band: Band | None) -> None:
        spec = self.table.located["township"]
        if band is not None and spec is not None and values.get(spec.name) is None:
            values[spec.name] = band.township
            cells[spec.name] = band.cell

    def _derive(self, values: dict[str, Value], unreadable: list[str]) -> None:
        """Fill empty fields from other fields or the title, as the sheet's description says."""
        for one in self.table.schema.derived:
            if values.get(one.field) is not None or one.field in unreadable:
                continue
            if one.source == "title":
                found = self.table.title_values.get(one.field)
            else:
                text = values.get(one.source)
                found = None if text is None else one.find_value(str(text))
            if found is not None:
                values[one.field] = found
