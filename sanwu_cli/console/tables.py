"""Tables without borders: columns as wide as their cells, wrapped to a terminal, whole elsewhere."""

from __future__ import annotations

import shutil
import sys
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sanwu_cli.console.screen import paint, write_lines
from sanwu_cli.console.text import cell_text, clean_text, measure_width, wrap_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How narrow columns may get and what stands between them: the next is tried where a row does not fit yet.
_LAYOUTS = ((8, "  "), (4, "  "), (4, " "))
_NUMBERS = (int, float, Decimal, Fraction)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, align: str = "") -> None:
    """Print a table without borders on stdout; `align` has l or r per column (default: numbers right).

    On a terminal cells are wrapped to its width; elsewhere nothing is cut and nothing coloured.
    """
    kept = [tuple(row) for row in rows]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    lines = render_table(headers, kept, align=align, width=width)
    if headers and lines:
        lines[0] = paint(lines[0], "bold", sys.stdout)
    write_lines(lines, sys.stdout)


def render_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    align: str = "",
    width: int | None = None,
) -> list[str]:
    """Lay a table out in lines: header, a rule of dashes, rows; `width` in cells, None for unlimited."""
    texts = [[clean_text(header) for header in headers]] if headers else []
    texts += [[cell_text(value) for value in row] for row in rows]
    if not texts:
        return []
    align = align or _guess_alignment(rows, len(texts[0]))
    whole = [max(map(measure_width, column)) for column in zip(*texts, strict=True)]
    widths, gap = _choose_layout(whole, width)
    lines = [line for row in texts for line in _lay_row(row, widths, align, gap)]
    if headers:
        header_height = len(_lay_row(texts[0], widths, align, gap))
        lines.insert(header_height, gap.join("-" * cells for cells in widths))
    return lines


def _guess_alignment(rows: Sequence[Sequence[object]], count: int) -> str:
    def is_numeric(column: int) -> bool:
        values = [row[column] for row in rows if row[column] is not None]
        return bool(values) and all(isinstance(v, _NUMBERS) and not isinstance(v, bool) for v in values)

    return "".join("r" if is_numeric(column) else "l" for column in range(count))


def _choose_layout(widths: list[int], limit: int | None) -> tuple[list[int], str]:
    """Give the widths of the columns and the gap, of the first layout that fits, else of the tightest."""
    fitted, gap = widths, _LAYOUTS[0][1]
    for narrowest, gap in _LAYOUTS:
        fitted = _fit_widths(widths, limit, narrowest, len(gap))
        if limit is None or _measure_row(fitted, len(gap)) <= limit:
            break
    return fitted, gap


def _fit_widths(widths: list[int], limit: int | None, narrowest: int, gap: int) -> list[int]:
    """Shrink the widest column, the last first when they tie, until the row fits."""
    fitted = list(widths)
    while limit is not None and _measure_row(fitted, gap) > limit:
        widest = max(range(len(fitted)), key=lambda column: (fitted[column], column))
        if fitted[widest] <= narrowest:
            break
        fitted[widest] -= 1
    return fitted


def _measure_row(widths: Sequence[int], gap: int) -> int:
    return sum(widths) + gap * (len(widths) - 1)


def _lay_row(cells: Sequence[str], widths: Sequence[int], align: str, gap: str) -> list[str]:
    wrapped = [wrap_text(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for index in range(max(map(len, wrapped))):
        parts = [column[index] if index < len(column) else "" for column in wrapped]
        lines.append(gap.join(map(_pad, parts, widths, align)).rstrip())
    return lines


def _pad(text: str, width: int, side: str) -> str:
    blanks = " " * (width - measure_width(text))
    return blanks + text if side == "r" else text + blanks
