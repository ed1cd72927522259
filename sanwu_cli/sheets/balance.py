"""How many rows of a sheet hold anything: the number every other count must add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.sheets.values import is_blank

if TYPE_CHECKING:
    from sanwu_cli.grid import CellValue, Grid


def count_filled(grid: Grid, *, first: int = 0, until: int | None = None) -> int:
    """Count the rows that hold anything, errors and formulas without a value included.

    Args:
        grid: the sheet.
        first: 0-based row to begin with.
        until: 0-based row before which to stop; None counts to the end.
    """
    special = {row for row, _ in (*grid.error_cells, *grid.uncached, *grid.long_numbers)}
    return sum(
        1
        for row, cells in enumerate(grid.rows[first:until], start=first)
        if _is_filled(cells) or row in special
    )


def _is_filled(cells: tuple[CellValue, ...]) -> bool:
    for cell in cells:  # noqa: SIM110 - asked of every row: a generator takes three times as long
        if cell is not None and not is_blank(cell):
            return True
    return False
