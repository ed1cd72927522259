"""Two months held against each other: counts, breached villages, what is new since, what came in late."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import SanwuError
from sanwu_cli.jobs.circular import count_cases
from sanwu_cli.jobs.score_json import village_status
from sanwu_cli.jobs.scoring import Scoring, YearScore, open_scoring, score_year
from sanwu_cli.ledger.entries import drop_undone
from sanwu_cli.model import Interval
from sanwu_cli.plan.margins import measure_margin
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Answer, Indicator, Intake

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Area
    from sanwu_cli.periods import Month
    from sanwu_cli.plan.evaluate import VillageJudgement

_BREACHED = ("breached", "all_breached")


class Side(Struct, frozen=True):
    """One of the two months: its year up to it, judged, and the month alone."""

    month: Month
    score: YearScore
    only: Scoring


class Pair(Struct, frozen=True):
    """A number on both sides; None where the area does not stand on that side."""

    first: Interval | None
    second: Interval | None

    @property
    def change(self) -> int | None:
        """Say by how much it changed; None unless both are known exactly."""
        if self.first is None or self.second is None:
            return None
        if not (self.first.is_exact and self.second.is_exact):
            return None
        return int(self.second.low) - int(self.first.low)


class TownshipPair(Struct, frozen=True):
    """A township on both sides: cases of the month, breached villages to date, the share still in reach."""

    area: Area
    cases: dict[Indicator, Pair]
    breached: Pair
    all_breached: Pair
    reachable: tuple[Answer | None, Answer | None]


class VillagePair(Struct, frozen=True):
    """A village of which something changed; a status is None where it does not stand on that side."""

    area: Area
    statuses: tuple[str | None, str | None]
    to_date: dict[Indicator, Pair]
    new_breaches: tuple[tuple[Indicator, Answer | None], ...]


class LateReport(Struct, frozen=True):
    """A sheet taken in after the end of the month that follows the last month it reports."""

    taken_in_on: date
    schema_id: str
    file: str
    sheet: str
    period: str
    label: str


class Comparison(Struct, frozen=True):
    """Two months compared."""

    first: Side
    second: Side
    county: dict[Indicator, Pair]
    townships: tuple[TownshipPair, ...]
    villages: tuple[VillagePair, ...]
    late: tuple[LateReport, ...]


def compare_months(
    workspace: Workspace, registers: RegisterReading, months: tuple[Month, Month], *, as_of: date | None
) -> Comparison:
    """Compare two months as the ledger has them now. Raises SanwuError for one month given twice."""
    if months[0] == months[1]:
        raise SanwuError(f"两个月份都是{months[0]}", remedy="请写两个不同的月份")
    contents = workspace.ledger.read()
    first, second = (_open_side(workspace, registers, month, contents, as_of) for month in months)
    indicators = second.only.case.indicators
    return Comparison(
        first,
        second,
        {indicator: _pair_county(first, second, indicator) for indicator in indicators},
        tuple(_pair_township(first, second, area) for area in _join_areas(first, second, "townships")),
        tuple(_pair_villages(first, second)),
        tuple(_list_late(contents, max(months))),
    )


def _open_side(
    workspace: Workspace, registers: RegisterReading, month: Month, contents: Contents, as_of: date | None
) -> Side:
    to_date = open_scoring(
        workspace, registers, year=month.year, last_month=month, as_of=as_of, contents=contents
    )
    only = open_scoring(
        workspace,
        registers,
        year=month.year,
        last_month=month,
        as_of=as_of,
        is_month_only=True,
        contents=contents,
        records=to_date.case.book.records,
    )
    return Side(month, score_year(to_date), only)


def _join_areas(first: Side, second: Side, which: str) -> list[Area]:
    """List the areas of both sides by code, as the second knows them."""
    areas = {area.code: area for side in (first, second) for area in getattr(side.only.case.book, which)}
    return [areas[code] for code in sorted(areas)]


def _pair_county(first: Side, second: Side, indicator: Indicator) -> Pair:
    counts = []
    for side in (first, second):
        towns = {area.code for area in side.only.case.book.townships}
        counts.append(count_cases(side.only, towns, indicator, is_county=True))
    return Pair(*counts)


def _pair_township(first: Side, second: Side, area: Area) -> TownshipPair:
    sides = (first, second)
    cases = {
        indicator: Pair(*(_count_township(side, area, indicator) for side in sides))
        for indicator in second.only.case.indicators
    }
    return TownshipPair(
        area,
        cases,
        Pair(*(_count_status(side, area, _BREACHED) for side in sides)),
        Pair(*(_count_status(side, area, _BREACHED[1:]) for side in sides)),
        (_find_reach(first, area), _find_reach(second, area)),
    )


def _stands(side: Side, area: Area) -> bool:
    return any(town.code == area.code for town in side.only.case.book.townships)


def _count_township(side: Side, area: Area, indicator: Indicator) -> Interval | None:
    return count_cases(side.only, {area.code}, indicator) if _stands(side, area) else None


def _count_status(side: Side, area: Area, wanted: tuple[str, ...]) -> Interval | None:
    """Count a township's villages that are breached to date: certainly, and with those still open."""
    if not _stands(side, area):
        return None
    own = [judged for judged in side.score.villages if judged.area.parent == area.code]
    low = sum(1 for judged in own if village_status(judged) in wanted)
    return Interval(low, low + sum(1 for judged in own if _may_become(judged, wanted)))


def _may_become(judged: VillageJudgement, wanted: tuple[str, ...]) -> bool:
    if village_status(judged) in wanted:
        return False
    answers = [state.answer for state in judged.indicators.values()]
    if len(wanted) > 1:
        return Answer.UNKNOWN in answers
    return Answer.MET not in answers


def _find_reach(side: Side, area: Area) -> Answer | None:
    scoring = side.score.scoring
    if not _stands(side, area) or not area.competes:
        return None
    margin = measure_margin(scoring.workspace.plan, scoring.case, area)
    return margin.reachable if margin else None


def _pair_villages(first: Side, second: Side) -> Iterable[VillagePair]:
    """Give the villages of which a status, a number or the existence differs."""
    sides = [{judged.area.code: judged for judged in side.score.villages} for side in (first, second)]
    for code in sorted({*sides[0], *sides[1]}):
        before, after = (side.get(code) for side in sides)
        known = after or before
        if known is None:
            continue
        statuses = (_status(before), _status(after))
        to_date = {
            indicator: Pair(_interval(before, indicator), _interval(after, indicator))
            for indicator in known.indicators
        }
        if statuses[0] != statuses[1] or any(pair.first != pair.second for pair in to_date.values()):
            yield VillagePair(known.area, statuses, to_date, _find_new(before, after))


def _status(judged: VillageJudgement | None) -> str | None:
    return village_status(judged) if judged else None


def _interval(judged: VillageJudgement | None, indicator: Indicator) -> Interval | None:
    state = judged.indicators.get(indicator) if judged else None
    return state.interval if state else None


def _find_new(
    before: VillageJudgement | None, after: VillageJudgement | None
) -> tuple[tuple[Indicator, Answer | None], ...]:
    """Give the indicators breached on the second side and not certainly on the first; what it was there."""
    if after is None:
        return ()
    found = []
    for indicator, state in after.indicators.items():
        known = before.indicators.get(indicator) if before else None
        was = known.answer if known else None
        if state.answer is Answer.NOT_MET and was is not Answer.NOT_MET:
            found.append((indicator, was))
    return tuple(found)


def _list_late(contents: Contents, last: Month) -> Iterable[LateReport]:
    """List the sheets of months up to the later one that came in when the month after theirs was over."""
    wanted = {schema.id for schema in load_schemas().values() if schema.intake is Intake.INCIDENTS}
    days = {run.number: run.as_of for run in contents.runs}
    seen: set[tuple[str, str]] = set()
    for receipt in sorted(drop_undone(contents).receipts, key=lambda one: (one.run, one.number)):
        source, period = receipt.source, receipt.period
        if receipt.schema_id not in wanted or period is None or period.last > last:
            continue
        if (source.sha256, source.sheet) in seen or not days.get(receipt.run):
            continue
        seen.add((source.sha256, source.sheet))
        day = date.fromisoformat(days[receipt.run])
        if day > period.last.plus(1).last_day:
            yield LateReport(day, receipt.schema_id, source.file, source.sheet, str(period), period.label)
