"""Any order of the soft rules, exactly: one CP-SAT model a problem, minimised level by level.

Slower than the flow and the pairs, and able to do everything: it takes over where an office has an order of
its own, where several units share visits, and for the levels below the pairs. Every level comes with the
bound the solver proved; it holds of rosters that keep the levels before at the values they came to. The limit
is in the solver's deterministic time.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.roster.cpsat import make_solver, read_bound
from sanwu_cli.roster.measure import measure_choice, weigh
from sanwu_cli.roster.rules import is_unlisted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.roster.problem import Choice, Problem
    from sanwu_cli.roster.spans import Spans

_ONE_DAY = timedelta(days=1)


class Level(Struct, frozen=True):
    """What a level came to and its proven lower bound; `rule` is a soft rule's id, or several joined by +."""

    rule: str
    value: int
    bound: int


def minimise(
    problem: Problem,
    order: Sequence[str],
    start: Choice,
    *,
    fixed: Mapping[str, int],
    weights: Mapping[str, int],
    effort: float,
    spans: Spans | None = None,
    least: Mapping[str, int] | None = None,
) -> tuple[Choice, tuple[Level, ...]]:
    """Minimise the levels of `order` one after the other, those of `fixed` held at their values.

    `start` is a roster that keeps the fixed levels; the answer is never worse. Rules joined by + are one
    level, each rule with its weight. `effort` bounds the solver's deterministic time for each level. `spans`
    say what rosters with the fixed unfilled visits and squares have in common; they make the search much
    shorter and change no answer; so do proven bounds of levels, told by `least`.
    """
    model = _Model(problem)
    if spans is not None:
        model.keep_to(spans)
    for rule, value in fixed.items():
        model.hold(rule, value, weights)
    for rule, bound in (least or {}).items():
        model.exceed(rule, bound, weights)
    levels, choice = [], start
    for rule in order:
        choice, level = model.solve(rule, choice, weights, effort)
        model.hold(rule, level.value, weights)
        levels.append(level)
    return choice, tuple(measure_anew(problem, choice, level, weights) for level in levels)


def measure_anew(problem: Problem, choice: Choice, level: Level, weights: Mapping[str, int]) -> Level:
    """Say a level of the roster as it came to be: what was not proven may have become better since."""
    if level.value == level.bound:
        return level
    return Level(level.rule, measure_choice(problem, choice, level.rule, weights), level.bound)


class _Model:
    """A 0/1 a visit and person; what the levels count is written when a level asks for it."""

    def __init__(self, problem: Problem) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and only where flows do not do

        self._cp: Any = cp_model
        self._problem = problem
        self._model: Any = cp_model.CpModel()
        self._goes = {
            (visit, person): self._model.new_bool_var("")
            for visit, takers in enumerate(problem.takers)
            for person in takers
        }
        self._figures: dict[str, Any] = {}
        self._loads: list[Any] | None = None
        self._write_hard_rules()

    def _write_hard_rules(self) -> None:
        problem, model = self._problem, self._model
        for visit, takers in enumerate(problem.takers):
            own = [self._goes[visit, person] for person in takers]
            if visit in problem.musts:
                model.add_exactly_one(own)
            else:
                model.add_at_most_one(own)
        for person, limit in enumerate(problem.limits):
            for visits in problem.by_day.values():
                model.add_at_most_one(self._of(person, visits))
            if limit is not None:
                for visits in problem.by_month.values():
                    model.add(sum(self._of(person, visits)) <= limit)

    def keep_to(self, spans: Spans) -> None:
        """Write down what optimal rosters have in common."""
        allowed = {(visit, pair[0]) for pair, visits in spans.may.items() for visit in visits}
        for chance, goes in self._goes.items():
            if chance not in allowed:
                self._model.add(goes == 0)
        for load, before, (low, high) in zip(
            self._count_loads(), self._problem.before, spans.loads, strict=True
        ):
            self._model.add_linear_constraint(load, before + low, before + high)
        for visit in sorted(spans.filled):
            self._model.add_exactly_one([self._goes[visit, p] for p in self._problem.takers[visit]])

    def _of(self, person: int, visits: Sequence[int]) -> list[Any]:
        return [self._goes[visit, person] for visit in visits if (visit, person) in self._goes]

    def hold(self, rule: str, value: int, weights: Mapping[str, int]) -> None:
        """Keep a level at its value or below."""
        self._model.add(self._figure(rule, weights) <= value)

    def exceed(self, rule: str, bound: int, weights: Mapping[str, int]) -> None:
        """Tell a proven bound of a level."""
        self._model.add(self._figure(rule, weights) >= bound)

    def solve(
        self, rule: str, start: Choice, weights: Mapping[str, int], effort: float
    ) -> tuple[Choice, Level]:
        """Minimise one level from a roster that keeps all before it."""
        figure = self._figure(rule, weights)
        self._model.minimize(figure)
        self._model.clear_hints()
        for (visit, person), goes in self._goes.items():
            self._model.add_hint(goes, int(start[visit] == person))
        solver = make_solver(effort)
        status = solver.solve(self._model)
        value = measure_choice(self._problem, start, rule, weights)
        bound = 0
        if status != self._cp.INFEASIBLE:
            bound = read_bound(solver)
        choice = start
        if status in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            found = self._read(solver)
            reached = measure_choice(self._problem, found, rule, weights)
            if reached < value:
                choice, value = found, reached
        return choice, Level(rule, value, min(bound, value))

    def _read(self, solver: Any) -> Choice:  # noqa: ANN401 - the library has no types
        choice: list[int | None] = [None] * len(self._problem.visits)
        for (visit, person), goes in self._goes.items():
            if solver.boolean_value(goes):
                choice[visit] = person
        return tuple(choice)

    def _figure(self, rule: str, weights: Mapping[str, int]) -> Any:  # noqa: ANN401
        """Give what a level counts as an expression of the model."""
        parts = weigh(rule, weights)
        for one, _ in parts:
            if one not in self._figures:
                self._figures[one] = _FIGURES[one](self)
        # Not summed up by +=, which would change the first of the figures that are kept.
        return self._cp.LinearExpr.weighted_sum(
            [self._figures[one] for one, _ in parts], [weight for _, weight in parts]
        )

    def count_unfilled(self) -> Any:  # noqa: ANN401
        return len(self._problem.visits) - sum(self._goes.values())

    def _count_loads(self) -> list[Any]:
        """Give each person's load, an integer of its own so that the bounds on it are seen."""
        if self._loads is None:
            self._loads = []
            for person, before in enumerate(self._problem.before):
                own = self._of(person, range(len(self._problem.visits)))
                load = self._model.new_int_var(before, before + len(own), "")
                self._model.add(load == before + sum(own))
                self._loads.append(load)
        return self._loads

    def sum_ranges(self) -> Any:  # noqa: ANN401
        loads, most = self._count_loads(), max(self._problem.before, default=0) + len(self._problem.visits)
        total: Any = 0
        for unit in sorted(set(self._problem.units)):
            low, high = self._model.new_int_var(0, most, ""), self._model.new_int_var(0, most, "")
            for load, own in zip(loads, self._problem.units, strict=True):
                if own == unit:
                    self._model.add(low <= load)
                    self._model.add(load <= high)
            total += high - low
        return total

    def sum_squares(self) -> Any:  # noqa: ANN401
        """Sum squares by steps: the step to load k costs 2k - 1, and steps are taken in order."""
        total: Any = 0
        for person, (load, before) in enumerate(zip(self._count_loads(), self._problem.before, strict=True)):
            total += before**2
            own = len(self._of(person, range(len(self._problem.visits))))
            steps = [self._model.new_bool_var("") for _ in range(own)]
            self._model.add(load == before + sum(steps))
            for one, other in pairwise(steps):
                self._model.add_implication(other, one)
            total += sum((2 * (before + turn) - 1) * step for turn, step in enumerate(steps, start=1))
        return total

    def count_pairs(self) -> Any:  # noqa: ANN401
        problem = self._problem
        total: Any = len(problem.pairs_before)
        for person in range(len(problem.people)):
            for place, visits in enumerate(problem.by_place):
                own = self._of(person, visits)
                if own and (person, place) not in problem.pairs_before:
                    used = self._model.new_bool_var("")
                    for goes in own:
                        self._model.add_implication(goes, used)
                    self._model.add(sum(own) <= len(own) * used)
                    self._model.add(sum(own) >= used)
                    total += used
        return total

    def count_unlisted(self) -> Any:  # noqa: ANN401
        return self._sum_visits(
            lambda visit, person: is_unlisted(
                self._problem.takers[visit][person], self._problem.visits[visit]
            )
        )

    def sum_travel(self) -> Any:  # noqa: ANN401
        return self._sum_visits(lambda visit, person: travel_of(self._problem, visit, person))

    def _sum_visits(self, price: Any) -> Any:  # noqa: ANN401
        total: Any = 0
        for (visit, person), goes in self._goes.items():
            cost = int(price(visit, person))
            if cost:
                total += cost * goes
        return total

    def count_double_days(self) -> Any:  # noqa: ANN401
        problem = self._problem
        settled = {(id_, day) for id_, day in problem.facts.days_before if id_ in set(problem.people)}
        total: Any = sum((id_, day + _ONE_DAY) in settled for id_, day in settled)
        days = sorted({*problem.by_day, *(day for _, day in settled)})
        for person, id_ in enumerate(problem.people):
            for day in days:
                following = day + _ONE_DAY
                today = self._of(person, problem.by_day.get(day, ()))
                tomorrow = self._of(person, problem.by_day.get(following, ()))
                before, after = (id_, day) in settled, (id_, following) in settled
                if before and after:
                    continue
                if before and tomorrow:
                    total += sum(tomorrow)
                elif after and today:
                    total += sum(today)
                elif today and tomorrow:
                    both = self._model.new_bool_var("")
                    self._model.add(sum(today) + sum(tomorrow) <= 1 + both)
                    total += both
        return total


_FIGURES = {
    "fewest_unfilled": _Model.count_unfilled,
    "load_range": _Model.sum_ranges,
    "even_load": _Model.sum_squares,
    "same_person_same_place": _Model.count_pairs,
    "listed_areas_first": _Model.count_unlisted,
    "short_travel": _Model.sum_travel,
    "few_double_days": _Model.count_double_days,
}


def travel_of(problem: Problem, visit: int, person: int) -> int:
    """Give the kilometres of a visit, 0 where the register does not know them."""
    unit = problem.takers[visit][person].unit
    return problem.facts.distances.get((unit, problem.visits[visit].area_code), 0)
