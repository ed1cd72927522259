"""The year's duty rosters: built from registers and what was published, and shown as JSON."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.ledger.rosters import join_groups, read_published
from sanwu_cli.periods import Month
from sanwu_cli.roster.build import build_year
from sanwu_cli.roster.role_year import sum_objective
from sanwu_cli.terms import TOWNSHIP_ROLES, RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Duty, Finding, Registers, Roster
    from sanwu_cli.roster.build import YearRoster
    from sanwu_cli.settings import Settings

_REMEMBERED = 12  # years of groups: what one run may ask for again


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

    A group of villages without a single visit is left out. Raises SanwuError for months before the plan.
    """
    if months:
        need_plan(workspace, months[-1])
    published = read_published(workspace.ledger.read())
    frozen = join_groups(published)
    found: dict[RosterGroup, tuple[Roster, ...]] = {}
    findings: list[Finding] = []
    for group in groups:
        own = []
        for month in months:
            year = build_group_year(workspace, registers, month.year, group=group, published=frozen)
            own.append(keep_roles(year.months[month], group.roles if role is None else (role,), year))
            findings += (*registers.findings, *year.findings[month])
        if group is RosterGroup.TOWNSHIP or any(one.duties or one.unfilled for one in own):
            found[group] = tuple(own)
    return Rosters(found, frozenset(published), tuple(dict.fromkeys(findings)))


def _tell_nobody(roles: Iterable[StationedRole]) -> SanwuError:
    return SanwuError(
        f"人员登记表里没有{'、'.join(role.label for role in roles)}",
        place="registers/人员.xlsx",
        remedy="请登记进驻人员；空白表用 sanwu sheet form register_person -o 生成",
        status=ExitStatus.INPUT_MISSING,
    )


def need_plan(workspace: Workspace, month: Month) -> None:
    """Raise SanwuError for a month in which the plan was not there yet, so that nobody was on duty."""
    begins = workspace.plan.duties.begins
    if month.last_day < begins:
        raise SanwuError(
            f"方案从{Month.of(begins).label}起实施，{month.label}没有要排的值班表",
            remedy="请写以后的月份",
        )


def build_roster(
    workspace: Workspace,
    registers: RegisterReading,
    month: Month,
    *,
    published: Mapping[Month, Roster] | None = None,
    group: RosterGroup = RosterGroup.TOWNSHIP,
) -> tuple[Roster, tuple[Finding, ...]]:
    """Give a month of a group's year, with what is to be known about it.

    A year is built as one from the registers and from what was published (`published`; None: read from the
    ledger), and from nothing else. Raises SanwuError when there is nobody to send.
    """
    frozen = read_frozen(workspace) if published is None else published
    year = build_group_year(workspace, registers, month.year, group=group, published=frozen)
    return year.months[month], (*registers.findings, *year.findings[month])


def build_group_year(
    workspace: Workspace,
    registers: RegisterReading,
    year: int,
    *,
    group: RosterGroup,
    published: Mapping[Month, Roster],
) -> YearRoster:
    """Build a group's rosters of a year; raises SanwuError when there is nobody to send.

    A run that asks again for the same is given what was built before.
    """
    if not any(person.role in group.roles for person in registers.registers.persons):
        raise _tell_nobody(group.roles)
    frozen = tuple(
        (month, keep_roles(roster, group.roles))
        for month, roster in sorted(published.items())
        if month.year == year
    )
    return _build(_Asked(workspace.settings, registers.registers, year, group, frozen))


class _Asked:
    """All that a group's year follows from; alike when the registers are the very same and the rest equal."""

    __slots__ = ("frozen", "group", "registers", "settings", "year")

    def __init__(
        self,
        settings: Settings,
        registers: Registers,
        year: int,
        group: RosterGroup,
        frozen: tuple[tuple[Month, Roster], ...],
    ) -> None:
        self.settings, self.registers, self.year = settings, registers, year
        self.group, self.frozen = group, frozen

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Asked)
            and self.registers is other.registers
            and (self.year, self.group) == (other.year, other.group)
            and (self.settings is other.settings or self.settings == other.settings)
            and self.frozen == other.frozen
        )

    def __hash__(self) -> int:
        return hash((id(self.registers), self.year, self.group))


@lru_cache(maxsize=_REMEMBERED)
def _build(asked: _Asked) -> YearRoster:
    staffing = gather_staffing(asked.settings, asked.registers, [asked.year])
    return build_year(asked.year, staffing, roles=asked.group.roles, frozen=dict(asked.frozen))


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
