"""Numbers of spans of months held together: cases beside counts, months beside longer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.periods import Period


class Span(Struct, frozen=True):
    """What is known of one span of months: low … high cases; high None means nobody reported it."""

    period: Period
    low: int
    high: int | None


def hold_together(months: list[Span], counted: Sequence[Span]) -> tuple[list[Span], tuple[Period, ...]]:
    """Put monthly counts beside the cases of the same month; where they disagree, keep both numbers."""
    held: list[Span] = []
    clashes: list[Period] = []
    for month in months:
        merged = month
        for span in counted:
            if span.period == month.period:
                merged, agrees = _merge_spans(merged, span)
                if not agrees:
                    clashes.append(month.period)
        held.append(merged)
    return held, tuple(clashes)


def _merge_spans(cases: Span, counted: Span) -> tuple[Span, bool]:
    low = max(cases.low, counted.low)
    highs = [high for high in (cases.high, counted.high) if high is not None]
    high = min(highs) if highs else None
    if high is None or low <= high:
        return Span(cases.period, low, high), True
    return Span(cases.period, high, low), False


def bound_year(months: Sequence[Span], ranges: Sequence[Span]) -> tuple[int, int | None, tuple[Period, ...]]:
    """Bound the year; give the longer counts that disagree with what is known of their own months.

    Such a count does not hide in the cases of other months: the year is bounded once by the months as
    they are and once with the count in their place, and both bounds are kept.
    """
    owns = [_sum_months(months, span.period) for span in ranges]
    agreeing = [span for own, span in zip(owns, ranges, strict=True) if _meet(own, span)]
    denied = [span for own, span in zip(owns, ranges, strict=True) if not _meet(own, span)]
    ceilings = [
        Span(span.period, 0, max(own.low, own.high or 0, span.high or 0))
        for own, span in zip(owns, ranges, strict=True)
        if span in denied
    ]
    bounds = [_best_bounds(months, [*agreeing, *ceilings])]
    for span in denied:
        blank = [Span(m.period, 0, None) if m.period.first in span.period else m for m in months]
        bounds.append(_best_bounds(blank, [span, *(s for s in ceilings if s.period != span.period)]))
    low = min(bound[0] for bound in bounds)
    known = [bound[1] for bound in bounds if bound[1] is not None]
    high = max(known) if len(known) == len(bounds) else None
    clashes = tuple(span.period for span in denied)
    if high is not None and high < low:
        return high, low, clashes or tuple(span.period for span in ranges)
    return low, high, clashes


def _sum_months(months: Sequence[Span], period: Period) -> Span:
    own = [month for month in months if month.period.first in period]
    highs = [month.high for month in own if month.high is not None]
    return Span(period, sum(month.low for month in own), sum(highs) if len(highs) == len(own) else None)


def _meet(left: Span, right: Span) -> bool:
    """Say whether two intervals of one span have a number in common."""
    return (right.high is None or left.low <= right.high) and (left.high is None or right.low <= left.high)


def _best_bounds(months: Sequence[Span], ranges: Sequence[Span]) -> tuple[int, int | None]:
    """Bound the year by the best tilings of months and longer counted spans."""
    lows: list[int] = [0]
    highs: list[int | None] = [0]
    index = {span.period.first: position for position, span in enumerate(months)}
    for position, month in enumerate(months):
        low = lows[position] + month.low
        high = _add(highs[position], month.high)
        for span in ranges:
            if span.period.last == month.period.last and span.period.first in index:
                start = index[span.period.first]
                low = max(low, lows[start] + span.low)
                high = _least(high, _add(highs[start], span.high))
        lows.append(low)
        highs.append(high)
    return lows[-1], highs[-1]


def _add(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left + right


def _least(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return min(left, right)
