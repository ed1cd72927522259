"""Breaking a document title into balanced lines, and measuring text in characters (字)."""

from __future__ import annotations

import re
from itertools import combinations

# 156 mm at 22 pt hold 20 characters, 225 mm hold 28; a full line looks crammed.
PORTRAIT_CAPACITY = 19
LANDSCAPE_CAPACITY = 27

_LAST_LINE_LEAST = 4.0
_MOST_LINES = 4
_FREE, _POOR = 0.0, 2.0
_OPENING, _CLOSING = "《“‘（\u3014", "》”’）\u3015"
_NO_LINE_START = f"{_CLOSING}、，。；：的和与及号"


def measure(text: str) -> float:
    """Give the width in full-width characters; an ASCII character is half of one."""
    return len(text) - len(text.encode("ascii", "ignore")) / 2


def break_title(text: str, capacity: int = PORTRAIT_CAPACITY) -> tuple[str, ...]:
    """Set a title in one to four lines (GB/T 9704 7.3.1): units of meaning whole, lines balanced.

    A line break in the text is the clerk's own decision and is kept. A title that fits no way is
    returned in one line, and the word processor breaks it.
    """
    if "\n" in text:
        return tuple(line.strip() for line in text.split("\n") if line.strip())
    if measure(text) <= capacity:
        return (text,)
    points = _break_points(text)
    chosen = _choose(text, points, capacity)
    if chosen is None or _measure_waist(text, chosen):
        # A full line looks better than a waist.
        wider = _choose(text, points, capacity + 1)
        chosen = wider if wider is not None and not _measure_waist(text, wider) else chosen
    return (text,) if chosen is None else _split(text, chosen)


def _choose(text: str, points: dict[int, float], capacity: int) -> tuple[int, ...] | None:
    """Choose where the lines end; None where no way fits."""
    least = int(-(-measure(text) // capacity))
    candidates = [
        (_penalty(text, chosen, points) + 4 * (count - least), chosen)
        for count in range(least, min(least + 1, _MOST_LINES) + 1)
        for chosen in combinations(sorted(points), count - 1)
        if _fits(text, chosen, capacity)
    ]
    return min(candidates)[1] if candidates else None


def _break_points(text: str) -> dict[int, float]:
    """Where a line may end, with the penalty of ending it there; never inside brackets or quotes."""
    points: dict[int, float] = {}
    depth = 0
    for index in range(1, len(text)):
        depth += (text[index - 1] in _OPENING) - (text[index - 1] in _CLOSING)
        if depth == 0 and text[index] not in _NO_LINE_START:
            penalty = _penalty_at(text[:index], text[index:])
            if penalty is not None:
                points[index] = penalty
    return points


def _penalty_at(before: str, after: str) -> float | None:
    if after.startswith("关于") or before.endswith(("印发", "转发", "召开")):
        return _FREE
    if after[0] in _OPENING or before[-1] in "，；":
        return _FREE
    if re.search(r"\d[年月]$", before) and not (after[0].isdigit() or after[0] in "度第"):
        return _FREE
    return _POOR if before[-1] in f"、{_CLOSING}" else None


def _split(text: str, chosen: tuple[int, ...]) -> tuple[str, ...]:
    ends = (*chosen, len(text))
    return tuple(text[start:end] for start, end in zip((0, *chosen), ends, strict=True))


def _fits(text: str, chosen: tuple[int, ...], capacity: int) -> bool:
    widths = [measure(line) for line in _split(text, chosen)]
    return max(widths) <= capacity and widths[-1] >= _LAST_LINE_LEAST


def _penalty(text: str, chosen: tuple[int, ...], points: dict[int, float]) -> float:
    """Weigh the shape: trapezoids and rhombi are good, a waist or a spread is not."""
    widths = [measure(line) for line in _split(text, chosen)]
    growth = max(0.0, widths[-1] - widths[0]) if len(widths) == 2 else 0.0  # noqa: PLR2004 - two lines: long over short
    return (
        max(widths)
        - min(widths)
        + 3 * _measure_waist(text, chosen)
        + growth
        + sum(points[index] for index in chosen)
    )


def _measure_waist(text: str, chosen: tuple[int, ...]) -> float:
    """Measure how much narrower lines are than both their neighbours."""
    widths = [measure(line) for line in _split(text, chosen)]
    return sum(
        min(left, right) - middle
        for left, middle, right in zip(widths, widths[1:], widths[2:], strict=False)
        if middle < min(left, right)
    )
