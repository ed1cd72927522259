"""What the notice on the mediators' village roster is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.contexts import describe_common
from sanwu_cli.jobs.roster_tables import gap_reasons, roster_rows_of
from sanwu_cli.jobs.rostering import list_groups, make_rosters
from sanwu_cli.terms import RosterGroup, StationedRole

if TYPE_CHECKING:
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, Roster
    from sanwu_cli.periods import Month

KIND = "mediator_roster_notice"
_READINGS = ("T-24", "T-25")
_KEYS = ("township", "village", "day_label", "weekday", "person", "unit", "place", "hours", "note")


def has_mediators(registers: RegisterReading) -> bool:
    """Say whether the register has anybody to send."""
    return any(person.role is StationedRole.MEDIATOR for person in registers.registers.persons)


def describe_mediators(
    workspace: Workspace, registers: RegisterReading, month: Month
) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """Tell the month's village roster of the mediators; raises SanwuError where the register has none."""
    groups = list_groups(registers, StationedRole.MEDIATOR)
    made = make_rosters(workspace, registers, (month,), groups=groups)
    roster = next(iter(made.groups.get(RosterGroup.MEDIATOR, ())), None)
    name = workspace.settings.name
    unknowns = _list_unknowns(roster, registers)
    context = describe_common(workspace, month, _READINGS)
    context |= {
        "recipients": list(workspace.settings.recipients) or ["各乡镇（街道）", "各司法所", f"{name}司法局"],
        "roster": _describe_roster(roster, registers),
        "clauses": {"roster": workspace.plan.obligation("O-18").clauses[0]},
        "unknowns": unknowns,
    }
    return context, made.findings


def _describe_roster(roster: Roster | None, registers: RegisterReading) -> dict[str, object]:
    if roster is None:
        return {"rows": [], "unfilled": [], "draft_reason": "", "visits": 0, "villages": 0}
    names = {area.code: area.name for area in registers.registers.areas}
    rows = roster_rows_of(RosterGroup.MEDIATOR, roster, registers)
    return {
        "rows": [dict(zip(_KEYS, row[1:], strict=True)) for row in rows],
        "unfilled": [
            {"village": names.get(gap.area_code, gap.area_code), "reasons": gap_reasons(gap)}
            for gap in roster.unfilled
        ],
        "draft_reason": roster.draft_reason,
        "visits": len(roster.duties),
        "villages": len({duty.area_code for duty in roster.duties}),
    }


def _list_unknowns(roster: Roster | None, registers: RegisterReading) -> list[str]:
    """List what may change the paper: villages nobody comes to, days not known yet."""
    if roster is None:
        return ["这个月没有一个村（社区）排了人民调解员"]
    names = {area.code: area.name for area in registers.registers.areas}
    told = [f"{names.get(gap.area_code, gap.area_code)}没有人民调解员可派" for gap in roster.unfilled]
    return [*told, *([roster.draft_reason] if roster.draft_reason else [])]
