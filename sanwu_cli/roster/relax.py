"""Which exceptions would fill a visit: one person's leave on a day, one visit a month more, one area more.

Role, office, dates of service and 回避 are never touched. The fewest exceptions are found exactly: each
alone by one flow; where none does, by a model of all together. What is listed was solved anew with the
exceptions made.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.model import Leave
from sanwu_cli.periods import Month
from sanwu_cli.roster.cpsat import make_solver
from sanwu_cli.roster.obstacles import hold_limits, list_staff
from sanwu_cli.roster.pool import Pool
from sanwu_cli.roster.rules import find_broken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Person
    from sanwu_cli.roster.rules import RosterFacts
    from sanwu_cli.roster.visits import Visit

    _Day = date  # for the record that has a field called `day`

_LEAVE, _AREAS, _LIMIT = "on_leave", "served_areas", "monthly_limit"
_EFFORT = 2.0  # deterministic time for one question
MOST_SETS = 5  # how many sets of several exceptions are listed


class Relaxation(Struct, frozen=True):
    """One exception: the rule it is from, the person, and the day, the area or the limit that it is about.

    `limit` is the number of visits a month that it comes to, one more than before; a second one more is
    another exception.
    """

    rule: str
    person: str
    day: _Day | None = None
    area_code: str = ""
    limit: int = 0

    @property
    def sort_key(self) -> tuple[str, str, str, str, int]:
        """Order by rule, person, and what it is about."""
        return self.rule, self.person, str(self.day or ""), self.area_code, self.limit


class Relaxing(Struct, frozen=True):
    """The fewest exceptions that fill a visit: how many, and sets of so many.

    `fewest` is None where no exceptions do. `is_complete`: no other set of that size does; `is_proven`: no
    smaller one does.
    """

    fewest: int | None
    sets: tuple[tuple[Relaxation, ...], ...]
    is_complete: bool
    is_proven: bool


def relax_facts(facts: RosterFacts, relaxations: Iterable[Relaxation], month: Month) -> RosterFacts:
    """Make exceptions for a month: the facts as they would be for that month alone."""
    limits: dict[str, int] = {}
    areas: dict[str, list[str]] = {}
    free: set[tuple[str, date]] = set()
    for one in relaxations:
        if one.rule == _LIMIT:
            limits[one.person] = max(one.limit, limits.get(one.person, 0))
        elif one.rule == _AREAS:
            areas.setdefault(one.person, []).append(one.area_code)
        elif one.day is not None:
            free.add((one.person, one.day))
    persons = tuple(
        replace(
            row,
            areas=(*row.areas, *areas.get(row.id, ())) if row.areas else (),
            monthly_limit=limits.get(row.id, row.monthly_limit),
        )
        for row in hold_limits(facts.persons)
    )
    away = {id_ for id_, _ in free}
    leaves = tuple(leave for leave in facts.leaves if leave.person_id not in away) + tuple(
        Leave(leave.person_id, day, day)
        for leave in facts.leaves
        if leave.person_id in away
        for day in month.days()
        if leave.first <= day <= leave.last and (leave.person_id, day) not in free
    )
    return replace(facts, persons=persons, leaves=leaves)


def take_days(facts: RosterFacts, done: Mapping[Visit, Person]) -> RosterFacts:
    """Take settled visits of a month from what people can still do in it: their days and their numbers."""
    if not done:
        return facts
    counts: dict[str, int] = {}
    for person in done.values():
        counts[person.id] = counts.get(person.id, 0) + 1
    persons = tuple(
        row
        if row.monthly_limit is None
        else replace(row, monthly_limit=max(0, row.monthly_limit - counts.get(row.id, 0)))
        for row in hold_limits(facts.persons)
    )
    taken = tuple(Leave(person.id, visit.date, visit.date) for visit, person in done.items())
    return replace(facts, persons=persons, leaves=(*facts.leaves, *taken))


def find_relaxations(
    visit: Visit, filled: Sequence[Visit], facts: RosterFacts, done: Mapping[Visit, Person]
) -> Relaxing:
    """Find the fewest exceptions with which the visit is made and all of `filled`, of its month, as well.

    `done` are settled visits of the month; they stay whose they are.
    """
    case = _Case(visit, filled, facts, done)
    if case.fills(()):
        return Relaxing(0, (), is_complete=True, is_proven=True)
    if not case.ways[visit]:
        return Relaxing(None, (), is_complete=True, is_proven=True)
    alone = tuple((atom,) for atom in case.list_first() if case.fills((atom,)))
    if alone:
        return Relaxing(1, alone, is_complete=True, is_proven=True)
    return _Model(case).solve()


class _Case:
    """A month's visits that must all be made, and by which exceptions each person could make each."""

    def __init__(
        self, visit: Visit, filled: Sequence[Visit], facts: RosterFacts, done: Mapping[Visit, Person]
    ) -> None:
        self._facts, self._done = facts, done
        self.month = Month.of(visit.date)
        self._taken = {(person.id, other.date) for other, person in done.items()}
        ways = {one: self._list_ways(one) for one in (visit, *filled)}
        self.visits = _join(visit, filled, ways)
        self.ways = {one: ways[one] for one in self.visits}
        self.limits = self._list_limits()
        needed = {atom for own in self.ways.values() for atoms in own.values() for atom in atoms}
        steps = {atom for atoms in self.limits.values() for atom in atoms}
        self.atoms = sorted(needed | steps, key=lambda atom: atom.sort_key)

    def _list_ways(self, visit: Visit) -> dict[str, frozenset[Relaxation]]:
        """Map who could make the visit to the exceptions needed, limits aside; of several rows the fewest."""
        found: dict[str, frozenset[Relaxation]] = {}
        for rows in list_staff(visit, self._facts):
            id_ = rows[0].id
            ways = [way for row in rows if (way := self._find_way(row, visit)) is not None]
            if ways and (id_, visit.date) not in self._taken:
                found[id_] = min(ways, key=len)
        return found

    def _find_way(self, row: Person, visit: Visit) -> frozenset[Relaxation] | None:
        broken = {rule.id for rule in find_broken(row, (visit,), self._facts)}
        if broken - {_LEAVE, _AREAS, _LIMIT}:
            return None
        atoms = {
            _LEAVE: Relaxation(_LEAVE, row.id, day=visit.date),
            _AREAS: Relaxation(_AREAS, row.id, area_code=visit.area_code),
        }
        return frozenset(atom for rule, atom in atoms.items() if rule in broken)

    def _list_limits(self) -> dict[str, tuple[Relaxation, ...]]:
        """Map each person with a limit to the exceptions that lift it by one, then by one more."""
        days: dict[str, set[date]] = {}
        for visit, own in self.ways.items():
            for id_ in own:
                days.setdefault(id_, set()).add(visit.date)
        found = {}
        for row in hold_limits(self._facts.persons):
            limit = row.monthly_limit
            if limit is not None and row.id in days:
                most = len(days[row.id]) + self.count_done(row.id)
                found[row.id] = tuple(
                    Relaxation(_LIMIT, row.id, limit=number) for number in range(limit + 1, most + 1)
                )
        return found

    def list_first(self) -> list[Relaxation]:
        """List the exceptions that can be made alone: a second visit more needs the first."""
        later = {atom for atoms in self.limits.values() for atom in atoms[1:]}
        return [atom for atom in self.atoms if atom not in later]

    def count_done(self, id_: str) -> int:
        """Count the person's settled visits of the month."""
        return sum(person.id == id_ for person in self._done.values())

    def limit_of(self, id_: str) -> int:
        """Give a limited person's limit as registered."""
        rows = hold_limits(self._facts.persons)
        return next(row.monthly_limit or 0 for row in rows if row.id == id_)

    def fills(self, relaxations: Collection[Relaxation]) -> bool:
        """Say whether with these exceptions all the visits can be made: solved anew from the facts."""
        facts = take_days(relax_facts(self._facts, relaxations, self.month), self._done)
        return Pool(facts).can_staff(self.visits)


def _join(
    visit: Visit, filled: Sequence[Visit], ways: Mapping[Visit, Mapping[str, object]]
) -> tuple[Visit, ...]:
    """Keep the visit and those that people join it with, however far; the others cannot matter."""
    kept, people = {visit}, set(ways[visit])
    waiting = [one for one in filled if one != visit]
    while True:
        joined = [one for one in waiting if people & set(ways[one])]
        if not joined:
            return (visit, *(one for one in filled if one in kept and one != visit))
        kept |= set(joined)
        people |= {id_ for one in joined for id_ in ways[one]}
        waiting = [one for one in waiting if one not in kept]


class _Model:
    """A 0/1 for each exception and for each person and visit; every visit is made."""

    def __init__(self, case: _Case) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and only where a clash is explained

        self._cp: Any = cp_model
        self._case = case
        self._model: Any = cp_model.CpModel()
        self._made = {atom: self._model.new_bool_var("") for atom in case.atoms}
        goes = {(visit, id_): self._model.new_bool_var("") for visit, own in case.ways.items() for id_ in own}
        for (visit, id_), one in goes.items():
            for atom in sorted(case.ways[visit][id_], key=lambda atom: atom.sort_key):
                self._model.add_implication(one, self._made[atom])
        for visit in case.visits:
            self._model.add_exactly_one([one for (own, _), one in goes.items() if own == visit])
        for id_ in sorted({id_ for _, id_ in goes}):
            self._write_person(id_, {visit: one for (visit, own), one in goes.items() if own == id_})
        self._number: Any = sum(self._made.values())
        self._model.minimize(self._number)

    def _write_person(self, id_: str, own: Mapping[Visit, Any]) -> None:
        for day in sorted({visit.date for visit in own}):
            self._model.add_at_most_one([one for visit, one in own.items() if visit.date == day])
        if id_ not in self._case.limits:
            return
        steps = self._case.limits[id_]
        for one, other in pairwise(steps):
            self._model.add_implication(self._made[other], self._made[one])
        room = self._case.limit_of(id_) - self._case.count_done(id_)
        # What is settled may be more than the limit: the steps up to it make no room.
        useful = steps[max(0, -room) :]
        self._model.add(sum(own.values()) <= max(0, room) + sum(self._made[step] for step in useful))

    def solve(self) -> Relaxing:
        """Give the fewest exceptions and some sets of so many."""
        first, is_proven = self._ask()
        if first is None:
            return Relaxing(None, (), is_complete=is_proven, is_proven=is_proven)
        fewest, sets = len(first), [first]
        self._model.clear_objective()
        self._model.add(self._number == fewest)
        while len(sets) <= MOST_SETS:
            self._model.add_bool_or([~self._made[atom] for atom in sets[-1]])
            found, is_sure = self._ask()
            if found is None:
                break
            sets.append(found)
        is_complete = len(sets) <= MOST_SETS and is_sure
        listed = sorted(sets[:MOST_SETS], key=lambda own: [atom.sort_key for atom in own])
        verified = tuple(own for own in listed if self._case.fills(own))
        return Relaxing(fewest, verified, is_complete=is_complete, is_proven=is_proven)

    def _ask(self) -> tuple[tuple[Relaxation, ...] | None, bool]:
        """Give a set of exceptions, None where there is none, and whether the solver is sure of it."""
        solver = make_solver(_EFFORT, is_linear=False)
        status = solver.solve(self._model)
        is_sure = status in (self._cp.OPTIMAL, self._cp.INFEASIBLE)
        if status not in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            return None, is_sure
        return tuple(atom for atom, one in self._made.items() if solver.boolean_value(one)), is_sure
