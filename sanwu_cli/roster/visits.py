"""The visits a month asks for: every township and township role on the township's fixed day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Unfilled
from sanwu_cli.roster.days import duty_date, parse_rule
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaLevel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, DutyDay, Finding
    from sanwu_cli.periods import Month, WorkCalendar
    from sanwu_cli.roster.days import DutyDate, DutyRule
    from sanwu_cli.terms import StationedRole

    _Day = date  # for the record that has a field called `date`


class Visit(Struct, frozen=True):
    """One visit to be made: where, by which role, on which day; the other fields as in Duty."""

    date: date
    area_code: str
    role: StationedRole
    place: str = ""
    hours: str = ""
    moved_from: _Day | None = None

    @property
    def sort_key(self) -> tuple[_Day, str, int]:
        """Order by day, area code, and the order of the roles."""
        return self.date, self.area_code, tuple(type(self.role)).index(self.role)


class _Days(Struct, frozen=True):
    """How a month's duty days are found: the month, its calendar, and which way a day off moves (T-25)."""

    month: Month
    calendar: WorkCalendar
    moves_back: bool

    def find(self, rule: DutyRule) -> DutyDate | None:
        return duty_date(rule, self.month, self.calendar, moves_back=self.moves_back)


class VisitPlan(Struct, frozen=True):
    """A month's visits in order, the visits that have no day, and what was found on the way."""

    visits: tuple[Visit, ...]
    dayless: tuple[Unfilled, ...]
    findings: tuple[Finding, ...]


def plan_visits(
    *,
    month: Month,
    areas: tuple[Area, ...],
    duty_days: tuple[DutyDay, ...],
    calendar: WorkCalendar,
    moves_back: bool = False,
) -> VisitPlan:
    """List what the month asks for in every township-level area that exists in it.

    An area that does not compete, such as a farm, is visited only when the duty-day register names it.
    A row for the role goes before the row for all roles. An area is not visited on a day on which it
    does not exist yet or any more. Rows for villages are left to the mediators' roster.
    """
    days = _Days(month, calendar, moves_back)
    findings: list[Finding] = []
    visits: list[Visit] = []
    dayless: list[Unfilled] = []
    for area in _list_places(month, areas, duty_days):
        rows = {role: _choose_row(area, role, duty_days, findings) for role in TOWNSHIP_ROLES}
        found: list[Visit] = []
        for role, row in rows.items():
            if row is None and not area.competes:
                continue
            planned = _plan_visit(area, role, row, days)
            if isinstance(planned, Visit):
                found.append(planned)
            else:
                dayless.append(planned)
        visits += [visit for visit in found if area.exists_on(visit.date)]
        findings += _check_rows(area, rows, days)
        findings += _check_days(area, found, calendar)
    visits.sort(key=lambda visit: visit.sort_key)
    return VisitPlan(tuple(visits), tuple(dayless), tuple(dict.fromkeys(findings)))


def _list_places(month: Month, areas: tuple[Area, ...], duty_days: tuple[DutyDay, ...]) -> list[Area]:
    """List the areas of the month that are to be visited, by code."""
    named = {row.area_code for row in duty_days}
    return sorted(
        (
            area
            for area in areas
            if area.level is AreaLevel.TOWNSHIP
            and (area.competes or area.code in named)
            and any(area.exists_on(day) for day in month.days())
        ),
        key=lambda area: (area.code, area.name),
    )


def _choose_row(
    area: Area, role: StationedRole, duty_days: tuple[DutyDay, ...], findings: list[Finding]
) -> DutyDay | None:
    """Choose the register's row for the role, else its row for all; of several the first by its text."""
    own = {row for row in duty_days if row.area_code == area.code}
    rows = {row for row in own if row.role is role} or {row for row in own if row.role is None}
    if len(rows) > 1:
        findings.append(make_finding("DUTY-DAY-TWICE", area=area.name, role=role.label))
    return min(rows, key=lambda row: (row.rule, row.place, row.hours), default=None)


def _plan_visit(area: Area, role: StationedRole, row: DutyDay | None, days: _Days) -> Visit | Unfilled:
    """Give the role's visit of the month, or the visit that has no day with the reason."""
    month = days.month
    if row is None:
        return Unfilled(area.code, role, month, (f"{area.name}没有登记{role.label}的进驻日",))
    rule = parse_rule(row.rule)
    when = None if rule is None else days.find(rule)
    if when is not None:
        return Visit(when.date, area.code, role, row.place, row.hours, when.moved_from)
    reason = f"{month.label}没有工作日" if rule else f"{area.name}的进驻日规则“{row.rule}”看不懂"
    return Unfilled(area.code, role, month, (reason,), place=row.place, hours=row.hours)


def _check_rows(area: Area, rows: Mapping[StationedRole, DutyDay | None], days: _Days) -> list[Finding]:
    """Say which roles have no row, and which rules cannot be read or name a day the month lacks."""
    findings = []
    missing = [role.label for role, row in rows.items() if row is None]
    if missing and area.competes:
        findings.append(make_finding("DUTY-DAY-MISSING", area=area.name, roles="、".join(missing)))
    for row in filter(None, rows.values()):
        rule = parse_rule(row.rule)
        if rule is None:
            findings.append(make_finding("DUTY-RULE-UNREADABLE", area=area.name, rule=row.rule))
            continue
        when = days.find(rule)
        if when is not None and when.is_shortened:
            findings.append(
                make_finding("DUTY-DAY-SHORT-MONTH", area=area.name, rule=row.rule, month=days.month.label)
            )
    return findings


def _check_days(area: Area, visits: Sequence[Visit], calendar: WorkCalendar) -> list[Finding]:
    """Say what is to be known about an area's days: outside its time, moved, different by role (T-23)."""
    findings = []
    for visit in visits:
        if not area.exists_on(visit.date):
            findings.append(make_finding("DUTY-DAY-NO-AREA", area=area.name, day=day_label(visit.date)))
        elif visit.moved_from is not None:
            findings.append(_tell_move(area, visit.date, visit.moved_from, calendar))
    if len({visit.date for visit in visits}) > 1:
        days = "、".join(f"{visit.role.label}{day_label(visit.date)}" for visit in visits)
        findings.append(make_finding("DUTY-DAY-DIFFERS", area=area.name, days=days))
    return findings


def _tell_move(area: Area, real: date, named: date, calendar: WorkCalendar) -> Finding:
    """Say from where to where a duty day moved, and off what."""
    return make_finding(
        "DUTY-MOVED",
        area=area.name,
        named=day_label(named),
        cause=calendar.name_of(named) or "休息日",
        way="顺延" if real > named else "提前",
        real=day_label(real),
    )


def day_label(day: date) -> str:
    """Give a day as people write it within a year, such as 3月10日."""
    return f"{day.month}月{day.day}日"
