"""What is to be solved, in numbers: visits, people, who may make which; split where nothing joins parts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.roster.rules import find_broken, find_units, is_free

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Person
    from sanwu_cli.roster.rules import Assignment, RosterFacts
    from sanwu_cli.roster.visits import Visit
    from sanwu_cli.terms import StationedRole

_Key = TypeVar("_Key")
# A choice gives each visit, by its index, the index of the person who makes it; None: nobody.
Choice = tuple[int | None, ...]


class Problem(Struct, frozen=True, dict=True):
    """Visits of one role and the people who may make them; both in order, so that input order is no matter.

    `people` are person ids; `takers[visit]` maps the index of each person whom no rule about a single visit
    forbids it to that person's row in the register. `facts` are those of these people and places alone.
    `musts` are visits that go before all others: they are
    made even where another one is left empty for it.
    """

    visits: tuple[Visit, ...]
    people: tuple[str, ...]
    takers: tuple[Mapping[int, Person], ...]
    facts: RosterFacts
    musts: frozenset[int] = frozenset()

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The sending unit of each person."""
        units = find_units(self.rows)
        return tuple(units[id_] for id_ in self.people)

    @cached_property
    def rows(self) -> tuple[Person, ...]:
        """The register's rows of the people."""
        return tuple(row for id_ in self.people for row in self.facts.rows_of.get(id_, ()))

    @cached_property
    def limits(self) -> tuple[int | None, ...]:
        """How many visits a month each person makes at most; of several rows the lowest."""
        limits: dict[str, int] = {}
        for row in self.rows:
            if row.monthly_limit is not None:
                limits[row.id] = min(row.monthly_limit, limits.get(row.id, row.monthly_limit))
        return tuple(limits.get(id_) for id_ in self.people)

    @cached_property
    def before(self) -> tuple[int, ...]:
        """Each person's load before the first visit."""
        return tuple(self.facts.load_before.get(id_, 0) for id_ in self.people)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The codes of the areas visited."""
        return tuple(sorted({visit.area_code for visit in self.visits}))

    @cached_property
    def place_of(self) -> tuple[int, ...]:
        """The index of each visit's area."""
        index = {code: number for number, code in enumerate(self.places)}
        return tuple(index[visit.area_code] for visit in self.visits)

    @cached_property
    def pairs_before(self) -> frozenset[tuple[int, int]]:
        """The pairs (person, place) among these that are settled already."""
        people = {id_: number for number, id_ in enumerate(self.people)}
        places = {code: number for number, code in enumerate(self.places)}
        return frozenset(
            (people[id_], places[code])
            for id_, code in self.facts.pairs_before
            if id_ in people and code in places
        )

    @cached_property
    def by_day(self) -> Mapping[date, tuple[int, ...]]:
        """The visits of each day."""
        return _group((visit.date, index) for index, visit in enumerate(self.visits))

    @cached_property
    def by_month(self) -> Mapping[tuple[int, int], tuple[int, ...]]:
        """The visits of each (year, month)."""
        return _group(((v.date.year, v.date.month), index) for index, v in enumerate(self.visits))

    @cached_property
    def by_place(self) -> tuple[tuple[int, ...], ...]:
        """The visits of each place."""
        found = _group((place, index) for index, place in enumerate(self.place_of))
        return tuple(found[place] for place in range(len(self.places)))

    def assign(self, choice: Choice) -> Assignment:
        """Say a choice in visits and persons."""
        return {
            visit: None if person is None else self.takers[index][person]
            for index, (visit, person) in enumerate(zip(self.visits, choice, strict=True))
        }

    def load(self, choice: Choice) -> list[int]:
        """Count each person's visits of a choice, settled ones included."""
        load = list(self.before)
        for person in choice:
            if person is not None:
                load[person] += 1
        return load


def pose_problems(visits: Iterable[Visit], facts: RosterFacts) -> tuple[Problem, ...]:
    """Pose the problems of one role's visits: parts that share nobody are problems of their own.

    A visit that nobody may make is a part by itself, without people. Nobody is in two parts; who may make
    no visit at all is in none.
    """
    rows = NearRows(facts)
    ordered = sorted(visits, key=lambda visit: visit.sort_key)
    near: dict[tuple[str, StationedRole], list[Person]] = {}
    for visit in ordered:
        key = visit.area_code, visit.role
        if key not in near:
            near[key] = [
                row for row in rows.list_for(visit.area_code) if is_free(row, visit, facts, of_place=True)
            ]
    takers = [
        {
            row.id: row
            for row in reversed(near[visit.area_code, visit.role])
            if is_free(row, visit, facts, of_place=False)
        }
        for visit in ordered
    ]
    return tuple(
        pose_whole([ordered[index] for index in part], [takers[index] for index in part], facts)
        for part in _split(takers)
    )


def join(problems: Sequence[Problem]) -> Problem:
    """Make one problem of several that share nobody; each one's people bring their own load from before."""
    chances = sorted(
        (
            (visit, {problem.people[person]: row for person, row in own.items()})
            for problem in problems
            for visit, own in zip(problem.visits, problem.takers, strict=True)
        ),
        key=lambda chance: chance[0].sort_key,
    )
    each = [problem.facts for problem in problems]
    facts = replace(
        each[0],
        persons=tuple(row for own in each for row in own.persons),
        load_before={id_: number for own in each for id_, number in own.load_before.items()},
        leaves=tuple(leave for own in each for leave in own.leaves),
        pairs_before=frozenset(pair for own in each for pair in own.pairs_before),
        days_before=frozenset(one for own in each for one in own.days_before),
    )
    return pose_whole([visit for visit, _ in chances], [own for _, own in chances], facts)


def sort_people(persons: Iterable[Person]) -> tuple[Person, ...]:
    """Order rows of people so that the order of the register is no matter."""
    return tuple(sorted(persons, key=lambda person: (person.id, repr(person))))


class NearRows:
    """The rows of people, found by the place: by the office that looks after it, else by the areas listed."""

    def __init__(self, facts: RosterFacts) -> None:
        self._rows = sort_people(facts.persons)
        self._free: list[int] = []
        self._listed: list[int] = []
        self._by_code: dict[str, list[int]] = {}
        self._avoiding = [number for number, row in enumerate(self._rows) if row.avoid]
        for number, row in enumerate(self._rows):
            office = facts.offices.get(row.id)
            codes = row.areas if office is None else office
            if office is None:
                (self._listed if codes else self._free).append(number)
            for code in codes:
                self._by_code.setdefault(code, []).append(number)

    def list_for(self, area_code: str) -> tuple[Person, ...]:
        """List in order everybody but those of other offices and other areas, who make no visit there."""
        return self._take(self._find(area_code))

    def list_staff(self, area_code: str) -> tuple[Person, ...]:
        """List in order everybody but those of other offices; of these only whoever avoids some area."""
        return self._take(self._find(area_code).union(self._listed, self._avoiding))

    def _find(self, area_code: str) -> set[int]:
        ends = range(1, len(area_code) + 1)
        return set(self._free).union(*(self._by_code.get(area_code[:end], ()) for end in ends))

    def _take(self, numbers: set[int]) -> tuple[Person, ...]:
        return tuple(self._rows[number] for number in sorted(numbers))


def list_takers(visit: Visit, rows: Iterable[Person], facts: RosterFacts) -> dict[str, Person]:
    """Map the ids of those whom no rule about a single visit forbids this one to their (first) row."""
    found: dict[str, Person] = {}
    for row in rows:
        if row.role is visit.role and row.id not in found and not find_broken(row, (visit,), facts):
            found[row.id] = row
    return found


def _split(takers: Sequence[Mapping[str, Person]]) -> list[list[int]]:
    """Split the visits into parts that share no person, in the order of their first visits."""
    root: dict[str, str] = {}

    def find(id_: str) -> str:
        while root[id_] != id_:
            root[id_] = id_ = root[root[id_]]
        return id_

    for ids in takers:
        for id_ in ids:
            root.setdefault(id_, id_)
        first, *rest = ids or ("",)
        for id_ in rest:
            root[find(id_)] = find(first)
    parts: dict[object, list[int]] = {}
    for index, ids in enumerate(takers):
        parts.setdefault(find(next(iter(ids))) if ids else index, []).append(index)
    return list(parts.values())


def pose_whole(
    visits: Sequence[Visit], takers: Sequence[Mapping[str, Person]], facts: RosterFacts
) -> Problem:
    """Pose visits as one problem, in the order given; `takers` map the ids of each to rows."""
    people = tuple(sorted({id_ for ids in takers for id_ in ids}))
    index = {id_: number for number, id_ in enumerate(people)}
    numbered = tuple({index[id_]: row for id_, row in sorted(ids.items())} for ids in takers)
    return Problem(tuple(visits), people, numbered, facts.narrow(people, {v.area_code for v in visits}))


def _group(pairs: Iterable[tuple[_Key, int]]) -> dict[_Key, tuple[int, ...]]:
    found: dict[_Key, list[int]] = {}
    for key, index in pairs:
        found.setdefault(key, []).append(index)
    return {key: tuple(indexes) for key, indexes in found.items()}
