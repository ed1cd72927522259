"""What the monthly circular is told: figures of month and year, who has not reported, what is open."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sanwu_cli.documents.kinds import find_kind
from sanwu_cli.jobs.contexts import describe_common
from sanwu_cli.jobs.reading import sheet_of
from sanwu_cli.jobs.score_json import village_status
from sanwu_cli.jobs.scoring import YearScore, completeness, open_scoring, score_year
from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Answer, IncidentStatus, Indicator

if TYPE_CHECKING:
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.plan.evaluate import IndicatorState, VillageJudgement
    from sanwu_cli.records import Incident

# Readings every count of incidents rests on, beside those its rules name.
_COUNTING_READINGS = ("T-12", "T-13", "T-14", "T-19", "T-20", "T-30")
_UNREPORTED = "（待报）"
_TO_CHECK = "（待核）"


def describe_circular(
    workspace: Workspace, registers: RegisterReading, month: Month
) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """Give the context of `monthly_circular`, and the findings it rests on."""
    to_date = open_scoring(workspace, registers, year=month.year, last_month=month)
    score = score_year(to_date)
    gaps = _completeness(to_date)
    held = [i for i in to_date.case.book.records.incidents if i.status is IncidentStatus.HELD]
    rules = [rule for rule in workspace.plan.rules if rule.level.value == "village"]
    readings = [*(r for rule in rules for r in rule.readings), *_COUNTING_READINGS]
    context = describe_common(workspace, month, sorted(readings))
    context |= {
        "recipients": list(workspace.settings.recipients) or ["各乡镇（街道）"],
        "completeness": [asdict(row) for row in gaps],
        "totals": _totals(score),
        "month_counts": _county_counts(score, month),
        "year_counts": _county_counts(score, None),
        "townships": _township_rows(score, month),
        "breached_villages": _breached_rows(score),
        "held_rows": len(held),
        "findings": {"error": 0, "warning": 0},
        "unknowns": _list_unknowns(workspace, gaps, len(held)),
        "clauses": {
            "supervision": find_kind("monthly_circular", workspace.template_folders).clause,
            "verdict": workspace.plan.rule("village.designated").clause,
        },
    }
    return context, registers.findings  # a month is not blamed for the year's assessment


@dataclass(frozen=True, slots=True)
class _Reported:
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
    schemas = load_schemas()
    rows = []
    for indicator, gaps in completeness(scoring):
        schema = schemas[sheet_of(indicator)]
        missing = [
            month.label
            if set(townships) >= with_villages
            else f"{month.label}（{'、'.join(names.get(code, code) for code in townships)}）"
            for month, townships in gaps.items()
        ]
        count = len(scoring.due)
        rows.append(_Reported(schema.title, schema.sender, tuple(missing), count - len(gaps), count))
    return rows


def _totals(score: YearScore) -> dict[str, int]:
    statuses = [village_status(judged) for judged in score.villages]
    return {
        "townships": len(score.townships),
        "villages": len(statuses),
        "unbreached": statuses.count("unbreached"),
        "breached": statuses.count("breached") + statuses.count("all_breached"),
        "all_breached": statuses.count("all_breached"),
        "unknown": statuses.count("unknown"),
    }


def _county_counts(score: YearScore, month: Month | None) -> dict[str, str]:
    villages = [judged.area.code for judged in score.villages]
    return {
        indicator.value: _count_text(score.scoring, villages, indicator, month, townships=None)
        for indicator in Indicator
    }


def _count_text(
    scoring: Scoring,
    villages: list[str],
    indicator: Indicator,
    month: Month | None,
    *,
    townships: set[str] | None,
) -> str:
    """Count the cases of some villages and their township (None: the county), each case once (T-20).

    What was only counted, not listed, is added; a gap in the reports is said.
    """
    book = scoring.case.book
    span = book.period if month is None else Period(month, month)
    listed = [
        incident
        for incident in book.records.incidents
        if incident.indicator is indicator
        and incident.counts
        and incident.filed_on is not None
        and incident.filed_on in span
        and (
            townships is None or any(_current(scoring, p.township_code) in townships for p in incident.places)
        )
    ]
    tallies = [scoring.case.tally(code, indicator) for code in villages]
    extra = 0 if month else sum(max(0, int(t.interval.low) - len(t.incidents)) for t in tallies)
    is_open = any((month in t.missing) if month else (t.interval.high is None) for t in tallies)
    number = len(listed) + extra
    if is_open:
        return f"≥{number}{_UNREPORTED}"
    held = {i.id for tally in tallies for i in tally.held if _may_lie_in(i, span)}
    return f"{number}…{number + len(held)}{_TO_CHECK}" if held else str(number)


def _may_lie_in(incident: Incident, span: Period) -> bool:
    if incident.filed_on is not None:
        return incident.filed_on in span
    months = incident.months
    return months is None or (months.first <= span.last and span.first <= months.last)


def _current(scoring: Scoring, code: str | None) -> str | None:
    if code is None:
        return None
    return next((c for c, members in scoring.case.book.lineages.items() if code in members), code)


def _township_rows(score: YearScore, month: Month) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for judged in score.townships:
        own = [village for village in score.villages if village.area.parent == judged.area.code]
        statuses = [village_status(village) for village in own]
        codes, towns = [village.area.code for village in own], {judged.area.code}
        counts = {
            indicator.value: "/".join(
                _count_text(score.scoring, codes, indicator, span, townships=towns) for span in (month, None)
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


def _list_unknowns(workspace: Workspace, gaps: list[_Reported], held: int) -> list[str]:
    unknowns = [f"《{row.title}》缺{'、'.join(row.missing)}" for row in gaps if row.missing]
    if held:
        unknowns.append(f"有{held}行没有确定归属或日期，挂起待核，可能影响的村(社区)按待定处理")
    slots = len(workspace.settings.binding_names)
    if not slots:
        unknowns.append("上级考核的约束性指标名称没有在 sanwu.toml 中填写，以认定表所列为准")
    if workspace.settings.exclude_causes:
        unknowns.append("不计入的案由：" + "、".join(workspace.settings.exclude_causes))
    return unknowns
