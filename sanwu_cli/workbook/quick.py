"""The same facts from a sheet in the one spelling nearly every program writes, in a third of the time.

A part is *plain* when it holds no comment, instruction, CDATA section or second row section, and when in
its rows every cell opens with its address and no prefix, inline text, character number or single quote
stands. There a byte pattern sees what a parser sees. What stands around the rows goes through the parser
all the same; a part that is not plain goes there whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
from sanwu_cli.workbook.refusal import MAX_AREA, MAX_TEXT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_NEVER_PLAIN = (b":c", b":row", b"<is", b"&#", b"<sheetData")

_FORMULA = rb"(?:<f[^<>]*/>|<f(?:>|\s[^<>]*[^/]>)[^<]*</f>)"
# Cells that are not within A1…Z99999 and not surely empty: few in most sheets, and all that can lie far out.
_NEAR_ROWS, _NEAR_COLUMNS = 99_999, 26
_FAR = re.compile(rb'<c r="(?![A-Z][1-9][0-9]{0,4}")(?![^"]*"(?: s="[0-9]+")?/>)([^"]*)"')
_FILLED = re.compile(rb'<c r="(?![^"]*"(?: s="[0-9]+")?/>)([^"]*)"')
_ERROR = re.compile(rb'<c r="([^"]*)"[^<>]* t="e"[^<>]*>' + _FORMULA + rb"?<v>([^<]+)</v>")
_UNCACHED = re.compile(rb'<c r="([^"]*)"([^<>]*)>' + _FORMULA + rb"(?:</c>|<v></v>|<v/>)")
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^<>]*? hidden="(?:1|true)"')
_LONG_HINT = re.compile(rb"<v>-?[0-9]\.?[0-9]*(?:[0-9]{15}|[Ee])")
_LONG = re.compile(rb'<c r="([^"]*)"(?: s="[0-9]+")?(?: t="n")?>' + _FORMULA + rb"?<v>([^<]+)</v>")
_SHARED = re.compile(rb' t="s"[^<>]*><v>([^<]*)</v>')


def scan(xml: bytes, string_sizes: Sequence[int]) -> SheetFacts:
    """Scan a worksheet part the quick way when it is plain, else with the parser; raises Refused."""
    body = _Body(xml)
    if not body.is_plain():
        return scan_sheet(xml, string_sizes)
    scanner = Scanner(len(xml), string_sizes)
    feed(scanner.parser, xml[: body.first], xml[body.last :])
    facts = scanner.facts
    if not _measure(body, facts) or not _weigh(body, facts, string_sizes):
        return scan_sheet(xml, string_sizes)
    _collect(body, facts)
    facts.check_limits()
    return facts


class _Body:
    """The rows of a part, looked at in place: a copy would double the memory."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.first = xml.find(_OPEN) + len(_OPEN)
        self.last = xml.find(_CLOSE)

    def is_plain(self) -> bool:
        if not len(_OPEN) <= self.first <= self.last:
            return False
        if self.xml.find(b"<!") >= 0 or self.xml.find(b"<?", 1) >= 0 or self.xml.find(_OPEN, self.last) >= 0:
            return False
        if any(self.has(token) for token in _NEVER_PLAIN):
            return False
        pairs = ((b"<c", b'<c r="'), (b"<row", b'<row r="'), (b"=", b'="'))
        return all(self.count(loose) == self.count(strict) for loose, strict in pairs)

    def has(self, token: bytes) -> bool:
        return self.xml.find(token, self.first, self.last) >= 0

    def count(self, token: bytes) -> int:
        return self.xml.count(token, self.first, self.last)

    def find(self, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
        return pattern.finditer(self.xml, self.first, self.last)

    def locate(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[Cell, re.Match[bytes]]]:
        for match in self.find(pattern):
            at = _locate(match[1])
            if at is not None:
                yield at, match


def _measure(body: _Body, facts: SheetFacts) -> bool:
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


def _weigh(body: _Body, facts: SheetFacts, string_sizes: Sequence[int]) -> bool:
    """Weigh the references to shared strings when they could come to much; False: not plain."""
    if facts.values * max(string_sizes, default=0) <= MAX_TEXT_BYTES:
        return True
    references = 0
    for match in body.find(_SHARED):
        references += 1
        facts.shared_bytes += weigh_string(match[1].decode(), string_sizes)
    return references == body.count(b' t="s"')


def _collect(body: _Body, facts: SheetFacts) -> None:
    if body.has(b' t="e"'):
        facts.errors = {at: match[2].decode() for at, match in body.locate(_ERROR)}
    if body.has(b"<f"):
        facts.uncached = {at for at, match in body.locate(_UNCACHED) if _is_uncached(match)}
    if body.has(b' hidden="'):
        facts.hidden_rows = {int(match[1]) - 1 for match in body.find(_HIDDEN_ROW)}
    if _LONG_HINT.search(body.xml, body.first, body.last):
        found = {at: match[2].decode() for at, match in body.locate(_LONG)}
        facts.long_numbers = {at: digits for at, digits in found.items() if is_long_number(digits)}


def _is_uncached(match: re.Match[bytes]) -> bool:
    """An empty stored value is a value when it is text."""
    return b' t="str"' not in match[2] or match[0].endswith(b"</c>")


def _locate(reference: bytes) -> Cell | None:
    return parse_reference(reference.decode("utf-8", "replace"))
