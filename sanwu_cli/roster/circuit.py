"""The smallest set of visits that cannot all be made, exactly, around one that stays unfilled.

Sets of visits that can all be made are the independent sets of a matroid, so that an unfilled visit closes
circuits with others. A set cannot be made when some days and months of people, all who may make its visits
among them, have room for fewer: the model chooses both the set and that cut, and makes sure that the set can
be made without the visit, so that this one is part of the trouble.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.roster.cpsat import make_solver

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sanwu_cli.roster.pool import Pool
    from sanwu_cli.roster.problem import Problem
    from sanwu_cli.roster.visits import Visit

_EFFORT = 0.5  # deterministic time; eight townships need a hundredth of it
_TWO = 2


class Conflict(Struct, frozen=True):
    """The visits that cannot all be made, the one in question first; empty where all can.

    `is_proven`: no smaller set is such that it cannot be made and could be without the visit.
    """

    visits: tuple[Visit, ...]
    is_proven: bool


def find_conflict(visit: Visit, others: Sequence[Visit], filled: Collection[Visit], pool: Pool) -> Conflict:
    """Find the smallest set of visits, of one month, that cannot be made because of this one.

    `others` are the visits of the month that are decided with it; of sets of one size the one with most of
    `filled`, those that somebody makes, is named. All of `filled` can be made together.
    """
    if not pool.can_staff([visit]):
        return Conflict((visit,), is_proven=True)
    known = [other for other in others if pool.takers(other)]
    around = [other for other in known if other in filled]
    if pool.can_staff([visit, *around]):
        return Conflict((), is_proven=True)
    circuit = _shrink(visit, around, pool)
    if len(circuit) == _TWO:
        return Conflict((visit, *circuit[1:]), is_proven=True)
    problem = pool.pose([visit, *known])
    return _Model(problem, {index for index, one in enumerate(problem.visits) if one in filled}).solve(
        circuit
    )


def _shrink(visit: Visit, around: Sequence[Visit], pool: Pool) -> tuple[Visit, ...]:
    """Leave out what is not needed for the conflict: what stays is the visit's circuit with filled ones."""
    kept = list(around)
    for other in around:
        rest = [one for one in kept if one != other]
        if not pool.can_staff([visit, *rest]):
            kept = rest
    return (visit, *kept)


class _Model:
    """A 0/1 for each visit of the set, each day and month of the cut, and who makes the other visits."""

    def __init__(self, problem: Problem, filled: Collection[int]) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and only where a clash is explained

        self._cp: Any = cp_model
        self._problem = problem
        self._model: Any = cp_model.CpModel()
        self._chosen = [self._model.new_bool_var("") for _ in problem.visits]
        self._model.add(self._chosen[0] == 1)
        self._write_cut()
        self._write_rest()
        # One visit less outweighs any number of visits that nobody makes anyhow.
        empty = sum(one for index, one in enumerate(self._chosen) if index not in filled)
        self._model.minimize((len(self._chosen) + 1) * sum(self._chosen) + empty)

    def _write_cut(self) -> None:
        problem, model = self._problem, self._model
        room: Any = 0
        for person, limit in enumerate(problem.limits):
            month = 0
            if limit is not None:
                month = model.new_bool_var("")
                room += limit * month
            for visits in problem.by_day.values():
                own = [visit for visit in visits if person in problem.takers[visit]]
                if own:
                    day = model.new_bool_var("")
                    room += day
                    for visit in own:
                        model.add(self._chosen[visit] <= day + month)
        model.add(sum(self._chosen) >= room + 1)

    def _write_rest(self) -> None:
        """Write that somebody can make each visit of the set but the first."""
        problem, model = self._problem, self._model
        goes = {
            (visit, person): model.new_bool_var("")
            for visit, takers in enumerate(problem.takers)
            for person in takers
            if visit
        }
        for visit in range(1, len(problem.visits)):
            model.add(sum(goes[visit, person] for person in problem.takers[visit]) == self._chosen[visit])
        for person, limit in enumerate(problem.limits):
            for visits in problem.by_day.values():
                model.add_at_most_one([goes[one, person] for one in visits if (one, person) in goes])
            if limit is not None:
                model.add(sum(var for (_, own), var in goes.items() if own == person) <= limit)

    def solve(self, known: Sequence[Visit]) -> Conflict:
        """Give the smallest set; `known` is one that is not proven to be."""
        self._model.add(sum(self._chosen) <= len(known))
        for one, visit in zip(self._chosen, self._problem.visits, strict=True):
            self._model.add_hint(one, int(visit in known))
        solver = make_solver(_EFFORT, is_linear=False)
        status = solver.solve(self._model)
        if status not in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            return Conflict(tuple(known), is_proven=False)
        kept = [
            visit
            for one, visit in zip(self._chosen, self._problem.visits, strict=True)
            if solver.boolean_value(one)
        ]
        return Conflict(tuple(kept), is_proven=status == self._cp.OPTIMAL)
