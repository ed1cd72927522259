"""Which encoding a text is in: its mark, what it proves to be, what it says of itself, then GB18030."""

from __future__ import annotations

import codecs
import re
import unicodedata

from sanwu_cli.patterns import compile_later

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What pages and XML of this part of the world declare; nothing that could run code or change lengths oddly.
_DECLARABLE = compile_later(
    r"(?i)gb[_\w-]*|x-gbk|big5[\w-]*|utf-?16(?:[lb]e)?|windows-\d+|iso-8859-\d+|euc-[a-z]+"
)
_DECLARED = compile_later(
    rb"""(?i)<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.-]{1,40})["']|<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.-]{1,40})"""
)
_HEAD_BYTES = 4096
_CONTROL = compile_later(r"[\x00-\x08\x0e-\x1f]")
_STRANGE = {"Cn", "Co", "Cs"}


def decode_head(data: bytes) -> str | None:
    """Decode the first 4 KiB; None when they are no text at all."""
    head = data[:_HEAD_BYTES]
    for encoding in _list_encodings(data, None):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head, len(data) <= _HEAD_BYTES)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


def decode_text(data: bytes, *, declared: str | None = None) -> str | None:
    """Decode UTF-8, UTF-16, a declared encoding or GB18030; None when it is none of them.

    Text that is valid UTF-8 is taken for it whatever it declares: Chinese text in another encoding never is,
    while UTF-8 read as what some pages declare often goes through as nonsense.
    """
    for encoding in _list_encodings(data, declared):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def decode_plain(data: bytes) -> str | None:
    """Decode text that holds no control characters but tabs and breaks; None when it does."""
    text = decode_text(data)
    return None if text is None or _CONTROL.search(text) else text


def find_declared(data: bytes) -> str | None:
    """Find the encoding an XML or HTML text declares near its beginning; None when it declares none."""
    match = _DECLARED.search(data, 0, _HEAD_BYTES)
    return (match[1] or match[2]).decode("ascii") if match else None


def _list_encodings(data: bytes, declared: str | None) -> tuple[str, ...]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return (encoding,)
    wide = _find_wide(data[:_HEAD_BYTES])
    if wide is not None:
        return (wide,)
    named = (_resolve(declared),) if declared else ()
    return ("utf-8", *(name for name in named if name), "gb18030")


def _resolve(declared: str) -> str | None:
    """Give the codec for a declared name; the elder sets of Chinese are read as the one that holds them."""
    if not _DECLARABLE.fullmatch(declared):
        return None
    if declared.lower().startswith(("gb", "x-gbk")):
        return "gb18030"
    try:
        return codecs.lookup(declared).name
    except LookupError:
        return None


def _find_wide(head: bytes) -> str | None:
    """Tell UTF-16 without a mark: no other text holds zero bytes, and only in one order it makes sense."""
    if b"\0" not in head:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        strange = sum(unicodedata.category(letter) in _STRANGE for letter in text)
        if not strange and not _CONTROL.search(text) and re.search(r"[\t\r\n,<]", text):
            return encoding
    return None
