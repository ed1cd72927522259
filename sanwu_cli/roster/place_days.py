"""The fixed days of a year, place by place: by which rule, on which dates, and who there is to go."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.periods import Period
from sanwu_cli.roster.days import duty_dates, parse_rules
from sanwu_cli.roster.visits import find_row
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaLevel, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, DutyDay, Leave, Person
    from sanwu_cli.roster.days import DutyDate
    from sanwu_cli.roster.role_year import Staffing

_TOWNSHIP_DIGITS = 9


class PlaceDays(Struct, frozen=True):
    """A place, roles that come on the same days, the row that says so (None: nobody has said), the dates."""

    area: Area
    roles: tuple[StationedRole, ...]
    row: DutyDay | None
    days: tuple[DutyDate, ...]


class Crew(Struct, frozen=True, dict=True):
    """Those who go to some townships: people of the roles, and when they cannot.

    A role for which nobody is registered says nothing of how many may go, and is left out.
    """

    townships: frozenset[str]
    persons: tuple[Person, ...]
    leaves: tuple[Leave, ...]

    @cached_property
    def roles(self) -> tuple[StationedRole, ...]:
        """The roles for which somebody is registered."""
        own = {person.role for person in self.persons}
        return tuple(role for role in StationedRole if role in own)

    def count(self, role: StationedRole, day: date) -> int:
        """Count the role's people in service and not on leave on the day."""
        away = self._away_on(day)
        return len({p.id for p in self.persons if p.role is role and p.serves_on(day) and p.id not in away})

    def least(self, day: date) -> int | None:
        """Count the people of the scarcest role on the day; None where nobody is registered."""
        return min((self.count(role, day) for role in self.roles), default=None)

    def _away_on(self, day: date) -> frozenset[str]:
        return frozenset(leave.person_id for leave in self.leaves if leave.first <= day <= leave.last)


class Collision(Struct, frozen=True):
    """A date on which more places, told by code, expect a role than there are people of it."""

    day: date
    role: StationedRole
    places: tuple[str, ...]
    people: int


class Figures(Struct, frozen=True):
    """What fixed days come to in a year: visits beyond the people, days moved, squares of places a date."""

    over: int
    moved: int
    squares: int


def list_place_days(year: int, staffing: Staffing, roles: Sequence[StationedRole]) -> tuple[PlaceDays, ...]:
    """List the fixed days of every place these roles visit in the year, by area code.

    A township that competes, and for mediators a village that does, is there without a row as well.
    """
    span, rows = Period.of_year(year), _group_rows(staffing.duty_days)
    found = []
    for area in sorted(staffing.areas, key=lambda area: (area.code, area.name)):
        if not _lives_in(area, span):
            continue
        held: dict[DutyDay | None, list[StationedRole]] = defaultdict(list)
        for role in roles:
            row = find_row(area, role, rows)
            if _is_level_of(area, role) and (row is not None or _is_expected(area, role, rows)):
                held[row].append(role)
        found += [
            PlaceDays(area, tuple(own), row, find_days(area, row, span, staffing))
            for row, own in held.items()
        ]
    return tuple(found)


def find_days(area: Area, row: DutyDay | None, span: Period, staffing: Staffing) -> tuple[DutyDate, ...]:
    """Give the dates a row comes to, while the area is there."""
    rules = parse_rules(row.rule) if row is not None else ()
    return tuple(
        when
        for month in (span.months() if rules else ())
        for when in duty_dates(rules, month, staffing.calendar, moves_back=staffing.moves_back)
        if area.exists_on(when.date)
    )


def list_crews(
    places: Iterable[PlaceDays], staffing: Staffing, roles: Sequence[StationedRole]
) -> tuple[Crew, ...]:
    """Say who goes where: to townships everybody, to villages those of their judicial office or their areas.

    Townships that share somebody are one crew's. Who is bound to no township goes to those to which nobody is
    bound.
    """
    places = tuple(places)
    persons = tuple(person for person in staffing.persons if person.role in roles)
    if any(role in TOWNSHIP_ROLES for role in roles):
        return (Crew(frozenset(place.area.code for place in places), persons, staffing.leaves),)
    codes = {place.area.parent for place in places}
    bound = {person.id: _bind(person, staffing.offices) for person in persons}
    free = codes.difference(*bound.values())
    reach = {id_: (own or free) & codes for id_, own in bound.items()}
    return tuple(
        Crew(part, tuple(person for person in persons if reach[person.id] & part), staffing.leaves)
        for part in _join([*reach.values(), *({code} for code in codes)])
    )


def find_collisions(places: Iterable[PlaceDays], crews: Iterable[Crew]) -> tuple[Collision, ...]:
    """List the dates on which more places expect a role than there are people of it."""
    found = []
    for crew in crews:
        for (day, role), codes in _expect(places, crew).items():
            people = crew.count(role, day)
            if role in crew.roles and len(codes) > people:
                found.append(Collision(day, role, codes, people))
    return tuple(sorted(found, key=lambda one: (one.day, tuple(StationedRole).index(one.role), one.places)))


def measure_days(places: Iterable[PlaceDays], crews: Iterable[Crew]) -> Figures:
    """Count what fixed days come to; of several roles on one date the scarcest counts."""
    places = tuple(places)
    over = squares = 0
    for crew in crews:
        beyond: dict[date, int] = {}
        on: dict[date, set[str]] = defaultdict(set)
        for (day, role), codes in _expect(places, crew).items():
            on[day].update(codes)
            if role in crew.roles:
                beyond[day] = max(beyond.get(day, 0), len(codes) - crew.count(role, day))
        over += sum(beyond.values())
        squares += sum(len(codes) ** 2 for codes in on.values())
    moved = {(p.area.code, when.date) for p in places for when in p.days if when.moved_from is not None}
    return Figures(over, len(moved), squares)


def _expect(places: Iterable[PlaceDays], crew: Crew) -> dict[tuple[date, StationedRole], tuple[str, ...]]:
    """Give the places of a crew by the day and the role expected."""
    found: dict[tuple[date, StationedRole], dict[str, None]] = defaultdict(dict)
    for place in places:
        if {place.area.code, place.area.parent} & crew.townships:
            for when in place.days:
                for role in place.roles:
                    found[when.date, role][place.area.code] = None
    return {key: tuple(codes) for key, codes in found.items()}


def _group_rows(duty_days: Iterable[DutyDay]) -> dict[str, list[DutyDay]]:
    rows: dict[str, list[DutyDay]] = defaultdict(list)
    for row in duty_days:
        rows[row.area_code].append(row)
    return rows


def _lives_in(area: Area, span: Period) -> bool:
    after = area.valid_from is None or area.valid_from <= span.last.last_day
    return after and (area.valid_to is None or span.first.first_day <= area.valid_to)


def _is_level_of(area: Area, role: StationedRole) -> bool:
    return (area.level is AreaLevel.TOWNSHIP) is (role in TOWNSHIP_ROLES)


def _is_expected(area: Area, role: StationedRole, rows: Mapping[str, Sequence[DutyDay]]) -> bool:
    """Say whether the role is to come to the area, though no row says on which day."""
    if role in TOWNSHIP_ROLES:
        return area.competes or area.code in rows
    return role is StationedRole.MEDIATOR and area.competes


def _bind(person: Person, offices: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Give the townships a person of a village role is bound to; none for one who may go anywhere."""
    listed = frozenset(code[:_TOWNSHIP_DIGITS] for code in person.areas if len(code) >= _TOWNSHIP_DIGITS)
    own = frozenset(offices.get(person.id, ()))
    return own & listed or own or listed


def _join(sets: Iterable[Iterable[str]]) -> list[frozenset[str]]:
    """Join sets that share something, in the order of their first codes."""
    parts: list[frozenset[str]] = []
    for one in sets:
        joined = frozenset(one)
        if joined:
            joined = joined.union(*(part for part in parts if part & joined))
            parts = [part for part in parts if not part & joined] + [joined]
    return sorted(parts, key=min)
