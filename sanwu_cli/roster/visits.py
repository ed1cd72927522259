"""The visits a month asks for: every place and role on the place's fixed day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Duty, Unfilled
from sanwu_cli.roster.days import duty_dates, parse_rules
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaLevel, StationedRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, DutyDay, Finding, Person
    from sanwu_cli.periods import Month, WorkCalendar
    from sanwu_cli.roster.days import DutyDate

    _Day = date  # for the record that has a field called `date`

_MOST_NAMED = 3


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


def make_duty(visit: Visit, person: Person) -> Duty:
    """Make the duty of a person who makes a visit."""
    return Duty(
        date=visit.date,
        area_code=visit.area_code,
        role=visit.role,
        person_id=person.id,
        person=person.name,
        place=visit.place,
        hours=visit.hours,
        moved_from=visit.moved_from,
    )


class VisitPlan(Struct, frozen=True):
    """A month's visits in order, the visits that have no day, and what was found on the way."""

    visits: tuple[Visit, ...]
    dayless: tuple[Unfilled, ...]
    findings: tuple[Finding, ...]


class _Days(Struct, frozen=True):
    """How duty days are found: the month, its calendar, which way a day off moves (T-25), the rows."""

    month: Month
    calendar: WorkCalendar
    moves_back: bool
    rows: Mapping[str, Sequence[DutyDay]]
    found: dict[str, tuple[DutyDate, ...]] = field(default_factory=dict)

    def find(self, text: str) -> list[DutyDate]:
        """Give the days a rule, or several in one cell, name in the month; none where it cannot be read."""
        if text not in self.found:
            rules = parse_rules(text)
            self.found[text] = duty_dates(rules, self.month, self.calendar, moves_back=self.moves_back)
        return list(self.found[text])


def plan_visits(
    *,
    month: Month,
    areas: Iterable[Area],
    duty_days: Iterable[DutyDay],
    calendar: WorkCalendar,
    moves_back: bool = False,
    roles: Collection[StationedRole] = TOWNSHIP_ROLES,
) -> VisitPlan:
    """List what the month asks for, of these roles, in every area that exists in it.

    Township roles go to townships; an area that does not compete, such as a farm, is visited only when the
    duty-day register names it. The other roles go to villages: mediators to every village, the rest where the
    register asks for them, for the village or for the whole township. A row for the role goes before the row
    for all roles, a village's own before its township's. An area is not visited on a day on which it does not
    exist.
    """
    rows: dict[str, list[DutyDay]] = defaultdict(list)
    for row in duty_days:
        rows[row.area_code].append(row)
    days = _Days(month, calendar, moves_back, rows)
    plans = [
        plan([area for area in areas if _is_there(area, month)], days, wanted)
        for plan, wanted in (
            (_plan_townships, tuple(role for role in TOWNSHIP_ROLES if role in roles)),
            (_plan_villages, tuple(r for r in StationedRole if r in roles and r not in TOWNSHIP_ROLES)),
        )
        if wanted
    ]
    return VisitPlan(
        tuple(sorted((v for plan in plans for v in plan.visits), key=lambda visit: visit.sort_key)),
        tuple(gap for plan in plans for gap in plan.dayless),
        tuple(dict.fromkeys(finding for plan in plans for finding in plan.findings)),
    )


def find_row(area: Area, role: StationedRole, rows: Mapping[str, Iterable[DutyDay]]) -> DutyDay | None:
    """Give the row by which an area is visited by a role; `rows` are the register's by area code.

    The area's own, else a village's township's for that very role.
    """
    own = _take_row(rows.get(area.code, ()), role)
    if own is not None or area.level is not AreaLevel.VILLAGE:
        return own
    return _take_row((row for row in rows.get(area.parent, ()) if row.role is role), role)


def _is_there(area: Area, month: Month) -> bool:
    after = area.valid_from is None or area.valid_from <= month.last_day
    return after and (area.valid_to is None or month.first_day <= area.valid_to)


def _plan_townships(areas: Sequence[Area], days: _Days, roles: tuple[StationedRole, ...]) -> VisitPlan:
    findings: list[Finding] = []
    visits: list[Visit] = []
    dayless: list[Unfilled] = []
    for area in sorted(areas, key=lambda area: (area.code, area.name)):
        if area.level is not AreaLevel.TOWNSHIP or not (area.competes or area.code in days.rows):
            continue
        rows = {role: _choose_row(area, role, days, findings) for role in roles}
        found: list[Visit] = []
        for role, row in rows.items():
            if row is None and not area.competes:
                continue
            planned = _plan_visits(area, role, row, days)
            dayless += planned if isinstance(planned, tuple) else ()
            found += planned if isinstance(planned, list) else ()
        visits += [visit for visit in found if area.exists_on(visit.date)]
        missing = [role.label for role, row in rows.items() if row is None]
        if missing and area.competes:
            findings.append(make_finding("DUTY-DAY-MISSING", area=area.name, roles="、".join(missing)))
        findings += _check_rows(area, rows.values(), days)
        findings += _check_days(area, found, days.calendar)
    return VisitPlan(tuple(visits), tuple(dayless), tuple(findings))


def _plan_villages(areas: Sequence[Area], days: _Days, roles: tuple[StationedRole, ...]) -> VisitPlan:
    names = {area.code: area.name for area in areas}
    findings: list[Finding] = []
    visits: list[Visit] = []
    dayless: list[Unfilled] = []
    missing: dict[tuple[str, StationedRole], list[str]] = defaultdict(list)
    moved: dict[tuple[str, date, date], list[str]] = defaultdict(list)
    for area in sorted(areas, key=lambda area: (area.code, area.name)):
        if area.level is not AreaLevel.VILLAGE:
            continue
        for role in roles:
            row = _choose_row(area, role, days, findings)
            if row is None:
                if role is StationedRole.MEDIATOR and area.competes:
                    missing[area.parent, role].append(area.name)
                continue
            planned = _plan_visits(area, role, row, days)
            dayless += planned if isinstance(planned, tuple) else ()
            found = planned if isinstance(planned, list) else []
            visits += [visit for visit in found if area.exists_on(visit.date)]
            findings += _check_rows(area, (row,), days)
            findings += [_tell_no_area(area, visit) for visit in found if not area.exists_on(visit.date)]
            for visit in found:
                if visit.moved_from is not None and area.exists_on(visit.date):
                    moved[area.parent, visit.date, visit.moved_from].append(area.name)
    findings += [
        tell_move(names.get(code, code) + _name_some(villages), real, named, days.calendar)
        for (code, real, named), villages in moved.items()
    ]
    findings += [
        make_finding(
            "VILLAGE-DAY-MISSING",
            area=names.get(code, code),
            villages=_name_some(villages),
            role=role.label,
        )
        for (code, role), villages in missing.items()
    ]
    return VisitPlan(tuple(visits), tuple(dayless), tuple(findings))


def _name_some(names: Sequence[str]) -> str:
    """Name the first few of several, and how many there are in all."""
    told = "、".join(names[:_MOST_NAMED])
    return told if len(names) <= _MOST_NAMED else f"{told}等{len(names)}个"


def _take_row(rows: Iterable[DutyDay], role: StationedRole) -> DutyDay | None:
    """Take the row for the role, else the row for all; of several the first by its text."""
    own = set(rows)
    fit = {row for row in own if row.role is role} or {row for row in own if row.role is None}
    return min(fit, key=lambda row: (row.rule, row.place, row.hours), default=None)


def _choose_row(area: Area, role: StationedRole, days: _Days, findings: list[Finding]) -> DutyDay | None:
    """Choose the row that holds, and tell of an area that has several."""
    own = set(days.rows.get(area.code, ()))
    rows = {row for row in own if row.role is role} or {row for row in own if row.role is None}
    if len(rows) > 1:
        findings.append(make_finding("DUTY-DAY-TWICE", area=area.name, role=role.label))
    return find_row(area, role, days.rows)


def _plan_visits(
    area: Area, role: StationedRole, row: DutyDay | None, days: _Days
) -> list[Visit] | tuple[Unfilled]:
    """Give the role's visits of the month, or the visit that has no day with the reason."""
    month = days.month
    if row is None:
        return (Unfilled(area.code, role, month, (f"{area.name}没有登记{role.label}的进驻日",)),)
    found = days.find(row.rule)
    if found:
        return [Visit(w.date, area.code, role, row.place, row.hours, w.moved_from) for w in found]
    is_read = bool(parse_rules(row.rule))
    reason = f"{month.label}没有工作日" if is_read else f"{area.name}的进驻日规则“{row.rule}”看不懂"
    return (Unfilled(area.code, role, month, (reason,), place=row.place, hours=row.hours),)


def _check_rows(area: Area, rows: Iterable[DutyDay | None], days: _Days) -> list[Finding]:
    """Say which rules cannot be read, or name a day the month lacks."""
    findings = []
    for row in filter(None, rows):
        if not parse_rules(row.rule):
            findings.append(make_finding("DUTY-RULE-UNREADABLE", area=area.name, rule=row.rule))
        elif any(when.is_shortened for when in days.find(row.rule)):
            findings.append(
                make_finding("DUTY-DAY-SHORT-MONTH", area=area.name, rule=row.rule, month=days.month.label)
            )
    return findings


def _check_days(area: Area, visits: Sequence[Visit], calendar: WorkCalendar) -> list[Finding]:
    """Say what is to be known about an area's days: outside its time, moved, different by role (T-23)."""
    findings = []
    for visit in visits:
        if not area.exists_on(visit.date):
            findings.append(_tell_no_area(area, visit))
        elif visit.moved_from is not None:
            findings.append(tell_move(area.name, visit.date, visit.moved_from, calendar))
    by_role: dict[StationedRole, list[date]] = defaultdict(list)
    for visit in visits:
        by_role[visit.role].append(visit.date)
    if len({tuple(own) for own in by_role.values()}) > 1:
        days = "、".join(f"{role.label}{'和'.join(map(day_label, own))}" for role, own in by_role.items())
        findings.append(make_finding("DUTY-DAY-DIFFERS", area=area.name, days=days))
    return findings


def _tell_no_area(area: Area, visit: Visit) -> Finding:
    return make_finding("DUTY-DAY-NO-AREA", area=area.name, day=day_label(visit.date))


def tell_move(area: str, real: date, named: date, calendar: WorkCalendar) -> Finding:
    """Say from where to where a duty day moved, and off what."""
    return make_finding(
        "DUTY-MOVED",
        area=area,
        named=day_label(named),
        cause=calendar.name_of(named) or "休息日",
        way="顺延" if real > named else "提前",
        real=day_label(real),
    )


def day_label(day: date) -> str:
    """Give a day as people write it within a year, such as 3月10日."""
    return f"{day.month}月{day.day}日"
