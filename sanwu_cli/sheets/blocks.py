"""The tables of one sheet: one below the other under headers of their own, or side by side."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.grid import address, column_letters
from sanwu_cli.model import Source
from sanwu_cli.sheets.balance import count_filled
from sanwu_cli.sheets.layout import Layout, Misfit
from sanwu_cli.sheets.lines import SheetLines
from sanwu_cli.sheets.table import SheetRows
from sanwu_cli.sheets.titles import is_column_numbers
from sanwu_cli.sheets.values import fold, is_blank
from sanwu_cli.sheets.wording import is_header_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.grid import CellValue, Grid
    from sanwu_cli.model import Finding
    from sanwu_cli.sheets.subject import Table

# Finds the layout of a grid, of its header in a row (1-based) if one is given.
FindLayout = Callable[["Grid", "int | None"], "Layout | Misfit"]

_FEWEST_DOUBLED = 2


class Tables(Struct):
    """The tables of one sheet as read, from top to bottom, and what was left unread for want of a header."""

    source: Source
    lines: list[SheetLines] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    unread_rows: int = 0

    @property
    def rows(self) -> SheetRows:
        """The data rows of all tables."""
        if len(self.lines) == 1:
            return self.lines[0].rows
        return SheetRows.of(self.source, chain.from_iterable(one.rows for one in self.lines))

    @property
    def findings(self) -> list[Finding]:
        """What was found while reading the lines."""
        return [*self.remarks, *(finding for one in self.lines for finding in one.findings)]

    @property
    def layout_rows(self) -> int:
        """Lines that are no data; the headers of the second and later tables are among them."""
        later = sum(one.table.layout.bottom - one.table.layout.top + 1 for one in self.lines[1:])
        return sum(one.layout_rows for one in self.lines) + later

    @property
    def nil_rows(self) -> list[int]:
        """Lines that say nothing happened."""
        return [row for one in self.lines for row in one.nil_rows]


def find_first_table(grid: Grid, layout: Layout, find: FindLayout) -> tuple[Layout, Misfit | Layout | None]:
    """Look for a table above the header that was found: a second header may be the richer of the two.

    The first is the layout to begin with; the second is a table above it that is not read, or None.
    """
    if not any(map(_heads_columns, grid.rows[: layout.top])):
        return layout, None
    above = find(replace(grid, rows=grid.rows[: layout.top]), None)
    if isinstance(above, Misfit):
        is_table = bool(above.nearest) and any(map(_holds_figures, grid.rows[: layout.top]))
        return layout, above if is_table else None
    return (above, None) if above.schema is layout.schema else (layout, above)


def _heads_columns(cells: Sequence[CellValue]) -> bool:
    """Say whether a line may be a header: two of its texts head columns of some sheet we know."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    return len(texts) > 1 and sum(is_header_word(fold(text)) for text in texts) >= _FEWEST_DOUBLED


def _holds_figures(cells: Sequence[CellValue]) -> bool:
    """Say whether a line above a header is one of a table: a number or date beside something else."""
    filled = [cell for cell in cells if not is_blank(cell)]
    figures = [cell for cell in filled if not isinstance(cell, str)]
    return bool(figures) and len(filled) >= _FEWEST_DOUBLED and not is_column_numbers(cells)


def is_side_by_side(grid: Grid, layout: Layout) -> int | None:
    """Give the column at which a second table stands beside the first, with something in it; else None."""
    spare = [
        column.index for column in layout.columns if column.field is None and column.header in layout.doubled
    ]
    if len(spare) < _FEWEST_DOUBLED:
        return None
    below = grid.rows[layout.bottom + 1 :]
    filled = sum(
        1 for index in spare if any(index < len(cells) and not is_blank(cells[index]) for cells in below)
    )
    return min(spare) if filled >= _FEWEST_DOUBLED else None


def read_tables(first: Table, find: FindLayout) -> Tables:
    """Read a sheet's tables one below the other; a header nobody claims leaves the rest unread, and told."""
    grid = first.grid
    tables = Tables(Source(first.book.file, first.book.sha256, grid.name))
    table: Table | None = first
    while table is not None:
        lines = SheetLines(table)
        lines.read()
        tables.lines.append(lines)
        row = lines.next_header
        table = None
        if row is not None:
            layout = find(_blank_above(grid, row), row + 1)
            if isinstance(layout, Layout) and layout.schema is first.schema:
                table = replace(first, layout=layout)
            else:
                tables.unread_rows = count_filled(grid, first=row)
                tables.remarks.append(tell_unread(first, row, tables.unread_rows))
    return tables


def tell_unread(table: Table, row: int, count: int) -> Finding:
    """Make the finding on a table within the sheet that is not read."""
    file, sheet = table.book.file, table.grid.name
    return make_finding(
        "SHEET-SECOND-TABLE", file=file, sheet=sheet, cell=address(row, 0), row=row + 1, count=count
    )


def tell_side_by_side(file: str, sheet: str, layout: Layout, column: int) -> Finding:
    """Make the finding on a table beside the first."""
    return make_finding(
        "SHEET-SIDE-BY-SIDE",
        file=file,
        sheet=sheet,
        cell=address(layout.top, column),
        column=column_letters(column),
    )


def _blank_above(grid: Grid, row: int) -> Grid:
    """Give the grid with nothing above a row: what stands there belongs to the table before."""
    return replace(grid, rows=(*((),) * row, *grid.rows[row:]))
