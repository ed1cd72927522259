"""What the papers of the quarterly meeting are told (六(二)): invitation, material, minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanwu_cli.grassroots.centres import Completeness
from sanwu_cli.grassroots.disputes import DisputeState
from sanwu_cli.grassroots.shares import show_count
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.attendance import open_attendance
from sanwu_cli.jobs.circular import COUNTING_READINGS, sum_statuses
from sanwu_cli.jobs.grassroots import Topic, open_grassroots
from sanwu_cli.jobs.grassroots_tables import short_rows
from sanwu_cli.jobs.papers import (
    DEPARTMENTS,
    Paper,
    describe_paper,
    name_committee,
    name_department,
    tell_day,
)
from sanwu_cli.jobs.scoring import completeness, score_year
from sanwu_cli.jobs.work_figures import (
    IndicatorCounts,
    count_view,
    describe_figures,
    group_by_role,
    tell_disputes,
)
from sanwu_cli.model import Interval
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import StationedRole, StepState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.activities import Meeting
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.jobs.grassroots import Grassroots
    from sanwu_cli.jobs.papers import Asked
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace

_MEETING = "O-29"
_PROGRESS = "progress"


def describe_invitation(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the invitation to the quarter's meeting; its day, time and place are people's."""
    days = [tell_day(one.held_on) for one in _list_held(workspace, registers, asked)]
    told = [f"本季度已经登记开过推进会（{'、'.join(days)}），请核对要不要再开"] if days else []
    context = _describe(workspace, registers, asked) | {"unknowns": told}
    return (Paper(context, registers.findings),)


def describe_minutes(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the frame of the minutes: what is on record of the meeting, the topics, blanks for the rest."""
    held = _list_held(workspace, registers, asked)
    context = _describe(workspace, registers, asked)
    topics = workspace.plan.duties.topics
    unheard = [
        topic.name
        for topic in topics
        if held and not any(fold(word) in fold(one.topics) for one in held for word in topic.words)
    ]
    unknowns = [] if held else ["本季度没有登记推进会，会议日期由人填写"]
    unknowns += [f"会议登记表里没有写“{name}”这个议题，请核对会上听了没有" for name in unheard]
    context |= {"held_on": tell_day(held[-1].held_on) if held else "", "unknowns": unknowns}
    return (Paper(context, registers.findings),)


def describe_material(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give what is read out at the meeting: the five topics with the quarter's figures."""
    quarter = asked.quarter
    day = max(quarter.first.first_day, asked.as_of or quarter.last.last_day)
    ground = open_grassroots(workspace, registers, quarter, day)
    view = open_attendance(workspace, registers, quarter, as_of=asked.as_of)
    counts = IndicatorCounts(workspace, registers, quarter)
    steps = [one for one in view.proposals if one.state is not StepState.DONE]
    readings = {r for rule in workspace.plan.rules if rule.level.value == "village" for r in rule.readings}
    context = _describe(workspace, registers, asked, sorted(readings | {*COUNTING_READINGS, "T-26"})) | {
        "seen_on": tell_day(day),
        "centres": _describe_centres(ground),
        "offices": _describe_offices(ground),
        "attendance": _describe_attendance(view),
        "open_steps": len(steps),
        "indicators": counts.describe(),
        "months": [month.label for month in counts.months],
        "totals": sum_statuses(score_year(counts.to_date)),
        "disputes": _describe_disputes(ground),
    }
    gaps = _list_missing(counts.to_date)
    context["gaps"] = gaps
    context["unknowns"] = [*gaps, *_list_unknowns(ground, view)]
    return (Paper(context, (*registers.findings, *view.findings)),)


def _describe(
    workspace: Workspace, registers: RegisterReading, asked: Asked, readings: Iterable[str] = ("T-27",)
) -> dict[str, Any]:
    plan, quarter = workspace.plan, asked.quarter
    on = max(quarter.last.last_day, plan.issued_on)
    return describe_paper(workspace, asked, "quarter", readings) | {
        "recipients": [*(name_department(workspace, one) for one in DEPARTMENTS), "各乡镇（街道）"],
        "committee": name_committee(workspace),
        "topics": [topic.name for topic in plan.duties.topics],
        "times": int(plan.value_on("meeting.progress_per_quarter", on)),
        "last_day": tell_day(quarter.last.last_day),
        "clauses": {"meeting": plan.obligation(_MEETING).clause},
        "townships": [
            area.name
            for area in registers.registers.areas
            if area.competes and len(area.code) == _TOWN_DIGITS
        ],
    }


_TOWN_DIGITS = 9


def _list_held(workspace: Workspace, registers: RegisterReading, asked: Asked) -> list[Meeting]:
    known = open_activities(workspace, registers).meetings
    held = [one for one in known if one.meeting_type == _PROGRESS and one.held_on in asked.quarter]
    return sorted(held, key=lambda one: str(one.held_on))


def _describe_centres(ground: Grassroots) -> dict[str, Any]:
    towns = ground.centres.townships
    own = [one.own.state for one in towns]
    return {
        "townships": {state.name.lower(): own.count(state) for state in Completeness},
        "villages": {state.name.lower(): sum(one.count(state) for one in towns) for state in Completeness},
        "rows": [[str(cell) for cell in row] for row in short_rows(ground, Topic.CENTRES)],
    }


def _describe_offices(ground: Grassroots) -> list[dict[str, str]]:
    return [
        {
            "name": counts.kind.label,
            "total": str(counts.total),
            "standard": show_count(counts.standard),
            "fengqiao": show_count(counts.fengqiao),
            "unrecorded": "、".join(
                one.township.name for one in ground.offices.townships if counts.kind in one.unrecorded
            ),
        }
        for counts in ground.offices.counts
    ]


def _describe_attendance(view: AttendanceView) -> list[dict[str, str]]:
    figures = {one.key: one for one in count_view(view, group_by_role(view))}
    return [
        {"role": role.label, **describe_figures(figures[role.value])}
        for role in StationedRole
        if role.value in figures
    ]


def _describe_disputes(ground: Grassroots) -> dict[str, Any]:
    late = [one.state for one in ground.disputes.overdue]
    overdue = show_count(Interval(late.count(DisputeState.OPEN), len(late)))
    return {
        "told": tell_disputes(ground.disputes.total),
        "overdue": overdue,
        "rows": [
            ["" if cell is None else str(cell) for cell in row] for row in short_rows(ground, Topic.DISPUTES)
        ],
    }


def _list_missing(to_date: Scoring) -> list[str]:
    """Name the reports that are missing up to the end of the quarter, and of which townships."""
    book = to_date.case.book
    names = {area.code: area.name for area in book.townships}
    whole = {area.parent for area in book.villages}
    return [
        f"{indicator.label}缺{month.label}的报表"
        + ("" if set(towns) >= whole else f"（{'、'.join(names.get(code, code) for code in towns)}）")
        for indicator, missing in completeness(to_date)
        for month, towns in missing.items()
    ]


def _list_unknowns(ground: Grassroots, view: AttendanceView) -> Iterable[str]:
    silent = [
        one.township.name for one in ground.centres.townships if one.own.state is Completeness.NO_RECORD
    ]
    if silent:
        yield f"综治中心建设台账没有{'、'.join(silent)}的乡镇级记录"
    told = {area.code for area, _ in ground.disputes.by_township}
    unheard = [area.name for area in ground.terrain.townships if area.code not in told]
    if unheard:
        yield f"没有收到{'、'.join(unheard)}的矛盾纠纷台账，按“未报”处理，不视为没有纠纷"
    if view.unresolved:
        yield f"有{len(view.unresolved)}行签到没有认准人员，没有用上"
    unknown = sum(outcome.status.value == "unknown" for outcome in view.outcomes)
    if unknown:
        yield f"有{unknown}次值班没有签到表可以核对，列在“不明”，不算缺勤"
