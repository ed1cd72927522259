"""The values of a large sheet whose rows are all spelled alike: every different cell is read once.

Most cells of a large sheet say what others say: the same village, the same state, the same day. Where rows
and cells are spelled in the one way nearly every program writes, a pattern takes them apart piece by piece
while the part is inflated, and what a cell says besides its address (style, kind, value) is kept once. Only
those different *tokens* are shown to the value reader, in a small sheet that has the head and the tail of the
real one, so that each value is by construction the one it would have given. Formulas without a result, inline
texts, character numbers, rows out of order, a limit that comes near: any of them, and the part is read the
usual way.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.facts import Scanner, is_long_number, weigh_string
from sanwu_cli.workbook.grids import clean_column, tidy_column
from sanwu_cli.workbook.markup import feed
from sanwu_cli.workbook.package import ZIP_FAULTS
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_STRING_BYTES,
    MAX_TAGS,
    MAX_TEXT_BYTES,
)
from sanwu_cli.workbook.tokens import IrregularError, Token, TokenRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import IO

    from sanwu_cli.grid import CellValue
    from sanwu_cli.workbook.facts import SheetFacts
    from sanwu_cli.workbook.grids import Columns

# Below so many bytes the value reader is done before the patterns are made.
WORTH_BYTES = 1 << 16
_PIECE = 1 << 18
_LONGEST_ROW = 1 << 22
_MOST_IDLE = 1 << 19
_OPEN, _CLOSE, _ROW_END, _NAME = b"<sheetData>", b"</sheetData>", b"</row>", b"sheetData"
_USUAL_BYTES_A_TAG = 64
_TAGS_A_ROW, _TAGS_A_CELL, _TAGS_A_VALUE = 2, 6, 2
# Cells of a row of the small sheet; the first row is there so that its extent is known.
_WIDTH = 256
_FILLER = "><v>1"

_CELL = r'(?: s="[0-9]{1,5}")?(?: t="[a-z]{1,3}")?><v>[^<&\x00]*'
_TOKENS = compile_later(rf"{_CELL}(?:\x00{_CELL})*+")
_ERROR = compile_later(r'\x00((?: s="[0-9]+")? t="e"><v>([^\x00]+))')
_LONG = compile_later(r'\x00((?: s="[0-9]+")?(?: t="n")?><v>([^\x00]{16,}|[^\x00]*\+[^\x00]*))')


class RegularSheet:
    """A sheet taken apart: its facts, the small sheet for the value reader, its cells as tokens."""

    def __init__(self, rows: TokenRows, facts: SheetFacts, head: bytes, tail: bytes) -> None:
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
        values = list(chain.from_iterable(rows))[_WIDTH : _WIDTH + len(self._rows.tokens)]
        return list(self._rows.spread(values, _clean if escaped else tidy_column))


def _clean(values: tuple[CellValue, ...]) -> Sequence[CellValue]:
    return clean_column(tidy_column(values))


def read_regular(stream: IO[bytes], size: int, string_sizes: Sequence[int]) -> RegularSheet | None:
    """Take a worksheet part apart while it is inflated; None when it is to be read the usual way.

    Raises Refused for what stands around the rows, and for too many remarkable cells.

    Args:
        stream: the part, being inflated.
        size: its declared size in bytes.
        string_sizes: of the shared strings, in bytes.
    """
    try:
        return _take_apart(stream, size, string_sizes)
    except (IrregularError, UnicodeDecodeError):
        return None


def _take_apart(stream: IO[bytes], size: int, string_sizes: Sequence[int]) -> RegularSheet:
    head, rest = _read_head(stream)
    rows = TokenRows()
    idle = 0
    while (end := rest.find(_CLOSE)) < 0:
        cut = rest.rfind(_ROW_END) + len(_ROW_END)
        if cut >= len(_ROW_END):
            idle = _take(rows, rest[:cut], idle)
            rest = rest[cut:]
        if len(rest) > _LONGEST_ROW:
            raise IrregularError
        rest += _read(stream, _PIECE)
    _take(rows, rest[:end], idle)
    tail = rest[end:] + _read(stream, size, may_end=True)
    _check_around(head, tail)
    _check_limits(rows, size)
    scanner = Scanner(size, string_sizes)
    framed = _frame(rows.tokens)
    feed(scanner.parser, head, tail)
    _gather(rows, framed, string_sizes, scanner.facts)
    scanner.facts.check_limits()
    return RegularSheet(rows, scanner.facts, head, tail)


def _take(rows: TokenRows, piece: bytes, idle: int) -> int:
    """Take the rows of a piece apart; `idle` bytes before it, and so many after it, hold no value.

    Many rows that only carry a format are trimmed in the usual way.
    """
    before = rows.values
    rows.take(piece.decode())
    idle = 0 if rows.values > before else idle + len(piece)
    if idle > _MOST_IDLE:
        raise IrregularError
    return idle


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


def _frame(tokens: list[str]) -> str:
    """Put the tokens into one text, each behind a sign that no part can hold; raises IrregularError."""
    joined = "\0".join(tokens)
    if not _TOKENS.fullmatch(joined):
        raise IrregularError
    return f"\0{joined}"


def _gather(rows: TokenRows, framed: str, string_sizes: Sequence[int], facts: SheetFacts) -> None:
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


def _check_limits(rows: TokenRows, size: int) -> None:
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
