"""What of a published month still stands by today's registers, what moves, what drops out, what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import Duty, Unfilled
from sanwu_cli.periods import Month
from sanwu_cli.roster.visits import Visit, plan_visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, Roster
    from sanwu_cli.periods import WorkCalendar
    from sanwu_cli.roster.role_year import Staffing
    from sanwu_cli.terms import StationedRole

    _Slot = tuple[str, StationedRole]


class OpenVisit(Struct, frozen=True):
    """A visit that is open to repair: as it is wanted now, and what was published of it, if anything was."""

    visit: Visit
    published: Duty | Unfilled | None = None

    @property
    def duty(self) -> Duty | None:
        """The duty published, if there was one."""
        return self.published if isinstance(self.published, Duty) else None

    @property
    def is_moved(self) -> bool:
        """Say whether it was published for another day."""
        return self.published is not None and day_of(self.published) != self.visit.date


def day_of(item: Duty | Unfilled) -> date | None:
    """Give the day of a duty, or the day a gap was meant for."""
    return item.date if isinstance(item, Duty) else item.planned_on


class Standing(Struct, frozen=True):
    """A published month: what stays as it is, and what is open.

    `duties` and `gaps` are untouched, for they lie before the first day; published visits that are in neither
    dropped out.
    """

    roster: Roster
    duties: tuple[Duty, ...]
    gaps: tuple[Unfilled, ...]
    opened: tuple[OpenVisit, ...]


def keep_untouched(roster: Roster) -> Standing:
    """Leave a published month as it is."""
    return Standing(roster, roster.duties, roster.unfilled, ())


def find_standing(roster: Roster, staffing: Staffing, first_day: date) -> Standing:
    """Hold a published month against the registers of today; nothing before `first_day` is touched.

    A published visit stands on its day while its area exists and the day is worked. One whose day is off now
    moves to the day the area's rule gives; of an area that is no more it drops out. A place that is to be
    visited and for which nothing was published gets the visits of its rule.
    """
    items: tuple[Duty | Unfilled, ...] = (*roster.duties, *roster.unfilled)
    plan = plan_visits(
        month=roster.month,
        areas=staffing.areas,
        duty_days=staffing.duty_days,
        calendar=staffing.calendar,
        moves_back=staffing.moves_back,
        roles={item.role for item in items},
    )
    planned: dict[_Slot, list[Visit]] = {}
    for visit in plan.visits:
        planned.setdefault((visit.area_code, visit.role), []).append(visit)
    lives: dict[str, list[Area]] = {}
    for area in staffing.areas:
        lives.setdefault(area.code, []).append(area)
    days = _Days(lives, staffing.calendar, first_day)
    named = {_slot_of(item) for item in items if day_of(item)}
    opened: list[OpenVisit] = []
    for slot, own in _list_open(items, first_day).items():
        opened += _settle_slot(own, planned.get(slot, ()), days)
    for slot, visits in planned.items():
        if slot not in named:
            opened += [OpenVisit(visit) for visit in visits if visit.date >= first_day]
    answered = {(one.visit.area_code, one.visit.role) for one in opened}
    return Standing(
        roster,
        tuple(duty for duty in roster.duties if duty.date < first_day),
        tuple(gap for gap in roster.unfilled if _stays(gap, first_day, answered)),
        tuple(opened),
    )


def _stays(gap: Unfilled, first_day: date, answered: set[_Slot]) -> bool:
    """Say whether a published gap is none of the repair's business."""
    if gap.planned_on is None:
        return _slot_of(gap) not in answered
    return gap.planned_on < first_day


class _Days(Struct, frozen=True):
    """Which days can be gone to."""

    areas: Mapping[str, Sequence[Area]]
    calendar: WorkCalendar
    first_day: date

    def exists(self, code: str, day: date) -> bool:
        return any(area.exists_on(day) for area in self.areas.get(code, ()))

    def find_nearest(self, code: str, day: date) -> date | None:
        """Find the next worked day of the month from the first day on, else the one before."""
        days = [
            one
            for one in self.calendar.workdays(Month.of(day))
            if one >= self.first_day and self.exists(code, one)
        ]
        later = [one for one in days if one >= day]
        return later[0] if later else days[-1] if days else None


def _list_open(items: Iterable[Duty | Unfilled], first_day: date) -> dict[_Slot, list[Duty | Unfilled]]:
    """List what was published for days from the first day on, place by place and role by role, in order."""
    found: dict[_Slot, list[Duty | Unfilled]] = {}
    dated = [(day, item) for item in items if (day := day_of(item)) is not None and day >= first_day]
    for _, item in sorted(dated, key=lambda pair: (pair[0], *_slot_key(pair[1]))):
        found.setdefault(_slot_of(item), []).append(item)
    return found


def _settle_slot(
    items: Sequence[Duty | Unfilled], planned: Sequence[Visit], days: _Days
) -> Iterator[OpenVisit]:
    """Keep, move or drop each published visit of one place and role."""
    kept = [item for item in items if days.calendar.is_workday(_day(item))]
    taken = {_day(item) for item in kept}
    free = [visit for visit in planned if visit.date not in taken and visit.date >= days.first_day]
    for item in items:
        if not days.exists(item.area_code, _day(item)):
            continue
        visit = _as_visit(item) if item in kept else _move(item, free, days)
        if visit is not None:
            yield OpenVisit(visit, item)


def _move(item: Duty | Unfilled, free: list[Visit], days: _Days) -> Visit | None:
    """Move a visit to the day of its rule, the same day named before others; without one to the nearest."""
    named = item.moved_from or _day(item)
    found = next((visit for visit in free if (visit.moved_from or visit.date) == named), None)
    found = found or next(iter(free), None)
    if found is not None:
        free.remove(found)
        return _as_visit(item, found.date, found.moved_from)
    nearest = days.find_nearest(item.area_code, _day(item))
    return None if nearest is None else _as_visit(item, nearest, named)


def _as_visit(item: Duty | Unfilled, day: date | None = None, moved_from: date | None = None) -> Visit:
    """Say what was published as a visit, on its day or on another; place and hours stay."""
    if day is None:
        return Visit(_day(item), item.area_code, item.role, item.place, item.hours, item.moved_from)
    return Visit(day, item.area_code, item.role, item.place, item.hours, moved_from)


def _day(item: Duty | Unfilled) -> date:
    day = day_of(item)
    if day is None:
        raise ValueError("only visits with a day are open")
    return day


def _slot_of(item: Duty | Unfilled) -> _Slot:
    return item.area_code, item.role


def _slot_key(item: Duty | Unfilled) -> tuple[str, str]:
    return item.area_code, item.role.value
