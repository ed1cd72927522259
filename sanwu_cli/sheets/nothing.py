"""Whether a sheet without cases says that nothing happened: missing is never zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.grid import address
from sanwu_cli.sheets.values import fold, is_blank, load_words
from sanwu_cli.sheets.wording import (
    LineKind,
    classify_total,
    is_note,
    is_unit,
    only_signs,
    says_more,
    says_nothing,
    speaks_of_cases,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.grid import CellValue, Grid
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Period
    from sanwu_cli.sheets.blocks import Tables
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.lines import SheetLines

# Lines that state nothing of this month's cases, whatever stands in them.
_HARMLESS = frozenset({LineKind.NIL, LineKind.HEADER, LineKind.FIGURES, LineKind.EMPTY})
_TOTALS = frozenset({LineKind.TOTAL, LineKind.SUBTOTAL})


def find_doubtful_lines(tables: Tables) -> list[int]:
    """List the lines (1-based) for which a sheet of cases without any does not say that nothing happened."""
    is_empty = not tables.rows and all(one.table.schema.record.kind == "incident" for one in tables.lines)
    return [row + 1 for one in tables.lines for row in _list_doubtful(one)] if is_empty else []


def _list_doubtful(lines: SheetLines) -> Iterator[int]:
    grid, titles = lines.table.grid, frozenset(lines.table.layout.titles)
    unknown = {row for row, _ in (*grid.error_cells, *grid.uncached)}
    for row, kind in lines.kinds.items():
        if kind in _HARMLESS:
            continue
        cells = [cell for cell in grid.rows[row] if not is_blank(cell)]
        if kind in _TOTALS:
            is_clear = row not in unknown and all(map(_is_none_of_total, cells))
        elif kind in {LineKind.FOOTER, LineKind.BAND}:
            is_clear = not any(isinstance(cell, str) and speaks_of_cases(fold(cell)) for cell in cells)
        else:
            is_clear = kind is LineKind.NOTE and all(_says_little(cell, titles) for cell in cells)
        if not is_clear:
            yield row


def _is_none_of_total(cell: CellValue) -> bool:
    """Say whether a cell of a total line is its word, a unit, or a figure of none."""
    if not isinstance(cell, str):
        return not cell and cell is not None
    text = fold(cell)
    if says_nothing(text) or is_unit(text) or text in _words_of_none():
        return True
    bare = text.rstrip("".join(load_words()["values"]["count_units"]))
    return bare == "0" or (classify_total(text, alone=True) is not None and not says_more(text))


def _words_of_none() -> frozenset[str]:
    return frozenset(map(fold, load_words()["values"]["zero"]))


def _says_little(cell: CellValue, titles: frozenset[str]) -> bool:
    text = fold(str(cell))
    return is_note(text) or text in titles or only_signs(text)


def tell_nothing(
    grid: Grid, layout: Layout, tables: Tables, period: Period | None, *, file: str, doubtful: list[int]
) -> list[Finding]:
    """Say what a sheet without cases means: nothing happened, nobody can tell, or it is just empty."""
    sheet = grid.name
    nil = "、".join(map(str, tables.nil_rows))
    if doubtful:
        rows = "、".join(map(str, doubtful))
        spot = _find_first_cell(grid, doubtful[0] - 1)
        return [make_finding("SHEET-EMPTY-DOUBTFUL", file=file, sheet=sheet, cell=spot, rows=rows)]
    if nil and tables.rows and (spots := _list_bare_nil(tables)):
        rows, count = "、".join(map(str, spots)), len(tables.rows)
        spot = _find_first_cell(grid, spots[0] - 1)
        return [make_finding("SHEET-NIL-DENIED", file=file, sheet=sheet, cell=spot, rows=rows, count=count)]
    if nil:
        return [make_finding("SHEET-NIL-LINE", file=file, sheet=sheet, rows=nil)]
    if tables.rows or layout.schema.record.kind == "register":
        return []
    is_nil = layout.schema.record.kind == "incident" and period is not None and not tables.unread_rows
    meaning = f"，按{period.label}没有发生读取" if is_nil and period else ""
    title = layout.schema.title
    return [make_finding("SHEET-EMPTY", file=file, sheet=sheet, title=title, meaning=meaning)]


def _list_bare_nil(tables: Tables) -> list[int]:
    """List the nil lines (1-based) that speak for the whole sheet: those that name no place."""
    found = []
    for one in tables.lines:
        if one.table.schema.record.kind != "incident":
            continue
        places = {c.index for c in one.table.columns if c.spec.type in {"township", "village", "area_code"}}
        for row in one.nil_rows:
            named = [
                cell
                for index in places
                if isinstance(cell := one.table.grid.at(row - 1, index), str)
                and not is_blank(cell)
                and not says_nothing(fold(cell))
            ]
            if not named:
                found.append(row)
    return found


def _find_first_cell(grid: Grid, row: int) -> str:
    column = next((index for index, cell in enumerate(grid.rows[row]) if not is_blank(cell)), 0)
    return address(row, column)
