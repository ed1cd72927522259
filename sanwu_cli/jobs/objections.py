"""Objections: when each could be raised until, whether it came in time, what became of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.calendars import build_calendar
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.activities import find_unit_township
from sanwu_cli.jobs.rulings import list_known, number_of
from sanwu_cli.ledger.activities import derive_activities
from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period
from sanwu_cli.plan.tally import may_lie_in
from sanwu_cli.records import Count, Incident
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import IncidentStatus, Matter, Timing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.activities import FiledReport
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Finding, Source
    from sanwu_cli.periods import WorkCalendar
    from sanwu_cli.records import Change, Waiting, YearRecords

# What a filed report is called by which the month's list went out to the units.
_LISTS = ("三无情况通报", "三无指标通报", "三无通报", "月度清单", "月清单", "月度通报")
_MONTH = re.compile(r"(20\d\d)[年./-](?:\d{1,2}[-—–~至到])?(\d{1,2})(?!\d)|(?<!\d)(\d{1,2})月")


class Window(Struct, frozen=True):
    """From when until when an objection could be raised; None where nobody recorded when it opened.

    `is_draft`: the holidays of those days are not published, only weekends and the office's own are known.
    """

    month: Month | None
    opened_on: date | None = None
    ends_on: date | None = None
    is_draft: bool = False


class Objection(Struct, frozen=True):
    """An objection: about what, whether in time, and the change that answered it (None: open).

    `known` is None when the ledger has no such case; `is_suspended` when the question was put off.
    """

    number: str
    indicator: str
    known: Incident | Count | None
    raised: Change
    window: Window
    timing: Timing
    answer: Change | None = None
    is_suspended: bool = False

    @property
    def is_pending(self) -> bool:
        """Say whether it waits for an answer; one that was put off does not."""
        return self.answer is None and not self.is_suspended

    def count_waiting(self, on: date) -> int | None:
        """Count the days it has waited; None once it is answered, or when nobody wrote its day."""
        if self.answer is not None or not self.raised.is_dated:
            return None
        return max(0, (on - date.fromisoformat(self.raised.day)).days)


class Windows(Struct, frozen=True):
    """What windows are computed from: the days the lists went out, the working calendar, the span."""

    lists: Mapping[Month, date]
    calendar: WorkCalendar
    workdays: int

    def open(self, month: Month | None, decided_on: date | None) -> Window:
        """Give the window for a month's list, or for the decision that changed the case since."""
        listed = self.lists.get(month) if month else None
        days = [day for day in (listed, decided_on) if day is not None]
        if not days:
            return Window(month)
        opened = day = max(days)
        left = self.workdays
        while left:
            day += timedelta(days=1)
            left -= self.calendar.is_workday(day)
        is_draft = not {opened.year, day.year} <= self.calendar.published
        return Window(month, opened, day, is_draft)


def make_windows(
    workspace: Workspace, registers: RegisterReading, contents: Contents, records: YearRecords
) -> Windows:
    """Make what windows are computed from; the span is the office's own, else the default (六(四)).

    When the lists went out stands among the filed reports of the ledger.
    """
    places = registers.places
    reports = derive_activities(contents, lambda unit: find_unit_township(places, unit)).filed_reports
    lists = find_list_days(reports)
    changes = [change for known in list_known(records) for change in known.changes if change.is_dated]
    told = [date.fromisoformat(change.day) for change in changes]
    days = [workspace.plan.issued_on, *lists.values(), *told]
    calendar = build_calendar(sorted({day.year for day in days}), registers.registers.overrides)
    default = int(workspace.plan.value_on("objection.window_workdays", max(days)))
    return Windows(lists, calendar, workspace.settings.objection_workdays or default)


def find_list_days(reports: Iterable[FiledReport]) -> dict[Month, date]:
    """Find the day each month's list first went out: a filed report so called, of no single township.

    A report that names no month is for the month before it was filed.
    """
    days: dict[Month, date] = {}
    for report in reports:
        subject = fold(report.subject)
        if report.filed_on is None or report.township_code or not any(word in subject for word in _LISTS):
            continue
        month = _find_month(f"{fold(report.period_told)} {subject}", report.filed_on)
        days[month] = min(days.get(month, report.filed_on), report.filed_on)
    return days


def _find_month(text: str, filed_on: date) -> Month:
    for match in _MONTH.finditer(text):
        number = int(match[2] or match[3])
        if 1 <= number <= MONTHS_A_YEAR:
            return Month(int(match[1] or filed_on.year - (number > filed_on.month)), number)
    return Month.of(filed_on).plus(-1)


def list_objections(records: YearRecords, windows: Windows, *, until: date | None) -> tuple[Objection, ...]:
    """List every objection in order of its day; with `until` as things stood on that day."""
    found = [one for case in list_known(records) for one in _list_of_case(case, windows, until)]
    found += [_make_waiting(one, windows) for one in records.waiting if one.change.matter is Matter.OBJECT]
    if until is not None:
        found = [one for one in found if one.raised.day <= until.isoformat()]
    return tuple(sorted(found, key=lambda one: (one.raised.day, one.indicator, one.number, one.raised.unit)))


def _list_of_case(case: Incident | Count, windows: Windows, until: date | None) -> Iterable[Objection]:
    changes = [change for change in case.changes if until is None or change.day <= until.isoformat()]
    for position, raised in enumerate(changes):
        if raised.matter is not Matter.OBJECT:
            continue
        later = changes[position + 1 :]
        answer = next((change for change in later if not change.leaves_open), None)
        window = windows.open(_told_month(case), _find_restart(changes[:position]))
        is_suspended = answer is None and any(change.matter is Matter.SUSPEND for change in later)
        timing = _time(raised, window)
        indicator = case.indicator.value
        yield Objection(number_of(case), indicator, case, raised, window, timing, answer, is_suspended)


def _make_waiting(waiting: Waiting, windows: Windows) -> Objection:
    window = windows.open(None, None)
    return Objection(
        waiting.case_number, waiting.indicator, None, waiting.change, window, _time(waiting.change, window)
    )


def _told_month(case: Incident | Count) -> Month | None:
    """Give the month whose list has the case first: that of the first sheet that told of it."""
    if isinstance(case, Count):
        return case.period.last
    if case.first_told is not None:
        return case.first_told.last
    return Month.of(case.filed_on) if case.filed_on else None


def _find_restart(earlier: Sequence[Change]) -> date | None:
    """Find the day of the last decision that moved the case or changed whether it counts."""
    days = [c.day for c in earlier if c.is_dated and (c.after or c.was_counted != c.is_counted)]
    return date.fromisoformat(days[-1]) if days else None


def _time(raised: Change, window: Window) -> Timing:
    if window.ends_on is None or not raised.is_dated:
        return Timing.UNKNOWN
    return Timing.LATE if date.fromisoformat(raised.day) > window.ends_on else Timing.IN_TIME


def touches_year(objection: Objection, year: int) -> bool:
    """Say whether an objection belongs to a year: its case does, or it was raised in it."""
    known, period = objection.known, Period.of_year(year)
    if objection.raised.day.startswith(f"{year}-"):
        return True
    if isinstance(known, Incident):
        return may_lie_in(known, period)
    return known is not None and known.period.first <= period.last and period.first <= known.period.last


def find_faults_of_sheets(
    workspace: Workspace,
    registers: RegisterReading,
    contents: Contents,
    records: YearRecords,
    sources: frozenset[Source],
) -> tuple[Finding, ...]:
    """Name what is odd about the objections told by some rows."""
    known = list_objections(records, make_windows(workspace, registers, contents, records), until=None)
    return tuple(find_faults(one for one in known if one.raised.source in sources))


def find_faults(objections: Iterable[Objection]) -> Iterable[Finding]:
    """Name every open objection that came late, gives no reason, or whose window nobody can tell."""
    for one in objections:
        if one.answer is not None:
            continue
        if one.timing is Timing.LATE:
            yield _report("OBJECTION-LATE", one, end=one.window.ends_on)
        elif one.timing is Timing.UNKNOWN:
            yield _report("OBJECTION-WINDOW-UNKNOWN", one, why=say_why_unknown(one))
        if not one.raised.reason:
            yield _report("OBJECTION-NO-REASON", one)


def _report(code: str, one: Objection, **values: object) -> Finding:
    source, unit = one.raised.source, one.raised.unit or "（没有写提出单位）"
    return make_finding(
        code,
        file=source.file if source else "",
        sheet=source.sheet if source else "",
        cell=f"A{source.row}" if source else "",
        number=one.number,
        unit=unit,
        day=one.raised.day if one.raised.is_dated else "",
        **values,
    )


def say_why_unknown(one: Objection) -> str:
    """Say why nobody can tell whether an objection came in time."""
    if one.known is None:
        return "台账里还没有这件案件"
    if not one.raised.is_dated:
        return "没有写提出的日期"
    month = one.window.month.label if one.window.month else "那个月"
    return f"没有登记{month}的清单哪天发出"


def show_state(one: Objection) -> str:
    """Say how an objection stands, in a few words."""
    if one.answer is not None:
        return f"已{one.answer.matter.label}"
    if one.is_suspended:
        return Matter.SUSPEND.label
    if isinstance(one.known, Incident) and one.known.status is IncidentStatus.WITHDRAWN:
        return "案件已撤回"
    return f"{one.timing.label}，未决"
