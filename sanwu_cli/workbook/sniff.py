"""What a file really is, by its content; the name it goes by is never asked."""

from __future__ import annotations

import re

from sanwu_cli.terms import Term


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
    (b"BM", Kind.IMAGE),
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

_MARKUP: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(r"(?i)urn:schemas-microsoft-com:office:spreadsheet|progid=.Excel\.Sheet"),
        Kind.SPREADSHEET_XML,
    ),
    (re.compile(r"(?im)^\s*mime-version\s*:|^content-type\s*:\s*multipart/related"), Kind.MHTML),
    (re.compile(r"(?i)<(?:!doctype\s+html|html|head|body|table|meta)\b"), Kind.HTML),
    (re.compile(r"^\s*<\?xml\b"), Kind.XML),
)

_HEAD_BYTES = 4096
_DIRECTORY_ENTRY = 128


def sniff_kind(data: bytes) -> Kind:
    """Say what the bytes are; never raises. Text of every kind is told apart by its first 4 KiB."""
    if not data.strip(b"\x00\t\r\n "):
        return Kind.EMPTY
    kind = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    if kind is Kind.COMPOUND:
        return _look_into_compound(data)
    return kind or _look_at_text(data)


def decode_text(data: bytes) -> str | None:
    """Decode UTF-8, UTF-16 (by their marks) or GB18030; None when it is no text at all."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if re.search(r"[\x00-\x08\x0e-\x1f]", text) else text
    return None


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
    text = decode_text(data)
    if text is None:
        return Kind.UNKNOWN
    head = text[:_HEAD_BYTES]
    return next((kind for pattern, kind in _MARKUP if pattern.search(head)), Kind.TEXT)
