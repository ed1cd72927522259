"""Rosters counted: visits by person and unit, how many people a place sees, days moved, gaps."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import Duty
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.model import Person, Roster, Unfilled


class PersonLoad(Struct, frozen=True):
    """A person's visits: how many, to how many places, how many on a day that was moved."""

    person_id: str
    person: str
    role: StationedRole
    unit: str
    office_phone: str
    visits: int
    places: int
    moved: int


class UnitLoad(Struct, frozen=True):
    """A sending unit's people of a role: how many, their visits together, the most and the least."""

    unit: str
    role: StationedRole
    people: int
    visits: int
    most: int
    least: int


class PlaceLoad(Struct, frozen=True):
    """What a place sees of a role: visits, the people who come, visits nobody makes, days moved."""

    area_code: str
    role: StationedRole
    visits: int
    persons: tuple[str, ...]
    gaps: int
    moved: int


def count_persons(rosters: Iterable[Roster], persons: Sequence[Person]) -> tuple[PersonLoad, ...]:
    """Count everybody of the roles the rosters name, those without a visit too; by role, unit and name."""
    own: dict[tuple[str, StationedRole], list[Duty]] = defaultdict(list)
    roles: dict[StationedRole, None] = {}
    for roster in rosters:
        roles |= dict.fromkeys(duty.role for duty in roster.duties)
        roles |= dict.fromkeys(gap.role for gap in roster.unfilled)
        for duty in roster.duties:
            own[duty.person_id, duty.role].append(duty)
    rows = {(person.id, person.role): person for person in reversed(persons) if person.role in roles}
    found = []
    for id_, role in {**dict.fromkeys(rows), **dict.fromkeys(own)}:
        duties, row = own[id_, role], rows.get((id_, role))
        found.append(
            PersonLoad(
                id_,
                row.name if row else duties[0].person,
                role,
                row.unit if row else "",
                row.office_phone if row else "",
                len(duties),
                len({duty.area_code for duty in duties}),
                sum(duty.moved_from is not None for duty in duties),
            )
        )
    return tuple(sorted(found, key=lambda one: (_rank(one.role), one.unit, one.person_id)))


def count_units(loads: Iterable[PersonLoad]) -> tuple[UnitLoad, ...]:
    """Sum up persons by sending unit and role, in the order the persons stand in."""
    own: dict[tuple[str, StationedRole], list[int]] = defaultdict(list)
    for one in loads:
        own[one.unit, one.role].append(one.visits)
    return tuple(
        UnitLoad(unit, role, len(counts), sum(counts), max(counts), min(counts))
        for (unit, role), counts in own.items()
    )


def count_places(rosters: Iterable[Roster]) -> tuple[PlaceLoad, ...]:
    """Count by place and role what the rosters give it."""
    own: dict[tuple[str, StationedRole], list[Duty | Unfilled]] = defaultdict(list)
    for roster in rosters:
        items: Sequence[Duty | Unfilled] = (*roster.duties, *roster.unfilled)
        for item in items:
            own[item.area_code, item.role].append(item)
    found = []
    for area, role in sorted(own, key=lambda key: (key[0], _rank(key[1]))):
        items = own[area, role]
        duties = [item for item in items if isinstance(item, Duty)]
        found.append(
            PlaceLoad(
                area,
                role,
                len(duties),
                tuple(dict.fromkeys(duty.person for duty in sorted(duties, key=lambda duty: duty.date))),
                len(items) - len(duties),
                sum(item.moved_from is not None for item in items),
            )
        )
    return tuple(found)


def _rank(role: StationedRole) -> int:
    return tuple(StationedRole).index(role)
