"""XML with the places its elements stand at, so that a part is changed where it is meant and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from msgspec import Struct, field

from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MAX_DEPTH = 400
_MAX_ELEMENTS = 1_500_000
_TAG = compile_later(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_UTF16 = compile_later(rb"\xff\xfe|\xfe\xff|\x00<|<\x00")
# What XML cannot carry.
_UNWRITABLE = compile_later("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TRANSITIONAL, _STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"


class SpoiltXmlError(Exception):
    """A part that is not read: the message is a short Chinese clause that says why."""


class Element(Struct, eq=False):
    """An element: its name as `space:name` with our words for the namespaces, and where it stands in bytes.

    The opening tag is `start … opened`, the content `opened … closing`, the whole `start … end`; an element
    without content has one tag, and `opened`, `closing` and `end` are one.
    """

    name: str
    tag: str
    attributes: Mapping[str, str]
    start: int
    opened: int
    parent: Element | None
    closing: int = 0
    end: int = 0
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without that of its children."""
        return "".join(self.texts)

    @property
    def prefix(self) -> str:
        """The prefix its name is written with in the file, with the colon."""
        return self.tag[: self.tag.rfind(":") + 1]

    def find(self, name: str) -> Element | None:
        """Give the first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Element]:
        """Go through the element and everything in it, in reading order."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += reversed(one.children)

    def ancestors(self) -> Iterator[Element]:
        """Go up from the element's parent to the root."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent


class Edit(Struct, frozen=True):
    """A stretch of a part and what stands there instead; of equal `start` the lower `order` comes first."""

    start: int
    end: int
    content: bytes
    order: int = 0


def parse_spans(content: bytes) -> Element:
    """Parse a part; raises SpoiltXmlError where it is damaged, built to hurt or in another encoding."""
    return _Parser(content).parse()


def splice(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Put the edits in; one that lies within another is left out with what it lies in."""
    pieces, reached = [], 0
    for edit in sorted(edits, key=lambda one: (one.start, one.order, -one.end)):
        if edit.start < reached:
            continue
        pieces += [content[reached : edit.start], edit.content]
        reached = edit.end
    return b"".join([*pieces, content[reached:]])


def escape_text(text: str) -> str:
    """Write a text as the content of an element or of a quoted attribute; what XML cannot hold is �."""
    shown = _UNWRITABLE.sub("\ufffd", text)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        shown = shown.replace(sign, entity)
    return shown


class _Parser:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._open: list[Element] = []
        self._spaces: list[tuple[str, str]] = []
        self._root: Element | None = None
        self._count = 0
        self._parser = expat.ParserCreate(namespace_separator="|")
        self._parser.namespace_prefixes = True
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.XmlDeclHandler = self._check_encoding
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._take_text

    def parse(self) -> Element:
        if _UTF16.match(self._content):
            raise SpoiltXmlError("内部编码不是 UTF-8")
        try:
            self._parser.Parse(self._content, True)  # noqa: FBT003 - expat has no keyword for it
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise SpoiltXmlError("内部的 XML 有错") from error
        assert self._root is not None  # noqa: S101 - a document without a root is no XML
        return self._root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MAX_ELEMENTS or len(self._open) > _MAX_DEPTH:
            raise SpoiltXmlError("内部的 XML 过大或者套得过深")
        start = self._parser.CurrentByteIndex
        match = _TAG.match(self._content, start)
        opened = match.end() if match else start
        name, written = _name(tag)
        parent = self._open[-1] if self._open else None
        own = {_name(key)[0]: text for key, text in attributes.items()} if attributes else {}
        element = Element(name, written, own, start, opened, parent)
        if parent is None:
            self._root = element
        else:
            parent.children.append(element)
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        if self._content.endswith(b"/>", element.start, element.opened):
            element.closing = element.end = element.opened
            return
        element.closing = self._parser.CurrentByteIndex
        match = _TAG.match(self._content, element.closing)
        element.end = match.end() if match else element.closing

    def _take_text(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def _refuse_doctype(self, *_: object) -> None:
        raise SpoiltXmlError("内部的 XML 带有文档类型声明")

    def _check_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise SpoiltXmlError("内部编码不是 UTF-8")


def _name(tag: str) -> tuple[str, str]:
    """Give a name with our word for its namespace, and as it is written in the file."""
    parts = tag.split("|")
    if len(parts) == 1:
        return tag, tag
    space, local = parts[0], parts[1]
    prefix = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - namespace, name and prefix
    return f"{_space_word(space)}:{local}", f"{prefix}:{local}" if prefix else local


def _space_word(space: str) -> str:
    for start in (_TRANSITIONAL, _STRICT):
        if space.startswith(start):
            return _WORDS.get(space.removeprefix(start).replace("/2006/", "/"), "x")
    return _OTHERS.get(space, "x")


_WORDS = {
    "wordprocessingml/main": "w",
    "spreadsheetml/main": "s",
    "drawingml/main": "a",
    "drawingml/wordprocessingDrawing": "wp",
    "drawingml/spreadsheetDrawing": "xdr",
    "officeDocument/relationships": "r",
    "package/relationships": "rel",
    "package/content-types": "ct",
}
_OTHERS = {"http://schemas.openxmlformats.org/markup-compatibility/2006": "mc"}
