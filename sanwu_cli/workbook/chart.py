"""A native chart under a table: bars that people may change in their own program, drawn from the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_WIDTH, _HEAD, _ROW = 560, 120, 26


class StackedBars(Struct, frozen=True):
    """A bar a row, stacked of its columns: labels from one column, a part and a colour a value column."""

    title: str
    label_column: int
    parts: tuple[tuple[int, str], ...]


def draw_chart(
    workbook: Workbook, sheet: str, chart: StackedBars, *, rows: tuple[int, int], below: int
) -> None:
    """Draw a chart of a table's cells under it.

    Args:
        workbook: the one that is being written.
        sheet: the name of the worksheet with the table.
        chart: what is drawn.
        rows: the row of the header (from 0), and how many rows of data follow it.
        below: how many rows of notes stand under these.
    """
    header, count = rows
    first, last = header + 1, header + count
    drawn = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for column, colour in chart.parts:
        drawn.add_series(
            {
                "name": [sheet, header, column],
                "categories": [sheet, first, chart.label_column, last, chart.label_column],
                "values": [sheet, first, column, last, column],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
    drawn.set_legend({"position": "bottom"})
    drawn.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    drawn.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    drawn.set_size({"width": _WIDTH, "height": _HEAD + _ROW * count})
    place = workbook.get_worksheet_by_name(sheet)
    place.insert_chart(
        last + below + 2,
        0,
        drawn,
        {"description": f"{chart.title}：堆叠条形图，数字见上面的表", "object_position": 3},
    )
