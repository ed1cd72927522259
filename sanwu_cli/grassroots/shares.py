"""Shares and intervals as people read them: 17/20（85%）, cut off and never rounded up to a threshold."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sanwu_cli.model import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

_HUNDRED = 100


def find_share(part: Interval, whole: int) -> Interval | None:
    """Give part of whole as exact shares low … high; None where the whole is nothing."""
    if not whole:
        return None
    high = whole if part.high is None else part.high
    return Interval(Fraction(part.low) / whole, Fraction(high) / whole)


def show_count(count: Interval) -> str:
    """Write a number that may be open: 3, 3…5, ≥3."""
    if count.high is None:
        return f"≥{count.low}"
    return str(count.low) if count.is_exact else f"{count.low}…{count.high}"


def show_share(part: Interval, whole: Interval) -> str:
    """Write a part of a whole, its percentage cut off: 17/20（85%）, 15…17/20（75%…85%）; — of nothing."""
    if not whole.high:
        return "—"
    counts = f"{show_count(part)}/{show_count(whole)}"
    if not whole.is_exact:
        return counts
    share = find_share(part, int(whole.low))
    return f"{counts}（{show_percent(share)}）" if share else "—"


def show_percent(share: Interval) -> str:
    """Write a share in whole percent, cut off below: 199/200 is 99%."""
    low, high = (_cut(Fraction(bound or 0)) for bound in (share.low, share.high))
    return f"{low}%" if share.is_exact else f"{low}%…{high}%"


def _cut(share: Fraction) -> int:
    return share.numerator * _HUNDRED // share.denominator


def find_median(numbers: Sequence[int]) -> Fraction | None:
    """Give the exact median of whole numbers; None of none."""
    if not numbers:
        return None
    ordered, middle = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def show_days(days: Fraction | int | None) -> str:
    """Write a number of days that may be half a day: 12.5; — for none."""
    if days is None:
        return "—"
    exact = Fraction(days)
    return str(exact.numerator) if exact.denominator == 1 else f"{exact.numerator // exact.denominator}.5"


def number_as_json(number: Fraction | int | None) -> int | str | None:
    """Give an exact number for a machine: whole ones as numbers, others as 25/2."""
    if number is None or isinstance(number, int):
        return number
    return number.numerator if number.denominator == 1 else str(number)


def interval_as_json(interval: Interval | None) -> dict[str, int | str | None] | None:
    """Give an interval for a machine: low and high, shares as 17/20, high None where it is open."""
    if interval is None:
        return None
    low, high = interval.low, interval.high
    return {"low": _plain(low), "high": None if high is None else _plain(high)}


def _plain(number: object) -> int | str | None:
    return number_as_json(number) if isinstance(number, (int, Fraction)) else str(number)
