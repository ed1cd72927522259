"""The year's work in a month end: attendance, the grass roots, what is due, as their commands give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.records import ItemState
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.attendance import open_attendance
from sanwu_cli.jobs.attendance_tables import write_attendance
from sanwu_cli.jobs.dues import DUE_HEADERS, due_rows, open_dues, write_due_calendar
from sanwu_cli.jobs.dues_overview import OVERVIEW_HEADERS, overview_rows
from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.jobs.grassroots import Topic, open_grassroots
from sanwu_cli.jobs.grassroots_gaps import write_grassroots
from sanwu_cli.ledger.rosters import read_published
from sanwu_cli.periods import Period
from sanwu_cli.terms import Attendance
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month


class Made(Struct, frozen=True):
    """One file of a month end: what it is, what came of it, name and bytes; no name where none is written."""

    title: str
    result: str
    name: str = ""
    data: bytes = b""
    findings: tuple[Finding, ...] = ()


def make_attendance(workspace: Workspace, registers: RegisterReading, month: Month) -> list[Made]:
    """Hold the month's sign-ins against its duties, where it has sign-ins or a published roster."""
    period = Period(month, month)
    known = open_activities(workspace, registers)
    days = [one.day for one in known.sign_ins if one.day is not None]
    published = {one for one, _ in read_published(workspace.ledger.read())}
    if month not in published and not any(day in period for day in days):
        return [Made("进驻考勤", "没有签到表，没有写")]
    try:
        view = open_attendance(workspace, registers, period)
    except SanwuError as error:
        if error.status is not ExitStatus.INPUT_MISSING:
            raise
        return [Made("进驻考勤", f"没有写：{error.message}")]
    counts = {status: sum(one.status is status for one in view.outcomes) for status in Attendance}
    told = "，".join(f"{status.label}{number}" for status, number in counts.items() if number)
    data = write_attendance(view, f"{workspace.settings.name}{month.label}")
    return [Made("进驻考勤", told or "没有值班", "进驻考勤.xlsx", data, view.findings)]


def make_grassroots(workspace: Workspace, registers: RegisterReading, month: Month) -> list[Made]:
    """Lay out centres, offices, grids and disputes; without any record of them there is nothing."""
    known = open_activities(workspace, registers)
    told = (known.centres, known.offices, known.grid_workers, known.disputes, known.dispute_counts)
    if not any(told) and not registers.registers.grids:
        return [Made("基层情况", "没有这类台账，没有写")]
    ground = open_grassroots(workspace, registers, Period(month, month), month.last_day)
    data = write_grassroots(ground, tuple(Topic), workspace.settings.name)
    return [Made("基层情况", "综治中心、两所、网格、矛盾纠纷", "基层情况.xlsx", data)]


def make_dues(workspace: Workspace, registers: RegisterReading, month: Month) -> list[Made]:
    """List what the plan asks for by the end of the month and what is overdue, and next month's calendar."""
    return [_list_dues(workspace, registers, month), _list_following(workspace, registers, month)]


def _list_dues(workspace: Workspace, registers: RegisterReading, month: Month) -> Made:
    dues = open_dues(workspace, registers, as_of=month.last_day)
    title = f"{workspace.settings.name}实施方案事项（截至{month.label}）"
    rows = tuple(tuple(_show(cell) for cell in row) for row in due_rows(dues))
    sheets = (
        TableSheet("一览", OVERVIEW_HEADERS, tuple(overview_rows(dues)), title=title, landscape=True),
        TableSheet("逐项", DUE_HEADERS, rows, title=title, landscape=True),
    )
    counts = dues.count()
    told = "，".join(f"{state.label}{counts[state.value]}" for state in ItemState if counts[state.value])
    del dues  # of a province half a million items, which the workbook need not have beside it
    return Made("方案事项", told, "方案事项.xlsx", write_internal(title, sheets, dated=month.last_day))


def _list_following(workspace: Workspace, registers: RegisterReading, month: Month) -> Made:
    following = month.plus(1)
    dues = open_dues(workspace, registers, as_of=month.last_day, period=Period(following, following)).keep(
        state=ItemState.DUE
    )
    data = write_due_calendar(dues)
    return Made(f"{following.label}待办日历", f"{len(dues.items)}项", "下月待办.ics", data)


def _show(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else str(getattr(cell, "label", cell))
