"""What calendar files of any kind share: escaping, folding, and lines joined to bytes (RFC 5545)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Control and format characters, lone surrogates, separators of lines: they act, or cannot be encoded.
_NOT_TEXT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LONGEST_LINE = 75  # octets, RFC 5545 section 3.1


def join_lines(lines: Iterable[str]) -> bytes:
    """Join content lines as UTF-8, each folded where it is too long; same lines, same bytes."""
    return "".join(f"{part}\r\n" for line in lines for part in fold_line(line)).encode()


def fold_line(line: str) -> Iterator[str]:
    """Fold a content line so that no part is longer than 75 octets; no character is cut in two."""
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += character
        size += width
    yield part


def escape_text(text: str) -> str:
    """Escape a text value (RFC 5545 section 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(one for one in text if unicodedata.category(one) not in _NOT_TEXT)
