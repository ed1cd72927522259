"""What a file really is, by its content; the name it goes by is never asked."""

from __future__ import annotations

import re

from sanwu_cli.patterns import compile_later
from sanwu_cli.terms import Term
from sanwu_cli.workbook.encodings import decode_head


class Kind(Term):
    """What the bytes are; the label is how the finding names it."""

    ZIP = "zip", "压缩包"
    XLS = "xls", "Excel 97-2003 工作簿"
    ENCRYPTED = "encrypted", "加密的工作簿"
    EMPTY = "empty", "空文件"
    HTML = "html", "网页（HTML）"
    MHTML = "mhtml", "单个文件网页（MHTML）"
    SPREADSHEET_XML = "spreadsheet_xml", "XML 表格 2003"
    XML = "xml", "XML 文件"
    TEXT = "text", "纯文本"
    WORD_97 = "word_97", "Word 97-2003 文档"
    SLIDES_97 = "slides_97", "PowerPoint 97-2003 演示文稿"
    COMPOUND = "compound", "不含工作簿的复合文档"
    PDF = "pdf", "PDF 文件"
    RTF = "rtf", "RTF 文档"
    IMAGE = "image", "图片"
    ARCHIVE = "archive", "压缩包（RAR、7Z）"
    UNKNOWN = "unknown", "无法识别的文件"


_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.COMPOUND),
    (b"%PDF-", Kind.PDF),
    (b"{\\rtf", Kind.RTF),
    (b"\x89PNG", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    # The stream of an old workbook without the compound file around it.
    (b"\x09\x00\x04\x00", Kind.XLS),
    (b"\x09\x02\x06\x00", Kind.XLS),
    (b"\x09\x04\x06\x00", Kind.XLS),
    (b"\x09\x08\x08\x00", Kind.XLS),
    (b"\x09\x08\x10\x00", Kind.XLS),
)

# Names of streams as they stand in a compound file's directory; an encrypted book may also hold the others.
_STREAMS = (
    ("EncryptedPackage", Kind.ENCRYPTED),
    ("Workbook", Kind.XLS),
    ("Book", Kind.XLS),
    ("WordDocument", Kind.WORD_97),
    ("PowerPoint Document", Kind.SLIDES_97),
)

# What may stand before the first element, and the elements a page, or a piece of one, begins with.
_PROLOGUE = compile_later(
    r"\s*+(?:<!--(?:(?!-->).)*+-->\s*+|<\?[^>]*+>\s*+|<!(?!--)[^>]*+>\s*+|\]\s*+>\s*+)*+", re.DOTALL
)
_ELEMENT = compile_later(r"<(?:[\w.-]+:)?([A-Za-z][\w]*)")
_PAGE_ELEMENTS = frozenset(
    {"html", "head", "body", "table", "thead", "tbody", "tr", "meta", "title", "style", "script", "link"}
    | {"div", "span", "p", "br", "center", "form", "font", "b", "h1", "h2", "h3", "h4"}
)
_SPREADSHEET = compile_later(
    r"urn:schemas-microsoft-com:office:spreadsheet|progid=.Excel\.Sheet", re.IGNORECASE
)
_HEADER = compile_later(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+", re.ASCII)
_MIME = compile_later(r"(?im)^(?:mime-version\s*:|content-type\s*:\s*(?:multipart/|text/html))")
# A page below a line or two of a server's complaints.
_PAGE_BELOW = compile_later(r"(?im)^[ \t]*<(?:!doctype\s+html|html|table)\b")

# What text of one byte a letter, or several, never holds; one that is spoilt at a place is text all the same.
_BINARY = compile_later(rb"[\x00-\x08\x0e-\x1f]")
_DIRECTORY_ENTRY = 128
_HEAD_BYTES = 4096
# Blanks, and the marks some encodings begin with.
_NOTHING = b"\x00\t\r\n \xef\xbb\xbf\xfe\xff"
# Two letters, which a text may begin with as well, the file's size and four zeros.
_BITMAP = compile_later(rb"BM.{4}\0\0\0\0", re.DOTALL)


def sniff_kind(data: bytes) -> Kind:
    """Say what the bytes are; never raises. Text of every kind is told apart by its first 4 KiB."""
    if not data.strip(_NOTHING):
        return Kind.EMPTY
    kind = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    if kind is None and _BITMAP.match(data):
        return Kind.IMAGE
    if kind is Kind.COMPOUND:
        return _look_into_compound(data)
    return kind or _look_at_text(data)


def _look_into_compound(data: bytes) -> Kind:
    return next((kind for name, kind in _STREAMS if _has_stream(data, name)), Kind.COMPOUND)


def _has_stream(data: bytes, name: str) -> bool:
    """Look for a directory entry: 64 bytes of UTF-16 name, its length, then type 2 (a stream)."""
    encoded = name.encode("utf-16-le") + b"\x00\x00"
    field = encoded.ljust(64, b"\x00") + len(encoded).to_bytes(2, "little") + b"\x02"
    at = data.find(field)
    while at >= 0 and at % _DIRECTORY_ENTRY:
        at = data.find(field, at + 1)
    return at >= 0


def _look_at_text(data: bytes) -> Kind:
    head = decode_head(data)
    # A page may hold what no text does, and be in an encoding that only it names: its signs are ASCII.
    markup = _look_at_markup(head if head is not None else data[:_HEAD_BYTES].decode("latin-1"))
    if markup is not None:
        return markup
    is_text = head is not None or (b"\n" in data[:_HEAD_BYTES] and not _BINARY.search(data, 0, _HEAD_BYTES))
    return Kind.TEXT if is_text else Kind.UNKNOWN


def _look_at_markup(head: str) -> Kind | None:
    """Tell markup by how it begins; None when it is none."""
    text = head.lstrip("\ufeff \t\r\n")
    header = _HEADER.match(text.replace("\r\n", "\n"))
    if header is not None and _MIME.search(header[0]):
        return Kind.MHTML
    prologue = _PROLOGUE.match(text)
    rest = text[prologue.end() :] if prologue else text
    root = _ELEMENT.match(rest)
    name = root[1].lower() if root else ""
    if name == "workbook" and _SPREADSHEET.search(text):
        return Kind.SPREADSHEET_XML
    if name in _PAGE_ELEMENTS or (not name and text.startswith("<!")) or _PAGE_BELOW.search(text):
        return Kind.HTML
    return Kind.XML if text.startswith("<?xml") else None
