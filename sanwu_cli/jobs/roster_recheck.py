"""Fixed days and published duties held against the calendar as it is now, as findings, rows and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.calendars import build_draft_calendar
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.rostering import read_frozen
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.model import Duty
from sanwu_cli.periods import Month
from sanwu_cli.roster.recheck import find_misfits, find_shifts
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, Unfilled
    from sanwu_cli.roster.recheck import Misfit, Shift
    from sanwu_cli.roster.role_year import Staffing

SHIFT_HEADERS = ("地方", "角色", "月份", "草案的日子", "现在的日子", "原因")
_NO_DAY = "没有这样的日子"


class Recheck(Struct, frozen=True):
    """What the calendar of a year moves: fixed days against the draft, published duties that do not fit.

    Of a year whose arrangement is not published there are no shifts, for there is nothing to compare.
    """

    year: int
    is_published: bool
    staffing: Staffing
    shifts: tuple[Shift, ...]
    misfits: tuple[Misfit, ...]
    published: tuple[Month, ...]

    @property
    def names(self) -> dict[str, str]:
        """The names of the areas."""
        return {area.code: area.name for area in self.staffing.areas}


def recheck_year(workspace: Workspace, registers: RegisterReading, year: int) -> Recheck:
    """Hold the year's fixed days and published rosters against the calendar as it is now."""
    known = registers.registers
    staffing = gather_staffing(workspace.settings, known, [year])
    frozen = {month: roster for month, roster in read_frozen(workspace).items() if month.year == year}
    is_published = staffing.calendar.is_published(Month(year, 1))
    draft = build_draft_calendar(known.overrides)
    return Recheck(
        year,
        is_published,
        staffing,
        find_shifts(year, staffing, draft, tuple(StationedRole)) if is_published else (),
        find_misfits(frozen, staffing),
        tuple(sorted(frozen)),
    )


def check_published(recheck: Recheck) -> tuple[Finding, ...]:
    """Tell of every published duty that no longer fits."""
    return tuple(
        make_finding(
            "ROSTER-DAY-OFF" if misfit.is_day_off else "ROSTER-DAY-CHANGED",
            area=recheck.names.get(misfit.area_code, misfit.area_code),
            day=day_label(misfit.day),
            who="、".join(map(_name_who, misfit.who)),
            cause=misfit.cause,
            real=_name_days(misfit),
        )
        for misfit in recheck.misfits
    )


def shift_rows(recheck: Recheck) -> list[tuple[str, ...]]:
    """Give a row a fixed day that moved."""
    return [
        (
            _name_place(recheck, shift),
            "、".join(role.label for role in shift.roles),
            shift.month.label,
            _show(shift.before),
            _show(shift.now),
            shift.cause,
        )
        for shift in recheck.shifts
    ]


def summary_lines(recheck: Recheck) -> list[str]:
    """Say in a few lines what was compared."""
    year = recheck.year
    if recheck.is_published:
        lines = [
            f"{year}年放假安排已经公布，与只按周末和本地放假推算的草案相比，动了{len(recheck.shifts)}个日子"
        ]
    else:
        lines = [f"{year}年节假日安排尚未公布，还没有可以对照的；公布后请升级节假日数据，再运行一遍"]
    if recheck.published:
        off = sum(misfit.is_day_off for misfit in recheck.misfits)
        lines.append(
            f"已公布{len(recheck.published)}个月的值班表：落在休息日的{off}处，"
            f"与现在的规则不同的{len(recheck.misfits) - off}处"
        )
    else:
        lines.append(f"{year}年还没有公布过值班表")
    return lines


def recheck_as_json(recheck: Recheck) -> dict[str, object]:
    """Give what moved as sanwu/roster-recheck/1."""
    return {
        "schema": "sanwu/roster-recheck/1",
        "year": recheck.year,
        "arrangement_published": recheck.is_published,
        "published_months": [str(month) for month in recheck.published],
        "moved": [
            {
                "area_code": shift.area.code,
                "roles": [role.value for role in shift.roles],
                "month": str(shift.month),
                "draft_date": shift.before.isoformat() if shift.before else None,
                "date": shift.now.isoformat() if shift.now else None,
                "cause": shift.cause,
            }
            for shift in recheck.shifts
        ],
        "duties": [
            {
                "area_code": misfit.area_code,
                "roles": [item.role.value for item in misfit.who],
                "date": misfit.day.isoformat(),
                "day_off": misfit.is_day_off,
                "cause": misfit.cause,
                "dates_now": [day.isoformat() for day in misfit.now],
            }
            for misfit in recheck.misfits
        ],
    }


def _name_place(recheck: Recheck, shift: Shift) -> str:
    township = recheck.names.get(shift.area.parent, "")
    return f"{township}{shift.area.name}"


def _name_who(item: Duty | Unfilled) -> str:
    return f"{item.role.label}{item.person}" if isinstance(item, Duty) else f"{item.role.label}缺"


def _name_days(misfit: Misfit) -> str:
    return "、".join(map(day_label, misfit.now)) or "别的日子（登记表里没有给出）"


def _show(day: date | None) -> str:
    return day_label(day) if day else _NO_DAY
