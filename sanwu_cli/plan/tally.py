"""How often each indicator was breached in each village: intervals from incidents, reports and counts.

Missing is never zero (T-30): a month nobody reported leaves the number unbounded. Numbers of one
span that come from two roads (case by case, and counted) are held together; where they disagree the
interval takes both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.model import Area, Interval, Place
from sanwu_cli.periods import Month, Period
from sanwu_cli.plan.spans import Span, bound_year, hold_together
from sanwu_cli.terms import AreaLevel, IncidentStatus, Indicator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.records import Count, Incident, Report, YearRecords


class Tally(Struct, frozen=True):
    """One indicator of one village in one year, and what it rests on."""

    interval: Interval
    missing: tuple[Month, ...] = ()
    incidents: tuple[Incident, ...] = ()
    held: tuple[Incident, ...] = ()
    reports: tuple[Report, ...] = ()
    counts: tuple[Count, ...] = ()
    disagreeing: tuple[Period, ...] = ()


class YearBook(Struct):
    """A year's records, indexed once for all areas.

    `day` is the assessment day (T-13); `villages` and `townships` exist on it, by code; `lineages` gives
    for each of them the codes whose events it carries (T-14). `counts_contested`: see `open_year`.
    """

    records: YearRecords
    day: date
    period: Period
    by_code: dict[str, list[Area]] = field(default_factory=lambda: defaultdict(list))
    lineages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    incidents: dict[tuple[str, Indicator], list[Incident]] = field(default_factory=lambda: defaultdict(list))
    held: dict[tuple[str, Indicator], list[Incident]] = field(default_factory=lambda: defaultdict(list))
    reports: dict[tuple[str | None, Indicator], list[Report]] = field(
        default_factory=lambda: defaultdict(list)
    )
    counts: dict[tuple[str, Indicator], list[Count]] = field(default_factory=lambda: defaultdict(list))

    months: tuple[Period, ...] = ()
    covering: dict[tuple[tuple[str, ...], Indicator], list[frozenset[str | None]]] = field(
        default_factory=dict
    )

    standing: dict[str, tuple[str, ...]] = field(default_factory=dict)

    counts_contested: bool = False

    villages: tuple[Area, ...] = ()
    townships: tuple[Area, ...] = ()
    by_township: dict[str, list[Area]] = field(default_factory=lambda: defaultdict(list))
    # The codes ever registered below each township.
    below: dict[str | None, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    # Tallies of villages without a case, by how long they lived below which townships.
    quiet: dict[tuple[object, ...], Tally] = field(default_factory=dict)
    # Which cases counted in the span lie in which township (None: anywhere), by their place in `records`.
    by_town: dict[Indicator, dict[str | None, set[int]]] = field(default_factory=dict)

    def villages_of(self, township: str) -> tuple[Area, ...]:
        """Give the villages of a township on the assessment day, by code."""
        return tuple(self.by_township.get(township, ()))


def open_year(records: YearRecords, *, day: date, period: Period, counts_contested: bool = False) -> YearBook:
    """Index a year's records; `period` is the span that is judged (T-11).

    A case under objection counts in a month's status (`counts_contested`); a year may or may not have it.
    """
    book = YearBook(records, day, period, counts_contested=counts_contested)
    book.months = tuple(Period(month, month) for month in period.months())
    for area in records.areas:
        book.by_code[area.code].append(area)
        book.below[area.parent][area.code] = None
    book.lineages.update(_trace_lineages(book.by_code, day))
    book.villages = _list_existing(records.areas, AreaLevel.VILLAGE, day)
    book.townships = _list_existing(records.areas, AreaLevel.TOWNSHIP, day)
    for village in book.villages:
        book.by_township[find_current_code(book.by_code, village.parent, day)].append(village)
    for incident in records.incidents:
        _index_incident(book, incident)
    for report in records.reports:
        book.reports[report.township_code, report.indicator].append(report)
    for count in records.counts:
        book.counts[count.area_code, count.indicator].append(count)
    return book


def _list_existing(areas: Iterable[Area], level: AreaLevel, day: date) -> tuple[Area, ...]:
    existing = [area for area in areas if area.level is level and area.exists_on(day)]
    return tuple(sorted(existing, key=lambda area: area.code))


def _index_incident(book: YearBook, incident: Incident) -> None:
    is_disputed = _is_disputed(book, incident)
    is_open = incident.widens or is_disputed
    if incident.counts and not is_open and incident.filed_on in book.period:
        for code in dict.fromkeys(place.area_code for place in incident.places if place.area_code):
            book.incidents[code, incident.indicator].append(incident)
    if (is_open or incident.counts) and may_lie_in(incident, book.period):
        open_places = [p for p in incident.places if is_open or p.area_code is None]
        open_places += incident.rivals if is_disputed else ()
        for code in _candidates(book, open_places):
            book.held[code, incident.indicator].append(incident)


def _is_disputed(book: YearBook, incident: Incident) -> bool:
    """Say whether it is open where the case belongs, or whether it counts: a year keeps both answers."""
    is_out = incident.status is IncidentStatus.WITHDRAWN
    return incident.is_contested and not is_out and not book.counts_contested


def _candidates(book: YearBook, places: Iterable[Place]) -> Iterable[str]:
    """Give the codes a row may belong to; a township alone stands for all its villages."""
    codes: dict[str, None] = {}
    for place in places:
        if place.area_code:
            codes[place.area_code] = None
        elif place.candidates:
            codes.update(dict.fromkeys(place.candidates))
        else:
            codes.update(book.below.get(place.township_code, {}))
    return codes


def may_lie_in(incident: Incident, period: Period) -> bool:
    """Say whether a case may have been filed in a span: by its date, else by the span it was reported for."""
    if incident.filed_on is not None:
        return incident.filed_on in period
    if incident.months is None:
        return True
    return incident.months.first <= period.last and period.first <= incident.months.last


def find_current_code(by_code: Mapping[str, Sequence[Area]], code: str, day: date) -> str:
    """Follow 并入代码 from a code to the one that stands for it on the day (T-14); stops at a cycle."""
    seen = {code}
    while not any(area.exists_on(day) for area in by_code.get(code, ())):
        ended = [a for a in by_code.get(code, ()) if a.valid_to and a.valid_to < day and a.successor]
        following = ended[-1].successor if ended else None
        if following is None or following in seen:
            return code
        seen.add(following)
        code = following
    return code


def _trace_lineages(by_code: Mapping[str, Sequence[Area]], day: date) -> dict[str, tuple[str, ...]]:
    lineages: dict[str, list[str]] = defaultdict(list)
    for code in sorted(by_code):
        lineages[find_current_code(by_code, code, day)].append(code)
    return {code: tuple(members) for code, members in lineages.items()}


def tally_village(book: YearBook, village: str, indicator: Indicator) -> Tally:
    """Tally one indicator of one village over the year, with the events of merged predecessors.

    A counted number that is doubted may stand or not: the year keeps what it comes to with it and without it,
    a month what is in force.
    """
    codes = book.lineages.get(village, (village,))
    if not any((code, indicator) in known for code in codes for known in (book.incidents, book.held)):
        return _tally_quiet(book, codes, indicator)
    return _tally_anew(book, codes, indicator)


def _tally_quiet(book: YearBook, codes: tuple[str, ...], indicator: Indicator) -> Tally:
    """Tally where no case is known: the same for all that lived as long below the same townships.

    What was counted for a village, or doubted, is its own.
    """
    if any(book.counts.get((code, indicator)) for code in codes):
        return _tally_anew(book, codes, indicator)
    lives = tuple((a.parent, a.valid_from, a.valid_to) for code in codes for a in _lives(book, code))
    ends = tuple(len(_lives(book, code)) for code in codes)
    key = lives, ends, indicator
    if key not in book.quiet:
        book.quiet[key] = _tally_anew(book, codes, indicator)
    return book.quiet[key]


def _tally_anew(book: YearBook, codes: tuple[str, ...], indicator: Indicator) -> Tally:
    counted = _counts_for(book, codes, indicator)
    if book.counts_contested:
        in_force = tuple(count for count in counted if not count.is_void)
        return _tally_counted(book, codes, indicator, in_force)
    tally = _tally_counted(book, codes, indicator, counted)
    undoubted = tuple(count for count in counted if not count.is_contested)
    if len(undoubted) == len(counted):
        return tally
    other = _tally_counted(book, codes, indicator, undoubted)
    highs = (tally.interval.high, other.interval.high)
    high = None if None in highs else max(high for high in highs if high is not None)
    interval = Interval(min(tally.interval.low, other.interval.low), high)
    missing = tuple(sorted({*tally.missing, *other.missing}))
    return replace(tally, interval=interval, missing=missing)


def _tally_counted(
    book: YearBook, codes: tuple[str, ...], indicator: Indicator, counted: tuple[Count, ...]
) -> Tally:
    """Tally an indicator of a village and its predecessors with the counted numbers given."""
    incidents = _unique(i for code in codes for i in book.incidents.get((code, indicator), ()))
    held = _unique(i for code in codes for i in book.held.get((code, indicator), ()))
    held = tuple(i for i in held if i not in incidents)
    reports = _reports_for(book, codes, indicator)
    months = _month_spans(book, codes, indicator, reports, incidents)
    spans = _count_spans(book, codes, counted)
    months, clashes = hold_together(months, [s for s in spans if s.period.first == s.period.last])
    ranges = [span for span in spans if span.period.first != span.period.last]
    low, high, denied = bound_year(months, ranges)
    clashes += denied
    if high is not None:
        high += sum(incident.weight for incident in held)
    return Tally(
        Interval(low, high),
        _missing_months(months, ranges),
        incidents,
        held,
        reports,
        counted,
        clashes,
    )


def _unique(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    return tuple({incident.id: incident for incident in incidents}.values())


def _lives(book: YearBook, code: str) -> list[Area]:
    return book.by_code.get(code, [])


def _lives_in(book: YearBook, code: str, period: Period) -> list[Area]:
    """Give the records of a code whose life touches the span."""
    return [area for area in _lives(book, code) if _lives_through(area, period)]


def _parents_of(book: YearBook, codes: Sequence[str]) -> tuple[str, ...]:
    """Give the townships of some villages, and those they were merged into by any month of the year."""
    parents = dict.fromkeys(area.parent for code in codes for area in _lives(book, code))
    return tuple(dict.fromkeys(code for parent in parents for code in _standing_for(book, parent)))


def _standing_for(book: YearBook, code: str) -> tuple[str, ...]:
    if code not in book.standing:
        days = [period.last.last_day for period in book.months]
        followed = [find_current_code(book.by_code, code, day) for day in days]
        book.standing[code] = tuple(dict.fromkeys([code, *followed]))
    return book.standing[code]


def _reports_for(book: YearBook, codes: Sequence[str], indicator: Indicator) -> tuple[Report, ...]:
    found = list(book.reports.get((None, indicator), ()))
    for parent in _parents_of(book, codes):
        found += book.reports.get((parent, indicator), ())
    return tuple(found)


def _month_spans(
    book: YearBook,
    codes: tuple[str, ...],
    indicator: Indicator,
    reports: Sequence[Report],
    incidents: Sequence[Incident],
) -> list[Span]:
    """Say what case-by-case reporting knows of each month of the year."""
    filed = Counter((i.filed_on.year, i.filed_on.month) for i in incidents if i.filed_on is not None)
    key = (_parents_of(book, codes), indicator)
    if key not in book.covering:
        book.covering[key] = [_list_covering(reports, month) for month in book.months]
    lives = [area for code in codes for area in _lives(book, code)]
    spans = []
    for period, covering in zip(book.months, book.covering[key], strict=True):
        month = period.first
        known = filed[month.year, month.number]
        covered = None in covering or all(_is_covered(book, a, period, covering) for a in lives)
        spans.append(Span(period, known, known if covered else None))
    return spans


def _is_covered(book: YearBook, area: Area, period: Period, covering: frozenset[str | None]) -> bool:
    """Say whether a village's township, or the one it was merged into, spoke; true of one not alive then."""
    if area.parent in covering or not _lives_through(area, period):
        return True
    return find_current_code(book.by_code, area.parent, period.last.last_day) in covering


def _list_covering(reports: Sequence[Report], period: Period) -> frozenset[str | None]:
    month = period.first
    return frozenset(report.township_code for report in reports if month in report.period)


def _lives_through(area: Area, period: Period) -> bool:
    """Say whether an area's life touches the span."""
    return (area.valid_from is None or area.valid_from <= period.last.last_day) and (
        area.valid_to is None or area.valid_to >= period.first.first_day
    )


def _counts_for(book: YearBook, codes: Sequence[str], indicator: Indicator) -> tuple[Count, ...]:
    parents = dict.fromkeys(area.parent for code in codes for area in _lives(book, code))
    found = [count for code in (*codes, *parents) for count in book.counts.get((code, indicator), ())]
    return tuple(found)


def _count_spans(book: YearBook, codes: Sequence[str], counts: Sequence[Count]) -> list[Span]:
    """Turn counts into spans: own counts are exact, a township's sum bounds each of its villages."""
    spans = []
    for period in dict.fromkeys(count.period for count in counts):
        own = {c.area_code: c.count for c in counts if c.period == period and c.area_code in codes}
        sums = {c.area_code: c.count for c in counts if c.period == period and c.area_code not in codes}
        low, high = 0, 0
        unknown = False
        for code in codes:
            living = _lives_in(book, code, period)
            if code in own:
                low, high = low + own[code], high + own[code]
            elif living and all(area.parent in sums for area in living):
                high += sum(sums[parent] for parent in dict.fromkeys(area.parent for area in living))
            elif living:
                unknown = True
        spans.append(Span(period, low, None if unknown else high))
    return [
        span
        for span in spans
        if span.period.first >= book.period.first and span.period.last <= book.period.last
    ]


def _missing_months(months: Sequence[Span], ranges: Sequence[Span]) -> tuple[Month, ...]:
    covered = {m for span in ranges if span.high is not None for m in span.period.months()}
    return tuple(s.period.first for s in months if s.high is None and s.period.first not in covered)
