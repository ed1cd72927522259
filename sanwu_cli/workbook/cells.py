"""What may go into a cell, and how wide it is."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from sanwu_cli.patterns import compile_later

CellContent = str | int | float | bool | date | Decimal | Fraction | None

MAX_UNITS = 32_767
_FIRST_DAY = date(1900, 3, 1)
_DIGITS = 15
_LARGEST_EXACT = 10**_DIGITS
# Control characters but tab and line feed, lone surrogates and the two non-characters XML cannot hold.
_UNWRITABLE = compile_later("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WIDE = {"W", "F", "A"}
_LONGEST_KEPT = 128


def safe_cell(value: CellContent) -> str | int | float | bool | date | None:
    """Give what a cell can hold without loss or harm.

    Text loses control characters (a carriage return is a line break) and is cut, with an ellipsis, at the
    32,767 UTF-16 units of a cell. Numbers beyond 15 digits, moments, dates before March 1900, fractions
    and whatever else become text; that text is never taken for a formula or a link is up to the writer.
    """
    if isinstance(value, str):
        return _clip(_UNWRITABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value if value >= _FIRST_DAY else value.isoformat()
    if value is None or isinstance(value, bool) or _is_exact(value):
        return float(value) if isinstance(value, Decimal) else value  # type: ignore[return-value]  # no Fraction is exact here
    return str(value)


def display_width(text: str) -> int:
    """Give the width of the widest line in half-width characters: a CJK character counts two."""
    return _measure_kept(text) if len(text) <= _LONGEST_KEPT else _measure(text)


def _measure(text: str) -> int:
    return max((sum(map(_width, line)) for line in text.splitlines()), default=0)


# A table says the same things again and again.
_measure_kept = lru_cache(maxsize=1 << 14)(_measure)


def _is_exact(value: object) -> bool:
    """Say whether a number survives in a cell, which keeps 15 digits."""
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= _DIGITS
    return isinstance(value, (int, float)) and abs(value) < _LARGEST_EXACT


@lru_cache(maxsize=1 << 12)
def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1


def _clip(text: str) -> str:
    """Cut at the number of UTF-16 units a cell holds, never through a surrogate pair."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * MAX_UNITS:
        return text
    return encoded[: 2 * (MAX_UNITS - 1)].decode("utf-16-le", "ignore") + "…"
