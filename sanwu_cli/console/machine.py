"""What programs read: JSON and CSV on stdout."""

from __future__ import annotations

import os
import re
import stat
import sys
import unicodedata
from datetime import date, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING

from sanwu_cli.console.screen import settings_now, write_lines
from sanwu_cli.console.text import BIDI_CONTROLS, cell_text, clean_text
from sanwu_cli.patterns import compile_later
from sanwu_cli.periods import Month, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# JSON keeps every character, but none may act on a terminal: these stay as escapes.
_HIDDEN = compile_later(f"[\x7f-\x9f{BIDI_CONTROLS}]")


def emit_json(document: Mapping[str, object]) -> None:
    """Write one JSON document on stdout: UTF-8, keys in the order given, a line break at the end."""
    write_lines([dump_json(document, indent=2)], sys.stdout)


def dump_json(document: object, *, indent: int | None = None) -> str:
    """Write JSON text; dates, months and paths as text, decimals as text so that no digit is lost."""
    import json  # noqa: PLC0415 - start-up: most runs print tables

    text = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False, default=_as_json)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def emit_csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write CSV on stdout; a text that a spreadsheet would run as a formula gets an apostrophe before it.

    Spreadsheet programs take a file for UTF-8 only with a byte order mark: a new file gets one, a pipe does
    not, unless the encoding was chosen. Lines end with a line feed everywhere: every program reads that.
    """
    import csv  # noqa: PLC0415 - as above
    import io  # noqa: PLC0415 - as above

    settings = settings_now()
    shape = cell_text if settings.is_raw else _disarmed_text
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([clean_text(header) for header in headers])
    writer.writerows([shape(value) for value in row] for row in rows)
    _write_encoded(text.getvalue(), settings.encoding or ("utf-8-sig" if _is_new_file() else "utf-8"))


def _write_encoded(text: str, encoding: str) -> None:
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None or sys.stdout.isatty():
        sys.stdout.write(text)
    else:
        sys.stdout.flush()
        binary.write(text.encode(encoding))
    sys.stdout.flush()


def _is_new_file() -> bool:
    """Say whether stdout is a regular file with nothing in it yet."""
    try:
        status = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return False  # a stream without a file behind it
    return stat.S_ISREG(status.st_mode) and status.st_size == 0


def _disarmed_text(value: object) -> str:
    return _disarm_formula(cell_text(value))


def _as_json(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | Fraction | Month | Period | PurePath):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _disarm_formula(text: str) -> str:
    runs = unicodedata.normalize("NFKC", text)[:1] in ("=", "+", "-", "@")
    return f"'{text}" if runs and not re.fullmatch(r"[+-]?\d+(\.\d+)?%?", text) else text
