"""Who makes which visit: an exact minimum-cost flow for the visits of one role.

Source → person (one arc a visit, each dearer than the one before) → person's day → visit → sink, and a
last resort from the source straight to the visit, which leaves it unfilled. The flow is integral, so its
optimum is the optimum of the lexicographic order of the soft rules, and its cost is the proven bound.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.roster.rules import find_broken, listed_areas_first, same_person_same_place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sanwu_cli.model import Person
    from sanwu_cli.roster.rules import Assignment, RosterFacts
    from sanwu_cli.roster.visits import Visit

_LARGEST_COST = 2**62  # the solver counts in 64-bit integers and multiplies costs by the number of nodes


class Optimum(Struct, frozen=True):
    """Every visit with its person or None, and the proven least of unfilled visits and of squared load."""

    assignment: Assignment
    unfilled_bound: int
    load_bound: int


def assign_visits(visits: Sequence[Visit], facts: RosterFacts) -> Optimum:
    """Give each visit of one role a person: fewest unfilled, then the even load, then the other soft rules.

    Among equals the first visits are filled and go to the first person ids, so the order of the input
    does not matter.
    A person of one id may stand in several rows (times of service); the rows share days and load.
    """
    if not visits:
        return Optimum(
            {}, 0, sum(facts.load_before.get(id_, 0) ** 2 for id_ in {p.id for p in facts.persons})
        )
    return _Network(tuple(sorted(visits, key=lambda visit: visit.sort_key)), facts).solve()


class _Network(Struct, frozen=True, dict=True):
    """The flow network of one role; nodes are numbered as they are met, in the order of ids and visits."""

    visits: tuple[Visit, ...]
    facts: RosterFacts

    @cached_property
    def persons(self) -> tuple[Person, ...]:
        return tuple(sorted(self.facts.persons, key=lambda person: (person.id, repr(person))))

    @cached_property
    def ranks(self) -> dict[str, int]:
        return {id_: rank for rank, id_ in enumerate(sorted({person.id for person in self.persons}))}

    @cached_property
    def pairs(self) -> tuple[tuple[int, Person], ...]:
        """Every (visit, person) that no hard rule forbids by itself."""
        return tuple(
            (index, person)
            for person in self.persons
            for index, visit in enumerate(self.visits)
            if not find_broken(person, (visit,), self.facts)
        )

    @cached_property
    def capacities(self) -> dict[str, int]:
        """How often each person can go at most: the days he or she is wanted, and the own limit."""
        days: dict[str, set[date]] = {}
        limits: dict[str, int] = {}
        for index, person in self.pairs:
            days.setdefault(person.id, set()).add(self.visits[index].date)
            limit = len(self.visits) if person.monthly_limit is None else person.monthly_limit
            limits[person.id] = min(limit, limits.get(person.id, limit))
        return {id_: min(len(days[id_]), limits[id_]) for id_ in sorted(days)}

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """Give the weights of unfilled, load, new pair, unlisted area and order: each outweighs all after it.

        Beyond the solver's range (hundreds of townships in one call) the last levels are left out.
        """
        count = len(self.visits)
        dearest = max((self._mark_load(id_, size) for id_, size in self.capacities.items()), default=0)
        totals = [count * dearest, count, count, count * count * len(self.ranks)]
        nodes = 2 + count + len(self.pairs) + len(self.ranks)
        for kept in range(len(totals), 0, -1):
            weights = [1]
            for total in reversed(totals[:kept]):
                weights.append(weights[-1] * (total + 1))
            if weights[-1] * nodes <= _LARGEST_COST:
                break
        return (*reversed(weights), *[0] * len(totals))[: len(totals) + 1]

    def solve(self) -> Optimum:
        """Build the network, solve it, and read assignment and bounds."""
        from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - heavy, and only here

        solver: Any = min_cost_flow.SimpleMinCostFlow()
        arcs = self._add_arcs(solver)
        if solver.solve() != solver.OPTIMAL:
            raise RuntimeError("the flow of a roster always has an optimum")
        assignment: dict[Visit, Person | None] = dict.fromkeys(self.visits)
        for arc, (index, person) in zip(arcs, self.pairs, strict=True):
            if solver.flow(arc):
                assignment[self.visits[index]] = person
        unfilled, rest = divmod(solver.optimal_cost(), self.weights[0])
        before = sum(self.facts.load_before.get(id_, 0) ** 2 for id_ in self.ranks)
        return Optimum(assignment, unfilled, before + rest // self.weights[1])

    def _add_arcs(self, solver: Any) -> list[int]:  # noqa: ANN401 - the library has no types
        """Add all arcs; give the numbers of those that stand for the pairs, in their order."""
        add = solver.add_arc_with_capacity_and_unit_cost
        source, sink, first_visit = 0, 1, 2
        first_person = first_visit + len(self.visits)
        day_nodes: dict[tuple[str, date], int] = {}
        for index in range(len(self.visits)):
            add(source, first_visit + index, 1, self.weights[0] + self._price_gap(index))
            add(first_visit + index, sink, 1, 0)
        for id_, capacity in self.capacities.items():
            for turn in range(1, capacity + 1):
                add(source, first_person + self.ranks[id_], 1, self._mark_load(id_, turn) * self.weights[1])
        arcs = []
        for index, person in self.pairs:
            key = (person.id, self.visits[index].date)
            if key not in day_nodes:
                day_nodes[key] = first_person + len(self.ranks) + len(day_nodes)
                add(first_person + self.ranks[person.id], day_nodes[key], 1, 0)
            arcs.append(add(day_nodes[key], first_visit + index, 1, self._price(index, person)))
        solver.set_node_supply(source, len(self.visits))
        solver.set_node_supply(sink, -len(self.visits))
        return arcs

    def _mark_load(self, id_: str, turn: int) -> int:
        """What the person's visit number `turn` of the month adds to the sum of squares."""
        return 2 * (self.facts.load_before.get(id_, 0) + turn) - 1

    def _price_gap(self, index: int) -> int:
        """Cost, below all levels, that this visit rather than a later one stays unfilled."""
        return (len(self.visits) - index) * len(self.ranks) * self.weights[4]

    def _price(self, index: int, person: Person) -> int:
        """What it costs, below the load, that this person makes this visit."""
        alone = {self.visits[index]: person}
        levels = (
            same_person_same_place(alone, self.facts),
            listed_areas_first(alone, self.facts),
            (len(self.visits) - index) * self.ranks[person.id],
        )
        return sum(level * weight for level, weight in zip(levels, self.weights[2:], strict=True))
