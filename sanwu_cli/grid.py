"""A worksheet as a grid of values with addresses: what the workbook edge hands to the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, overload

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
Row = tuple[CellValue, ...]


class Merge(Struct, frozen=True):
    """A merged range, 0-based, all four ends included."""

    top: int
    left: int
    bottom: int
    right: int


class ColumnRows(Sequence[Row]):
    """Rows of one length kept as columns: a row is made when it is asked for, a column is at hand."""

    __slots__ = ("_height", "columns")

    def __init__(self, columns: Sequence[Sequence[CellValue]], height: int) -> None:
        self.columns = columns
        self._height = height

    def __len__(self) -> int:
        return self._height

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> ColumnRows: ...
    def __getitem__(self, index: int | slice) -> Row | ColumnRows:
        if isinstance(index, slice):
            return ColumnRows([cells[index] for cells in self.columns], len(range(self._height)[index]))
        position = range(self._height)[index]  # IndexError beyond the ends
        return tuple([cells[position] for cells in self.columns])

    def __iter__(self) -> Iterator[Row]:
        return zip(*self.columns, strict=True) if self.columns else iter(((),) * self._height)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def turn(rows: Sequence[Row]) -> Sequence[Sequence[CellValue]]:
    """Give rows as columns of one length."""
    return rows.columns if isinstance(rows, ColumnRows) else list(zip_longest(*rows))


class Grid(Struct, frozen=True):
    """One worksheet: `rows[i][j]` is the cell in sheet row i+1, column j+1; trailing empty cells are cut.

    An empty cell is None; text keeps its blanks. `error_cells` holds cells such as #N/A, `uncached`
    formulas without a stored value, `long_numbers` the digits as stored of numbers beyond 15 digits.
    `is_1904`: dates left as plain numbers count the days from 1904 on.
    """

    name: str
    rows: Sequence[Row]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    error_cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    uncached: frozenset[tuple[int, int]] = frozenset()
    long_numbers: Mapping[tuple[int, int], str] = field(default_factory=dict)
    is_1904: bool = False

    def at(self, row: int, column: int) -> CellValue:
        """Give the cell's value; None outside the grid."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return None


class Book(Struct, frozen=True):
    """A workbook: the path as reported, sha-256 of its bytes, its grids in order, and its form marks.

    `marks` are the document's custom properties; a blank form of ours carries `sanwu_form`, such as
    petition/1, by which a returned form is recognised.
    """

    file: str
    sha256: str
    kind: str
    grids: tuple[Grid, ...]
    marks: Mapping[str, str] = field(default_factory=dict)


def column_letters(column: int) -> str:
    """Give the letters of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Give the A1 address of a 0-based cell."""
    return f"{column_letters(column)}{row + 1}"
