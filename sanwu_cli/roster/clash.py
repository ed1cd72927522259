"""Why a visit stays unfilled: the visits it clashes with, who cannot go and why, and what would fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.periods import Month
from sanwu_cli.roster.circuit import find_conflict
from sanwu_cli.roster.obstacles import list_obstacles, list_staff
from sanwu_cli.roster.pool import Pool
from sanwu_cli.roster.relax import find_relaxations, take_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sanwu_cli.model import Area, Person
    from sanwu_cli.periods import WorkCalendar
    from sanwu_cli.roster.obstacles import Obstacle
    from sanwu_cli.roster.relax import Relaxing
    from sanwu_cli.roster.role_year import RoleYear
    from sanwu_cli.roster.visits import Visit

_MOST_DAYS = 3


class Clash(Struct, frozen=True):
    """Why nobody makes a visit.

    `conflict` are the fewest visits that cannot all be made, this one first: alone where nobody may make it,
    empty where somebody could be sent. `is_proven` says that no smaller set is such. `staff` are those in
    service, `obstacles` why each of them cannot go beside what he or she does already. `relaxing` are the
    fewest exceptions that fill it, `other_days` the nearest workdays on which the place can be visited;
    with either nothing that is filled is left empty. One more person of the role always fills it.
    """

    visit: Visit
    conflict: tuple[Visit, ...]
    is_proven: bool
    staff: tuple[Person, ...]
    obstacles: tuple[Obstacle, ...]
    relaxing: Relaxing
    other_days: tuple[date, ...]

    @property
    def capacity(self) -> int:
        """How many visits of the conflict can be made at best."""
        return max(0, len(self.conflict) - 1)

    @property
    def is_of_one_day(self) -> bool:
        """Say whether the visits of the conflict are all on one day, so that as many people can make them."""
        return len({visit.date for visit in self.conflict}) == 1


class _Case(Struct, frozen=True):
    """A month of one role: what is settled and by whom, what is filled, what is decided with the visit."""

    done: dict[Visit, Person]
    filled: tuple[Visit, ...]
    others: tuple[Visit, ...]


def explain_clash(
    visit: Visit, roles: Sequence[RoleYear], areas: Sequence[Area], calendar: WorkCalendar
) -> Clash:
    """Explain an unfilled visit; `roles` are all the years that a move of the place's day would touch."""
    year = next(role for role in roles if role.role is visit.role)
    case = _open_case(visit, year)
    pool = Pool(take_days(year.facts, case.done))
    conflict = find_conflict(visit, case.others, set(case.filled), pool)
    return Clash(
        visit,
        conflict.visits,
        conflict.is_proven,
        tuple(rows[0] for rows in list_staff(visit, year.facts)),
        list_obstacles(visit, year.facts, year.assignment),
        find_relaxations(visit, case.filled, year.facts, case.done),
        find_other_days(visit, roles, areas, calendar),
    )


def _open_case(visit: Visit, year: RoleYear) -> _Case:
    own = {
        other: who
        for other, who in sorted(year.assignment.items(), key=lambda item: item[0].sort_key)
        if Month.of(other.date) == Month.of(visit.date) and other != visit
    }
    return _Case(
        {other: who for other, who in own.items() if who is not None and other not in year.open_visits},
        tuple(other for other, who in own.items() if who is not None and other in year.open_visits),
        tuple(other for other in own if other in year.open_visits),
    )


def find_other_days(
    visit: Visit, roles: Sequence[RoleYear], areas: Sequence[Area], calendar: WorkCalendar
) -> tuple[date, ...]:
    """Name the nearest workdays of the month to which all visits of the place on that day can be moved.

    The visit is made then, and nothing that is made now is left empty. A place whose day is published for
    one of the roles is not moved.
    """
    moved = [_list_moved(visit, year) for year in roles]
    if any(one not in year.open_visits for year, own in zip(roles, moved, strict=True) for one in own):
        return ()
    pools = [Pool(year.facts) for year in roles]
    found: list[date] = []
    workdays = calendar.workdays(Month.of(visit.date))
    for day in sorted(workdays, key=lambda day: (abs(day - visit.date), day)):
        if len(found) == _MOST_DAYS:
            break
        if day != visit.date and _exists_on(visit.area_code, day, areas):
            fits = (_can_move(*one, day) for one in zip(moved, roles, pools, strict=True))
            found += [day] if all(fits) else []
    return tuple(found)


def _list_moved(visit: Visit, year: RoleYear) -> list[Visit]:
    """List what moves with the visit: itself, and what somebody of another role makes there on that day."""
    return [
        other
        for other, who in year.assignment.items()
        if other.area_code == visit.area_code
        and other.date == visit.date
        and (other == visit or who is not None)
    ]


def _can_move(moved: list[Visit], year: RoleYear, pool: Pool, day: date) -> bool:
    if not moved:
        return True
    (first,) = moved
    new = replace(first, date=day, moved_from=None)
    case = _open_case(first, year)
    if any(other.date == day and other.area_code == new.area_code for other in case.others):
        return False
    return pool.can_staff([new, *case.filled])


def _exists_on(code: str, day: date, areas: Sequence[Area]) -> bool:
    return any(area.code == code and area.exists_on(day) for area in areas)
