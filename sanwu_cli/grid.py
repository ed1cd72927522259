"""A worksheet as a grid of values with addresses: what the workbook edge hands to the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CellValue = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, 0-based, all four ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One worksheet: `rows[i][j]` is the cell in sheet row i+1, column j+1; trailing empty cells are cut.

    An empty cell is None; text keeps its blanks. `error_cells` holds cells such as #N/A, `uncached`
    formulas without a stored value, `long_numbers` the digits as stored of numbers beyond 15 digits.
    `is_1904`: dates left as plain numbers count the days from 1904 on.
    """

    name: str
    rows: tuple[tuple[CellValue, ...], ...]
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


@dataclass(frozen=True, slots=True)
class Book:
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
