"""The same facts from a sheet in the one spelling nearly every program writes, in a third of the time.

A part is *plain* when it holds no comment, instruction, CDATA section or second row section, and when in
its rows every cell opens with its address and no prefix, inline text, character number or single quote
stands. There a byte pattern sees what a parser sees. What stands around the rows goes through the parser
all the same; a part that is not plain goes there whole.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

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
    from collections.abc import Iterator, Sequence

T = TypeVar("T")

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
# A sheet without a value in so many bytes before its end has rows that only carry a format.
_TAIL = 1 << 20
_USUAL_BYTES_A_TAG = 64
_VALUE_TOKENS = (b"<v", b":v", b"<f", b":f", b"<is", b":is")
# What never stands in plain rows, each with its rarest byte: looking for one byte takes a tenth of the time.
_NEVER_PLAIN = ((b":c", b":"), (b":row", b":"), (b"&#", b"&"), (b"<is", b"i"), (b"<sheetData", b"D"))

_FORMULA = rb"(?:<f[^<>]*/>|<f(?:>|\s[^<>]*[^/]>)[^<]*</f>)"
# Cells that are not within A1…Z99999 and not surely empty: few in most sheets, and all that can lie far out.
_NEAR_ROWS, _NEAR_COLUMNS = 99_999, 26
_FAR = re.compile(rb'<c r="(?![A-Z][1-9][0-9]{0,4}")(?![^"]*"(?: s="[0-9]+")?/>)([^"]*)"')
_FILLED = re.compile(rb'<c r="(?![^"]*"(?: s="[0-9]+")?/>)([^"]*)"')
_ERROR = re.compile(rb'<c r="([^"]*)"[^<>]* t="e"[^<>]*>' + _FORMULA + rb"?<v>([^<]+)</v>")
_UNCACHED = re.compile(rb'<c r="([^"]*)"([^<>]*)>' + _FORMULA + rb"(?:</c>|<v></v>|<v/>)")
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^<>]*? hidden="(?:1|true)"')
_LONG_HINT = re.compile(rb"<v>[^<]{16}")
_LONG = re.compile(rb'<c r="([^"]*)"(?: s="[0-9]+")?(?: t="n")?>' + _FORMULA + rb"?<v>([^<]+)</v>")
_SHARED = re.compile(rb' t="s"[^<>]*><v>([^<]*)</v>')


def trim(xml: bytes) -> bytes:
    """Cut off the rows below the last value of a sheet that is formatted far down, some to the last row."""
    end = xml.rfind(_CLOSE)
    if end < _TAIL or xml.find(b"<v", end - _TAIL, end) >= 0:
        return xml
    last = max(xml.rfind(token, 0, end) for token in _VALUE_TOKENS)
    start = xml.find(b"</row>", max(last, 0), end) + len(b"</row>")
    return xml if start < len(b"</row>") else xml[:start] + xml[end:]


def scan(xml: bytes, string_sizes: Sequence[int]) -> SheetFacts:
    """Scan a worksheet part the quick way when it is plain, else with the parser; raises Refused."""
    tags = xml.count(b"<")
    if tags > MAX_TAGS:
        raise refuse_unsafe("单元格过多，或相隔过远")
    if len(xml) > MAX_STRING_BYTES + _USUAL_BYTES_A_TAG * tags:
        raise refuse_unsafe("有一格文字过长")
    body = _find_rows(xml)
    if body is None:
        return scan_sheet(xml, string_sizes)
    scanner = Scanner(len(xml), string_sizes)
    feed(scanner.parser, xml[: body.first], xml[body.last :])
    facts = scanner.facts
    if not _measure(body, facts) or not _weigh(body, facts, string_sizes):
        return scan_sheet(xml, string_sizes)
    _collect(body, facts)
    facts.check_limits()
    return facts


class _Part:
    """A stretch of a worksheet part, looked at in place: a copy would double the memory."""

    def __init__(self, xml: bytes, first: int, last: int) -> None:
        self.xml, self.first, self.last = xml, first, last

    def has(self, token: bytes, rarest: bytes) -> bool:
        at = self.xml.find(rarest, self.first, self.last)
        return at >= 0 and self.xml.find(token, max(self.first, at - len(token)), self.last) >= 0

    def count(self, token: bytes) -> int:
        return self.xml.count(token, self.first, self.last)

    def find(self, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
        return pattern.finditer(self.xml, self.first, self.last)

    def locate(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[Cell, re.Match[bytes]]]:
        for match in self.find(pattern):
            at = _locate(match[1])
            if at is not None:
                yield at, match


def _find_rows(xml: bytes) -> _Part | None:
    """Find the rows of a plain part; None when it is not plain."""
    body = _Part(xml, xml.find(_OPEN) + len(_OPEN), xml.find(_CLOSE))
    if not len(_OPEN) <= body.first <= body.last or xml.find(_OPEN, body.last) >= 0:
        return None
    whole = _Part(xml, 1, len(xml))
    if whole.has(b"<!", b"!") or whole.has(b"<?", b"?"):
        return None
    if any(body.has(token, rarest) for token, rarest in _NEVER_PLAIN):
        return None
    pairs = ((b"<c", b'<c r="'), (b"<row", b'<row r="'), (b"=", b'="'))
    return body if all(body.count(loose) == body.count(strict) for loose, strict in pairs) else None


def _measure(body: _Part, facts: SheetFacts) -> bool:
    """Bound the extent from above, closely only when the loose bound is too large; False: not plain."""
    facts.values = body.count(b"<v") + body.count(b"<f")
    if not _reach(facts, body.find(_FAR)):
        return False
    bottom, right = max(facts.bottom + 1, _NEAR_ROWS), max(facts.right + 1, _NEAR_COLUMNS)
    if facts.values and bottom * right > MAX_AREA:
        return _reach(facts, body.find(_FILLED))
    facts.bottom, facts.right = bottom - 1, right - 1
    return True


def _reach(facts: SheetFacts, cells: Iterator[re.Match[bytes]]) -> bool:
    for match in cells:
        at = _locate(match[1])
        if at is None:
            return False
        facts.reach(*at)
    return True


def _weigh(body: _Part, facts: SheetFacts, string_sizes: Sequence[int]) -> bool:
    """Weigh the references to shared strings when they could come to much; False: not plain."""
    if facts.values * max(string_sizes, default=0) <= MAX_TEXT_BYTES:
        return True
    references = 0
    for match in body.find(_SHARED):
        references += 1
        facts.shared_bytes += weigh_string(match[1].decode(), string_sizes)
    return references == body.count(b' t="s"')


def _collect(body: _Part, facts: SheetFacts) -> None:
    """Gather the remarkable cells; one more than the limit is enough to be refused."""
    if body.has(b' t="e"', b"e"):
        facts.errors = dict(_limit((at, match[2].decode()) for at, match in body.locate(_ERROR)))
    if body.has(b"<f", b"f"):
        facts.uncached = set(_limit(at for at, match in body.locate(_UNCACHED) if _is_uncached(match)))
    if body.has(b' hidden="', b"h"):
        facts.hidden_rows = {int(match[1]) - 1 for match in body.find(_HIDDEN_ROW)}
    if body.has(b"+", b"+") or _LONG_HINT.search(body.xml, body.first, body.last):
        numbers = ((at, match[2].decode()) for at, match in body.locate(_LONG))
        facts.long_numbers = dict(_limit((at, digits) for at, digits in numbers if is_long_number(digits)))


def _limit(found: Iterator[T]) -> Iterator[T]:
    return islice(found, MAX_REMARKABLE + 1)


def _is_uncached(match: re.Match[bytes]) -> bool:
    """An empty stored value is a value when it is text."""
    return b' t="str"' not in match[2] or match[0].endswith(b"</c>")


def _locate(reference: bytes) -> Cell | None:
    return parse_reference(reference.decode("utf-8", "replace"))
