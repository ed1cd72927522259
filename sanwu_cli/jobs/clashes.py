"""Numbers somebody counted held against the cases told one by one: where they differ, both are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.periods import Period
from sanwu_cli.plan.tally import find_current_code, open_year, tally_village
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.model import Area, Finding, Source
    from sanwu_cli.plan.tally import Tally, YearBook
    from sanwu_cli.records import Count, Incident, YearRecords
    from sanwu_cli.terms import Indicator


def find_clashes_of_years(
    records: YearRecords, areas: tuple[Area, ...], cells: Mapping[tuple[Source, str], str]
) -> Iterable[Finding]:
    """Name the differences of every year somebody counted for."""
    for year in sorted({count.period.first.year for count in records.counts}):
        period = Period.of_year(year)
        book = open_year(replace(records, year=year, areas=areas), day=period.last.last_day, period=period)
        yield from find_clashes(book, cells)


def find_clashes(book: YearBook, cells: Mapping[tuple[Source, str], str] | None = None) -> Iterable[Finding]:
    """Name every number of a span within the book's that the cases deny, or a shorter span's numbers.

    `cells` gives addresses where they are known; else the first cell of the row is named.
    """
    for (code, indicator), counts in book.counts.items():
        current = find_current_code(book.by_code, code, book.day)
        area = next((area for area in book.by_code.get(current, ()) if area.exists_on(book.day)), None)
        inside = [count for count in counts if _lies_within(count.period, book.period)]
        if area is None or not inside:
            continue
        if area.level is AreaLevel.VILLAGE:
            found = _hold_village(tally_village(book, current, indicator), inside)
        else:
            found = _hold_township(book, area, indicator, inside)
        for count, how, known in found:
            yield _report(count, area, how=how, known=known, cells=cells or {})


def _lies_within(inner: Period, outer: Period) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _hold_village(tally: Tally, counts: Sequence[Count]) -> Iterable[tuple[Count, str, int]]:
    """Give the counts that widened the village's interval, with what denies them."""
    for count in counts:
        if count.period not in tally.disagreeing:
            continue
        own = _count_filed(tally.incidents, count.period)
        if _is_told(tally, count.period) or own > count.count:
            yield count, "明细", own
            continue
        others = [c for c in tally.counts if c.area_code == count.area_code and c.period != count.period]
        shorter = [c.count for c in others if _lies_within(c.period, count.period)]
        yield count, "各月的月报合起来", sum(shorter)


def _hold_township(
    book: YearBook, township: Area, indicator: Indicator, counts: Sequence[Count]
) -> Iterable[tuple[Count, str, int]]:
    """Give the counts of a township that its cases cannot be: held ones may be among them."""
    tallies = [tally_village(book, v.code, indicator) for v in book.villages_of(township.code)]
    charged = [incident for tally in tallies for incident in tally.incidents]
    own = book.lineages.get(township.code, (township.code,))
    charged += [incident for code in own for incident in book.incidents.get((code, indicator), ())]
    cases = {incident.id: incident for incident in charged}
    held = {incident.id: incident for tally in tallies for incident in tally.held}
    for count in counts:
        low = _count_filed(cases.values(), count.period)
        high = low + sum(incident.weight for incident in held.values())
        if count.count < low or (count.count > high and all(_is_told(t, count.period) for t in tallies)):
            yield count, "明细", low


def _count_filed(incidents: Iterable[Incident], period: Period) -> int:
    return sum(1 for incident in incidents if incident.filed_on in period)


def _is_told(tally: Tally, period: Period) -> bool:
    """Say whether every month of a span was told case by case."""
    return all(any(month in report.period for report in tally.reports) for month in period.months())


def _report(
    count: Count, area: Area, *, how: str, known: int, cells: Mapping[tuple[Source, str], str]
) -> Finding:
    source = count.source
    return make_finding(
        "COUNT-DIFFERS",
        file=source.file,
        sheet=source.sheet,
        cell=cells.get((source, count.indicator), f"A{source.row}"),
        area=area.name,
        period=count.period.label,
        indicator=count.indicator.label,
        counted=count.count,
        how=how,
        known=known,
    )
