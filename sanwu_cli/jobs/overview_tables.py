"""The tables of the year's overview as plain data: cases, verdicts, gaps, attendance, disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.grassroots.shares import show_count
from sanwu_cli.jobs.attendance_tables import group_figures, name_group, show_tally
from sanwu_cli.jobs.circular import count_cases
from sanwu_cli.jobs.grassroots_tables import UNREPORTED, show_settled
from sanwu_cli.jobs.requests import find_sender, list_requests
from sanwu_cli.jobs.scoring import completeness, show_score
from sanwu_cli.periods import Period
from sanwu_cli.plan.evaluate import explain_rule, show_interval
from sanwu_cli.plan.facts import explain_gaps
from sanwu_cli.terms import Answer, Attendance, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.attendance.figures import Figures
    from sanwu_cli.grassroots.disputes import DisputeFigures, DisputeReport
    from sanwu_cli.grassroots.terrain import Terrain
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.jobs.scoring import Scoring, YearScore
    from sanwu_cli.model import Interval
    from sanwu_cli.plan.evaluate import Reason, TownshipJudgement, VillageJudgement
    from sanwu_cli.plan.needs import OpenArea
    from sanwu_cli.terms import Indicator

Row = dict[str, object]
# From how many cases on a cell takes the next deeper colour.
_SHADES = (1, 2, 4, 8)
_NO_VILLAGE: Row = {"kind": "none", "text": "—", "told": "没有村(社区)"}
_NOT_YET: Row = {"kind": "future", "text": "", "told": "这个月还没有过完"}


def sum_up(score: YearScore, opened: Mapping[Period, Scoring]) -> Row:
    """Count the verdicts of both levels, the cases so far, and the awards."""
    levels = (("乡镇(街道)", score.townships), ("村(社区)", score.villages))
    return {
        "levels": [{"name": name, "verdicts": _count_verdicts(judged)} for name, judged in levels],
        "indicators": [
            {"name": indicator.label, "cell": _sum_cell(score.scoring, opened, indicator)}
            for indicator in score.scoring.case.indicators
        ],
        "award": f"{score.award_yuan:,}",
    }


def _count_verdicts(judged: Sequence[TownshipJudgement | VillageJudgement]) -> list[Row]:
    verdicts = [one.verdict for one in judged]
    return [
        {"id": verdict.value, "label": verdict.label, "count": verdicts.count(verdict)}
        for verdict in Verdict
        if verdict in verdicts or verdict is not Verdict.NOT_APPLICABLE
    ]


def heat_tables(scoring: Scoring, opened: Mapping[Period, Scoring]) -> list[Row]:
    """Lay out each indicator's cases: a row a township, a cell a month that is over, their sum at the end.

    `opened` are the months that are over, and all of them together.
    """
    towns = [area.code for area in scoring.case.book.townships]
    months = [opened.get(Period(month, month)) for month in scoring.case.book.period.months()]
    return [
        {
            "name": indicator.label,
            "rows": [
                {
                    "code": area.code,
                    "name": area.name,
                    "cells": [_month_cell(month, area.code, indicator) for month in months],
                    "sum": _sum_cell(scoring, opened, indicator, area.code),
                }
                for area in scoring.case.book.townships
            ],
            "total": [
                _NOT_YET
                if one is None
                else _show_sum(count_cases(one, set(towns), indicator, is_county=True))
                for one in months
            ],
            "sum": _sum_cell(scoring, opened, indicator),
        }
        for indicator in scoring.case.indicators
    ]


def _month_cell(month: Scoring | None, town: str, indicator: Indicator) -> Row:
    if month is None:
        return _NOT_YET
    if not month.case.book.villages_of(town):
        return _NO_VILLAGE
    return _show_cell(count_cases(month, {town}, indicator))


def _sum_cell(
    scoring: Scoring, opened: Mapping[Period, Scoring], indicator: Indicator, town: str = ""
) -> Row:
    """Sum the months that are over, of a township or of the county."""
    if not scoring.due:
        return _NOT_YET
    to_date = opened[Period(min(scoring.due), max(scoring.due))]
    book = to_date.case.book
    if town and not book.villages_of(town):
        return _NO_VILLAGE
    towns = {town} if town else {area.code for area in book.townships}
    return _show_sum(count_cases(to_date, towns, indicator, is_county=not town))


def _show_sum(cases: Interval) -> Row:
    """Show a sum as _show_cell does, without a shade: sums are no measure for single months."""
    cell = _show_cell(cases)
    return {**cell, "kind": "sum"} if cases.is_exact else cell


def _show_cell(cases: Interval) -> Row:
    """Show a number of cases; what nobody reported is said so, and is never a zero."""
    if cases.high is None:
        text = f"≥{cases.low}" if cases.low else UNREPORTED
        told = f"没有报齐，已知{cases.low}件" if cases.low else "没有报齐，还不知道有没有"
        return {"kind": "unknown", "text": text, "told": told}
    if not cases.is_exact:
        return {"kind": "open", "text": show_count(cases), "told": "有待核的，可能是这之间的一个数"}
    shade = sum(cases.low >= least for least in _SHADES)
    return {"kind": f"shade{shade}", "text": str(cases.low), "told": f"{cases.low}件"}


def township_rows(score: YearScore) -> list[Row]:
    """Lay out the townships with their verdict and what speaks against it."""
    return [
        {
            "code": judged.area.code,
            "name": judged.area.name,
            "verdict": {"id": judged.verdict.value, "label": judged.verdict.label},
            "villages": judged.village_count,
            "unbreached": _show_bounds(judged.unbreached),
            "all_breached": _show_bounds(judged.all_breached),
            "score": show_score(score.scoring.case.scores.get(judged.area.code)) or "—",
            "rank": "—" if judged.rank is None else judged.rank,
            "reasons": _township_reasons(score.scoring, judged),
            "flags": [flag.label for flag in judged.flags],
        }
        for judged in score.townships
    ]


def _township_reasons(scoring: Scoring, judged: TownshipJudgement) -> list[str]:
    plan, case = scoring.workspace.plan, scoring.case
    if judged.verdict in (Verdict.DESIGNATED, Verdict.NOT_APPLICABLE):
        return []
    barring = explain_rule(plan, case, plan.rule("township.disqualified"), judged.area.code)
    naming = explain_rule(plan, case, plan.rule("township.designated"), judged.area.code)
    told = [barring] if judged.verdict is Verdict.DISQUALIFIED else []
    told += [child for child in naming.children if child.answer is not Answer.MET]
    return [_say_condition(reason, is_barring=reason is barring) for reason in told]


def _say_condition(reason: Reason, *, is_barring: bool) -> str:
    answer = "" if is_barring else f"{reason.answer.label}，"
    numbers = f"实际{reason.seen}，标准{reason.bound}" if reason.seen else f"标准{reason.bound}"
    gaps = "".join(f"；{gap}" for gap in reason.gaps)
    return f"{reason.title}：{answer}{numbers}{gaps}"


def village_rows(score: YearScore) -> list[Row]:
    """Lay out the villages with their verdict and what speaks against it."""
    scoring = score.scoring
    homes = {village.code: town for town, own in scoring.case.book.by_township.items() for village in own}
    names = {judged.area.code: judged.area.name for judged in score.townships}
    return [
        {
            "town": homes.get(judged.area.code, judged.area.parent),
            "township": names.get(homes.get(judged.area.code, ""), ""),
            "name": judged.area.name,
            "verdict": {"id": judged.verdict.value, "label": judged.verdict.label},
            "reasons": _village_reasons(scoring, judged),
            "flags": [flag.label for flag in judged.flags],
        }
        for judged in score.villages
    ]


def _village_reasons(scoring: Scoring, judged: VillageJudgement) -> list[str]:
    if judged.verdict in (Verdict.DESIGNATED, Verdict.NOT_APPLICABLE):
        return []
    plan, case = scoring.workspace.plan, scoring.case
    naming = explain_rule(plan, case, plan.rule("village.designated"), judged.area.code)
    told = [_say_indicator(scoring, judged, indicator) for indicator in judged.indicators]
    return [*filter(None, told), *naming.gaps]


def _say_indicator(scoring: Scoring, judged: VillageJudgement, indicator: Indicator) -> str:
    """Say what of an indicator speaks against a village; empty where nothing does."""
    state = judged.indicators[indicator]
    if state.answer is Answer.MET:
        return ""
    if state.answer is Answer.NOT_MET:
        return f"{indicator.label}{show_interval(state.interval)}件，限{state.limit}件"
    tally = scoring.case.tally(judged.area.code, indicator)
    over = tuple(month for month in tally.missing if month in scoring.due)
    gaps = list(explain_gaps(replace(tally, missing=over)))
    if len(over) < len(tally.missing):
        gaps.append("年度还没有过完")
    return f"{indicator.label}待定：{'；'.join(gaps) or show_interval(state.interval)}"


def _show_bounds(bounds: tuple[int, int]) -> str:
    low, high = bounds
    return str(low) if low == high else f"{low}…{high}"


def missing_rows(scoring: Scoring) -> list[Row]:
    """Lay out which months of which sheet are there, and which townships a month lacks."""
    book = scoring.case.book
    with_villages = set(book.by_township)
    names = {area.code: area.name for area in book.townships}
    rows: list[Row] = []
    for indicator, gaps in completeness(scoring):
        sender, title = find_sender(scoring, indicator)
        cells: list[Row] = []
        for month in book.period.months():
            towns = gaps.get(month)
            if month not in scoring.due:
                cells.append(_NOT_YET)
            elif towns is None:
                cells.append({"kind": "told", "text": "齐", "told": "已经报齐"})
            elif set(towns) >= with_villages:
                cells.append({"kind": "unknown", "text": UNREPORTED, "told": "全部乡镇(街道)没有报"})
            else:
                lacking = "、".join(names.get(code, code) for code in towns)
                cells.append({"kind": "unknown", "text": f"缺{len(towns)}", "told": f"没有报的：{lacking}"})
        rows.append({"sender": sender, "title": title, "cells": cells})
    return rows


def request_groups(scoring: Scoring, needs: Iterable[OpenArea]) -> list[Row]:
    """Group what is to be asked by whom it is asked of, in their order."""
    groups: dict[str, list[Row]] = {}
    for request in list_requests(scoring, needs):
        groups.setdefault(request.sender, []).append({"text": request.text, "units": len(request.decides)})
    return [{"sender": sender, "lines": lines} for sender, lines in groups.items()]


def attendance_rows(view: AttendanceView) -> list[Row]:
    """Lay out each township's duties by what became of them."""
    return [
        {
            "code": one.key,
            "name": name_group(view, "township", one.key),
            "duties": one.duties,
            "parts": _list_parts(one),
            "late": one.late,
            "early": one.early,
            "consulted": show_tally(one.consulted),
            "mediated": show_tally(one.mediated),
        }
        for one in group_figures(view, "township")
        if one.key
    ]


def _list_parts(figures: Figures) -> list[Row]:
    return [
        {"id": status.value, "label": status.label, "number": figures.statuses[status]}
        for status in Attendance
    ]


def dispute_rows(report: DisputeReport, terrain: Terrain) -> list[Row]:
    """Lay out each township's disputes; one without records has not reported, which is not zero."""
    known = {area.code: figures for area, figures in report.by_township}
    return [_dispute_row(area.code, area.name, known.get(area.code)) for area in terrain.townships] + (
        [_dispute_row("", "合计", report.total)] if report.total is not None else []
    )


def _dispute_row(code: str, name: str, figures: DisputeFigures | None) -> Row:
    if figures is None:
        return {"code": code, "name": name, "is_reported": False}
    counts = (figures.intake, figures.settled, figures.open, figures.overdue)
    return {
        "code": code,
        "name": name,
        "is_reported": True,
        "numbers": [show_count(count) for count in counts],
        "share": show_settled(figures),
    }
