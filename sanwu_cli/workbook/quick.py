"""The same facts from a sheet in the one spelling nearly every program writes, in a third of the time.

Without their digits the rows of a sheet are alike: a hundred thousand rows have some dozens of *shapes*. A
part is *plain* when each shape is one of rows and cells spelled the usual way: every cell opens with its
address, and no prefix, inline text, character number or single quote stands anywhere. There a byte pattern
sees what a parser sees. What stands around the rows goes through the parser all the same; a part that is
not plain goes there whole.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.facts import (
    Cell,
    Scanner,
    SheetFacts,
    is_long_number,
    parse_reference,
    scan_sheet,
    weigh_string,
)
from sanwu_cli.workbook.markup import feed
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_REMARKABLE,
    MAX_STRING_BYTES,
    MAX_TAGS,
    MAX_TEXT_BYTES,
    refuse_unsafe,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

T = TypeVar("T")

_OPEN, _CLOSE, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
# A sheet without a value in so many bytes before its end has rows that only carry a format.
_TAIL = 1 << 20
_USUAL_BYTES_A_TAG = 64
_VALUE_TOKENS = (b"<v", b":v", b"<f", b":f", b"<is", b":is")
_DIGITS = b"0123456789"
# Looked at in pieces that stay in the processor's cache.
_PIECE = 1 << 18
_MOST_SHAPES = 1 << 16

_FORMULA = rb"(?:<f[^<>]*/>|<f(?:>|\s[^<>]*[^/]>)[^<]*</f>)"
_EMPTY = rb'(?: s="")?/>'
_CELL = rb'<c r="[A-Z]{1,3}"(?: s="")?(?: t="[a-z]+")?(?:/>|>' + _FORMULA + rb"?(?:<v>[^<&]*</v>|<v/>)?</c>)"
_ROW = rb'<row r=""(?: [A-Za-z:]+="[^"<>&]*")*'
_SHAPE = compile_later(rb"(?:" + _ROW + rb"/>)*(?:" + _ROW + rb">(?:" + _CELL + rb")*)?")
_COLUMN = compile_later(rb'<c r="([A-Z]+)"(?!' + _EMPTY + rb")")
# Cells below row 99,999, and addresses that are none.
_NOT_NEAR = compile_later(rb'<c r="(?![A-Z]{1,3}[1-9][0-9]{0,4}")([^"]*)"')
_NEAR_ROWS = 99_999
_ADDRESSES = compile_later(rb"(?:[A-Z]{1,3}[1-9][0-9]{0,6} )*")
_LETTERS = bytes(range(ord("A"), ord("Z") + 1))
# The row of every cell that is not surely empty.
_FILLED_ROW = compile_later(rb'<c r="[A-Z]{1,3}([1-9][0-9]{0,6})"(?!(?: s="[0-9]+")?/>)')
_ERROR = compile_later(rb'<c r="([^"]*)"[^<>]* t="e"[^<>]*>' + _FORMULA + rb"?<v>([^<]+)</v>")
_UNCACHED = compile_later(rb'<c r="([^"]*)"([^<>]*)>' + _FORMULA + rb"(?:</c>|<v></v>|<v/>)")
_HIDDEN_ROW = compile_later(rb'<row r="([0-9]{1,7})"[^<>]*? hidden="(?:1|true)"')
_LONG_HINT = compile_later(rb"<v>[^<]{16}")
_LONG = compile_later(rb'<c r="([^"]*)"(?: s="[0-9]+")?(?: t="n")?>' + _FORMULA + rb"?<v>([^<]+)</v>")
_SHARED = compile_later(rb' t="s"[^<>]*><v>([^<]*)</v>')


def trim(xml: bytes) -> bytes:
    """Cut off the rows below the last value of a sheet that is formatted far down, some to the last row."""
    end = xml.rfind(_CLOSE)
    if end < _TAIL or xml.find(b"<v", end - _TAIL, end) >= 0:
        return xml
    last = max(xml.rfind(token, 0, end) for token in _VALUE_TOKENS)
    start = xml.find(_ROW_END, max(last, 0), end) + len(_ROW_END)
    return xml if start < len(_ROW_END) else xml[:start] + xml[end:]


def scan(xml: bytes, string_sizes: Sequence[int]) -> SheetFacts:
    """Scan a worksheet part the quick way when it is plain, else with the parser; raises Refused."""
    tags = xml.count(b"<")
    if tags > MAX_TAGS:
        raise refuse_unsafe("单元格过多，或相隔过远")
    if len(xml) > MAX_STRING_BYTES + _USUAL_BYTES_A_TAG * tags:
        raise refuse_unsafe("有一格文字过长")
    body = find_rows(xml)
    if body is None:
        return scan_sheet(xml, string_sizes)
    scanner = Scanner(len(xml), string_sizes)
    feed(scanner.parser, xml[: body.first], xml[body.last :])
    facts = scanner.facts
    try:
        is_plain = _measure(body, facts) and _weigh(body, facts, string_sizes) and _collect(body, facts)
    except UnicodeDecodeError:  # the parser says what is wrong
        is_plain = False
    if not is_plain:
        return scan_sheet(xml, string_sizes)
    facts.check_limits()
    return facts


class _Rows:
    """The rows of a plain part, looked at in place (a copy would double the memory), and their shapes."""

    def __init__(self, xml: bytes, first: int, last: int, shapes: Counter[bytes]) -> None:
        self.xml, self.first, self.last, self.shapes = xml, first, last, shapes

    def has(self, token: bytes) -> bool:
        return any(token in shape for shape in self.shapes)

    def find(self, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
        return pattern.finditer(self.xml, self.first, self.last)

    def holds(self, pattern: re.Pattern[bytes]) -> bool:
        return pattern.search(self.xml, self.first, self.last) is not None

    def locate(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[Cell, re.Match[bytes]]]:
        for match in self.find(pattern):
            at = parse_reference(match[1].decode("utf-8", "replace"))
            if at is not None:
                yield at, match


def find_rows(xml: bytes) -> _Rows | None:
    """Find the rows of a plain part; None when it is not plain."""
    first, last = xml.find(_OPEN) + len(_OPEN), xml.find(_CLOSE)
    if not len(_OPEN) <= first <= last:
        return None
    around = xml[1:first] + xml[last:]  # the part may open with <?xml
    if b"<!" in around or b"<?" in around or around.count(b"<sheetData") > 1:
        return None
    shapes = _list_shapes(xml, first, last)
    if shapes is None or not all(_SHAPE.fullmatch(shape) for shape in shapes):
        return None
    return _Rows(xml, first, last, shapes)


def _list_shapes(xml: bytes, first: int, last: int) -> Counter[bytes] | None:
    """Count the rows by what is left of them without digits; None when there are too many different ones."""
    shapes: Counter[bytes] = Counter()
    while first < last:
        end = xml.rfind(_ROW_END, first, min(first + _PIECE, last))
        if end < 0:
            end = xml.find(_ROW_END, first, last)
        end = last if end < 0 else end + len(_ROW_END)
        shapes.update(xml[first:end].translate(None, _DIGITS).split(_ROW_END))
        if len(shapes) > _MOST_SHAPES:
            return None
        first = end
    return shapes


def _measure(body: _Rows, facts: SheetFacts) -> bool:
    """Bound the extent from above, closely only when the loose bound is too large; False: not plain."""
    tokens = ((shape.count(b"<v") + shape.count(b"<f")) * times for shape, times in body.shapes.items())
    facts.values = sum(tokens)
    bottom = _find_bottom(body)
    if bottom is None:
        return False
    for column in {column for shape in body.shapes for column in _COLUMN.findall(shape)}:
        at = parse_reference(f"{column.decode()}{bottom}")
        if at is None:
            return False
        facts.reach(*at)
    if (facts.bottom + 1) * (facts.right + 1) > MAX_AREA:
        facts.bottom = max((int(match[1]) for match in body.find(_FILLED_ROW)), default=0) - 1
    return True


def _find_bottom(body: _Rows) -> int | None:
    """Bound the number of the last row; None when an address is none."""
    far = b" ".join([*_NOT_NEAR.findall(body.xml, body.first, body.last), b""])
    if _ADDRESSES.fullmatch(far) is None:
        return None
    return max(_NEAR_ROWS, *map(int, far.translate(None, _LETTERS).split()), 1)


def _weigh(body: _Rows, facts: SheetFacts, string_sizes: Sequence[int]) -> bool:
    """Weigh the references to shared strings when they could come to much; False: not plain."""
    if facts.values * max(string_sizes, default=0) <= MAX_TEXT_BYTES:
        return True
    references = 0
    for match in body.find(_SHARED):
        references += 1
        facts.shared_bytes += weigh_string(match[1].decode(), string_sizes)
    return references == sum(shape.count(b' t="s"') * times for shape, times in body.shapes.items())


def _collect(body: _Rows, facts: SheetFacts) -> bool:
    """Gather the remarkable cells; one more than the limit is enough to be refused. Always True."""
    if body.has(b' t="e"'):
        facts.errors = dict(_limit((at, match[2].decode()) for at, match in body.locate(_ERROR)))
    if body.has(b"<f"):
        facts.uncached = set(_limit(at for at, match in body.locate(_UNCACHED) if _is_uncached(match)))
    if body.has(b' hidden="'):
        facts.hidden_rows = {int(match[1]) - 1 for match in body.find(_HIDDEN_ROW)}
    if body.has(b"+") or body.holds(_LONG_HINT):
        numbers = ((at, match[2].decode()) for at, match in body.locate(_LONG))
        facts.long_numbers = dict(_limit((at, digits) for at, digits in numbers if is_long_number(digits)))
    return True


def _limit(found: Iterator[T]) -> Iterator[T]:
    return islice(found, MAX_REMARKABLE + 1)


def _is_uncached(match: re.Match[bytes]) -> bool:
    """An empty stored value is a value when it is text."""
    return b' t="str"' not in match[2] or match[0].endswith(b"</c>")
