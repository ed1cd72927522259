"""Walking through XML with expat: no document types, UTF-8 only, damage refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.refusal import MAX_PARSED_TAGS, MAX_VALUES, refuse_damaged, refuse_unsafe

Attributes = Mapping[str, str]
StartHandler = Callable[[str, dict[str, str]], None]

_UTF16 = compile_later(rb"\xff\xfe|\xfe\xff|\x00<|<\x00")


def make_parser() -> expat.XMLParserType:
    """Make a parser that refuses document types (entity bombs need one) and encodings but UTF-8."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = _check_encoding
    parser.buffer_text = True
    return parser


def feed(parser: expat.XMLParserType, *pieces: bytes) -> None:
    """Parse a document given in pieces; raises Refused when it is not well-formed."""
    if _UTF16.match(pieces[0]):
        raise refuse_damaged("内部编码不是 UTF-8")
    if sum(piece.count(b"<") for piece in pieces) > MAX_PARSED_TAGS:
        raise refuse_unsafe("内部的 XML 过大")
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 - expat has no keyword for it
        parser.Parse(b"", True)  # noqa: FBT003 - the same
    except expat.ExpatError as error:
        raise refuse_damaged("内部的 XML 有错") from error


def walk(content: bytes, on_start: StartHandler) -> None:
    """Call `on_start` with each element's local name and attributes."""
    parser = make_parser()
    parser.StartElementHandler = lambda tag, attributes: on_start(local_name(tag), attributes)
    feed(parser, content)


def local_name(tag: str) -> str:
    """Cut the prefix off a name."""
    return tag.rpartition(":")[2]


def refuse_false_count(attributes: Attributes, size: int) -> None:
    """Refuse a declared count that cannot be true: readers reserve memory by it.

    What a part holds cannot be more than its bytes; how often that is used (`count` of shared strings) may
    be, in a table of few different words, but not more than a book has cells.
    """
    for name, most in (("count", max(size, MAX_VALUES)), ("uniqueCount", size)):
        text = attributes.get(name, "0")
        if not text.isdecimal() or int(text) > most:
            raise refuse_unsafe("声明的条目数不可能是真的")


def _refuse_doctype(*_: object) -> None:
    raise refuse_unsafe("内部的 XML 带有文档类型声明")


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
        raise refuse_damaged("内部编码不是 UTF-8")
