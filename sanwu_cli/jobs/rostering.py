"""The year's duty rosters: built, written as 附件3 and shown as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.ledger.rosters import read_published
from sanwu_cli.roster.build import build_year
from sanwu_cli.roster.rows import roster_rows
from sanwu_cli.terms import TOWNSHIP_ROLES, StationedRole
from sanwu_cli.workbook.write import TableSheet, write_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Duty, Finding, Roster, Unfilled
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.build import YearRoster

    BuiltYears = dict[tuple[int, tuple[StationedRole, ...]], YearRoster]

HEADERS = ("序号", "乡镇(街道)", "进驻日", "星期", "法官", "检察官", "律师", "地点", "时间", "备注")


def read_frozen(workspace: Workspace) -> dict[Month, Roster]:
    """Read the rosters that were published, by month; their duties are frozen."""
    return {month: entry.roster for month, entry in read_published(workspace.ledger.read()).items()}


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
        labels = "、".join(role.label for role in wanted)
        raise SanwuError(
            f"人员登记表里没有{labels}",
            place="registers/人员.xlsx",
            remedy="请登记进驻人员；空白表用 sanwu sheet form register_person -o 生成",
            status=ExitStatus.INPUT_MISSING,
        )
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


def keep_role(roster: Roster, role: StationedRole | None) -> Roster:
    """Keep one role's part of a roster."""
    if role is None:
        return roster
    return replace(
        roster,
        duties=tuple(duty for duty in roster.duties if duty.role is role),
        unfilled=tuple(gap for gap in roster.unfilled if gap.role is role),
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
            for roster in rosters
            for level, value, bound in roster.objective
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


def roster_table(roster: Roster, registers: RegisterReading) -> list[tuple[str | int, ...]]:
    """Lay a roster out as the rows of 附件3 under HEADERS."""
    return [
        (
            number,
            row.township,
            f"{row.date.month}月{row.date.day}日" if row.date else "",
            row.weekday,
            row.judge,
            row.prosecutor,
            row.lawyer,
            row.place,
            row.hours,
            row.note,
        )
        for number, row in enumerate(roster_rows(roster, registers.registers.areas), start=1)
    ]


def explain_gaps(roster: Roster, registers: RegisterReading) -> list[str]:
    """Say of every empty place why it is empty."""
    names = {area.code: area.name for area in registers.registers.areas}
    return [
        f"{names.get(gap.area_code, gap.area_code)}缺{gap.role.label}：{'；'.join(gap_reasons(gap))}"
        for gap in roster.unfilled
    ]


def gap_reasons(gap: Unfilled) -> list[str]:
    """Give a gap's reasons without the place and role they begin with, for where these stand already."""
    return [reason.partition("：")[2] or reason for reason in gap.reasons]


def write_roster(workspace: Workspace, registers: RegisterReading, rosters: tuple[Roster, ...]) -> bytes:
    """Write rosters as a workbook, one sheet a month, laid out as 附件3."""
    sheets = []
    for roster in rosters:
        notes = [*explain_gaps(roster, registers), *([roster.draft_reason] if roster.draft_reason else [])]
        draft = "（草案）" if roster.draft_reason else ""
        sheets.append(
            TableSheet(
                f"{roster.month.label}",
                HEADERS,
                tuple(roster_table(roster, registers)),
                title=f"{workspace.settings.name}{roster.month.label}进驻法官、检察官、律师值班表{draft}",
                notes=tuple(notes),
                landscape=True,
            )
        )
    return write_tables(tuple(sheets), dated=rosters[0].month.first_day)
