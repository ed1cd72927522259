"""References in formulas and ranges, moved as the rows of a pattern multiply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.grid import column_letters
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.facts import parse_reference

if TYPE_CHECKING:
    import re

# A text in quotes, or a reference with the sheet it names: a cell, a range, whole rows.
_TOKEN = compile_later(
    r'"(?:[^"]|"")*"'
    r"|(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?"
    r"(?:(?<![\w.$\]])(?P<first>\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6})(?::(?P<last>\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}))?"
    r"(?![\w(.!\[])"
    r"|(?<![\w.$:\]])(?P<top>\$?[1-9]\d{0,6}):(?P<bottom>\$?[1-9]\d{0,6})(?![\w.:]))"
)
_CELL = compile_later(r"(\$?)([A-Za-z]{1,3})(\$?)(\d+)")
_ROW = compile_later(r"(\$?)(\d+)")


class Shift(Struct, frozen=True):
    """Rows `first … last` of a sheet (1-based) written `count` times, and what lies below moved down."""

    sheet: str
    first: int
    last: int
    count: int

    @property
    def height(self) -> int:
        """How many rows are repeated."""
        return self.last - self.first + 1

    @property
    def added(self) -> int:
        """How many rows are added."""
        return (self.count - 1) * self.height

    def move_row(self, row: int) -> int:
        """Give where a row goes; one of the pattern stays: it is the first of its copies."""
        return row + self.added if row > self.last else row

    def move_span(self, top: int, bottom: int) -> tuple[int, int]:
        """Give where a range of rows goes; one that ends with the pattern ends with its last copy."""
        return self.move_row(top), bottom + self.added if bottom >= self.last >= top else self.move_row(
            bottom
        )


def move_formula(
    formula: str, shift: Shift, *, own_sheet: str, copy: int | None = None, spread: bool = False
) -> str:
    """Give a formula as it must read after the shift.

    Args:
        formula: without the sign of equality.
        shift: what was multiplied.
        own_sheet: the sheet the formula stands in.
        copy: for a formula of the pattern in which of its copies, from 0; None for any other.
        spread: whether a single cell of the pattern stands for all its copies, as in a chart.
    """

    def move(match: re.Match[str]) -> str:
        sheet = match["sheet"]
        named = own_sheet if sheet is None else sheet[:-1].strip("'").replace("''", "'")
        if named != shift.sheet or (match["first"] is None and match["top"] is None):
            return match[0]
        if match["top"] is not None:
            ends = _move_ends(match["top"], match["bottom"], shift, copy)
        else:
            last = match["last"] or (match["first"] if spread else None)
            ends = _move_ends(match["first"], last, shift, copy)
            ends = _shorten(ends) if match["last"] is None else ends
        return (sheet or "") + ends

    return _TOKEN.sub(move, formula)


def move_ranges(ranges: str, shift: Shift) -> str:
    """Move a list of ranges parted by blanks, as stand in sqref; one in the pattern covers all its copies."""
    moved = []
    for one in ranges.split():
        first, _, last = one.partition(":")
        moved.append(_shorten(_move_ends(first, last or first, shift, None)))
    return " ".join(moved)


def translate_formula(formula: str, rows: int, columns: int) -> str:
    """Give a shared formula as it reads so many rows and columns further on."""

    def move(match: re.Match[str]) -> str:
        ends = [match["first"], match["last"]] if match["first"] else [match["top"], match["bottom"]]
        if ends[0] is None:
            return match[0]
        shown = [_offset(end, rows, columns) for end in ends if end]
        return (match["sheet"] or "") + ":".join(shown)

    return _TOKEN.sub(move, formula)


def _move_ends(first: str, last: str | None, shift: Shift, copy: int | None) -> str:
    """Move a cell or a range of cells or rows, written with or without dollar signs."""
    if last is None:
        is_fixed, row = _row_of(first)
        if copy is not None and not is_fixed and row <= shift.last:
            return _with_row(first, row + copy * shift.height)
        return _with_row(first, shift.move_row(row))
    (is_top_fixed, top), (is_bottom_fixed, bottom) = _row_of(first), _row_of(last)
    if copy is None or (is_top_fixed and is_bottom_fixed):
        top, bottom = shift.move_span(top, bottom)
        return f"{_with_row(first, top)}:{_with_row(last, bottom)}"
    return f"{_move_ends(first, None, shift, copy)}:{_move_ends(last, None, shift, copy)}"


def _shorten(ends: str) -> str:
    """Write a range of one cell as that cell."""
    first, _, last = ends.partition(":")
    return first if first == last else ends


def _row_of(end: str) -> tuple[bool, int]:
    match = _CELL.fullmatch(end) or _ROW.fullmatch(end)
    if match is None:
        return True, 0  # whole columns do not move
    groups = match.groups()
    return bool(groups[-2]), int(groups[-1])


def _with_row(end: str, row: int) -> str:
    return end if row == 0 else end.rstrip("0123456789") + str(row)


def _offset(end: str, rows: int, columns: int) -> str:
    match = _CELL.fullmatch(end)
    if match is None:
        fixed, row = _row_of(end)
        return end if fixed else _with_row(end, row + rows)
    at = parse_reference(f"{match[2]}1")
    letters = match[2] if match[1] or at is None else column_letters(at[1] + columns)
    row = int(match[4]) if match[3] else int(match[4]) + rows
    return f"{match[1]}{letters}{match[3]}{row}"
