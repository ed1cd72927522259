"""How many rows of a sheet hold anything: the number every other count must add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.grid import turn
from sanwu_cli.sheets.values import is_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.grid import CellValue, Grid


def count_filled(grid: Grid, *, first: int = 0, until: int | None = None) -> int:
    """Count the rows that hold anything, errors and formulas without a value included.

    Args:
        grid: the sheet.
        first: 0-based row to begin with.
        until: 0-based row before which to stop; None counts to the end.
    """
    special = {row for row, _ in (*grid.error_cells, *grid.uncached, *grid.long_numbers)}
    rows = grid.rows[first:until]
    thin = _list_thin(turn(rows))
    empty = sum(1 for row in thin if first + row not in special and not _is_filled(rows[row]))
    return len(rows) - empty


def _list_thin(columns: Sequence[Sequence[CellValue]]) -> Sequence[int]:
    """List the rows in which the fullest column shows nothing; all others hold something."""
    if not columns:
        return ()
    fullest = min(columns, key=lambda cells: cells.count(None))
    blank = {cell for cell in set(fullest) if is_blank(cell)}
    return [row for row, cell in enumerate(fullest) if cell in blank] if blank else ()


def _is_filled(cells: tuple[CellValue, ...]) -> bool:
    return any(not is_blank(cell) for cell in cells)
