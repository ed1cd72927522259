"""What each line below the header is: data, a total, a footer, a nil line, a band, another header."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.sheets.titles import is_column_numbers
from sanwu_cli.sheets.values import fold
from sanwu_cli.sheets.wording import (
    LineKind,
    band_name,
    classify_total,
    is_figure,
    is_footer,
    is_header_word,
    is_note,
    is_telling,
    is_unit,
    looks_like_place,
    says_no_case,
    says_nothing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sanwu_cli.grid import CellValue, Grid
    from sanwu_cli.sheets.layout import Layout

_TOTAL_COLUMNS = 4
_WIDE = 3
_MOST_FOLDED = 1 << 14
_FEWEST_WORDS = 3
_PLACE_TYPES = ("township", "village", "unit", "area_code")
_FIGURE_TYPES = ("count", "decimal")
_TELLING_TYPES = ("date", "case_number", "code", "month", "period")
_FEWEST_TOLD = 2
_BANDED_KINDS = frozenset({"incident", "record"})


class LineReader(Struct):
    """Tells the kinds of lines apart, from top to bottom; remembers that a footer has begun.

    `is_township` and `is_place` say whether a folded text names a township, or any area; `is_value` whether
    a cell (row, column) can be read as what its column holds.
    """

    grid: Grid
    layout: Layout
    is_township: Callable[[str], bool]
    is_place: Callable[[str], bool]
    is_value: Callable[[int, int], bool]
    in_footer: bool = False
    _read: frozenset[int] = frozenset()
    _places: frozenset[int] = frozenset()
    _serials: frozenset[int] = frozenset()
    _figures: frozenset[int] = frozenset()
    _telling: frozenset[int] = frozenset()
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
        self._serials = frozenset(c.index for c in columns if c.field and c.field.name == "serial")
        self._figures = frozenset(c.index for c in columns if c.field and c.field.type in _FIGURE_TYPES)
        self._telling = frozenset(c.index for c in columns if c.field and c.field.type in _TELLING_TYPES)
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

    @property
    def special_rows(self) -> frozenset[int]:
        """Rows with a cell whose value does not tell all: an error, a formula without value, lost digits."""
        return frozenset(self._special)

    @property
    def header_words(self) -> frozenset[str]:
        """Every folded word of the header."""
        return self._words

    def classify(self, row: int) -> LineKind | None:
        """Say what a line is; None when nothing stands in it."""
        special = self._special.get(row, ())
        filled, texts = self._fold_line(row)
        if not filled and not special:
            return None
        kind = self._classify_texts(row, filled, texts, has_special=bool(special))
        if kind is LineKind.FOOTER:
            self.in_footer = True
        if kind is LineKind.REMARK and self.in_footer:
            return LineKind.FOOTER
        if kind is not LineKind.DATA:
            return kind
        evidence = len(self._read.intersection(filled)) + len(self._read.intersection(special))
        if not evidence:
            return LineKind.EMPTY if self._serials.issuperset(filled) else LineKind.UNREAD
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
        if (kind := self._find_total(filled, texts)) is not None:
            return LineKind.DATA if self._says_more(row, filled, texts) else kind
        if is_column_numbers(self.grid.rows[row]):
            return LineKind.HEADER
        if texts and filled[0] in texts and is_footer(texts[filled[0]], alone=len(filled) == 1):
            return LineKind.DATA if self._tells_case(row, filled, texts) else LineKind.FOOTER
        if has_special or not texts:
            return LineKind.DATA
        if (kind := self._find_header(filled, texts)) is not None:
            return kind
        if self._is_nil(filled, texts):
            return LineKind.NIL
        return self._classify_alone(row, filled[0], texts) if len(filled) == 1 else LineKind.DATA

    def _find_total(self, filled: list[int], texts: dict[int, str]) -> LineKind | None:
        """Find a total's word where totals are named, or as the only text of a line of figures."""
        worded = sum(1 for text in texts.values() if not is_figure(text))
        for column, text in texts.items():
            if text.isascii() or (column not in self._named and worded > 1):
                continue
            if (kind := classify_total(text, alone=len(filled) == 1)) is not None:
                return kind
        return None

    def _says_more(self, row: int, filled: list[int], texts: dict[int, str]) -> bool:
        """Say whether a line with a total's word holds more than figures and places: then it is a case.

        A place tells as much where the word stands in a column that no total is named in.
        """
        cells = self.grid.rows[row]
        asked = self._read.difference(self._places, self._figures)
        if not asked.isdisjoint(self._special.get(row, ())):
            return True
        if any(self._is_told(cells[one], texts.get(one, ""), one) for one in filled if one in asked):
            return True
        named = (*self._places, *self._serials)
        if any(column in named and classify_total(text, alone=True) for column, text in texts.items()):
            return False
        places = [texts[column] for column in self._places if column in texts]
        return any(looks_like_place(text) or self.is_place(text) for text in places)

    def _is_told(self, cell: CellValue, text: str, column: int) -> bool:
        """Say whether a cell beside a total's word tells of a case; where a number should be, by a digit."""
        if column in self._telling and text and not any(map(str.isdecimal, text)):
            return False
        return is_telling(cell, text) and not self.is_place(text)

    def _tells_case(self, row: int, filled: list[int], texts: dict[int, str]) -> bool:
        """Say whether a line with a footer's word holds two of a day, a number, a place, a figure."""
        cells = self.grid.rows[row]
        asked = self._telling | self._figures
        told = len(asked.intersection(self._special.get(row, ())))
        for column in asked.intersection(filled):
            text = texts.get(column, "")
            is_told = column in self._figures or is_telling(cells[column], text)
            told += is_told and not says_nothing(text) and self.is_value(row, column)
        places = [texts[column] for column in self._places if column in texts]
        return told + any(looks_like_place(text) or self.is_place(text) for text in places) >= _FEWEST_TOLD

    def _find_header(self, filled: list[int], texts: dict[int, str]) -> LineKind | None:
        """Find a repeated header, a line of units under it, or the header of another table."""
        words = set(texts.values())
        alike = (
            0
            if self._words.isdisjoint(words)
            else sum(1 for column, text in texts.items() if text in self._headers.get(column, ()))
        )
        if alike >= 2 and 2 * alike > len(filled):  # noqa: PLR2004 (more than half of the line)
            return LineKind.HEADER
        if len(texts) < len(filled) or len(texts) < 2:  # noqa: PLR2004 (a header has texts only)
            return None
        if all(is_unit(text) for text in words):
            return LineKind.HEADER
        known = sum(1 for text in texts.values() if is_header_word(text))
        return LineKind.BLOCK if known >= _FEWEST_WORDS and 2 * known > len(filled) else None

    def _classify_alone(self, row: int, column: int, texts: dict[int, str]) -> LineKind:
        """Say what a single text in a line is: a band, a note, a value, or a remark nobody reads."""
        text = texts[column]
        kind = self.layout.schema.record.kind
        says_little = is_note(text) or text in self.layout.titles or (row, column) in self._wide
        if kind not in _BANDED_KINDS:
            return LineKind.NOTE if says_little else LineKind.DATA
        may_be_half_filled = column in self._places and (row, column) not in self._wide
        if not may_be_half_filled and self.is_township(band_name(text)):
            return LineKind.BAND
        if says_little:
            return LineKind.NOTE
        if column in self._read and self.is_value(row, column):
            return LineKind.DATA
        is_serial = column in self._serials and text.isdecimal()
        return LineKind.EMPTY if is_serial else LineKind.REMARK

    def _is_nil(self, filled: list[int], texts: dict[int, str]) -> bool:
        """Say whether everything but serial, places and unread columns says nothing happened."""
        if self.layout.schema.record.kind != "incident":
            return len(filled) == 1 and says_no_case(texts.get(filled[0], ""))
        said = [column for column in filled if column in self._read and column not in self._places]
        if not said:
            return any(column in texts and says_no_case(texts[column]) for column in filled)
        return all(column in texts and says_nothing(texts[column]) for column in said)


class MergedColumns:
    """Vertical merges below the header: which cell speaks for an empty cell inside a merged range."""

    def __init__(self, grid: Grid, below: int) -> None:
        spans: dict[int, list[tuple[int, int]]] = {}
        for merge in grid.merges:
            if merge.bottom > merge.top > below:
                spans.setdefault(merge.left, []).append((merge.top, merge.bottom))
        self._spans = {column: sorted(found) for column, found in spans.items()}

    def list_spans(self, column: int, first: int, end: int) -> list[tuple[int, int]]:
        """List a column's merged ranges from `first` to end-1: both ends, included, counted from `first`."""
        return [
            (top - first, min(bottom, end - 1) - first)
            for top, bottom in self._spans.get(column, ())
            if first <= top < end
        ]

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
