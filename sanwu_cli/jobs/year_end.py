"""The year end (五(二), 六(四)): who is named, what is open and why, who is barred, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.jobs.influence import Awards, Influence, judge_year, measure_influence
from sanwu_cli.jobs.requests import Request, list_requests
from sanwu_cli.plan.evaluate import explain_rule
from sanwu_cli.plan.needs import OpenArea, list_open
from sanwu_cli.terms import AreaLevel, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.jobs.scoring import Scoring, YearScore
    from sanwu_cli.model import Area
    from sanwu_cli.plan.records import ReadingValue

_BARRING = "O-43"  # bars from the year's prizes and orders to put it right


class Barred(Struct, frozen=True):
    """A unit at the line of the sanction: what was seen, which bound, by which clause, what is to be done."""

    area: Area
    seen: str
    bound: str
    clause: str
    order: str


class Award(Struct, frozen=True):
    """What one unit is to be given, in yuan; `is_certain` False while its verdict is open."""

    area: Area
    yuan: int
    is_certain: bool


class YearEnd(Struct, frozen=True):
    """A year closed as far as it can be."""

    score: YearScore
    open_areas: tuple[OpenArea, ...]
    requests: tuple[Request, ...]
    barred: tuple[Barred, ...]
    payments: tuple[Award, ...]
    influence: Influence

    @property
    def awards(self) -> Awards:
        """The sum of the awards, certain and at most."""
        return self.influence.awards

    @property
    def named(self) -> tuple[Area, ...]:
        """The units that meet the conditions: townships first."""
        return tuple(payment.area for payment in self.payments if payment.is_certain)


def close_year(scoring: Scoring, told: Sequence[tuple[str, ReadingValue]] = ()) -> YearEnd:
    """Close a year; `told` are answers to readings to be tried besides the documented ones."""
    return close_judged(judge_year(scoring), told)


def close_judged(score: YearScore, told: Sequence[tuple[str, ReadingValue]] = ()) -> YearEnd:
    """Close a year that is judged already."""
    scoring = score.scoring
    verdicts = [(judged.area, judged.verdict) for judged in score.townships]
    verdicts += [(judged.area, judged.verdict) for judged in score.villages]
    workspace = scoring.workspace
    open_areas = list_open(workspace.plan, scoring.case, verdicts, workspace.settings.binding_names)
    return YearEnd(
        score,
        open_areas,
        list_requests(scoring, open_areas),
        tuple(_list_barred(scoring, verdicts)),
        tuple(_list_payments(scoring, verdicts)),
        measure_influence(score, told),
    )


def _list_barred(scoring: Scoring, verdicts: Iterable[tuple[Area, Verdict]]) -> Iterable[Barred]:
    plan = scoring.workspace.plan
    order = plan.obligation(_BARRING).what
    for area, verdict in verdicts:
        if verdict is Verdict.DISQUALIFIED:
            rule = plan.rule(f"{area.level.value}.disqualified")
            reason = explain_rule(plan, scoring.case, rule, area.code)
            seen = _count_breaches(scoring, area) if area.level is AreaLevel.VILLAGE else reason.seen
            bound = rule.title if area.level is AreaLevel.VILLAGE else reason.bound
            yield Barred(area, seen, bound, reason.clause, order)


def _count_breaches(scoring: Scoring, village: Area) -> str:
    """Say by how many cases a village breached each indicator; more than that where something is open."""
    tallies = {i: scoring.case.tally(village.code, i).interval for i in scoring.case.indicators}
    return "、".join(
        f"{indicator.label}{'' if interval.is_exact else '至少'}{interval.low}件"
        for indicator, interval in tallies.items()
    )


def _list_payments(scoring: Scoring, verdicts: Iterable[tuple[Area, Verdict]]) -> Iterable[Award]:
    plan, day = scoring.workspace.plan, scoring.case.book.day
    prices = {level: int(plan.value_on(f"award.{level.value}_yuan", day)) for level in AreaLevel}
    for area, verdict in verdicts:
        if verdict in (Verdict.DESIGNATED, Verdict.UNKNOWN):
            yield Award(area, prices[area.level], verdict is Verdict.DESIGNATED)
