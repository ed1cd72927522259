"""The year's duty rosters: built from registers and what was published, and shown as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.ledger.rosters import join_groups, read_published
from sanwu_cli.roster.build import build_year
from sanwu_cli.roster.role_year import sum_objective
from sanwu_cli.terms import TOWNSHIP_ROLES, RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Duty, Finding, Roster
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.build import YearRoster

    BuiltYears = dict[tuple[int, tuple[StationedRole, ...]], YearRoster]


def read_frozen(workspace: Workspace) -> dict[Month, Roster]:
    """Read the rosters that were published, by month; their duties are frozen."""
    return join_groups(read_published(workspace.ledger.read()))


def list_groups(registers: RegisterReading, role: StationedRole | None = None) -> tuple[RosterGroup, ...]:
    """List the groups for which the register has people; raises SanwuError when nobody can be sent.

    With a role, its group alone.
    """
    staffed = {person.role for person in registers.registers.persons}
    wanted = tuple(RosterGroup) if role is None else (RosterGroup.of_role(role),)
    found = tuple(group for group in wanted if staffed & {role, *group.roles} - {None})
    if role is not None and role not in staffed:
        found = ()
    if not found:
        raise _tell_nobody(TOWNSHIP_ROLES if role is None else (role,))
    return found


class Rosters(Struct, frozen=True):
    """Rosters made: by group, month by month, which of them were published, and what was found."""

    groups: Mapping[RosterGroup, tuple[Roster, ...]]
    published: frozenset[tuple[Month, RosterGroup]]
    findings: tuple[Finding, ...]

    @property
    def all(self) -> tuple[Roster, ...]:
        """All of them, group by group."""
        return tuple(roster for rosters in self.groups.values() for roster in rosters)


def make_rosters(
    workspace: Workspace,
    registers: RegisterReading,
    months: Sequence[Month],
    *,
    groups: Sequence[RosterGroup],
    role: StationedRole | None = None,
) -> Rosters:
    """Make the rosters of the groups for the months (of one role where it is given), each year built once.

    A group of villages without a single visit is left out.
    """
    published = read_published(workspace.ledger.read())
    frozen = join_groups(published)
    roles = tuple(one for group in groups for one in group.roles)
    built: BuiltYears = {}
    found: dict[RosterGroup, list[Roster]] = {group: [] for group in groups}
    findings: list[Finding] = []
    for month in months:
        roster, told = build_roster(workspace, registers, month, published=frozen, built=built, roles=roles)
        findings += told
        year = built[month.year, roles]
        for group in groups:
            wanted = group.roles if role is None else (role,)
            found[group].append(keep_roles(roster, wanted, year))
    kept = {
        group: tuple(rosters)
        for group, rosters in found.items()
        if group is RosterGroup.TOWNSHIP or any(one.duties or one.unfilled for one in rosters)
    }
    return Rosters(kept, frozenset(published), tuple(dict.fromkeys(findings)))


def _tell_nobody(roles: Iterable[StationedRole]) -> SanwuError:
    return SanwuError(
        f"人员登记表里没有{'、'.join(role.label for role in roles)}",
        place="registers/人员.xlsx",
        remedy="请登记进驻人员；空白表用 sanwu sheet form register_person -o 生成",
        status=ExitStatus.INPUT_MISSING,
    )


def build_roster(
    workspace: Workspace,
    registers: RegisterReading,
    month: Month,
    *,
    published: Mapping[Month, Roster] | None = None,
    built: BuiltYears | None = None,
    roles: Collection[StationedRole] = TOWNSHIP_ROLES,
) -> tuple[Roster, tuple[Finding, ...]]:
    """Give a month of the year's roster, with what is to be known about it.

    A year is built as one from the registers and from what was published (`published`; None: read from the
    ledger), and from nothing else. `built` remembers the years made of these two, so that who asks for many
    months has each year built once. Raises SanwuError when there is nobody to send.
    """
    frozen = read_frozen(workspace) if published is None else published
    year = build_roster_year(workspace, registers, month.year, published=frozen, built=built, roles=roles)
    return year.months[month], (*registers.findings, *year.findings[month])


def build_roster_year(
    workspace: Workspace,
    registers: RegisterReading,
    year: int,
    *,
    published: Mapping[Month, Roster],
    built: BuiltYears | None = None,
    roles: Collection[StationedRole] = TOWNSHIP_ROLES,
) -> YearRoster:
    """Build the year's rosters of these roles; raises SanwuError when there is nobody to send."""
    wanted = tuple(role for role in StationedRole if role in roles)
    if not any(person.role in wanted for person in registers.registers.persons):
        raise _tell_nobody(wanted)
    known = {} if built is None else built
    if (year, wanted) not in known:
        frozen = {month: roster for month, roster in published.items() if month.year == year}
        staffing = gather_staffing(workspace.settings, registers.registers, [year])
        known[year, wanted] = build_year(year, staffing, roles=wanted, frozen=frozen)
    return known[year, wanted]


def build_rosters(
    workspace: Workspace,
    registers: RegisterReading,
    months: Iterable[Month],
    *,
    published: Mapping[Month, Roster],
    roles: Collection[StationedRole] = TOWNSHIP_ROLES,
) -> list[tuple[Roster, tuple[Finding, ...]]]:
    """Give the rosters of several months, each year built once."""
    built: BuiltYears = {}
    return [
        build_roster(workspace, registers, one, published=published, built=built, roles=roles)
        for one in months
    ]


def keep_roles(roster: Roster, roles: Collection[StationedRole], year: YearRoster | None = None) -> Roster:
    """Keep some roles' part of a roster; with its year also what was optimised for them alone."""
    objective = roster.objective
    if year is not None:
        objective = sum_objective(one for one in year.roles if one.role in roles)
    return replace(
        roster,
        duties=tuple(duty for duty in roster.duties if duty.role in roles),
        unfilled=tuple(gap for gap in roster.unfilled if gap.role in roles),
        objective=objective,
        optimal=all(value == bound for _, value, bound in objective),
    )


def roster_as_json(rosters: tuple[Roster, ...]) -> dict[str, object]:
    """Give rosters as sanwu/roster/1."""
    return {
        "schema": "sanwu/roster/1",
        "months": [str(roster.month) for roster in rosters],
        "duties": [_duty_as_json(duty) for roster in rosters for duty in roster.duties],
        "unfilled": [
            {
                "area_code": gap.area_code,
                "role": gap.role.value,
                "month": str(gap.month),
                "reasons": list(gap.reasons),
            }
            for roster in rosters
            for gap in roster.unfilled
        ],
        "objective": [
            {"level": level, "value": value, "bound": bound}
            for objective in dict.fromkeys(roster.objective for roster in rosters)
            for level, value, bound in objective
        ],
        "optimal": all(roster.optimal for roster in rosters),
        "draft_reason": next((roster.draft_reason for roster in rosters if roster.draft_reason), ""),
    }


def _duty_as_json(duty: Duty) -> dict[str, object]:
    return {
        "date": duty.date.isoformat(),
        "area_code": duty.area_code,
        "role": duty.role.value,
        "person_id": duty.person_id,
        "person": duty.person,
        "place": duty.place,
        "hours": duty.hours,
        "moved_from": duty.moved_from.isoformat() if duty.moved_from else None,
        "frozen": duty.frozen,
    }
