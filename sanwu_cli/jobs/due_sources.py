"""What the due items learn from rosters and attendance: rosters published, steps after absences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.due.records import ItemState, Proposal, RosterIssue, Span
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.attendance import list_proposals
from sanwu_cli.ledger.rosters import read_published
from sanwu_cli.model import Source
from sanwu_cli.periods import Month, Period

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.attendance.records import Proposal as Step
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace

_LEDGER = "ledger.db"


def list_issues(workspace: Workspace) -> tuple[RosterIssue, ...]:
    """List the published rosters: a line for each month, role and area they name."""
    return tuple(
        RosterIssue(month, role, area, one.published_on, Source(_LEDGER, "", f"第{one.run}次操作"))
        for (month, _), one in sorted(read_published(workspace.ledger.read()).items())
        for role, area in dict.fromkeys((duty.role.value, duty.area_code) for duty in one.roster.duties)
    )


def find_proposals(
    workspace: Workspace, registers: RegisterReading, span: Span, *, as_of: date
) -> tuple[Proposal, ...] | None:
    """List the steps after absences (O-38, O-39); None where no roster can be held against sign-ins."""
    last = min(Month.of(span.last), Month.of(as_of))
    first = min(Month.of(span.first), last)
    try:
        steps = list_proposals(workspace, registers, Period(first, last), as_of=as_of)
    except SanwuError as error:
        if error.status is not ExitStatus.INPUT_MISSING:
            raise
        return None
    return tuple(
        Proposal(
            step.person_id,
            step.person,
            step.unit,
            step.township_code,
            step.step.value,
            step.due_on,
            ItemState(step.state.value),
            step.clause,
            step.evidence,
            _say_deed(step),
            step.why,
        )
        for step in steps
    )


def _say_deed(step: Step) -> str:
    """Say what is to be done about whom: 提醒 王平（县法院），9月15日缺勤."""
    unit = f"（{step.unit}）" if step.unit else ""
    day = f"{step.absent_on.month}月{step.absent_on.day}日"
    what = "缺勤" if step.basis is not None else "登记的情况"
    return f"{step.step.label} {step.person}{unit}，{day}{what}"
