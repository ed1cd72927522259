"""The cells of regular rows as tokens: what a cell says besides its address, kept once a column."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.refusal import MAX_COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sanwu_cli.grid import CellValue
    from sanwu_cli.workbook.facts import Cell

# How far to look for columns: the rows that follow have most of them.
_LOOK = 1 << 13
_MOST_TOKENS = 1 << 19
_MOST_COLUMNS = 100
_MOST_PATTERNS = 8
_ROW_END = "</row>"
_LETTERS = compile_later(r'<c r="([A-Z]{1,3})[1-9]')
_HIDDEN_ROW = compile_later(r'<row r="([0-9]{1,7})"[^<>]*? hidden="(?:1|true)"')
# A formula whose result is stored: without it a cell says the same.
_FORMULA = compile_later(
    r'(<c r="[A-Z0-9]+"(?: s="[0-9]+")?(?: t="[a-z]+")?>)'
    r'<f(?: t="[A-Za-z]+")?(?: ref="[A-Z0-9:]+")?(?: ca="1")?(?: si="[0-9]+")?'
    r"(?:/>|>[^<&]*(?:&(?:amp|lt|gt|quot|apos);[^<&]*)*</f>)(?=<v>[^<])"
)

Token = str | None


class IrregularError(Exception):
    """The part is not spelled the one way, or comes near a limit: it is to be read the usual way."""


class TokenColumn:
    """The cells of a column as tokens, and the different ones among them, each as it came first."""

    __slots__ = ("cells", "known")

    def __init__(self, count: int) -> None:
        self.cells: list[Token] = [None] * count
        self.known: dict[Token, Token] = {}

    @property
    def tokens(self) -> list[str]:
        """The different tokens."""
        return [token for token in self.known if token is not None]

    def add(self, cells: Sequence[Token]) -> int:
        """Add cells, and count those that say something."""
        self.cells.extend(map(self.known.setdefault, cells, cells))
        return len(cells) - cells.count(None)

    def put(self, values: Sequence[CellValue]) -> list[CellValue]:
        """Give the cells' values, from one value of each token."""
        table: dict[Token, CellValue] = dict(zip(self.tokens, values, strict=True))
        table[None] = None
        return list(map(table.__getitem__, self.cells))


class TokenRows:
    """The rows so far, column by column as tokens, and the pattern that takes the next ones apart."""

    def __init__(self) -> None:
        self.hidden: set[int] = set()
        self.values = 0
        self._numbers: list[int] = []
        self._letters: tuple[str, ...] = ()
        self.columns: dict[int, TokenColumn] = {}
        self._patterns = 0

    @property
    def tokens(self) -> list[str]:
        """The different tokens of each column, column by column."""
        return list(chain.from_iterable(column.tokens for column in self.columns.values()))

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._numbers)

    @property
    def height(self) -> int:
        """The number of the last row."""
        return self._numbers[-1] if self._numbers else 0

    @property
    def width(self) -> int:
        """The number of the last column."""
        return max(self.columns, default=-1) + 1

    def take(self, text: str) -> None:
        """Take whole rows apart; raises IrregularError."""
        if ' hidden="' in text:
            self.hidden.update(int(match[1]) - 1 for match in _HIDDEN_ROW.finditer(text))
        if "<f" in text:
            text, formulas = _FORMULA.subn(r"\1", text)
            self.values += formulas  # counted as values of their own, as in the usual way
        position = 0
        while position < len(text):
            if rows := _match_all(_make_pattern(self._letters), text, position):
                self._add(rows)
                position = rows[-1].end()
            if position < len(text):
                self._learn(text, position)

    def _add(self, rows: list[re.Match[str]]) -> None:
        numbers, *columns = zip(*map(re.Match.groups, rows), strict=True)
        self._number(list(map(int, numbers)))
        for column, cells in zip(self.columns.values(), columns, strict=True):
            self.values += column.add(cells)
        if sum(len(column.known) for column in self.columns.values()) > _MOST_TOKENS:
            raise IrregularError

    def _number(self, numbers: list[int]) -> None:
        is_rising = all(one < other for one, other in pairwise((self.height, *numbers)))
        if not is_rising or numbers[-1] > MAX_ROWS:
            raise IrregularError
        self._numbers += numbers

    def _learn(self, text: str, position: int) -> None:
        """Take note of columns that the rows so far do not have."""
        end = text.find(_ROW_END, min(position + _LOOK, len(text) - len(_ROW_END)))
        found = {*_LETTERS.findall(text, position, end), *self._letters}
        self._patterns += 1
        is_new = len(found) > len(self._letters)
        if not is_new or len(found) > _MOST_COLUMNS or self._patterns > _MOST_PATTERNS:
            raise IrregularError
        indexes = {_find_index(letters): letters for letters in found}
        self._letters = tuple(indexes[index] for index in sorted(indexes))
        self.columns = {
            index: self.columns.get(index) or TokenColumn(self.count) for index in sorted(indexes)
        }

    def spread(
        self,
        values: Sequence[CellValue],
        tidy: Callable[[tuple[CellValue, ...]], Sequence[CellValue]],
    ) -> Iterator[list[CellValue]]:
        """Give the columns from A1 on, from one value of each token; what is given is kept no longer."""
        blank: list[CellValue] = [None] * self.height
        first = 0
        for index in range(self.width):  # the width shrinks, the range does not
            column = self.columns.pop(index, None)
            if column is None:
                yield blank
                continue
            last = first + len(column.tokens)
            yield self._place(column.put(tidy(tuple(values[first:last]))))
            first = last

    def _place(self, cells: list[CellValue]) -> list[CellValue]:
        """Put rows that are not there between those that are."""
        first = self._numbers[0]
        if self.height - first + 1 == len(cells):
            return [None] * (first - 1) + cells
        placed: list[CellValue] = [None] * self.height
        for number, cell in zip(self._numbers, cells, strict=True):
            placed[number - 1] = cell
        return placed

    def locate(self, wanted: dict[str, str]) -> dict[Cell, str]:
        """Give the places of some tokens, row by row, and the word that goes with each."""
        found = [
            ((self._numbers[position] - 1, index), wanted[token])
            for index, column in self.columns.items()
            for position, token in enumerate(column.cells)
            if token in wanted
        ]
        return dict(sorted(found))

    def add_up(self, weights: dict[Token, int]) -> int:
        """Add up the weights of all tokens, as often as they stand there."""
        weights[None] = 0
        return sum(sum(map(weights.__getitem__, column.cells)) for column in self.columns.values())


def _match_all(pattern: re.Pattern[str], text: str, position: int) -> list[re.Match[str]]:
    """Match a pattern again and again, each match where the one before ended."""
    scanner = pattern.scanner(text, position)  # type: ignore[attr-defined]  # as `re` itself does; typeshed has it not
    return list(iter(scanner.match, None))


@lru_cache(maxsize=64)
def _make_pattern(letters: tuple[str, ...]) -> re.Pattern[str]:
    """Make the pattern of a row that may have a cell in each of some columns; nothing is tried twice."""
    cells = "".join(
        rf'(?><c r="{one}\1"([^>]*><v>[^<]*)</v></c>|<c r="{one}\1"(?: s="[0-9]{{1,5}}")?(?:/>|></c>)|)'
        for one in letters
    )
    head = r'<row r="([1-9][0-9]{0,6})"(?>(?: [A-Za-z][A-Za-z0-9:]*="[^"<>&]*")*)'
    return re.compile(f"{head}(?:>{cells}</row>|/>)")


def _find_index(letters: str) -> int:
    """Give the 0-based index of a column; raises IrregularError when there is none of the name."""
    at = parse_reference(f"{letters}1")
    if at is None or at[1] >= MAX_COLUMNS:
        raise IrregularError
    return at[1]
