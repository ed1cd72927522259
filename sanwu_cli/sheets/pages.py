"""A sheet that goes on with the one before it and has no header of its own is told, never passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.model import UNKNOWN_PART
from sanwu_cli.sheets.parse import list_read_columns
from sanwu_cli.sheets.values import Unreadable, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sanwu_cli.grid import CellValue, Grid
    from sanwu_cli.model import SheetReading
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.parse import ReadColumn

_PLACES = frozenset({"township", "village", "area_code"})
_LOOKED_AT = 200


def mark_pages(
    readings: Sequence[SheetReading], grids: Sequence[Grid], find: Callable[[Grid], Layout | None]
) -> list[SheetReading]:
    """Name the sheets that go on with the last one read above them, which then is not all there is.

    Args:
        readings: the readings of the grids, in order.
        grids: the sheets.
        find: gives a sheet's layout; asked only where a sheet that is not read stands behind one that is.
    """
    marked = list(readings)
    before: int | None = None
    for position, (reading, grid) in enumerate(zip(readings, grids, strict=True)):
        if reading.schema_id is not None:
            before = position
        elif before is not None and not grid.hidden:
            layout = find(grids[before])
            if layout is not None and _goes_on(grid, layout, readings[before]):
                marked[position] = _tell(reading, readings[before])
                marked[before] = _leave_open(marked[before], layout)
    return marked


def _goes_on(grid: Grid, layout: Layout, before: SheetReading) -> bool:
    """Say whether at least half of a sheet's filled lines are rows of the columns of the sheet before."""
    columns = list_read_columns(layout, hint=before.period, is_1904=grid.is_1904)
    filled = [cells for cells in grid.rows if any(not is_blank(cell) for cell in cells)][:_LOOKED_AT]
    dates = [column for column in columns if column.spec.name == layout.schema.record.date]
    keys = [c for c in columns if c.spec.type in _PLACES or c.spec.name in layout.schema.record.key]
    if layout.schema.record.kind == "count":
        dates = [column for column in columns if column.spec.type == "count"]
        keys = [column for column in keys if column.spec.type in _PLACES]
    alike = sum(1 for cells in filled if _says(cells, dates) and _says(cells, keys))
    return bool(filled) and 2 * alike >= len(filled)


def _says(cells: Sequence[CellValue], columns: Sequence[ReadColumn]) -> bool:
    """Say whether a line says something in one of these columns at least, and nothing that cannot be read."""
    found = [column.parse(cells[column.index]) for column in columns if column.index < len(cells)]
    return any(value is not None for value in found) and not any(isinstance(v, Unreadable) for v in found)


def _tell(reading: SheetReading, before: SheetReading) -> SheetReading:
    finding = make_finding(
        "SHEET-CONTINUES",
        file=reading.file,
        sheet=reading.sheet,
        cell="A1",
        name=before.sheet,
        count=reading.unread_rows,
    )
    return replace(reading, findings=(finding,))


def _leave_open(reading: SheetReading, layout: Layout) -> SheetReading:
    """Let a sheet of which a part was not read speak for nobody."""
    is_covering = layout.schema.record.kind in {"incident", "count", "nil"}
    return replace(reading, coverage=UNKNOWN_PART) if is_covering else reading
