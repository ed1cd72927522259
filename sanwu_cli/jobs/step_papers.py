"""Letters about who did not come: reminder and feedback to the sending unit (O-38), urging (O-39)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sanwu_cli.jobs.attendance import open_attendance
from sanwu_cli.jobs.papers import (
    Paper,
    describe_paper,
    list_townships,
    name_committee,
    name_office,
    tell_day,
    tell_short_day,
)
from sanwu_cli.periods import Period
from sanwu_cli.terms import DutyBasis, ReminderStep, StepState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.attendance.records import DutyOutcome, Proposal
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.jobs.papers import Asked
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Area

_READINGS = ("T-26",)
_QUARTER = 3
_UNRECORDED = "没有登记"


def describe_reminders(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give a letter for each township and unit with somebody still to be reminded of an absence."""
    return _describe(workspace, registers, asked, ReminderStep.REMINDER)


def describe_feedbacks(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give a letter for each township and unit with somebody the unit is still to be told of."""
    return _describe(workspace, registers, asked, ReminderStep.FEEDBACK)


def describe_urgings(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the committee's letter for each unit that was told of somebody and has not put it right."""
    return _describe(workspace, registers, asked, ReminderStep.SUPERVISION)


def _describe(
    workspace: Workspace, registers: RegisterReading, asked: Asked, step: ReminderStep
) -> tuple[Paper, ...]:
    """Group the open steps by who takes them and for whom; earlier absences of the quarter are evidence."""
    span = Period(asked.quarter.first.plus(-_QUARTER), asked.month)
    view = open_attendance(workspace, registers, span, as_of=asked.as_of)
    towns = {
        code: town.area
        for town in list_townships(registers.registers.areas, view.as_of)
        for code in town.codes
    }
    grouped: dict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for one in view.proposals:
        if one.step is step and one.state is not StepState.DONE:
            sender = None if step is ReminderStep.SUPERVISION else towns.get(one.township_code)
            grouped[sender.code if sender else "", one.unit].append(one)
    return tuple(
        _make_paper(workspace, asked, view, towns.get(code), steps)
        for (code, _), steps in sorted(grouped.items())
    )


def _make_paper(
    workspace: Workspace, asked: Asked, view: AttendanceView, area: Area | None, steps: Sequence[Proposal]
) -> Paper:
    """Make the letter; an urging, and a step that belongs to no township, is the committee's own."""
    name, first = workspace.settings.name, steps[0]
    sender = name_office(name, area) if area else name_committee(workspace)
    context = describe_paper(workspace, asked, "month", _READINGS) | {
        "issuer": sender,
        "recipients": [first.unit or "（派驻单位没有登记）"],
        "copies": [name_committee(workspace)] if area else _name_towns(view, steps),
        "rows": [_describe_step(view, one) for one in steps],
        "history": _list_history(view, steps),
        "persons": "、".join(dict.fromkeys(one.person for one in steps)),
        "workdays": view.rules.makeup_workdays,
        "seen_on": tell_day(view.as_of),
        "clauses": {"step": first.clause},
        "unknowns": list(_list_unknowns(steps)),
    }
    unit = f"{area.name}致{first.unit}" if area else first.unit
    return Paper(context, view.findings, unit)


def _name_towns(view: AttendanceView, steps: Sequence[Proposal]) -> list[str]:
    codes = dict.fromkeys(one.township_code for one in steps if one.township_code)
    return [view.names.get(code, code) for code in codes]


def _describe_step(view: AttendanceView, one: Proposal) -> dict[str, Any]:
    person = view.persons.get(one.person_id)
    return {
        "person": one.person,
        "role": person.role.label if person else "",
        "day": tell_short_day(one.absent_on, view.period.last.year),
        "place": view.names.get(one.area_code, one.area_code) or "—",
        "reminded": _tell_done(view, _find_step(view, one, ReminderStep.REMINDER)),
        "fed_back": _tell_done(view, _find_step(view, one, ReminderStep.FEEDBACK)),
        "why": one.why,
    }


def _tell_done(view: AttendanceView, step: Proposal | None) -> str:
    """Say the day a step was taken, and the number of its paper."""
    if step is None or step.done_on is None:
        return _UNRECORDED
    number = f"（{step.document_number}）" if step.document_number else ""
    return f"{tell_short_day(step.done_on, view.period.last.year)}{number}"


def _find_step(view: AttendanceView, one: Proposal, step: ReminderStep) -> Proposal | None:
    own = (one.person_id, one.absent_on, one.area_code)
    return next(
        (p for p in view.proposals if p.step is step and (p.person_id, p.absent_on, p.area_code) == own),
        None,
    )


def _list_history(view: AttendanceView, steps: Sequence[Proposal]) -> list[dict[str, str]]:
    """List every absence of these persons in the same quarter, made up or not, with the steps on record."""
    quarters = {(one.person_id, _quarter_of(one.absent_on)) for one in steps}
    return [
        {
            "person": outcome.duty.person,
            "day": tell_day(outcome.duty.date),
            "place": view.names.get(outcome.duty.area_code, outcome.duty.area_code),
            "result": _tell_result(outcome),
            "steps": _tell_steps(view, outcome.duty.person_id, outcome.duty.area_code, outcome.duty.date),
        }
        for outcome in view.outcomes
        if outcome.is_absence and (outcome.duty.person_id, _quarter_of(outcome.duty.date)) in quarters
    ]


def _quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // _QUARTER


def _tell_result(outcome: DutyOutcome) -> str:
    if outcome.made_up_on:
        return f"{outcome.status.label}，{tell_day(outcome.made_up_on)}补上"
    if outcome.corrected_on:
        return f"{outcome.status.label}，{tell_day(outcome.corrected_on)}来过，已过补岗期限"
    return outcome.status.label


def _tell_steps(view: AttendanceView, person_id: str, area_code: str, day: date) -> str:
    taken = [
        f"{tell_day(p.done_on)}{p.step.label}"
        for p in view.proposals
        if p.done_on and (p.person_id, p.area_code, p.absent_on) == (person_id, area_code, day)
    ]
    return "；".join(taken) or _UNRECORDED


def _list_unknowns(steps: Sequence[Proposal]) -> Iterable[str]:
    if any(one.basis is DutyBasis.GENERATED for one in steps):
        yield "有的值班安排没有公布过，是按登记表排出的，发函以前请先核对当天该由谁到岗"
    if any(one.basis is None for one in steps):
        yield "有的情况来自提醒整改登记表，没有对应的值班班次，请核对事由"
    if any(not one.unit for one in steps):
        yield "有的人员在登记表里没有写派驻单位，请补写主送机关"
