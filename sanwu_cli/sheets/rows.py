"""What each line below the header is: data, a total, a footer, a nil line, a repeated header, nothing."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sanwu_cli.sheets.layout import is_column_numbers
from sanwu_cli.sheets.schema import bare_key
from sanwu_cli.sheets.values import fold, load_words

if TYPE_CHECKING:
    from sanwu_cli.grid import Grid
    from sanwu_cli.sheets.layout import Layout

_TOTAL_COLUMNS = 4
_WIDE = 3
_MOST_FOLDED = 1 << 14
_LONGEST_NAME = 12
_PLACE_TYPES = ("township", "village", "unit", "area_code")


class LineKind(Enum):
    """The kinds of non-empty lines below a header; only DATA becomes a row."""

    DATA = "data"
    TOTAL = "total"
    SUBTOTAL = "subtotal"
    FIGURES = "figures"
    FOOTER = "footer"
    NIL = "nil"
    HEADER = "header"
    EMPTY = "empty"
    NOTE = "note"


@dataclass(slots=True)
class LineReader:
    """Tells the kinds of lines apart, from top to bottom; remembers that a footer has begun."""

    grid: Grid
    layout: Layout
    in_footer: bool = False
    _read: frozenset[int] = frozenset()
    _places: frozenset[int] = frozenset()
    _named: frozenset[int] = frozenset()
    _special: dict[int, set[int]] = field(default_factory=dict)
    _wide: frozenset[tuple[int, int]] = frozenset()
    _headers: dict[int, frozenset[str]] = field(default_factory=dict)
    _words: frozenset[str] = frozenset()
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = [column for column in self.layout.columns if column.field]
        self._read = frozenset(column.index for column in columns if column.field and column.field.is_read)
        self._places = frozenset(
            column.index for column in columns if column.field and column.field.type in _PLACE_TYPES
        )
        last = self.layout.columns[:_TOTAL_COLUMNS][-1].index
        self._named = self._places | frozenset(range(last + 1))
        for row, index in (*self.grid.error_cells, *self.grid.uncached, *self.grid.long_numbers):
            self._special.setdefault(row, set()).add(index)
        self._wide = frozenset(
            (merge.top, merge.left) for merge in self.grid.merges if merge.right - merge.left + 1 >= _WIDE
        )
        for column in self.layout.columns:
            self._headers[column.index] = frozenset((column.header, *column.header.split("/")))
        self._words = frozenset().union(*self._headers.values())

    def classify(self, row: int) -> LineKind | None:
        """Say what a line is; None when nothing stands in it."""
        special = self._special.get(row, ())
        filled, texts = self._fold_line(row)
        if not filled and not special:
            return None
        kind = self._classify_texts(row, filled, texts, has_special=bool(special))
        if kind is LineKind.FOOTER:
            self.in_footer = True
        if kind is not LineKind.DATA:
            return kind
        evidence = len(self._read.intersection(filled)) + len(self._read.intersection(special))
        if not evidence:
            return LineKind.EMPTY
        if self.in_footer and evidence < _TOTAL_COLUMNS // 2:
            return LineKind.FOOTER
        return LineKind.DATA

    def _fold_line(self, row: int) -> tuple[list[int], dict[int, str]]:
        """Give the columns that hold something, and the folded texts of those that hold text."""
        filled: list[int] = []
        texts: dict[int, str] = {}
        for column, cell in enumerate(self.grid.rows[row]):
            if cell.__class__ is str:
                if text := self._fold(cell):
                    filled.append(column)
                    texts[column] = text
            elif cell is not None:
                filled.append(column)
        return filled, texts

    def _fold(self, cell: str) -> str:
        """Fold a cell; the words a sheet repeats are folded once."""
        text = self._folded.get(cell)
        if text is None:
            text = fold(cell)
            if len(self._folded) < _MOST_FOLDED:
                self._folded[cell] = text
        return text

    def _classify_texts(  # noqa: PLR0911 (one return a kind of line)
        self, row: int, filled: list[int], texts: dict[int, str], *, has_special: bool
    ) -> LineKind:
        if (kind := self._find_total(texts)) is not None:
            return kind
        if is_column_numbers(self.grid.rows[row]):
            return LineKind.HEADER
        if texts and filled[0] in texts and _is_footer(texts[filled[0]], alone=len(filled) == 1):
            return LineKind.FOOTER
        if has_special or not texts:
            return LineKind.DATA
        alike = (
            0
            if self._words.isdisjoint(texts.values())
            else sum(1 for column, text in texts.items() if text in self._headers.get(column, ()))
        )
        if alike >= 2 and 2 * alike > len(filled):  # noqa: PLR2004 (more than half of the line)
            return LineKind.HEADER
        if self._is_nil(filled, texts):
            return LineKind.NIL
        if len(filled) == 1 and (row, filled[0]) in self._wide:
            return LineKind.NOTE
        return LineKind.DATA

    def _find_total(self, texts: dict[int, str]) -> LineKind | None:
        for column, text in texts.items():
            if column in self._named and not text.isascii() and (kind := classify_total(text)) is not None:
                return kind
        return None

    def _is_nil(self, filled: list[int], texts: dict[int, str]) -> bool:
        """Say whether everything but serial, places and unread columns says nothing happened."""
        if self.layout.schema.record.kind != "incident":
            return len(filled) == 1 and _says_no_case(texts.get(filled[0], ""))
        said = [column for column in filled if column in self._read and column not in self._places]
        if not said:
            return any(column in texts and _says_no_case(texts[column]) for column in filled)
        return all(column in texts and _says_nothing(texts[column]) for column in said)


@cache
def _row_words() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(fold, words)) for name, words in load_words()["rows"].items()}


@cache
def _nil_pattern() -> re.Pattern[str]:
    words = load_words()["rows"]["nil"]
    plain = [word if word.startswith("(?:") else re.escape(fold(word)) for word in words]
    return re.compile("|".join(f"(?:{word})" for word in plain))


def _says_nothing(text: str) -> bool:
    return bool(text) and _nil_pattern().fullmatch(text.strip("。.,;!")) is not None


def _says_no_case(text: str) -> bool:
    """Say whether a text of an unread column speaks of no case; a bare 无 there says nothing of cases."""
    return _says_nothing(text) and re.search(r"\w{2}", text) is not None


def _is_footer(text: str, *, alone: bool) -> bool:
    label, colon, _ = text.partition(":")
    label = label.rstrip("0123456789")
    words = _row_words()["footer"]
    if colon and (label in words or bare_key(label) in words):
        return True
    return alone and text in words


@lru_cache(maxsize=16384)
def classify_total(text: str) -> LineKind | None:
    """Tell 合计, 小计 and lines of other figures by one folded cell; 东塔镇小计 is a subtotal."""
    words = _row_words()
    plain = bare_key(text).rstrip(":")
    if plain in words["total"] or re.fullmatch(r"(?:合计|总计|共计):?共?\d+\D{0,3}", plain):
        return LineKind.TOTAL
    if plain in words["subtotal"] or re.fullmatch(rf".{{2,{_LONGEST_NAME}}}(?:小计|合计)", plain):
        return LineKind.SUBTOTAL
    return LineKind.FIGURES if plain in words["other_figures"] else None


class MergedColumns:
    """Vertical merges below the header: which cell speaks for an empty cell inside a merged range."""

    def __init__(self, grid: Grid, below: int) -> None:
        spans: dict[int, list[tuple[int, int]]] = {}
        for merge in grid.merges:
            if merge.bottom > merge.top > below:
                spans.setdefault(merge.left, []).append((merge.top, merge.bottom))
        self._spans = {column: sorted(found) for column, found in spans.items()}

    def touches(self, column: int) -> bool:
        """Say whether any vertical merge lies in the column."""
        return column in self._spans

    def anchor(self, row: int, column: int) -> int:
        """Give the row whose cell holds the value for this cell: its own, or the top of its merged range."""
        spans = self._spans.get(column)
        if spans:
            index = bisect_right(spans, (row, 1 << 30)) - 1
            if index >= 0 and spans[index][0] <= row <= spans[index][1]:
                return spans[index][0]
        return row

    def is_shared(self, row: int, column: int) -> bool:
        """Say whether the cell is part of a vertical merge."""
        spans = self._spans.get(column)
        return bool(spans) and any(top <= row <= bottom for top, bottom in spans or ())
