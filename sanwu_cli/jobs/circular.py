"""What the monthly circular is told: figures of month and year, who has not reported, what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict, replace

from sanwu_cli.documents.kinds import find_kind
from sanwu_cli.jobs.circular_disputes import open_circular_disputes
from sanwu_cli.jobs.contexts import describe_common
from sanwu_cli.jobs.requests import find_sender
from sanwu_cli.jobs.score_json import village_status
from sanwu_cli.jobs.scoring import YearScore, completeness, open_scoring, score_year
from sanwu_cli.model import Interval
from sanwu_cli.periods import Period
from sanwu_cli.plan.tally import find_current_code, may_lie_in, open_year
from sanwu_cli.terms import Answer, Indicator

if TYPE_CHECKING:
    from sanwu_cli.jobs.circular_disputes import CircularDisputes
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month
    from sanwu_cli.plan.evaluate import IndicatorState, VillageJudgement
    from sanwu_cli.plan.tally import Tally, YearBook
    from sanwu_cli.records import Incident

# Readings every count of incidents rests on, beside those its rules name.
COUNTING_READINGS = ("T-12", "T-13", "T-14", "T-19", "T-20", "T-30")
_UNREPORTED = "（待报）"
_TO_CHECK = "（待核）"


def describe_circular(
    workspace: Workspace, registers: RegisterReading, month: Month
) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """Give the context of `monthly_circular`, and the findings it rests on."""
    to_date = open_scoring(workspace, registers, year=month.year, last_month=month)
    only = open_scoring(workspace, registers, year=month.year, last_month=month, is_month_only=True)
    score = score_year(to_date)
    gaps = _completeness(to_date)
    disputes = open_circular_disputes(workspace, registers, month)
    held = [
        i for i in to_date.case.book.records.incidents if i.widens and may_lie_in(i, to_date.case.book.period)
    ]
    rules = [rule for rule in workspace.plan.rules if rule.level.value == "village"]
    readings = [*(r for rule in rules for r in rule.readings), *COUNTING_READINGS]
    context = describe_common(workspace, month, sorted(readings))
    context |= {
        "recipients": list(workspace.settings.recipients) or ["各乡镇（街道）"],
        "completeness": [asdict(row) for row in gaps],
        "totals": sum_statuses(score),
        "month_counts": _county_counts(only),
        "year_counts": _county_counts(to_date),
        "added_counts": _count_added(only, to_date),
        "disputes": disputes.describe(),
        "townships": _township_rows(score, only, disputes),
        "charts": _list_charts(to_date),
        "breached_villages": _breached_rows(score),
        "held_rows": len(held),
        "findings": {"error": 0, "warning": 0},
        "unknowns": _list_unknowns(workspace, gaps, len(held), _count_contested(to_date)),
        "clauses": {
            "supervision": find_kind("monthly_circular", workspace.template_folders).clause,
            "verdict": workspace.plan.rule("village.designated").clause,
        },
    }
    # A month is not blamed for the year's assessment.
    return context, (*registers.findings, *disputes.month.findings)


class _Reported(Struct, frozen=True):
    """How complete one sheet's reports are."""

    title: str
    department: str
    missing: tuple[str, ...]
    reported: int
    due: int


def _completeness(scoring: Scoring) -> list[_Reported]:
    """Say for each indicator how many due months are reported, and which are not, by township if in part."""
    names = {area.code: area.name for area in scoring.case.book.townships}
    with_villages = {area.parent for area in scoring.case.book.villages}
    rows = []
    for indicator, gaps in completeness(scoring):
        sender, title = find_sender(scoring, indicator)
        missing = [
            month.label
            if set(townships) >= with_villages
            else f"{month.label}（{'、'.join(names.get(code, code) for code in townships)}）"
            for month, townships in gaps.items()
        ]
        count = len(scoring.due)
        rows.append(_Reported(title, sender, tuple(missing), count - len(gaps), count))
    return rows


def sum_statuses(score: YearScore) -> dict[str, int]:
    """Count the townships, and the villages by status."""
    statuses = [village_status(judged) for judged in score.villages]
    return {
        "townships": len(score.townships),
        "villages": len(statuses),
        "unbreached": statuses.count("unbreached"),
        "breached": statuses.count("breached") + statuses.count("all_breached"),
        "all_breached": statuses.count("all_breached"),
        "unknown": statuses.count("unknown"),
    }


def _county_counts(scoring: Scoring) -> dict[str, str]:
    towns = {area.code for area in scoring.case.book.townships}
    return {indicator.value: count_text(scoring, towns, indicator, is_county=True) for indicator in Indicator}


def _list_charts(to_date: Scoring) -> list[dict[str, object]]:
    """Give each indicator's numbers month by month; a month that is not wholly known has a word instead."""
    book, year = to_date.case.book, to_date.case.book.period.last.year
    towns = {area.code for area in book.townships}
    added = [one.indicator for one in to_date.workspace.settings.added]
    points: dict[Indicator, list[dict[str, str]]] = {one: [] for one in (*Indicator, *added)}
    for month in book.period.months():
        own = open_year(
            book.records, day=book.day, period=Period(month, month), counts_contested=book.counts_contested
        )
        one = replace(to_date, case=replace(to_date.case, book=own, tallies={}))
        for indicator, told in points.items():
            text = _show_month(count_cases(one, towns, indicator, is_county=True))
            told.append({"label": f"{month.number}月", "text": text})
    return [{"title": f"{year}年{one.label}（件）", "points": told} for one, told in points.items()]


def _show_month(counted: Interval) -> str:
    if counted.is_exact:
        return str(counted.low)
    return "待报" if counted.high is None else "待核"


def _count_added(only: Scoring, to_date: Scoring) -> list[dict[str, str]]:
    """Give the county's numbers of the indicators the office added."""
    towns = {area.code for area in to_date.case.book.townships}
    return [
        {
            "name": added.indicator.label,
            "month": count_text(only, towns, added.indicator, is_county=True),
            "year": count_text(to_date, towns, added.indicator, is_county=True),
        }
        for added in to_date.workspace.settings.added
    ]


def count_text(scoring: Scoring, towns: set[str], indicator: Indicator, *, is_county: bool = False) -> str:
    """Write a span's cases; a gap in the reports and a row on hold are said."""
    counted = count_cases(scoring, towns, indicator, is_county=is_county)
    if counted.high is None:
        return f"≥{counted.low}{_UNREPORTED}"
    return str(counted.low) if counted.is_exact else f"{counted.low}…{counted.high}{_TO_CHECK}"


def count_cases(
    scoring: Scoring, towns: set[str], indicator: Indicator, *, is_county: bool = False
) -> Interval:
    """Count a span's cases of some townships, or of the county: each case once (T-20).

    What was only counted, not listed, is added; where a month is unreported there is no upper end, and
    rows on hold raise it.
    """
    by_town = _list_by_town(scoring, indicator)
    listed = by_town[None] if is_county else set().union(*(by_town.get(town, ()) for town in towns))
    extra = slack = 0
    is_open = False
    held: dict[str, int] = {}
    for town in sorted(towns):
        tallies = [scoring.case.tally(v.code, indicator) for v in scoring.case.book.villages_of(town)]
        is_open = is_open or any(t.interval.high is None for t in tallies)
        held |= {incident.id: incident.weight for tally in tallies for incident in tally.held}
        more, loose = _sum_uncounted(scoring, town, tallies, indicator)
        extra, slack = extra + more, slack + loose
    number, slack = len(listed) + extra, slack + sum(held.values())
    return Interval(number, None if is_open else number + slack)


def _list_by_town(scoring: Scoring, indicator: Indicator) -> dict[str | None, set[int]]:
    """Number a span's cases of an indicator, and say which lie in which township; None: all of them."""
    book = scoring.case.book
    if indicator not in book.by_town:
        found: dict[str | None, set[int]] = {None: set()}
        for number, incident in enumerate(book.records.incidents):
            if incident.indicator is indicator and _is_counted(book, incident):
                for code in (None, *_towns_of(book, incident)):
                    found.setdefault(code, set()).add(number)
        book.by_town[indicator] = found
    return book.by_town[indicator]


def _is_counted(book: YearBook, incident: Incident) -> bool:
    is_open = incident.is_contested and not book.counts_contested
    return incident.counts and incident.filed_on in book.period and not is_open


def _towns_of(book: YearBook, incident: Incident) -> set[str]:
    """Give the townships of a case, as they stand on the assessment day."""
    codes = {place.township_code for place in incident.places if place.township_code}
    return {find_current_code(book.by_code, code, book.day) for code in codes}


def _sum_uncounted(
    scoring: Scoring, town: str, tallies: list[Tally], indicator: Indicator
) -> tuple[int, int]:
    """Say how many cases of a township were counted but not listed, and how many more there may be.

    A sum counted for the whole township is exact, whatever its villages' own bounds are.
    """
    book = scoring.case.book
    extra = sum(max(0, int(t.interval.low) - len(t.incidents)) for t in tallies)
    sums = [
        count.count
        for count in book.counts.get((town, indicator), ())
        if book.period.first <= count.period.first
        and count.period.last <= book.period.last
        and not count.is_void
    ]
    if sums:
        listed = {incident.id for tally in tallies for incident in tally.incidents}
        return max(extra, sum(sums) - len(listed), 0), 0
    loose = sum(
        int(t.interval.high) - int(t.interval.low) - sum(incident.weight for incident in t.held)
        for t in tallies
        if t.interval.high
    )
    return extra, max(0, loose)


def _township_rows(score: YearScore, only: Scoring, disputes: CircularDisputes) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    by_parent: dict[str, list[VillageJudgement]] = {}
    for village in score.villages:
        by_parent.setdefault(village.area.parent, []).append(village)
    for judged in score.townships:
        own = by_parent.get(judged.area.code, [])
        statuses = [village_status(village) for village in own]
        counts = {
            indicator.value: "/".join(
                count_text(scoring, {judged.area.code}, indicator) for scoring in (only, score.scoring)
            )
            for indicator in Indicator
        }
        breached = statuses.count("breached") + statuses.count("all_breached")
        rows.append(
            {
                "name": judged.area.name,
                "villages": len(own),
                "unbreached": str(statuses.count("unbreached")),
                "breached": str(breached),
                "all_breached": str(statuses.count("all_breached")),
                "unknown": str(statuses.count("unknown")),
                **counts,
                "disputes": disputes.describe_township(judged.area.code),
            }
        )
    return rows


def _breached_rows(score: YearScore) -> list[dict[str, str]]:
    names = {judged.area.code: judged.area.name for judged in score.townships}
    return [
        {
            "township": names.get(judged.area.parent, judged.area.parent),
            "name": judged.area.name,
            "indicators": "、".join(_breach_texts(judged)),
        }
        for judged in score.villages
        if village_status(judged) in {"breached", "all_breached"}
    ]


def _breach_texts(judged: VillageJudgement) -> list[str]:
    return [
        f"{indicator.label}{_show_state(state)}件"
        for indicator, state in judged.indicators.items()
        if state.answer is Answer.NOT_MET
    ]


def _show_state(state: IndicatorState) -> str:
    low, high = state.interval.low, state.interval.high
    return str(low) if low == high else f"至少{low}"


def _count_contested(scoring: Scoring) -> int:
    book = scoring.case.book
    return sum(
        1
        for incident in book.records.incidents
        if incident.is_contested and incident.counts and may_lie_in(incident, book.period)
    )


def _list_unknowns(workspace: Workspace, gaps: list[_Reported], held: int, contested: int) -> list[str]:
    unknowns = [f"《{row.title}》缺{'、'.join(row.missing)}" for row in gaps if row.missing]
    if held:
        unknowns.append(f"有{held}行没有确定归属或日期，挂起待核，可能影响的村(社区)按待定处理")
    if contested:
        unknowns.append(f"有{contested}件有异议未决，当月照计，年度按可能计入")
    slots = len(workspace.settings.binding_names)
    if not slots:
        unknowns.append("上级考核的约束性指标名称没有在 sanwu.toml 中填写，以认定表所列为准")
    if workspace.settings.exclude_causes:
        unknowns.append("不计入的案由：" + "、".join(workspace.settings.exclude_causes))
    return unknowns
