"""What a holiday notice has moved: fixed days before and after it, published duties that no longer fit."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.periods import Month
from sanwu_cli.roster.days import DutyDate, duty_dates, parse_rules
from sanwu_cli.roster.place_days import list_place_days
from sanwu_cli.roster.visits import find_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, Duty, Roster, Unfilled
    from sanwu_cli.periods import WorkCalendar
    from sanwu_cli.roster.role_year import Staffing
    from sanwu_cli.terms import StationedRole

_SATURDAY = 5


class Shift(Struct, frozen=True):
    """A fixed day that is another one now: None where a month has no such day; `cause` says why."""

    area: Area
    roles: tuple[StationedRole, ...]
    month: Month
    before: date | None
    now: date | None
    cause: str


class Misfit(Struct, frozen=True):
    """Published duties of one place and day that no longer fit: on a day off, or not on the rule's day.

    `now` are the days that the rules give instead, none where no rule gives another.
    """

    area_code: str
    day: date
    who: tuple[Duty | Unfilled, ...]
    now: tuple[date, ...]
    is_day_off: bool
    cause: str


def find_shifts(
    year: int, staffing: Staffing, draft: WorkCalendar, roles: Sequence[StationedRole]
) -> tuple[Shift, ...]:
    """List the fixed days of the year that are others by the calendar now than by the draft."""
    before = list_place_days(year, replace(staffing, calendar=draft), roles)
    now = list_place_days(year, staffing, roles)
    shifts = []
    for old, new in zip(before, now, strict=True):
        known, real = _by_month(old.days), _by_month(new.days)
        for month in sorted({*known, *real}):
            own, there = known.get(month, ()), real.get(month, ())
            gone = [day for day in own if day not in there]
            come = [day for day in there if day not in own]
            shifts += [
                Shift(old.area, old.roles, month, one, other, tell_cause(one, other, staffing.calendar))
                for one, other in zip_longest(gone, come)
            ]
    return tuple(sorted(shifts, key=lambda one: (one.month, one.area.code, str(one.before or one.now))))


def find_misfits(rosters: Mapping[Month, Roster], staffing: Staffing) -> tuple[Misfit, ...]:
    """List the published duties whose day is now no workday, or is no longer the day of the rule."""
    found = []
    for month, roster in sorted(rosters.items()):
        wanted = _Wanted(month, staffing)
        announced = _group_published(roster)
        for (code, day), everybody in announced.items():
            is_day_off = not staffing.calendar.is_workday(day)
            who = tuple(item for item in everybody if is_day_off or day not in wanted.days(code, item.role))
            if who:
                days = {when for item in who for when in wanted.days(code, item.role)}
                now = tuple(sorted(days - {other for area, other in announced if area == code}))
                cause = staffing.calendar.name_of(day) or "休息日"
                found.append(Misfit(code, day, who, now, is_day_off, cause if is_day_off else ""))
    return tuple(sorted(found, key=lambda one: (one.day, one.area_code)))


def tell_cause(before: date | None, now: date | None, calendar: WorkCalendar) -> str:
    """Say why a day is another one: a holiday by its name, a weekend that is worked, the month's holidays."""
    if before is not None and not calendar.is_workday(before):
        return calendar.name_of(before) or "休息日"
    if now is not None and now.weekday() >= _SATURDAY:
        return "调休上班"
    months = {Month.of(day) for day in (before, now) if day is not None}
    names = [name for day, name in calendar.names if Month.of(day) in months]
    return "、".join(dict.fromkeys(names)) or "调休上班"


class _Wanted:
    """The days on which the registers want a role at a place in a month."""

    def __init__(self, month: Month, staffing: Staffing) -> None:
        self._month, self._staffing = month, staffing
        self._areas: dict[str, list[Area]] = defaultdict(list)
        for area in staffing.areas:
            self._areas[area.code].append(area)
        self._rows = defaultdict(list)
        for row in staffing.duty_days:
            self._rows[row.area_code].append(row)

    def days(self, code: str, role: StationedRole) -> frozenset[date]:
        """Give the days; none where the place or its row is gone."""
        found = set()
        for area in self._areas[code]:
            row = find_row(area, role, self._rows)
            for when in self._list(row.rule if row else ""):
                if area.exists_on(when.date):
                    found.add(when.date)
        return frozenset(found)

    def _list(self, rule: str) -> tuple[DutyDate, ...]:
        staffing = self._staffing
        return duty_dates(parse_rules(rule), self._month, staffing.calendar, moves_back=staffing.moves_back)


def _group_published(roster: Roster) -> dict[tuple[str, date], tuple[Duty | Unfilled, ...]]:
    """Give what was published by place and day; a gap counts too, for its day was announced."""
    found: dict[tuple[str, date], list[Duty | Unfilled]] = defaultdict(list)
    for duty in roster.duties:
        found[duty.area_code, duty.date].append(duty)
    for gap in roster.unfilled:
        if gap.planned_on is not None:
            found[gap.area_code, gap.planned_on].append(gap)
    return {key: tuple(own) for key, own in sorted(found.items())}


def _by_month(days: Iterable[DutyDate]) -> dict[Month, tuple[date, ...]]:
    found: dict[Month, list[date]] = defaultdict(list)
    for when in days:
        found[Month.of(when.date)].append(when.date)
    return {month: tuple(own) for month, own in found.items()}
