"""What a month end makes besides its imports, step by step: every file as its own command would write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.early_warning import warn_early, write_warnings
from sanwu_cli.jobs.ledger_view import export_ledger
from sanwu_cli.jobs.month_work import make_attendance, make_dues, make_grassroots
from sanwu_cli.jobs.reporting import render_document
from sanwu_cli.jobs.roster_tables import name_book, write_roster
from sanwu_cli.jobs.rostering import list_groups, make_rosters
from sanwu_cli.jobs.scoring import open_scoring, score_year
from sanwu_cli.jobs.year_end import close_year
from sanwu_cli.jobs.year_end_view import year_end_sheets
from sanwu_cli.jobs.year_list import write_month_list, write_year_list
from sanwu_cli.periods import MONTHS_A_YEAR
from sanwu_cli.terms import RosterGroup

if TYPE_CHECKING:
    from sanwu_cli.jobs.month_work import Made
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month


class Part(Struct, frozen=True):
    """One line of a month end: what it is, what came of it, its place below out/ and its bytes, if any."""

    title: str
    result: str
    place: str = ""
    data: bytes = b""


_Parts = tuple[list[Part], tuple["Finding", ...]]
Maker = Callable[["Workspace", "RegisterReading", "Month"], _Parts]


def list_makers(
    month: Month,
) -> tuple[tuple[str, Maker], ...]:
    """List the steps after the imports, each by its title; none needs what another made."""
    last = (
        (f"{month.year}年终核算", _make_year_list)
        if month.number == MONTHS_A_YEAR
        else ("预警清单", _make_warnings)
    )
    return (
        ("月度通报", _make_circular),
        ("台账导出", _make_ledger),
        ("各村各乡镇情况", _make_month_list),
        ("值班表", _make_roster),
        ("进驻考勤", lambda *given: _place(given[2], make_attendance(*given))),
        ("基层情况", lambda *given: _place(given[2], make_grassroots(*given))),
        ("方案事项", lambda *given: _place(given[2], make_dues(*given))),
        last,
    )


def _place(month: Month, made: list[Made]) -> _Parts:
    parts = [Part(one.title, one.result, f"{month}/{one.name}" if one.name else "", one.data) for one in made]
    return parts, tuple(finding for one in made for finding in one.findings)


def _make_circular(workspace: Workspace, registers: RegisterReading, month: Month) -> _Parts:
    made = render_document(workspace, registers, "monthly_circular", month=month, issued_on=None)
    return [Part("月度通报", "已写", f"{month}/{made.name}", made.data)], made.findings


def _make_ledger(workspace: Workspace, registers: RegisterReading, month: Month) -> _Parts:
    return [Part("台账导出", "已写", f"{month}/三无台账.xlsx", export_ledger(workspace, registers))], ()


def _make_month_list(workspace: Workspace, registers: RegisterReading, month: Month) -> _Parts:
    score = score_year(open_scoring(workspace, registers, year=month.year, last_month=month))
    data = write_month_list(score)
    return [Part("各村各乡镇情况", "已写", f"{month}/三无情况（截至{month.label}）.xlsx", data)], ()


def _make_roster(workspace: Workspace, registers: RegisterReading, month: Month) -> _Parts:
    """Make next month's rosters and their notice; without staff in the register there are none."""
    following = month.plus(1)
    try:
        made = make_rosters(workspace, registers, [following], groups=list_groups(registers))
    except SanwuError as error:
        if error.status is not ExitStatus.INPUT_MISSING:
            raise
        finding = make_finding("ROSTER-SKIPPED", why=error.message)
        return [Part("值班表", f"没有排：{error.message}")], (finding,)
    parts = []
    for group, rosters in made.groups.items():
        data = write_roster(workspace, registers, group, rosters)
        duties, gaps = (
            sum(len(part) for part in parts)
            for parts in zip(*((r.duties, r.unfilled) for r in rosters), strict=True)
        )
        title = f"{following.label}{'' if group is RosterGroup.TOWNSHIP else group.label}值班表"
        place = f"{following}/{name_book(group, following.label)}"
        parts.append(Part(title, f"{duties}人次，缺{gaps}", place, data))
    if RosterGroup.TOWNSHIP in made.groups:
        notice = render_document(workspace, registers, "duty_roster_notice", month=following, issued_on=None)
        parts.append(Part("值班表通知", "已写", f"{following}/{notice.name}", notice.data))
    return parts, made.findings


def _make_warnings(workspace: Workspace, registers: RegisterReading, month: Month) -> _Parts:
    warnings = warn_early(open_scoring(workspace, registers, year=month.year, last_month=month))
    data = write_warnings(warnings, dated=month.last_day)
    result = f"只差一步的村(社区)有{len(warnings.villages)}条"
    return [Part("预警清单", result, f"{month}/预警（截至{month.label}）.xlsx", data)], ()


def _make_year_list(workspace: Workspace, registers: RegisterReading, month: Month) -> _Parts:
    end = close_year(open_scoring(workspace, registers, year=month.year))
    score, data = end.score, write_year_list(end.score, year_end_sheets(end))
    told = f"符合条件：乡镇(街道){score.award_townships}个，村(社区){score.award_villages}个"
    part = Part(
        f"{month.year}年终核算",
        f"{told}，奖励测算{score.award_yuan}元",
        f"{month.year}/{month.year}年三无名单（核算）.xlsx",
        data,
    )
    return [part], score.scoring.findings
