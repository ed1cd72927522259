"""The year on one page: everything the overview shows, gathered and written as one HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.documents.page import render_page
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.grassroots.disputes import judge_disputes
from sanwu_cli.grassroots.terrain import survey
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.attendance import open_attendance
from sanwu_cli.jobs.gate import guard_facts
from sanwu_cli.jobs.overview_tables import (
    attendance_rows,
    dispute_rows,
    heat_tables,
    missing_rows,
    request_groups,
    sum_up,
    township_rows,
    village_rows,
)
from sanwu_cli.jobs.scoring import open_scoring, score_year
from sanwu_cli.periods import Period
from sanwu_cli.plan.needs import list_open
from sanwu_cli.plan.tally import open_year
from sanwu_cli.terms import Attendance, Verdict

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.jobs.scoring import Scoring, YearScore
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding

TEMPLATE = "year_overview"
# The parts of the page as people see them.
_PARTS = {
    "county": "标题",
    "sums": "合计",
    "heat_tables": "各月件数",
    "townships": "乡镇(街道)结论",
    "villages": "村(社区)结论",
    "missing": "缺报",
    "requests": "还缺什么",
    "attendance": "考勤",
    "disputes": "矛盾纠纷",
}


class Overview(Struct, frozen=True):
    """An overview made: its file name, its bytes, what was found on the way."""

    name: str
    data: bytes
    findings: tuple[Finding, ...]


def make_overview(workspace: Workspace, registers: RegisterReading, year: int, *, as_of: date) -> Overview:
    """Write the overview of a year as known on a day; raises SanwuError for a year before the plan."""
    day = min(as_of, Period.of_year(year).last.last_day)
    scoring = open_scoring(workspace, registers, year=year, as_of=day)
    facts = describe_year(workspace, registers, score_year(scoring))
    name = f"{year}年三无建设总览.html"
    guard_facts(name, facts, _PARTS)
    return Overview(name, render_page(TEMPLATE, facts), scoring.findings)


def describe_year(workspace: Workspace, registers: RegisterReading, score: YearScore) -> dict[str, object]:
    """Give all that the page shows, as plain data."""
    scoring = score.scoring
    opened = open_months(scoring)
    judged = [(one.area, one.verdict) for one in score.townships]
    judged += [(one.area, one.verdict) for one in score.villages]
    needs = list_open(workspace.plan, scoring.case, judged, workspace.settings.binding_names)
    attendance, why_none = _describe_attendance(workspace, registers, scoring)
    return {
        "county": workspace.settings.name,
        "year": scoring.year,
        "as_of": f"{scoring.as_of.year}年{scoring.as_of.month}月{scoring.as_of.day}日",
        "plan": workspace.plan.number,
        "sums": sum_up(score, opened),
        "months": [month.number for month in scoring.case.book.period.months()],
        "heat_tables": heat_tables(scoring, opened),
        "townships": township_rows(score),
        "villages": village_rows(score),
        "verdicts": [{"id": verdict.value, "label": verdict.label} for verdict in Verdict],
        "missing": missing_rows(scoring),
        "requests": request_groups(scoring, needs),
        "attendance": attendance,
        "attendance_parts": [{"id": one.value, "label": one.label} for one in Attendance],
        "no_attendance": why_none,
        "disputes": _describe_disputes(workspace, registers, scoring),
    }


def open_months(scoring: Scoring) -> dict[Period, Scoring]:
    """Open each month that is over by itself, and all of them together, on the areas of the assessment day.

    So a case of a village that was merged later stands in the row where the year counts it; a case under
    objection counts, as it does in a month's circular.
    """
    book, over = scoring.case.book, sorted(scoring.due)
    spans = [Period(month, month) for month in over] + [Period(over[0], over[-1]) for _ in over[:1]]
    opened = {}
    for span in spans:
        own = open_year(book.records, day=book.day, period=span, counts_contested=True)
        opened[span] = replace(scoring, case=replace(scoring.case, book=own, tallies={}))
    return opened


def _describe_attendance(
    workspace: Workspace, registers: RegisterReading, scoring: Scoring
) -> tuple[list[dict[str, object]], str]:
    """Give the rows of attendance, or why there are none."""
    try:
        view = open_attendance(
            workspace,
            registers,
            scoring.case.book.period,
            as_of=scoring.as_of,
            contents=scoring.contents,
        )
    except SanwuError as error:
        if error.status is not ExitStatus.INPUT_MISSING:
            raise
        return [], error.message
    rows = attendance_rows(view)
    return rows, "" if rows else "没有值班表，也没有签到表"


def _describe_disputes(
    workspace: Workspace, registers: RegisterReading, scoring: Scoring
) -> list[dict[str, object]]:
    terrain = survey(registers.registers.areas, scoring.as_of)
    records = open_activities(workspace, registers).disputes
    return dispute_rows(judge_disputes(records, terrain, scoring.case.book.period), terrain)
