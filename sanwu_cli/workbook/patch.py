"""One cell of an .xlsx rewritten in its sheet's part: every other cell and part stays as it is."""

from __future__ import annotations

import copy
import io
import zipfile
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.grid import address
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.cells import safe_cell
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.markup import feed, local_name, make_parser
from sanwu_cli.workbook.outline import read_outline
from sanwu_cli.workbook.package import Package, fold_name
from sanwu_cli.workbook.refusal import MAX_PART_BYTES, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.parsers import expat

    from sanwu_cli.grid import Book

_TAG = compile_later(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_SPANS = compile_later(rb"\sspans=(\"[^\"]*\"|'[^']*')")
_TRUE = ("1", "true")


def patch_cell(data: bytes, *, sheet: str, row: int, column: int, text: str) -> bytes:
    """Give the workbook with one cell, at 0-based row and column of the named sheet, holding this text.

    The cell keeps its style. Raises SanwuError (REFUSED) where a cell cannot be rewritten in good conscience:
    no .xlsx, a protected or signed book, a formula, the inside of a merged range, a row that is not there.
    """
    try:
        package = Package(data)
        part = next((one.part for one in read_outline(package).sheets if one.name == sheet), None)
        if part is None:
            raise _refuse("里面没有这张工作表")
        content = package.read(part, limit=MAX_PART_BYTES)
        found = _find_cell(content, row, column)
    except Refused as error:
        raise _refuse("不是完好的 .xlsx 工作簿") from error
    return _rebuild(data, part, _splice(content, found, address(row, column), text))


def list_differences(before: Book, after: Book) -> list[tuple[str, int, int]]:
    """List the cells (sheet, 0-based row and column) in which two readings of a workbook differ."""
    names = [grid.name for grid in before.grids]
    if names != [grid.name for grid in after.grids]:
        return [("", 0, 0)]
    return [
        (old.name, row, column)
        for old, new in zip(before.grids, after.grids, strict=True)
        for row in range(max(len(old.rows), len(new.rows)))
        for column in range(max(len(grid.rows[row]) if row < len(grid.rows) else 0 for grid in (old, new)))
        if old.at(row, column) != new.at(row, column)
    ]


def _refuse(why: str) -> SanwuError:
    return SanwuError(
        f"登记表不能由程序代改：{why}",
        remedy="请用 WPS 或 Excel 打开登记表，自己在“别名”一栏里加上",
        status=ExitStatus.REFUSED,
    )


class _Spot(Struct):
    """Where the cell lies in the part, or where it goes in; for one not there `end` equals `start`."""

    row: int
    column: int
    row_start: int = -1
    start: int = -1
    end: int = -1
    style: str = ""
    is_empty_row: bool = False
    is_formula: bool = False
    is_protected: bool = False
    is_covered: bool = False
    prefix: str = ""


class _Search(Struct):
    """Walks the part once and takes down where the cell is."""

    content: bytes
    parser: expat.XMLParserType
    spot: _Spot
    at_row: int = -1
    at_column: int = -1
    is_inside: bool = False
    _left: str = field(default="")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Meet an element."""
        name = local_name(tag)
        if name == "row":
            self.at_row = int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else self.at_row + 1
            self.at_column = -1
            if self.at_row == self.spot.row:
                self.spot.row_start = self.parser.CurrentByteIndex
                self.spot.prefix = tag.removesuffix("row")
        elif name == "c" and self.at_row == self.spot.row:
            self._meet_cell(attributes)
        elif name == "f" and self.is_inside:
            self.spot.is_formula = True
        elif name == "sheetProtection":
            self.spot.is_protected = attributes.get("sheet", "") in _TRUE
        elif name == "mergeCell" and _covers(attributes.get("ref", ""), self.spot):
            self.spot.is_covered = True

    def _meet_cell(self, attributes: Mapping[str, str]) -> None:
        reference = parse_reference(attributes.get("r", ""))
        self.at_column = reference[1] if reference else self.at_column + 1
        here = self.parser.CurrentByteIndex
        if self.at_column < self.spot.column:
            self._left = attributes.get("s", "")
        elif self.at_column == self.spot.column:
            self.is_inside = True
            self.spot.start, self.spot.style = here, attributes.get("s", "")
        elif self.spot.start < 0:
            self._insert_at(here)

    def end(self, tag: str) -> None:
        """Meet the end of an element."""
        name = local_name(tag)
        here = self.parser.CurrentByteIndex
        if name == "c" and self.is_inside:
            self.is_inside = False
            # An element without content has one tag; expat gives its end as the place of both events.
            opened = _end_of_tag(self.content, self.spot.start)
            is_empty = self.content.endswith(b"/>", self.spot.start, opened)
            self.spot.end = opened if is_empty else _end_of_tag(self.content, here)
        elif name == "row" and self.at_row == self.spot.row and self.spot.start < 0:
            opened = _end_of_tag(self.content, self.spot.row_start)
            self.spot.is_empty_row = self.content.endswith(b"/>", self.spot.row_start, opened)
            self._insert_at(here)

    def _insert_at(self, here: int) -> None:
        self.spot.start = self.spot.end = here
        self.spot.style = self._left


def _find_cell(content: bytes, row: int, column: int) -> _Spot:
    parser = make_parser()
    spot = _Spot(row, column)
    search = _Search(content, parser, spot)
    parser.StartElementHandler, parser.EndElementHandler = search.start, search.end
    feed(parser, content)
    for is_so, why in (
        (spot.row_start < 0, "这一行不在表里"),
        (spot.is_protected, "工作表设了保护"),
        (spot.is_covered, "这一格是合并单元格的一部分"),
        (spot.is_formula, "这一格里是公式"),
    ):
        if is_so:
            raise _refuse(why)
    return spot


def _covers(reference: str, spot: _Spot) -> bool:
    """Say whether a merged range covers the cell and the cell is not its corner."""
    first, _, last = reference.partition(":")
    start, end = parse_reference(first), parse_reference(last or first)
    if start is None or end is None or start == (spot.row, spot.column):
        return False
    return start[0] <= spot.row <= end[0] and start[1] <= spot.column <= end[1]


def _end_of_tag(content: bytes, start: int) -> int:
    match = _TAG.match(content, start)
    return match.end() if match else start


def _splice(content: bytes, spot: _Spot, reference: str, text: str) -> bytes:
    cell = _make_cell(spot, reference, text)
    head, tail = content[: spot.start], content[spot.end :]
    row_end = _end_of_tag(content, spot.row_start)
    opening = content[spot.row_start : row_end]
    if spot.is_empty_row:
        opened = _SPANS.sub(b"", opening).removesuffix(b"/>").rstrip() + b">"
        return content[: spot.row_start] + opened + cell + f"</{spot.prefix}row>".encode() + content[row_end:]
    if spot.start == spot.end:  # the row's spans are a hint that may no longer be true
        head = content[: spot.row_start] + _SPANS.sub(b"", opening) + content[row_end : spot.start]
    return head + cell + tail


def _make_cell(spot: _Spot, reference: str, text: str) -> bytes:
    style = f' s="{int(spot.style)}"' if spot.style.isdecimal() else ""
    shown = str(safe_cell(text))
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        shown = shown.replace(sign, entity)
    p = spot.prefix
    inner = f'<{p}is><{p}t xml:space="preserve">{shown}</{p}t></{p}is>'
    return f'<{p}c r="{reference}"{style} t="inlineStr">{inner}</{p}c>'.encode()


def _rebuild(data: bytes, part: str, content: bytes) -> bytes:
    """Copy every entry as it is, in its order, but the one part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        if any(fold_name(name).startswith("_xmlsignatures") for name in old.namelist()):
            raise _refuse("工作簿带有数字签名")
        for entry in old.infolist():
            is_part = fold_name(entry.filename) == fold_name(part)
            body = content if is_part else old.read(entry)
            new.writestr(copy.copy(entry), body, compress_type=entry.compress_type)
        new.comment = old.comment
    return stream.getvalue()
