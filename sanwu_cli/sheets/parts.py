"""A total column held against the columns it adds up, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.grid import address
from sanwu_cli.sheets.titles import is_column_numbers
from sanwu_cli.sheets.values import is_blank, parse_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sanwu_cli.grid import Grid
    from sanwu_cli.model import Finding
    from sanwu_cli.sheets.layout import Layout


class PartSum(Struct, frozen=True):
    """One row: its 0-based index, what the total column states, what the filled parts add up to."""

    row: int
    stated: int
    summed: int
    is_whole: bool

    @property
    def agrees(self) -> bool:
        """Say whether the total can be right; an empty part may hold what is missing, never less than 0."""
        return self.summed == self.stated if self.is_whole else self.summed <= self.stated


def compare_parts(grid: Grid, *, below: int, total: int, parts: Sequence[int]) -> Iterator[PartSum]:
    """Compare a total column with its parts on every row below the header where both can be read."""
    if not parts:
        return
    for row in range(below + 1, len(grid.rows)):
        stated = _count(grid, row, total)
        counts = [_count(grid, row, column) for column in parts]
        known = [count for count in counts if count is not None]
        blank = sum(1 for column in parts if is_blank(grid.at(row, column)))
        is_read = len(known) + blank == len(parts)
        if stated is None or not known or not is_read or is_column_numbers(grid.rows[row]):
            continue
        yield PartSum(row, stated, sum(known), is_whole=not blank)


def check_parts(file: str, grid: Grid, layout: Layout) -> list[Finding]:
    """Name the rows whose total is not what its parts add up to; the total as stated is what is read."""
    findings = []
    for target, names in layout.schema.parts.items():
        column = layout.fields.get(target)
        parts = [one.index for one in layout.columns if one.field and one.field.name in names]
        if column is None:
            continue
        findings += [
            make_finding(
                "PARTS-MISMATCH",
                file=file,
                sheet=grid.name,
                cell=address(one.row, column.index),
                row=one.row + 1,
                header=column.field.header if column.field else column.header,
                stated=one.stated,
                summed=one.summed,
            )
            for one in compare_parts(grid, below=layout.bottom, total=column.index, parts=parts)
            if not one.agrees
        ]
    return findings


def _count(grid: Grid, row: int, column: int) -> int | None:
    value = parse_count(grid.at(row, column))
    return value if isinstance(value, int) else None
