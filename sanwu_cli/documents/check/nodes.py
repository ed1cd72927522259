"""A Word package opened: the zip within limits, each XML part as a small tree, no document types."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers import expat

from sanwu_cli.errors import ExitStatus, SanwuError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MEGABYTE = 1 << 20
MAX_FILE_BYTES = 64 * _MEGABYTE
_MAX_PART_BYTES = 48 * _MEGABYTE
_MAX_TOTAL_BYTES = 128 * _MEGABYTE
_MAX_MEMBERS = 5_000
_MAX_NODES = 1_500_000
_MAX_DEPTH = 400
_MAIN = "word/document.xml"
_OLE = b"\xd0\xcf\x11\xe0"
# What zipfile raises on damage; NotImplementedError (a rare compression) is a RuntimeError.
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, IndexError, struct.error,
)  # fmt: skip

_TRANSITIONAL, _STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
_PREFIXES = {
    "wordprocessingml/main": "w",
    "drawingml/main": "a",
    "drawingml/wordprocessingDrawing": "wp",
    "officeDocument/relationships": "r",
}
_OTHERS = {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "urn:schemas-microsoft-com:vml": "v",
}


class Node:
    """An element: its name with our own prefix (w:p), its attributes (those of w: without), its content."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""

    def get(self, name: str, default: str = "") -> str:
        """Give an attribute."""
        return self.attributes.get(name, default)

    def find(self, name: str) -> Node | None:
        """Give the first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Node]:
        """Give the children of this name."""
        return [child for child in self.children if child.name == name]

    def walk(self) -> Iterator[Node]:
        """Go through the element and everything in it, in reading order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children)


EMPTY = Node("", {})


class Package:
    """The XML parts of a .docx by name, each parsed when asked for.

    Raises SanwuError where the file is none, is broken, locked with a password, or built to hurt.
    """

    def __init__(self, data: bytes, *, place: str) -> None:
        self._place = place
        self._zip = self._open(data)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            name = posixpath.normpath(member.filename.replace("\\", "/").lstrip("/"))
            if self._members.setdefault(name, member) is not member:
                raise self._refuse("压缩包里有两个同名的部件")
        if sum(member.file_size for member in self._members.values()) > _MAX_TOTAL_BYTES:
            raise self._refuse("解压后过大")
        if _MAIN not in self._members:
            raise self._refuse("里面没有 Word 正文，不是 Word 文档")

    def part(self, name: str) -> Node | None:
        """Parse a part; None where there is no such part."""
        member = self._members.get(name)
        if member is None:
            return None
        if member.flag_bits & 1:
            raise self._refuse("设有密码")
        if member.file_size > _MAX_PART_BYTES:
            raise self._refuse("内部的部件过大")
        try:
            with self._zip.open(member) as stream:
                content = stream.read(_MAX_PART_BYTES)
        except _ZIP_FAULTS as error:
            raise self._refuse("文件已损坏，压缩包解不开") from error
        return self._parse(content)

    def main(self) -> Node:
        """Give the main part."""
        return self.part(_MAIN) or EMPTY

    def relations(self) -> Mapping[str, str]:
        """Give the parts the main part refers to, by id; what lies outside the file is left out."""
        root = self.part("word/_rels/document.xml.rels") or EMPTY
        return {
            one.get("Id"): posixpath.normpath(posixpath.join("word", one.get("Target"))).lstrip("/")
            if not one.get("Target").startswith("/")
            else one.get("Target").lstrip("/")
            for one in root.children
            if one.get("TargetMode") != "External"
        }

    def _open(self, data: bytes) -> zipfile.ZipFile:
        if not data:
            raise self._refuse("文件是空的")
        if data[:4] == _OLE:
            raise self._refuse("是旧版 Word 文档（.doc）或者设有打开密码")
        if data.count(b"PK\x01\x02") > _MAX_MEMBERS:
            raise self._refuse("压缩包里的部件过多")
        try:
            return zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_FAULTS as error:
            raise self._refuse("不是 Word 文档（.docx），或者已经损坏") from error

    def _parse(self, content: bytes) -> Node:
        builder = _Builder()
        try:
            builder.parser.Parse(content, True)  # noqa: FBT003 - expat has no keyword for it
        except _HurtfulError as error:
            raise self._refuse(str(error)) from error
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise self._refuse("文件已损坏，内部的 XML 有错") from error
        return builder.root

    def _refuse(self, why: str) -> SanwuError:
        return SanwuError(
            f"打不开，没有检查：{why}",
            place=self._place,
            remedy="请用 Word 或 WPS 打开看一遍，另存为 .docx 再查",
            status=ExitStatus.PARTIAL,
        )


class _HurtfulError(Exception):
    """The XML is built to hurt; the message says how."""


class _Builder:
    def __init__(self) -> None:
        self.root = Node("", {})
        self._open = [self.root]
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator="|")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._take_text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MAX_NODES or len(self._open) > _MAX_DEPTH:
            raise _HurtfulError("内部的 XML 过大或者套得过深")
        node = Node(_short(tag), {_short(key).removeprefix("w:"): text for key, text in attributes.items()})
        if len(self._open) == 1:
            self.root = node
        else:
            self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _take_text(self, text: str) -> None:
        self._open[-1].text += text

    def _refuse_doctype(self, *_: object) -> None:
        raise _HurtfulError("内部的 XML 带有文档类型声明")


def _short(name: str) -> str:
    """Put our prefix for the namespace, whichever of its spellings the file uses."""
    space, _, local = name.rpartition("|")
    return f"{_prefix(space)}:{local}" if space else local


def _prefix(space: str) -> str:
    if space in _OTHERS:
        return _OTHERS[space]
    for start in (_TRANSITIONAL, _STRICT):
        if space.startswith(start):
            known = space.removeprefix(start).replace("/2006/", "/")
            return _PREFIXES.get(known, "x")
    return "x"
