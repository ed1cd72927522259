"""How many rows of a sheet hold anything: the number every other count must add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.sheets.values import is_blank

if TYPE_CHECKING:
    from sanwu_cli.grid import Grid


def count_filled(grid: Grid, *, until: int | None = None) -> int:
    """Count the rows that hold anything, errors and formulas without a value included.

    Args:
        grid: the sheet.
        until: 0-based row before which to stop; None counts to the end.
    """
    special = {row for row, _ in (*grid.error_cells, *grid.uncached, *grid.long_numbers)}
    return sum(
        1
        for row, cells in enumerate(grid.rows[:until])
        if row in special or any(not is_blank(cell) for cell in cells)
    )
