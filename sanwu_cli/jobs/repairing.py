"""Published rosters held against today's registers and repaired: a proposal, or announced in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.publishing import announce_all
from sanwu_cli.jobs.rostering import keep_roles
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.ledger.rosters import count_announcements, join_groups, read_published
from sanwu_cli.model import Duty, Leave
from sanwu_cli.nearest import hint_near
from sanwu_cli.roster.changes import compare_rosters
from sanwu_cli.roster.reasons import explain_change
from sanwu_cli.roster.repair import repair_rosters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sanwu_cli.jobs.publishing import Publishing
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.rosters import PublishedRoster
    from sanwu_cli.model import Finding, Person, Roster, Unfilled
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.changes import DutyChange
    from sanwu_cli.roster.repair import Repair
    from sanwu_cli.roster.role_year import Staffing
    from sanwu_cli.terms import RosterGroup

COMMAND = "roster repair"


class RepairedGroup(Struct, frozen=True):
    """A group's month that changes: published, corrected, and the number its calendar events get."""

    before: PublishedRoster
    after: Roster
    sequence: int


class Repaired(Struct, frozen=True):
    """A repair with what it rests on: the months looked at, those groups that change, the last run seen.

    `later_years` have published months into which the leave reaches, and are repaired by themselves.
    """

    months: tuple[Month, ...]
    first_day: date
    repair: Repair
    groups: tuple[RepairedGroup, ...]
    staffing: Staffing
    last_run: int
    findings: tuple[Finding, ...]
    later_years: tuple[int, ...] = ()

    def list_changes(self) -> list[tuple[DutyChange, str]]:
        """List what changes, day by day, with the reason."""
        found = []
        for month, changes in self.repair.changes.items():
            if not changes:
                continue
            published = self._published(month)
            found += [(one, explain_change(one, published, self.staffing)) for one in changes]
        return found

    def list_gaps(self) -> tuple[Unfilled, ...]:
        """List what stays or becomes unfilled from the first day on."""
        return tuple(
            gap
            for roster in self.repair.rosters.values()
            for gap in roster.unfilled
            if gap.planned_on is not None and gap.planned_on >= self.first_day
        )

    def _published(self, month: Month) -> Roster:
        return join_groups({
            (month, one.before.group): one.before
            for one in self.groups
            if one.before.roster.month == month
        })[month]  # fmt: skip


def find_person(persons: Iterable[Person], text: str) -> Person:
    """Find the one person of this number or name; raises SanwuError for none and for several."""
    known = tuple(persons)
    wanted = text.strip()
    found = [one for one in known if one.id == wanted] or [one for one in known if one.name == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        told = "、".join(f"{one.id}（{one.unit}，{one.role.label}）" for one in found)
        raise SanwuError(f"有{len(found)}个人叫“{wanted}”：{told}", remedy="请用 --person 写编号")
    raise SanwuError(
        f"人员登记表里没有“{wanted}”",
        place="registers/人员.xlsx",
        remedy=hint_near(wanted, (text for one in known for text in (one.name, one.id)))
        + "请写登记表里的编号或姓名；已经从登记表删去的人，不写 --person，直接运行 sanwu roster repair",
    )


def repair_published(
    workspace: Workspace,
    registers: RegisterReading,
    *,
    year: int,
    first_day: date,
    month: Month | None = None,
    leave: Leave | None = None,
) -> Repaired:
    """Find the rosters nearest to what is published of a year, or of one month of it, from a day on.

    `leave` counts beside those of the register. Raises SanwuError where nothing is published.
    """
    contents = workspace.ledger.read()
    every = read_published(contents)
    published = {key: one for key, one in every.items() if key[0].year == year}
    rosters = join_groups(published)
    months = _choose_months(rosters, year, first_day, month)
    staffing = gather_staffing(workspace.settings, registers.registers, [year])
    findings = list(registers.findings)
    if leave is not None:
        findings += _check_leave(leave, staffing)
        staffing = replace(staffing, leaves=(*staffing.leaves, leave))
    repair = repair_rosters(rosters, staffing, months=months, first_day=first_day)
    groups = tuple(
        RepairedGroup(
            one, keep_roles(repair.rosters[own], group.roles), count_announcements(contents, own, group)
        )
        for (own, group), one in sorted(published.items())
        if own in repair.rosters and _is_changed(one, repair.rosters[own])
    )
    new_gaps = [
        change.after
        for changes in repair.changes.values()
        for change in changes
        if change.after is not None and not isinstance(change.after, Duty)
    ]
    findings += [make_finding("ROSTER-UNFILLED", reasons="；".join(gap.reasons)) for gap in new_gaps]
    last_run = max((run.number for run in contents.runs), default=0)
    later = {own.year for own, _ in every if leave is not None and year < own.year <= leave.last.year}
    return Repaired(
        months,
        first_day,
        repair,
        groups,
        staffing,
        last_run,
        tuple(dict.fromkeys(findings)),
        tuple(sorted(later)),
    )


def _is_changed(one: PublishedRoster, roster: Roster) -> bool:
    return bool(compare_rosters(one.roster, keep_roles(roster, one.group.roles)))


def _choose_months(
    rosters: Mapping[Month, Roster], year: int, first_day: date, month: Month | None
) -> tuple[Month, ...]:
    if month is not None and month not in rosters:
        raise _tell_unpublished(month.label)
    wanted = sorted(rosters) if month is None else [month]
    found = tuple(one for one in wanted if one.last_day >= first_day)
    if not found and wanted:
        raise SanwuError(
            f"公布过的值班表都在{first_day.isoformat()}以前，已经过去的班不再改",
            remedy="要从更早的一天改起，请加 --from 日期",
        )
    if not found:
        raise _tell_unpublished(f"{year}年")
    return found


def _tell_unpublished(span: str) -> SanwuError:
    return SanwuError(
        f"{span}没有公布过值班表，没有可以更正的",
        remedy="没有公布的月份，用 sanwu roster generate 排，再用 sanwu roster publish 公布",
        status=ExitStatus.INPUT_MISSING,
    )


def _check_leave(leave: Leave, staffing: Staffing) -> list[Finding]:
    """Remind of a leave that the register does not know in full."""
    missing = leave.first
    for known in sorted(staffing.leaves, key=lambda one: one.first):
        if known.person_id == leave.person_id and known.first <= missing <= known.last:
            missing = known.last.fromordinal(known.last.toordinal() + 1)
    if missing > leave.last:
        return []
    name = next((one.name for one in staffing.persons if one.id == leave.person_id), leave.person_id)
    return [
        make_finding(
            "REPAIR-LEAVE-UNREGISTERED",
            person=f"{name}（{leave.person_id}）",
            first=leave.first.isoformat(),
            last=leave.last.isoformat(),
        )
    ]


def publish_repair(
    workspace: Workspace, registers: RegisterReading, repaired: Repaired, *, as_of: date, reason: str
) -> Publishing:
    """Announce the corrected rosters in one run of the ledger, which one undo takes back."""
    return announce_all(
        workspace,
        registers,
        _list_announced(repaired),
        as_of=as_of.isoformat(),
        replace=True,
        reason=reason,
        command=COMMAND,
        after=repaired.last_run,
    )


def _list_announced(repaired: Repaired) -> tuple[tuple[RosterGroup, Roster], ...]:
    return tuple((one.before.group, one.after) for one in repaired.groups)
