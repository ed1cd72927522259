"""Which papers and meetings are a party's, and for which period a paper is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sanwu_cli.due.records import Found
from sanwu_cli.periods import Month
from sanwu_cli.plan.tasks import Every
from sanwu_cli.sheets.values.months import find_period

if TYPE_CHECKING:
    from sanwu_cli.activities import FiledReport, Meeting
    from sanwu_cli.due.index import Evidence
    from sanwu_cli.due.records import Ask, Party, TaskPeriod
    from sanwu_cli.plan.tasks import Task
    from sanwu_cli.sheets.values.months import FoundPeriod


def check_report(ask: Ask, evidence: Evidence) -> Found:
    """Look for papers of the party with one of the task's words, for the period."""
    papers = [
        paper
        for paper in evidence.reports.get(_township_of(ask.party), ())
        if _is_of(ask.party, paper.unit)
        and is_about(ask.task, paper.subject)
        and _is_for(ask.task, ask.period, paper)
    ]
    papers.sort(key=_filed_on)
    sources = tuple(paper.source for paper in papers)
    if len(papers) >= ask.count:
        return Found.done(papers[ask.count - 1].filed_on, sources)
    if papers:
        return Found.missing(sources, f"应有{ask.count}份，登记了{len(papers)}份")
    return Found.missing(why="书面报告登记表里没有")


def check_meeting(ask: Ask, evidence: Evidence) -> Found:
    """Look for the party's meetings of the kind held in the period; the topics not noted are named."""
    own = evidence.meetings.get(_township_of(ask.party), ())
    held = [m for m in own if m.meeting_type == ask.task.kind and _is_of(ask.party, m.unit)]
    held = sorted((m for m in held if _held_on(m) in ask.period), key=_held_on)
    sources = tuple(meeting.source for meeting in held)
    if len(held) < ask.count:
        why = f"应开{ask.count}次，登记了{len(held)}次" if held else "会议登记表里没有"
        return Found.missing(sources, why)
    return Found.done(held[ask.count - 1].held_on, sources, _tell_topics(ask.task, held, evidence))


def is_about(task: Task, subject: str) -> bool:
    """Say whether a paper's subject, as written, is what the task asks for."""
    return any(word in subject for word in task.words) and not any(word in subject for word in task.not_words)


def _township_of(party: Party) -> str | None:
    """Give the code of the area whose papers may be the party's, None for a unit's."""
    return party.area.code if party.area is not None else None


def _is_of(party: Party, unit: str) -> bool:
    """Say whether the unit as written is the party; a township's police station is not the township."""
    if party.area is not None:
        return not any(word in unit for word in party.unit.not_words)
    return party.unit.is_named_in(unit)


def _is_for(task: Task, period: TaskPeriod, paper: FiledReport) -> bool:
    """Say whether the paper is for the period: as it tells, else by the day it was filed."""
    if task.every is Every.ONCE:
        return True
    told = find_period(paper.period_told) or find_period(paper.subject)
    filed_on = _filed_on(paper)
    if task.every is Every.STAGE:
        return period.first <= filed_on and filed_on.year == period.first.year
    if told is not None and told.first is not None and told.last is not None and task.every is not Every.YEAR:
        return _tell_months(told, filed_on) == (Month.of(period.first), _last_month(period))
    month = Month.of(filed_on).plus(-task.lag_months)
    if told is not None and told.year is not None:
        is_year = told.year == period.first.year
        return is_year and (task.every is Every.YEAR or month.first_day in period)
    if told is not None and told.is_year and task.every is not Every.YEAR:
        return False
    return month.first_day in period


def _tell_months(told: FoundPeriod, filed_on: date) -> tuple[Month, Month]:
    """Give the months a paper names; without a year the latest that had begun when it was filed."""
    first, last = told.first or 1, told.last or 1
    year = told.year
    if year is None:
        year = filed_on.year if date(filed_on.year, first, 1) <= filed_on else filed_on.year - 1
    return Month(year, first), Month(told.last_year or year, last)


def _tell_topics(task: Task, held: list[Meeting], evidence: Evidence) -> str:
    if not task.hears_topics:
        return ""
    told = "".join(meeting.topics for meeting in held)
    missing = [t.name for t in evidence.book.topics if not any(word in told for word in t.words)]
    return f"议题里没有写到：{'、'.join(missing)}" if missing else ""


def _last_month(period: TaskPeriod) -> Month:
    return Month.of(period.last or period.first)


def _filed_on(paper: FiledReport) -> date:
    """Give the day of a paper; those without one are no evidence and were left out."""
    assert paper.filed_on is not None  # noqa: S101 - see Evidence
    return paper.filed_on


def _held_on(meeting: Meeting) -> date:
    assert meeting.held_on is not None  # noqa: S101 - see Evidence
    return meeting.held_on
