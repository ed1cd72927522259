"""Disputes as somebody counted them, held against the ledger of single disputes; neither wins (四3, 四7).

A line speaks of its area as it was in the line's span: before a merger of each part alone (T-14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.findings import make_finding
from sanwu_cli.grassroots.disputes import DisputeState, find_state
from sanwu_cli.grassroots.shares import show_count
from sanwu_cli.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.activities import DisputeCount, DisputeRecord
    from sanwu_cli.grassroots.terrain import Terrain
    from sanwu_cli.model import Area, Finding, Source
    from sanwu_cli.periods import Period


class CountedDisputes(Struct, frozen=True):
    """What count sheets say of a township's disputes in a span; None where a number is missing somewhere.

    `months` are how many months of the span they speak for.
    """

    township: Area
    months: int
    total: int | None
    resolved: int | None
    open: int | None
    sources: tuple[Source, ...]


class _Lands(Struct, frozen=True):
    """The terrain on the days of count lines, each surveyed once; never later than `now`."""

    now: Terrain
    known: dict[date, Terrain] = field(default_factory=dict)

    def at(self, day: date) -> Terrain:
        if day >= self.now.day:
            return self.now
        if day not in self.known:
            self.known[day] = self.now.on(day)
        return self.known[day]

    def of(self, count: DisputeCount, span: Period) -> tuple[Terrain, ...]:
        """Give the terrains a line may speak of: when its span began and ended.

        A line of an area that was not there yet speaks of what was joined in it.
        """
        first, last = self.at(span.first.first_day), self.at(span.last.last_day)
        both = (last,) if first is last else (first, last)
        return tuple(land for land in both if land.find_township(count.place) is not None) or (self.now,)


def sum_counts(
    counts: Iterable[DisputeCount], terrain: Terrain, period: Period
) -> tuple[CountedDisputes, ...]:
    """Sum what the count sheets say of each township in the span: its own lines before its villages'.

    A township that others were merged into is the sum of all of them; where one of them said nothing of a
    span, its numbers are missing.
    """
    lands = _Lands(terrain)
    grouped: dict[str, list[DisputeCount]] = {}
    for count in counts:
        township = terrain.find_township(count.place)
        if township is not None and _lies_in(count.period, period):
            grouped.setdefault(township.code, []).append(count)
    return tuple(
        _sum_township(area, grouped[area.code], period, lands)
        for area in terrain.townships
        if area.code in grouped
    )


def _lies_in(inner: Period | None, outer: Period) -> bool:
    return inner is not None and outer.first <= inner.first and inner.last <= outer.last


def _sum_township(
    township: Area, lines: Sequence[DisputeCount], period: Period, lands: _Lands
) -> CountedDisputes:
    """Add up spans that do not overlap, the longest first."""
    spans: dict[Period, list[DisputeCount]] = {}
    for count in lines:
        if count.period is not None:
            spans.setdefault(count.period, []).append(count)
    taken: list[DisputeCount] = []
    months: set[object] = set()
    is_whole = True
    for span in sorted(spans, key=lambda one: (-len(one.months()), one)):
        if months.isdisjoint(span.months()):
            months.update(span.months())
            told = _take_span(spans[span], span, lands)
            parts = _list_parts(township, span, lands)
            if township.code in told and township.code not in parts:
                parts, told = set(), {township.code: told[township.code]}
            is_whole = is_whole and parts <= told.keys()
            taken += [count for own in told.values() for count in own]
    return CountedDisputes(
        township,
        len(months & set(period.months())),
        _add(count.total_count if is_whole else None for count in taken),
        _add(count.resolved_count if is_whole else None for count in taken),
        _add(count.open_count if is_whole else None for count in taken),
        tuple(count.source for count in taken),
    )


def _take_span(
    lines: Iterable[DisputeCount], span: Period, lands: _Lands
) -> dict[str, Sequence[DisputeCount]]:
    """Take the lines of a span by township as it was: its own, else those of its villages."""
    own: dict[str, Sequence[DisputeCount]] = {}
    of_villages: dict[str, list[DisputeCount]] = {}
    for count in lines:
        land = lands.of(count, span)[-1]
        township = land.find_township(count.place)
        if township is not None and land.find_village(count.place) is None:
            own[township.code] = (count,)
        elif township is not None:
            of_villages.setdefault(township.code, []).append(count)
    return {**of_villages, **own}


def _list_parts(township: Area, span: Period, lands: _Lands) -> set[str]:
    """List the townships there were when a span ended that are this one now."""
    return {
        area.code
        for area in lands.at(span.last.last_day).townships
        if (now := lands.now.find_area(area.code)) is not None and now.code == township.code
    }


def _add(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


class _Sited(Struct, frozen=True):
    """A dispute with the township and village it belongs to on a terrain, where those are known."""

    record: DisputeRecord
    township: Area | None
    village: Area | None


def compare_counts(
    counts: Iterable[DisputeCount], records: Iterable[DisputeRecord], terrain: Terrain, period: Period
) -> tuple[Finding, ...]:
    """Hold every count of the span against the disputes of its area and months; each difference names both.

    The area is what it was in those months. Where no single dispute of the township is known for them, there
    is nothing to hold it against.
    """
    lands = _Lands(terrain)
    by_township: dict[str, list[DisputeRecord]] = {}
    for record in records:
        township = terrain.find_township(record.place)
        if township is not None:
            by_township.setdefault(township.code, []).append(record)
    findings: list[Finding] = []
    for count in counts:
        joined = terrain.find_township(count.place)
        if joined is not None and count.period is not None and _lies_in(count.period, period):
            findings += _compare(count, count.period, by_township.get(joined.code, ()), lands)
    return tuple(findings)


def _compare(
    count: DisputeCount, span: Period, records: Sequence[DisputeRecord], lands: _Lands
) -> Iterable[Finding]:
    """Hold one line against the disputes of its township as it is now, as they lay in its span."""
    near = [record for record in records if _may_touch(record, span)]
    then = lands.of(count, span)
    known = [found for land in then if (found := _know(count, span, near, land)) is not None]
    if len(known) < len(then):
        return
    land = then[-1]
    area = land.find_village(count.place) or land.find_township(count.place)
    name = area.name if area else ""
    yield from _differ(count, name, "排查", count.total_count, _span_over([intake for intake, _ in known]))
    yield from _differ(
        count, name, "化解", count.resolved_count, _span_over([settled for _, settled in known])
    )


def _may_touch(record: DisputeRecord, span: Period) -> bool:
    on = record.registered_on
    return on is None or on in span or record.resolved_on in span


def _know(
    count: DisputeCount, span: Period, records: Iterable[DisputeRecord], land: Terrain
) -> tuple[Interval, Interval] | None:
    """Give how many disputes a line's area took in and settled during the span; None for no record."""
    township, village = land.find_township(count.place), land.find_village(count.place)
    sited = [_Sited(r, land.find_township(r.place), land.find_village(r.place)) for r in records]
    # One whose area was not there yet may have been any part's.
    mine = [one for one in sited if one.township is None or one.township == township]
    if township is None or not any(one.township and _is_of(one, span) for one in mine):
        return None
    # Of a village's count, disputes of the township whose village nobody knows may be its own.
    own = [one for one in mine if village is None or one.village in (village, None)]
    sure = [one.record for one in own if one.township and _is_sure(one, village)]
    taken_in = [record for record in sure if record.registered_on in span]
    undated = sum(1 for one in own if one.record.registered_on is None)
    spare = undated + sum(1 for one in own if _is_of(one, span)) - len(taken_in)
    intake = Interval(len(taken_in), len(taken_in) + spare)
    return intake, _count_settled(sure, taken_in, span, spare)


def _is_sure(one: _Sited, village: Area | None) -> bool:
    return one.record.registered_on is not None and (village is None or one.village is not None)


def _is_of(one: _Sited, span: Period) -> bool:
    return one.record.registered_on is not None and one.record.registered_on in span


def _span_over(intervals: Sequence[Interval]) -> Interval:
    """Give the least interval that holds all of these."""
    highs = [interval.high for interval in intervals if interval.high is not None]
    high = max(highs) if len(highs) == len(intervals) else None
    return Interval(min(interval.low for interval in intervals), high)


def _count_settled(
    records: Sequence[DisputeRecord], taken_in: Sequence[DisputeRecord], span: Period, spare: int
) -> Interval:
    """Count what a sheet may mean by settled: those taken in, by the span's end; or all settled in it."""
    states = [find_state(record, span.last.last_day) for record in taken_in]
    low = states.count(DisputeState.SETTLED)
    high = low + states.count(DisputeState.UNKNOWN)
    within = sum(1 for r in records if r.resolved_on in span and r.is_resolved is not False)
    return Interval(min(low, within), max(high, within) + spare)


def _differ(
    count: DisputeCount, area: str, what: str, counted: int | None, known: Interval
) -> Iterable[Finding]:
    if counted is None or (known.low <= counted and (known.high is None or counted <= known.high)):
        return
    source, span = count.source, count.period
    yield make_finding(
        "DISPUTE-COUNT-DIFFERS",
        file=source.file,
        sheet=source.sheet,
        cell=f"A{source.row}",
        area=area,
        period=span.label if span else "",
        what=what,
        counted=counted,
        known=show_count(known),
    )
