"""The machine-readable forms of scores and explanations (product contract §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.annex import decisions_as_json
from sanwu_cli.jobs.early_warning import NO_MARGIN, margins_as_json, warn_early, warnings_as_json
from sanwu_cli.jobs.reading import sheet_of
from sanwu_cli.jobs.scoring import (
    Scoring,
    YearScore,
    completeness,
    score_year,
    show_reading,
    show_score,
)
from sanwu_cli.terms import Answer, Verdict

if TYPE_CHECKING:
    from sanwu_cli.model import Area, Interval
    from sanwu_cli.plan.evaluate import Reason, TownshipJudgement, VillageJudgement
    from sanwu_cli.plan.facts import Evidence


def year_as_json(score: YearScore) -> dict[str, object]:
    """Give a year's score as sanwu/score-year/1."""
    scoring = score.scoring
    return {
        "schema": "sanwu/score-year/1",
        "year": scoring.year,
        "as_of": scoring.as_of.isoformat(),
        "villages": [_village_as_json(judged) for judged in score.villages],
        "townships": [_township_as_json(scoring, judged) for judged in score.townships],
        "awards": {
            "townships": score.award_townships,
            "villages": score.award_villages,
            "total_yuan": score.award_yuan,
        },
        "rulings": decisions_as_json(scoring.case.book.records, scoring.year),
    }


def _village_as_json(judged: VillageJudgement) -> dict[str, object]:
    return {
        "code": judged.area.code,
        "name": judged.area.name,
        "township": judged.area.parent,
        "competes": judged.competes,
        "indicators": {
            indicator.value: {
                "low": state.interval.low,
                "high": state.interval.high,
                "limit": state.limit,
                "answer": state.answer.value,
            }
            for indicator, state in judged.indicators.items()
        },
        "verdict": judged.verdict.value,
        "flags": [flag.value for flag in judged.flags],
        "missing": [f"{sheet_of(indicator)}:{month}" for indicator, month in judged.missing],
    }


def _township_as_json(scoring: Scoring, judged: TownshipJudgement) -> dict[str, object]:
    return {
        "code": judged.area.code,
        "name": judged.area.name,
        "competes": judged.competes,
        "village_count": judged.village_count,
        "unbreached": {"low": judged.unbreached[0], "high": judged.unbreached[1]},
        "all_breached": {"low": judged.all_breached[0], "high": judged.all_breached[1]},
        "conditions": {name: answer.value for name, answer in judged.conditions.items()},
        "safety_score": show_score(scoring.case.scores.get(judged.area.code)),
        "safety_rank": judged.rank,
        "verdict": judged.verdict.value,
        "flags": [flag.value for flag in judged.flags],
    }


def month_as_json(scoring: Scoring, month_only: Scoring) -> dict[str, object]:
    """Give a month as sanwu/score-month/1: each village's month and year to date, and gaps."""
    score, warnings = score_year(scoring), warn_early(scoring)
    margins = margins_as_json(warnings)
    by_code = {judged.area.code: judged for judged in score.villages}
    return {
        "schema": "sanwu/score-month/1",
        "month": str(month_only.case.book.period.last),
        "as_of": scoring.as_of.isoformat(),
        "villages": [_village_month(month_only, judged) for judged in by_code.values()],
        "townships": [
            {
                "code": judged.area.code,
                "name": judged.area.name,
                "competes": judged.competes,
                "village_count": judged.village_count,
                "unbreached": {"low": judged.unbreached[0], "high": judged.unbreached[1]},
                "all_breached": {"low": judged.all_breached[0], "high": judged.all_breached[1]},
                **margins.get(judged.area.code, NO_MARGIN),
            }
            for judged in score.townships
        ],
        "completeness": [
            {
                "id": sheet_of(indicator),
                "indicator": indicator.value,
                "missing": [
                    {"month": str(month), "townships": list(townships)} for month, townships in gaps.items()
                ],
            }
            for indicator, gaps in completeness(scoring)
        ],
        **warnings_as_json(warnings),
    }


def _village_month(month_only: Scoring, judged: VillageJudgement) -> dict[str, object]:
    code = judged.area.code
    return {
        "code": code,
        "name": judged.area.name,
        "township": judged.area.parent,
        "competes": judged.competes,
        "indicators": {
            indicator.value: {
                "month": _bounds(month_only.case.tally(code, indicator).interval),
                "to_date": _bounds(state.interval),
                "limit": state.limit,
                "answer": state.answer.value,
            }
            for indicator, state in judged.indicators.items()
        },
        "status": village_status(judged),
        "missing": [f"{sheet_of(indicator)}:{month}" for indicator, month in judged.missing],
    }


def _bounds(interval: Interval) -> dict[str, object]:
    return {"low": interval.low, "high": interval.high}


def village_status(judged: VillageJudgement) -> str:
    """Say how a village stands so far: unbreached, breached, all_breached or unknown."""
    answers = [state.answer for state in judged.indicators.values()]
    if all(answer is Answer.NOT_MET for answer in answers):
        return "all_breached"
    if Answer.NOT_MET in answers:
        return "breached"
    return "unbreached" if all(answer is Answer.MET for answer in answers) else "unknown"


def explain_as_json(
    scoring: Scoring, area: Area, reasons: tuple[Reason, ...], verdict: Verdict
) -> dict[str, object]:
    """Give an area's tree of reasons as sanwu/explain/1."""
    return {
        "schema": "sanwu/explain/1",
        "year": scoring.year,
        "as_of": scoring.as_of.isoformat(),
        "code": area.code,
        "name": area.name,
        "verdict": verdict.value,
        "reasons": [_reason_as_json(scoring, reason) for reason in reasons],
    }


def _reason_as_json(scoring: Scoring, reason: Reason) -> dict[str, object]:
    return {
        "rule": reason.rule,
        "title": reason.title,
        "clause": reason.clause,
        "answer": reason.answer.value,
        "seen": reason.seen,
        "bound": reason.bound,
        "reading": show_reading(scoring, reason.readings),
        "gaps": list(reason.gaps),
        "children": [_reason_as_json(scoring, child) for child in reason.children],
        "evidence": [_evidence_as_json(evidence) for evidence in reason.evidence],
    }


def _evidence_as_json(evidence: Evidence) -> dict[str, object]:
    source = evidence.source
    return {
        "file": source.file,
        "sheet": source.sheet,
        "row": source.row,
        "case_number": evidence.case_number,
    }
