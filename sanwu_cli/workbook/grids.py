"""From a reader's raw rows to a Grid: plain values, trailing blanks cut, merges clipped, helpers dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import zip_longest
from typing import TYPE_CHECKING, TypedDict, Unpack, cast

from sanwu_cli.grid import CellValue, ColumnRows, Grid, Merge
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# The very hidden sheet of our forms; it keeps the mark when another program drops the custom properties.
HELPER_SHEET = "_sanwu"

_CONTROL = compile_later(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MIDNIGHT = time(0)


Cell = tuple[int, int]
Rows = list[tuple[CellValue, ...]]
Columns = list[Sequence[CellValue]]


class Facts(TypedDict, total=False):
    """What is known of a sheet besides its values."""

    merges: Iterable[Merge]
    hidden: bool
    hidden_rows: Collection[int]
    hidden_columns: Collection[int]
    error_cells: Mapping[Cell, str] | None
    uncached: Collection[Cell]
    long_numbers: Mapping[Cell, str] | None
    is_1904: bool


def tidy_value(value: CellValue) -> CellValue:
    """Give a number without fraction as int, a moment at midnight as date, everything else as it is."""
    if value.__class__ is float:
        return int(value) if value.is_integer() else value
    if value.__class__ is datetime and value.time() == _MIDNIGHT:
        return value.date()
    return value


def tidy_columns(rows: Iterable[Sequence[CellValue]], *, left: int = 0) -> Columns:
    """Turn rows of one length into tidied columns; `left` empty ones come first."""
    columns: Columns = [tidy_column(column) for column in zip(*rows, strict=True)]
    blank: tuple[CellValue, ...] = (None,) * (len(columns[0]) if columns else 0)
    return [blank] * left + columns


def tidy_column(column: tuple[CellValue, ...]) -> Sequence[CellValue]:
    """Tidy a column's values, an empty text to None; a column of texts alone is looked through quickly."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return column if "" not in column else [value or None for value in column]
    if kinds <= {str, date}:
        return [value or None for value in column]
    if kinds <= {str, float}:
        mixed = cast("tuple[str | float, ...]", column)
        return [
            (value or None) if value.__class__ is str else int(value) if value.is_integer() else value  # type: ignore[union-attr]
            for value in mixed
        ]
    return [(value or None) if value.__class__ is str else tidy_value(value) for value in column]


def clean_text(text: str) -> str | None:
    """Drop control characters but tab and line breaks."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")) or None


def clean_column(cells: Sequence[CellValue]) -> Sequence[CellValue]:
    """Clean the texts of a column."""
    return [clean_text(value) if isinstance(value, str) else value for value in cells]


def assemble_grid(name: str, rows: Rows, **facts: Unpack[Facts]) -> Grid:
    """Make a Grid of rows of any lengths; all else as `assemble_columns` does."""
    return assemble_columns(name, list(zip_longest(*rows)), **facts)


def assemble_columns(
    name: str,
    columns: Columns,
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
    columns = _set_exact(columns, digits)
    height, width = _measure(columns, {*errors, *uncached})
    cut = [_cut(cells, height) for cells in columns[:width]]
    cut += [(None,) * height] * (width - len(cut))
    return Grid(
        name=name,
        rows=ColumnRows(cut, height),
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


def _cut(cells: Sequence[CellValue], height: int) -> Sequence[CellValue]:
    """Cut or lengthen a column to a height."""
    if len(cells) >= height:
        return cells if len(cells) == height else cells[:height]
    return (*cells, *(None,) * (height - len(cells)))


def _set_exact(columns: Columns, digits: Mapping[Cell, str]) -> Columns:
    """Put the digits as stored where a float has lost some."""
    exact = {
        (row, column): int(text)
        for (row, column), text in digits.items()
        if column < len(columns) and row < len(columns[column]) and text.lstrip("-").isdecimal()
    }
    if not exact:
        return columns
    changed = {column: list(columns[column]) for _, column in exact}
    for (row, column), number in exact.items():
        changed[column][row] = number
    return [changed.get(index, cells) for index, cells in enumerate(columns)]


def _measure(columns: Columns, marked: Collection[Cell]) -> tuple[int, int]:
    """Count the rows and columns up to the last that hold something."""
    heights = [_count_to_last(cells) for cells in columns]
    height = max(heights, default=0)
    width = max((index + 1 for index, count in enumerate(heights) if count), default=0)
    for row, column in marked:
        height, width = max(height, row + 1), max(width, column + 1)
    return height, width


def _count_to_last(cells: Sequence[CellValue]) -> int:
    """Count the cells of a column up to the last that holds something."""
    count = len(cells)
    if cells.count(None) == count:
        return 0
    while cells[count - 1] is None:
        count -= 1
    return count


def _clip(merges: Iterable[Merge], height: int, width: int) -> Iterable[Merge]:
    for merge in merges:
        clipped = Merge(merge.top, merge.left, min(merge.bottom, height - 1), min(merge.right, width - 1))
        cells = (clipped.bottom - clipped.top + 1, clipped.right - clipped.left + 1)
        if min(cells) > 0 and max(cells) > 1:
            yield clipped


def _corner(merge: Merge) -> tuple[int, int, int, int]:
    return merge.top, merge.left, merge.bottom, merge.right
