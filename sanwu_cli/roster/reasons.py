"""Why a published duty is another one now, in a few words for whoever decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.model import Duty
from sanwu_cli.roster.rules import HARD_RULES, RosterRule, load_rules
from sanwu_cli.roster.standing import day_of
from sanwu_cli.roster.visits import Visit, day_label
from sanwu_cli.terms import RosterChange

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sanwu_cli.model import Person, Roster, Unfilled
    from sanwu_cli.roster.changes import DutyChange
    from sanwu_cli.roster.role_year import Staffing

_SWAPPED = "与别处调换，腾出人手"
_NOBODY = "没有人可以顶替"


def explain_change(change: DutyChange, published: Roster, staffing: Staffing) -> str:
    """Say why: what the registers hold against the published duty, else that it makes room for another."""
    before, after = change.before, change.after
    if before is None:
        return "原表没有这里的班"
    if after is None:
        return _explain_end(before, staffing)
    told = [_explain_move(before, staffing)] if change.kind is RosterChange.DAY else []
    if isinstance(before, Duty):
        if not isinstance(after, Duty) or after.person_id != before.person_id:
            told.append(_explain_person(before, after, published, staffing))
        if not isinstance(after, Duty):
            told.append(_NOBODY)
    elif isinstance(after, Duty):
        told.append("补上原来的空缺")
    return "，".join(told)


def _explain_end(before: Duty | Unfilled, staffing: Staffing) -> str:
    day, code = day_of(before), before.area_code
    lives = [area for area in staffing.areas if area.code == code]
    if day is not None and any(area.exists_on(day) for area in lives):
        return f"{day_label(day)}不上班，本月也没有可以改到的工作日"
    if not lives:
        return "区划登记表里已没有这里"
    names = {area.code: area.name for area in staffing.areas}
    successor = next((area.successor for area in lives if area.successor), None)
    return (
        f"已并入{names.get(successor, successor)}" if successor else f"{day_label(day) if day else ''}不存在"
    )


def _explain_move(before: Duty | Unfilled, staffing: Staffing) -> str:
    day = day_of(before)
    if day is None:
        return ""
    return f"{day_label(day)}是{staffing.calendar.name_of(day) or '休息日'}"


def _explain_person(before: Duty, after: Duty | Unfilled, published: Roster, staffing: Staffing) -> str:
    row = next((one for one in staffing.persons if one.id == before.person_id), None)
    if row is None:
        return f"{before.person}已不在人员登记表"
    visit = _visit_on(before, day_of(after) or before.date)
    others = [
        _visit_on(duty, duty.date) for duty in published.duties if duty.person_id == row.id and duty != before
    ]
    rule = _find_rule(row, visit, (), staffing) or _find_rule(row, visit, others, staffing)
    if rule is None:
        return _SWAPPED
    return f"{before.person}{rule.phrase.format(places='别处', limit=row.monthly_limit)}"


def _find_rule(row: Person, visit: Visit, others: Sequence[Visit], staffing: Staffing) -> RosterRule | None:
    """Find the hard rule that more visits break with this one than without it."""
    facts = staffing.facts(row.role)
    for rule in load_rules():
        if rule.is_hard:
            check = HARD_RULES[rule.id]
            if len(check(row, (visit, *others), facts)) > len(check(row, others, facts)):
                return rule
    return None


def _visit_on(duty: Duty, day: date) -> Visit:
    return Visit(day, duty.area_code, duty.role, duty.place, duty.hours)
