"""Disputes as somebody counted them, held against the ledger of single disputes; neither wins (四3, 四7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.grassroots.disputes import DisputeState, find_state
from sanwu_cli.grassroots.shares import show_count
from sanwu_cli.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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


def sum_counts(
    counts: Iterable[DisputeCount], terrain: Terrain, period: Period
) -> tuple[CountedDisputes, ...]:
    """Sum what the count sheets say of each township in the span: its own lines before its villages'."""
    grouped: dict[str, list[tuple[Area, DisputeCount]]] = {}
    for count in counts:
        area = terrain.find_village(count.place) or terrain.find_township(count.place)
        township = terrain.find_township(count.place)
        if area is not None and township is not None and _lies_in(count.period, period):
            grouped.setdefault(township.code, []).append((area, count))
    return tuple(
        _sum_township(area, grouped[area.code], period) for area in terrain.townships if area.code in grouped
    )


def _lies_in(inner: Period | None, outer: Period) -> bool:
    return inner is not None and outer.first <= inner.first and inner.last <= outer.last


def _sum_township(
    township: Area, lines: Sequence[tuple[Area, DisputeCount]], period: Period
) -> CountedDisputes:
    """Add up spans that do not overlap, the longest first; of one span the township's own line is meant."""
    spans: dict[Period, list[tuple[Area, DisputeCount]]] = {}
    for area, count in lines:
        if count.period is not None:
            spans.setdefault(count.period, []).append((area, count))
    taken: list[DisputeCount] = []
    months: set[object] = set()
    for span in sorted(spans, key=lambda one: (-len(one.months()), one)):
        if months.isdisjoint(span.months()):
            months.update(span.months())
            own = [count for area, count in spans[span] if area.code == township.code]
            taken += own[-1:] or [count for _, count in spans[span]]
    return CountedDisputes(
        township,
        len(months & set(period.months())),
        _add(count.total_count for count in taken),
        _add(count.resolved_count for count in taken),
        _add(count.open_count for count in taken),
        tuple(count.source for count in taken),
    )


def _add(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


class _Sited(Struct, frozen=True):
    """A dispute with the village it belongs to, where that is known."""

    record: DisputeRecord
    village: Area | None


def compare_counts(
    counts: Iterable[DisputeCount], records: Iterable[DisputeRecord], terrain: Terrain, period: Period
) -> tuple[Finding, ...]:
    """Hold every count of the span against the disputes of its area and months; each difference names both.

    Where no single dispute of the township is known for those months, there is nothing to hold it against.
    """
    by_township: dict[str, list[_Sited]] = {}
    for record in records:
        township = terrain.find_township(record.place)
        if township is not None:
            own = _Sited(record, terrain.find_village(record.place))
            by_township.setdefault(township.code, []).append(own)
    return tuple(
        finding
        for count in counts
        if _lies_in(count.period, period)
        for finding in _compare(count, by_township, terrain)
    )


def _compare(
    count: DisputeCount, by_township: Mapping[str, Sequence[_Sited]], terrain: Terrain
) -> Iterable[Finding]:
    span, township = count.period, terrain.find_township(count.place)
    known = by_township.get(township.code, ()) if township else ()
    if span is None or township is None or not any(_is_of(one, span) for one in known):
        return
    village = terrain.find_village(count.place)
    # Of a village's count, disputes of the township whose village nobody knows may be its own.
    own = [one for one in known if village is None or one.village in (village, None)]
    sure = [one.record for one in own if one.record.registered_on and (village is None or one.village)]
    taken_in = [record for record in sure if record.registered_on in span]
    undated = sum(1 for one in own if one.record.registered_on is None)
    spare = undated + sum(1 for one in own if _is_of(one, span)) - len(taken_in)
    area = (village or township).name
    intake = Interval(len(taken_in), len(taken_in) + spare)
    yield from _differ(count, area, "排查", count.total_count, intake)
    yield from _differ(count, area, "化解", count.resolved_count, _count_settled(sure, taken_in, span, spare))


def _is_of(one: _Sited, span: Period) -> bool:
    return one.record.registered_on is not None and one.record.registered_on in span


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
