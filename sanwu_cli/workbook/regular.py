"""The values of a large sheet whose rows are all spelled alike: every different cell is read once.

Most cells of a large sheet say what others say: the same village, the same state, the same day. Where rows
and cells are spelled in the one way nearly every program writes, a pattern takes them apart piece by piece
while the part is inflated, and what a cell says besides its address (style, kind, value) is kept once. Only
those different *tokens* are shown to the value reader, in a small sheet that has the head and the tail of the
real one, so that each value is by construction the one it would have given. Formulas, inline texts, character
numbers, rows out of order, a limit that comes near: any of them, and the part is read the usual way.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, cast

from sanwu_cli.workbook.facts import Scanner, is_long_number, parse_reference, weigh_string
from sanwu_cli.workbook.grids import clean_column, tidy_column
from sanwu_cli.workbook.markup import feed
from sanwu_cli.workbook.package import ZIP_FAULTS
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_STRING_BYTES,
    MAX_TAGS,
    MAX_TEXT_BYTES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO

    from sanwu_cli.grid import CellValue
    from sanwu_cli.workbook.facts import Cell, SheetFacts
    from sanwu_cli.workbook.grids import Columns

# Below so many bytes the value reader is done before the patterns are made.
WORTH_BYTES = 1 << 20
_PIECE = 1 << 18
_LONGEST_ROW = 1 << 22
_MOST_TOKENS = 1 << 19
_MOST_COLUMNS = 100
_MOST_PATTERNS = 8
_OPEN, _CLOSE, _ROW_END, _NAME = b"<sheetData>", b"</sheetData>", b"</row>", b"sheetData"
_USUAL_BYTES_A_TAG = 64
_TAGS_A_ROW, _TAGS_A_CELL, _TAGS_A_VALUE = 2, 5, 4
# Cells of a row of the small sheet; the first row is there so that its extent is known.
_WIDTH = 256
_FILLER = "><v>1"

_LETTERS = re.compile(r'<c r="([A-Z]{1,3})[1-9]')
_HIDDEN_ROW = re.compile(r'<row r="([0-9]{1,7})"[^<>]*? hidden="(?:1|true)"')
_CELL = r'(?: s="[0-9]{1,5}")?(?: t="[a-z]{1,3}")?><v>[^<&\x00]*'
_TOKENS = re.compile(rf"{_CELL}(?:\x00{_CELL})*+")
_ERROR = re.compile(r'\x00((?: s="[0-9]+")? t="e"><v>([^\x00]+))')
_LONG = re.compile(r'\x00((?: s="[0-9]+")?(?: t="n")?><v>([^\x00]{16,}|[^\x00]*\+[^\x00]*))')

Token = str | None


class IrregularError(Exception):
    """The part is not spelled the one way, or comes near a limit: it is to be read the usual way."""


class RegularSheet:
    """A sheet taken apart: its facts, the small sheet for the value reader, its cells as tokens."""

    def __init__(self, rows: _Rows, facts: SheetFacts, head: bytes, tail: bytes) -> None:
        self.facts = facts
        self._rows, self._head, self._tail = rows, head, tail

    def write_small(self) -> bytes:
        """Write the sheet that holds each different cell once."""
        cells = [_FILLER] * _WIDTH + self._rows.tokens
        cells += [_FILLER] * (-len(cells) % _WIDTH)
        lines = (
            f'<row r="{number}"><c{"</v></c><c".join(cells[first : first + _WIDTH])}</v></c></row>'
            for number, first in enumerate(range(0, len(cells), _WIDTH), start=1)
        )
        return b"".join((self._head, "".join(lines).encode(), self._tail))

    def fill(self, rows: Iterable[Sequence[CellValue]], *, escaped: bool) -> Columns:
        """Give the sheet's columns from A1 on, made of what was read of the small sheet."""
        read = list(chain.from_iterable(rows))[_WIDTH:]
        tokens = self._rows.tokens
        values = tidy_column(tuple(read[: len(tokens)]))
        if escaped:
            values = clean_column(values)
        table: dict[Token, CellValue] = dict(zip(tokens, values, strict=True))
        table[None] = None
        return [list(map(table.__getitem__, cells)) for cells in self._rows.spread()]


def read_regular(stream: IO[bytes], size: int, string_sizes: Sequence[int]) -> RegularSheet | None:
    """Take a worksheet part apart while it is inflated; None when it is to be read the usual way.

    Raises Refused for what stands around the rows, and for too many remarkable cells.

    Args:
        stream: the part, being inflated.
        size: its declared size in bytes.
        string_sizes: of the shared strings, in bytes.
    """
    if size < WORTH_BYTES:
        return None
    try:
        return _take_apart(stream, size, string_sizes)
    except (IrregularError, UnicodeDecodeError):
        return None


def _take_apart(stream: IO[bytes], size: int, string_sizes: Sequence[int]) -> RegularSheet:
    head, rest = _read_head(stream)
    rows = _Rows()
    while (end := rest.find(_CLOSE)) < 0:
        cut = rest.rfind(_ROW_END) + len(_ROW_END)
        if cut >= len(_ROW_END):
            rows.take(rest[:cut].decode())
            rest = rest[cut:]
        if len(rest) > _LONGEST_ROW:
            raise IrregularError
        rest += _read(stream, _PIECE)
    rows.take(rest[:end].decode())
    tail = rest[end:] + _read(stream, size, may_end=True)
    _check_around(head, tail)
    _check_limits(rows, size)
    scanner = Scanner(size, string_sizes)
    framed = _frame(rows.tokens)
    feed(scanner.parser, head, tail)
    _gather(rows, framed, string_sizes, scanner.facts)
    scanner.facts.check_limits()
    return RegularSheet(rows, scanner.facts, head, tail)


def _read_head(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """Read up to the first row; what was read beyond it comes second."""
    start = _read(stream, _PIECE)
    first = start.find(_OPEN) + len(_OPEN)
    if first < len(_OPEN):
        raise IrregularError
    return start[:first], start[first:]


def _read(stream: IO[bytes], size: int, *, may_end: bool = False) -> bytes:
    """Inflate so many bytes; what is damaged is told of when it is read the usual way."""
    try:
        piece = stream.read(size)
    except ZIP_FAULTS as error:
        raise IrregularError from error
    if not piece and not may_end:
        raise IrregularError
    return piece


def _check_around(head: bytes, tail: bytes) -> None:
    """Leave to the parser what a comment or a second table may hide."""
    around = head[1:] + tail  # the part may open with <?xml
    if b"<!" in around or b"<?" in around or head.count(_NAME) != 1 or tail.count(_NAME) != 1:
        raise IrregularError


class _Rows:
    """The rows so far, column by column as tokens, and the pattern that takes the next ones apart."""

    def __init__(self) -> None:
        self.hidden: set[int] = set()
        self.values = 0
        self._numbers: list[int] = []
        self._letters: tuple[str, ...] = ()
        self._columns: dict[int, list[Token]] = {}
        self._seen: dict[Token, Token] = {None: None}
        self._patterns = 0

    @property
    def tokens(self) -> list[str]:
        """The different tokens."""
        return cast("list[str]", list(self._seen)[1:])

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
        return max(self._columns, default=-1) + 1

    def take(self, text: str) -> None:
        """Take whole rows apart; raises IrregularError."""
        if ' hidden="' in text:
            self.hidden.update(int(match[1]) - 1 for match in _HIDDEN_ROW.finditer(text))
        before, position = self.values, 0
        while position < len(text):
            if rows := _match_all(_make_pattern(self._letters), text, position):
                self._add(rows)
                position = rows[-1].end()
            if position < len(text):
                self._learn(text, position)
        # Rows that only carry a format are trimmed in the usual way.
        if self.values == before and len(text) > _PIECE // 2:
            raise IrregularError

    def _add(self, rows: list[re.Match[str]]) -> None:
        numbers, *columns = zip(*map(re.Match.groups, rows), strict=True)
        self._number(list(map(int, numbers)))
        keep = self._seen.setdefault
        for kept, cells in zip(self._columns.values(), columns, strict=True):
            self.values += len(cells) - cells.count(None)
            kept.extend(map(keep, cells, cells))
        if len(self._seen) > _MOST_TOKENS:
            raise IrregularError

    def _number(self, numbers: list[int]) -> None:
        is_rising = all(one < other for one, other in pairwise((self.height, *numbers)))
        if not is_rising or numbers[-1] > MAX_ROWS:
            raise IrregularError
        self._numbers += numbers

    def _learn(self, text: str, position: int) -> None:
        """Take note of columns that the rows so far do not have."""
        found = {*_LETTERS.findall(text, position), *self._letters}
        self._patterns += 1
        is_new = len(found) > len(self._letters)
        if not is_new or len(found) > _MOST_COLUMNS or self._patterns > _MOST_PATTERNS:
            raise IrregularError
        indexes = {_find_index(letters): letters for letters in found}
        self._letters = tuple(indexes[index] for index in sorted(indexes))
        self._columns = {index: self._columns.get(index, [None] * self.count) for index in sorted(indexes)}

    def spread(self) -> Iterator[list[Token]]:
        """Give the columns from A1 on, with the rows and columns that are not there; each only once."""
        blank: list[Token] = [None] * self.height
        for index in range(self.width):  # which shrinks, not the range
            cells = self._columns.pop(index, None)
            yield blank if cells is None else self._place(cells)

    def _place(self, cells: list[Token]) -> list[Token]:
        first = self._numbers[0]
        if self.height - first + 1 == len(cells):
            return [None] * (first - 1) + cells
        placed: list[Token] = [None] * self.height
        for number, token in zip(self._numbers, cells, strict=True):
            placed[number - 1] = token
        return placed

    def locate(self, wanted: dict[str, str]) -> dict[Cell, str]:
        """Give the places of some tokens, row by row, and the word that goes with each."""
        found = [
            ((self._numbers[position] - 1, index), wanted[token])
            for index, cells in self._columns.items()
            for position, token in enumerate(cells)
            if token in wanted
        ]
        return dict(sorted(found))

    def add_up(self, weights: dict[Token, int]) -> int:
        """Add up the weights of all tokens, as often as they stand there."""
        weights[None] = 0
        return sum(sum(map(weights.__getitem__, cells)) for cells in self._columns.values())


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


def _frame(tokens: list[str]) -> str:
    """Put the tokens into one text, each behind a sign that no part can hold; raises IrregularError."""
    joined = "\0".join(tokens)
    if not _TOKENS.fullmatch(joined):
        raise IrregularError
    return f"\0{joined}"


def _gather(rows: _Rows, framed: str, string_sizes: Sequence[int], facts: SheetFacts) -> None:
    """Tell from the tokens what the value reader does not tell."""
    facts.values = rows.values
    facts.hidden_rows = rows.hidden
    if errors := {match[1]: match[2] for match in _ERROR.finditer(framed)}:
        facts.errors = rows.locate(errors)
    if digits := {match[1]: match[2] for match in _LONG.finditer(framed) if is_long_number(match[2])}:
        facts.long_numbers = rows.locate(digits)
    if facts.values * max(string_sizes, default=0) > MAX_TEXT_BYTES:
        facts.shared_bytes = rows.add_up(_weigh(rows.tokens, string_sizes))


def _weigh(tokens: list[str], string_sizes: Sequence[int]) -> dict[Token, int]:
    """Weigh the shared string each token refers to."""
    parted = ((token, *token.partition("><v>")) for token in tokens)
    return {
        token: weigh_string(index, string_sizes) if kind.endswith(' t="s"') else 0
        for token, kind, _, index in parted
    }


def _check_limits(rows: _Rows, size: int) -> None:
    """Leave to the usual way what may come near one of its limits."""
    most_tags = rows.count * (_TAGS_A_ROW + _TAGS_A_CELL * rows.width)
    least_tags = rows.count * _TAGS_A_ROW + rows.values * _TAGS_A_VALUE
    is_far = (
        rows.height * rows.width <= MAX_AREA
        and 2 * most_tags <= MAX_TAGS
        and size <= MAX_STRING_BYTES + _USUAL_BYTES_A_TAG * least_tags
    )
    if not is_far:
        raise IrregularError
