"""The rows a header may lie in, and the levels of each column's header in them."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.titles import is_label_line
from sanwu_cli.sheets.values import fold, is_blank, load_words
from sanwu_cli.sheets.values.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.grid import Grid

MOST_COLUMNS = 300
MOST_LEVELS = 4
FIRST_ROWS = 20
# So many are looked at when nothing claims the sheet by the first: some begin with a page of instructions.
MORE_ROWS = 60
_FEWEST_WORDS = 2
# A row with a third of the best row's known words may be a header too.
_LESS_THAN_BEST = 3


def list_starts(grid: Grid, vocabulary: frozenset[str], *, looked_at: int = FIRST_ROWS) -> list[int]:
    """Rows among the first filled that may begin a header: as many known words as the best, or just above.

    A line of data knows a word or two by chance; a header knows most of its own.
    """
    known: list[tuple[int, int]] = []
    for row, cells in enumerate(grid.rows):
        texts = [cell for cell in cells[:MOST_COLUMNS] if cell.__class__ is str]
        words = set(map(header_key, texts))
        if words - {""}:
            whole = words & vocabulary
            count = len(whole) + sum(map(vocabulary.__contains__, map(bare_key, words - whole)))
            is_label = count and any(":" in text or "：" in text for text in texts) and is_label_line(texts)
            known.append((row, 0 if is_label else count))
        if len(known) >= looked_at:
            break
    best = max((count for _, count in known), default=0)
    starts = set()
    for position, (row, count) in enumerate(known):
        if count >= _FEWEST_WORDS and _LESS_THAN_BEST * count >= best:
            above = known[max(0, position + 1 - MOST_LEVELS) : position]
            starts |= {row, *(other for other, some in above if some and row - other < MOST_LEVELS)}
    return sorted(starts)


def _read_row(grid: Grid, row: int) -> list[str]:
    """Give the folded texts of a row, an empty cell of a merged range with the range's text."""
    texts = [
        fold(plain_text(cell)) if isinstance(cell, (str, int, float)) else ""
        for cell in grid.rows[row][:MOST_COLUMNS]
    ]
    for merge in grid.merges:
        if merge.top <= row <= merge.bottom:
            cell = grid.at(merge.top, merge.left)
            text = fold(plain_text(cell)) if isinstance(cell, (str, int, float)) else ""
            right = min(merge.right, MOST_COLUMNS - 1)
            texts += [""] * (right + 1 - len(texts) if text else 0)
            for column in range(merge.left, right + 1 if text else 0):
                if not texts[column] and is_blank(grid.at(row, column)):
                    texts[column] = text
    return texts


def join_headers(
    grid: Grid, top: int, levels: int, texts: dict[int, list[str]] | None = None
) -> list[tuple[int, tuple[str, ...]]]:
    """Levels of each column's header, repeats from merges dropped; empty when a lower row is no header.

    A blank lower level inherits the one above; a blank upper level, its neighbour's on the left where both
    have a lower one (a merge that was cleared). `texts` keeps rows that were read before.
    """
    if top + levels > len(grid.rows):
        return []
    last = grid.rows[top + levels - 1]
    if levels > 1 and any(cell is not None and cell.__class__ is not str for cell in last):
        return []
    memo = {} if texts is None else texts
    for row in range(top, top + levels):
        if row not in memo:
            memo[row] = _read_row(grid, row)
    width = min(MOST_COLUMNS, max(len(grid.rows[top + step]) for step in range(levels)))
    rows = [memo[top + step][:width] + [""] * (width - len(memo[top + step])) for step in range(levels)]
    for lower, upper in pairwise(reversed(rows)):
        for column in range(1, width):
            if not upper[column] and lower[column] and upper[column - 1] and lower[column - 1]:
                upper[column] = upper[column - 1]
    headers = ((column, _drop_repeats(stacked)) for column, stacked in enumerate(zip(*rows, strict=True)))
    return [(column, parts) for column, parts in headers if parts]


def _drop_repeats(stacked: Iterable[str]) -> tuple[str, ...]:
    """Drop empty levels and repeats of the one above; a level that is only a unit goes in brackets behind."""
    parts: list[str] = []
    for text in stacked:
        if not text or (parts and parts[-1] == text):
            continue
        if parts and (unit := _units().get(text)):
            parts[-1] += unit
        else:
            parts.append(text)
    return tuple(parts)


@cache
def _units() -> dict[str, str]:
    """Units as they stand in a level of their own, and the same in brackets."""
    words = load_words()
    bracketed = {f"({fold(unit)})" for unit in (*words["header"]["units"], *words["values"]["count_units"])}
    return {unit: unit for unit in bracketed} | {fold(u): f"({fold(u)})" for u in words["header"]["units"]}
