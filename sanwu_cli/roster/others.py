"""Who else could make a visit, and what that would cost, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.roster.exact import Level
from sanwu_cli.roster.flow import find_optimum, price_face
from sanwu_cli.roster.measure import measure_choice
from sanwu_cli.roster.obstacles import list_obstacles, list_staff
from sanwu_cli.roster.rules import SOFT_RULES
from sanwu_cli.roster.solve import Solution, solve_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.model import Person
    from sanwu_cli.roster.obstacles import Obstacle
    from sanwu_cli.roster.problem import Problem
    from sanwu_cli.roster.role_year import RoleYear
    from sanwu_cli.roster.rules import Assignment
    from sanwu_cli.roster.solve import Wishes
    from sanwu_cli.roster.visits import Visit

_SHARE = 0.25  # of the effort a year gets: several people are tried, and what is not proven is said so
_MOST_SOLVED = 4


class Cost(Struct, frozen=True):
    """A level as it is and as it would be; `rule` as in exact.Level.

    `is_proven`: with that person it cannot be less, all levels before it being as they are told.
    """

    rule: str
    value: int
    other: int
    is_proven: bool


class Alternative(Struct, frozen=True):
    """Somebody else for a visit, and all levels of the role's year with him or her.

    `is_solved`: the rest of the year was arranged anew around that; else only this one visit changes hands.
    """

    person: Person
    costs: tuple[Cost, ...]
    is_solved: bool


def list_alternatives(
    visit: Visit, year: RoleYear, wishes: Wishes
) -> tuple[tuple[Alternative, ...], tuple[Obstacle, ...]]:
    """List who else could make a visit that somebody makes, and who of the others could not and why.

    A visit that is decided here may be anybody's whom no rule about it alone forbids it; a published month
    stands, so that there it may be theirs alone who can go beside what they do.
    """
    own = (one for one in year.solutions if visit in one.problem.visits)
    solution = next(own, None) if visit in year.open_visits else None
    obstacles = list_obstacles(visit, year.facts, {} if solution else year.assignment)
    current = year.assignment.get(visit)
    keep = {obstacle.person.id for obstacle in obstacles} | ({current.id} if current else set())
    able = [rows[0] for rows in list_staff(visit, year.facts) if rows[0].id not in keep]
    if solution is None:
        found = [_swap(visit, person, year, wishes) for person in able]
    else:
        found = _Rearranging(visit, solution, year, wishes).list_all(able)
    mine = current.id if current else None
    return tuple(found), tuple(one for one in obstacles if one.person.id != mine)


def _swap(visit: Visit, person: Person, year: RoleYear, wishes: Wishes) -> Alternative:
    """Let one visit alone change hands; that it costs what it costs needs no proof."""
    changed = {**year.assignment, visit: person}
    costs = tuple(
        Cost(
            rule,
            _measure(rule, year.assignment, year, wishes),
            _measure(rule, changed, year, wishes),
            is_proven=True,
        )
        for rule in wishes.order
    )
    return Alternative(person, costs, is_solved=False)


class _Rearranging:
    """Sends somebody else and arranges the visit's part of the year around that."""

    def __init__(self, visit: Visit, solution: Solution, year: RoleYear, wishes: Wishes) -> None:
        self._visit, self._solution, self._year = visit, solution, year
        self._wishes = replace(wishes, effort=wishes.effort * _SHARE)

    def list_all(self, people: Sequence[Person]) -> list[Alternative]:
        """Give what each costs; the roster near the one there is may do, else the year is solved anew.

        Of many people the first ones are; of the others the near roster is told, which is not proven.
        """
        found, left = [], _MOST_SOLVED
        for person in people:
            forced = self._force(person)
            near = self._stay_near(forced)
            costs = self._compare(near, near.levels)
            if left and not all(cost.is_proven for cost in costs):
                left -= 1
                solved = solve_problem(forced, self._wishes)
                better = min(solved, near, key=lambda one: [level.value for level in one.levels])
                costs = self._compare(better, solved.levels)
            found.append(Alternative(person, costs, is_solved=True))
        return found

    def _force(self, person: Person) -> Problem:
        """Let nobody else make the visit, and what is published be made by whom it is."""
        problem, year = self._solution.problem, self._year
        ids = {one: who.id if who else None for one, who in year.assignment.items()}
        held = {one: ids[one] for one in problem.visits if one not in year.open_visits}
        held[self._visit] = person.id
        takers = tuple(
            {number: row for number, row in own.items() if one not in held or row.id == held[one]}
            for one, own in zip(problem.visits, problem.takers, strict=True)
        )
        musts = frozenset(index for index, one in enumerate(problem.visits) if held.get(one) is not None)
        return replace(problem, takers=takers, musts=musts)

    def _stay_near(self, forced: Problem) -> Solution:
        """Give, of the rosters with the fewest gaps and evenest loads, the one nearest to what there is.

        New pairs count first, then visits that change hands. Nothing of it is proven here.
        """
        ids = [self._year.assignment[visit] for visit in forced.visits]
        pairs = {(who.id, v.area_code) for v, who in zip(forced.visits, ids, strict=True) if who is not None}

        def price(visit: int, person: int) -> int:
            id_, who = forced.people[person], ids[visit]
            is_new = (id_, forced.visits[visit].area_code) not in pairs
            return is_new * (len(ids) + 1) + (who is None or who.id != id_)

        choice, _ = price_face(forced, find_optimum(forced).face, price)
        weights = self._wishes.weights
        levels = tuple(
            Level(rule, measure_choice(forced, choice, rule, weights), 0) for rule in self._wishes.order
        )
        return Solution(forced, choice, levels)

    def _compare(self, made: Solution, bounds: Sequence[Level]) -> tuple[Cost, ...]:
        """Count all levels before and after; `bounds` are proven of the rosters with that person.

        With that person no level is better than without, as long as those before it are the same.
        """
        year, wishes = self._year, self._wishes
        changed = {**year.assignment, **made.problem.assign(made.choice)}
        costs: list[Cost] = []
        lows = [dict(enumerate(self._solution.levels)), dict(enumerate(bounds))]
        for number, (rule, level) in enumerate(zip(wishes.order, made.levels, strict=True)):
            is_proven = any(low[number].bound >= level.value for low in lows if low) and all(
                cost.is_proven for cost in costs
            )
            lows = [low if low and low[number].value == level.value else {} for low in lows]
            before = _measure(rule, year.assignment, year, wishes)
            costs.append(Cost(rule, before, _measure(rule, changed, year, wishes), is_proven))
        return tuple(costs)


def _measure(rule: str, assignment: Assignment, year: RoleYear, wishes: Wishes) -> int:
    parts: Sequence[str] = rule.split("+")
    return sum(wishes.weights.get(one, 1) * SOFT_RULES[one](assignment, year.facts) for one in parts)
