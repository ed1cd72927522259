"""Reading a web page in a single file (MHTML), with a part for each worksheet."""

from __future__ import annotations

import binascii
import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from sanwu_cli.grid import Book, Grid
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.grids import drop_helpers, find_marks
from sanwu_cli.workbook.hypertext import build_grids, decode_page
from sanwu_cli.workbook.page import read_page
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_ENTRIES,
    MAX_SHEETS,
    MAX_VALUES,
    Refused,
    refuse_damaged,
    refuse_unsafe,
)
from sanwu_cli.workbook.sniff import Kind
from sanwu_cli.workbook.tags import unescape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LINE_END = compile_later(rb"[ \t]*\r?\n?")
_HEADER_BYTES = 1 << 16
_HEADER_END = compile_later(rb"\r?\n\r?\n")
_FIELD = compile_later(r"(?m)^([!-9;-~]+)[ \t]*:[ \t]*(.*)$")
_FOLDED = compile_later(r"\r?\n[ \t]+")
_BOUNDARY = compile_later(r"""boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_CHARSET = compile_later(r"""charset\s*=\s*["']?([\w.-]{1,40})""", re.IGNORECASE)
# A worksheet as the main part of a workbook names it: its name and where it lies.
_SHEET = compile_later(
    r"<x:ExcelWorksheet>\s*<x:Name>([^<]*)</x:Name>\s*<x:WorksheetSource\s+HRef\s*=\s*[\"']([^\"']*)[\"']",
    re.IGNORECASE,
)


class _Part(Struct, frozen=True):
    """A part of the file: its type, the name it goes by and its content as bytes, decoded when asked for."""

    fields: Mapping[str, str]
    content: bytes

    @property
    def is_page(self) -> bool:
        kind = self.fields.get("content-type", "text/html").lower()
        return kind.startswith(("text/html", "application/xhtml"))

    @property
    def name(self) -> str:
        return posixpath.basename(unquote(self.fields.get("content-location", "")).replace("\\", "/")).lower()

    def decode(self) -> str:
        """Undo the transfer encoding and decode the page; raises Refused."""
        way = self.fields.get("content-transfer-encoding", "").lower()
        content = self.content
        if way == "quoted-printable":
            content = binascii.a2b_qp(content)
        elif way == "base64":
            try:
                content = binascii.a2b_base64(content)
            except binascii.Error as error:
                raise refuse_damaged("网页里有一部分不完整") from error
        charset = _CHARSET.search(self.fields.get("content-type", ""))
        return decode_page(content, declared=charset[1] if charset else None)


def read_mhtml(data: bytes, *, file: str, sha256: str) -> Book:
    """Read the worksheets of a web page in a single file; raises Refused.

    Args:
        data: its bytes.
        file: the path to report.
        sha256: of the bytes.
    """
    pages = [part for part in _split_parts(data) if part.is_page]
    if not pages:
        raise Refused("BOOK-NOT-A-TABLE", what=f"{Kind.MHTML.label}，其中没有网页")
    grids = _read_sheets(pages)
    if not grids:
        raise Refused("BOOK-NOT-A-TABLE", what=f"{Kind.MHTML.label}，其中没有表格")
    return Book(file=file, sha256=sha256, kind="mhtml", grids=drop_helpers(grids), marks=find_marks(grids))


def _split_parts(data: bytes) -> list[_Part]:
    """Split the file at its boundary; without one the whole is one part."""
    fields, start = _read_fields(data, 0)
    match = _BOUNDARY.search(fields.get("content-type", ""))
    if match is None:
        return [_Part(fields, data[start:])]
    mark = b"--" + (match[1] or match[2]).encode("latin-1", "replace")
    if data.count(mark) > MAX_ENTRIES:
        raise refuse_unsafe("网页里的组成部分过多")
    pieces = re.split(rb"(?:\A|\r?\n)" + re.escape(mark) + rb"(?=\r?\n|--|[ \t])", data[start:])
    parts: list[_Part] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return parts
        own, body = _read_fields(piece, _LINE_END.match(piece).end())  # type: ignore[union-attr]  # it matches nothing
        parts.append(_Part(own, piece[body:]))
    raise refuse_damaged("网页不完整，可能没有传完")


def _read_fields(data: bytes, start: int) -> tuple[dict[str, str], int]:
    """Read the fields at the head of a part, names in lower case, and where its body begins."""
    end = _HEADER_END.search(data, start, start + _HEADER_BYTES)
    if end is None:
        return {}, start
    head = _FOLDED.sub(" ", data[start : end.start()].decode("latin-1")).replace("\r", "")
    return {match[1].lower(): match[2].strip() for match in _FIELD.finditer(head)}, end.end()


def _read_sheets(parts: list[_Part]) -> tuple[Grid, ...]:
    """Read the worksheets the first page lists, in its order; without a list every page that has a table."""
    first = parts[0].decode()
    main = read_page(first)
    listed = [(unescape(name).strip(), _base(place)) for name, place in _SHEET.findall(main.remarks)]
    if not listed:
        return _collect((build_grids(main), *(build_grids(read_page(part.decode())) for part in parts[1:])))
    if len(listed) > MAX_SHEETS or len({place for _, place in listed}) != len(listed):
        raise refuse_unsafe("几张工作表共用一份内容")
    by_name = {part.name: part for part in parts}
    missing = next((name for name, place in listed if place not in by_name), None)
    if missing is not None:
        raise refuse_damaged(f"缺少工作表“{missing}”的内容")
    return _collect(build_grids(read_page(by_name[place].decode()), name=name) for name, place in listed)


def _collect(found: Iterable[tuple[Grid, ...]]) -> tuple[Grid, ...]:
    """Gather the grids; the sheets of a book share one memory and one set of limits."""
    grids: list[Grid] = []
    area = values = 0
    for some in found:
        grids += some
        area += sum(len(grid.rows) * len(grid.rows[0]) for grid in some if grid.rows)
        values += sum(value is not None for grid in some for row in grid.rows for value in row)
        if area > MAX_AREA or values > MAX_VALUES:
            raise refuse_unsafe("单元格过多")
    return tuple(grids)


def _base(place: str) -> str:
    return posixpath.basename(unquote(unescape(place)).replace("\\", "/")).lower()
