"""From a reader's raw rows to a Grid: plain values, trailing blanks cut, merges clipped, helpers dropped."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sanwu_cli.grid import CellValue, Grid, Merge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

# The very hidden sheet of our forms; it keeps the mark when another program drops the custom properties.
HELPER_SHEET = "_sanwu"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MIDNIGHT = time(0)


Cell = tuple[int, int]
Rows = list[tuple[CellValue, ...]]


def tidy_value(value: CellValue) -> CellValue:
    """Give a number without fraction as int, a moment at midnight as date, everything else as it is."""
    if value.__class__ is float:
        return int(value) if value.is_integer() else value
    if value.__class__ is datetime and value.time() == _MIDNIGHT:
        return value.date()
    return value


def tidy_rows(rows: Iterable[Sequence[CellValue]], *, left: int = 0) -> Rows:
    """Tidy the values of rows of one length, column by column; `left` empty columns come before them."""
    columns = [tidy_column(column) for column in zip(*rows, strict=True)]
    blank: tuple[CellValue, ...] = (None,) * (len(columns[0]) if columns else 0)
    return list(zip(*(blank for _ in range(left)), *columns, strict=True))


def tidy_column(column: tuple[CellValue, ...]) -> Sequence[CellValue]:
    """Tidy a column's values, an empty text to None; a column of texts alone is looked through quickly."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return column if "" not in column else [value or None for value in column]
    if kinds <= {str, date}:
        return [value or None for value in column]
    return [(value or None) if value.__class__ is str else tidy_value(value) for value in column]


def clean_text(text: str) -> str | None:
    """Drop control characters but tab and line breaks."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")) or None


def clean_row(row: tuple[CellValue, ...]) -> tuple[CellValue, ...]:
    """Clean the texts of a row."""
    return tuple(clean_text(value) if isinstance(value, str) else value for value in row)


def assemble_grid(
    name: str,
    rows: Rows,
    *,
    merges: Iterable[Merge] = (),
    hidden: bool = False,
    hidden_rows: Collection[int] = (),
    hidden_columns: Collection[int] = (),
    error_cells: Mapping[Cell, str] | None = None,
    uncached: Collection[Cell] = (),
    long_numbers: Mapping[Cell, str] | None = None,
    is_1904: bool = False,
) -> Grid:
    """Make a Grid whose rows all reach its last used column; cells with an error or no value count as used.

    A merge is clipped to the used rectangle (a title merged over empty columns, a merge down to the last
    row there can be), and dropped when one cell or none is left of it; hidden rows and columns likewise.
    """
    errors, digits = dict(error_cells or {}), dict(long_numbers or {})
    _set_exact(rows, digits)
    height, width = _measure(rows, {*errors, *uncached})
    cut = tuple((row + (None,) * (width - len(row)))[:width] for row in rows[:height])
    cut += ((None,) * width,) * (height - len(cut))
    return Grid(
        name=name,
        rows=cut,
        merges=tuple(sorted(_clip(merges, height, width), key=_corner)),
        hidden=hidden,
        hidden_rows=frozenset(row for row in hidden_rows if row < height),
        hidden_columns=frozenset(column for column in hidden_columns if column < width),
        error_cells=errors,
        uncached=frozenset(uncached),
        long_numbers=digits,
        is_1904=is_1904,
    )


def find_marks(grids: Iterable[Grid]) -> dict[str, str]:
    """Read the marks kept in the helper sheet: names in column A, values in column B."""
    for grid in grids:
        if grid.name == HELPER_SHEET:
            return {str(row[0]): str(row[1]) for row in grid.rows if len(row) > 1 and row[0] and row[1]}
    return {}


def drop_helpers(grids: Iterable[Grid]) -> tuple[Grid, ...]:
    """Leave out the helper sheet of our own forms."""
    return tuple(grid for grid in grids if grid.name != HELPER_SHEET)


def _set_exact(rows: Rows, digits: Mapping[Cell, str]) -> None:
    """Put the digits as stored where a float has lost some."""
    for (row, column), text in digits.items():
        if row < len(rows) and column < len(rows[row]) and text.lstrip("-").isdecimal():
            changed = list(rows[row])
            changed[column] = int(text)
            rows[row] = tuple(changed)


def _measure(rows: Rows, marked: Collection[Cell]) -> tuple[int, int]:
    """Count the rows and columns up to the last that hold something."""
    height, width = len(rows), max(map(len, rows), default=0)
    while height and not any(value is not None for value in rows[height - 1]):
        height -= 1
    while width and all(len(row) < width or row[width - 1] is None for row in rows):
        width -= 1
    for row, column in marked:
        height, width = max(height, row + 1), max(width, column + 1)
    return height, width


def _clip(merges: Iterable[Merge], height: int, width: int) -> Iterable[Merge]:
    for merge in merges:
        clipped = Merge(merge.top, merge.left, min(merge.bottom, height - 1), min(merge.right, width - 1))
        cells = (clipped.bottom - clipped.top + 1, clipped.right - clipped.left + 1)
        if min(cells) > 0 and max(cells) > 1:
            yield clipped


def _corner(merge: Merge) -> tuple[int, int, int, int]:
    return merge.top, merge.left, merge.bottom, merge.right
