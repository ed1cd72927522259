"""The same people at the same places: the fewest pairs of person and place among the optimal rosters.

First people and places are laid out in a forest that meets the bound of `forest.py`. Where that fails, CP-SAT
chooses the pairs; a flow says whether they carry the visits, and if not, which inequality they break, which
is added. Where few people share many places, CP-SAT is asked for the whole roster at once. All
limits are counted in the solver's own steps, not in seconds, so that a slow machine gives the same roster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.roster.arrange import arrange
from sanwu_cli.roster.cpsat import make_solver, read_bound
from sanwu_cli.roster.exact import minimise
from sanwu_cli.roster.flow import Carrier, complete
from sanwu_cli.roster.forest import divide
from sanwu_cli.roster.spans import keep_filled, list_pairs, measure_spans

if TYPE_CHECKING:
    from collections.abc import Collection

    from sanwu_cli.roster.flow import Cut, Network, Optimum
    from sanwu_cli.roster.problem import Choice, Problem
    from sanwu_cli.roster.spans import Pair, Spans

_FIRST_EFFORT = 0.25  # of the solver's deterministic time, for one question
_MOST_ROUNDS = 400
_PLACES_EACH, _SMALL = 2, 1_500  # from how many places a person, up to how many visits times people
_FEW_STARTS, _MANY_STARTS = 1, 6
_RULE = "same_person_same_place"


class Continuity(Struct, frozen=True):
    """The pairs chosen, a roster that uses only them, and a proven lower bound of their number."""

    pairs: frozenset[Pair]
    choice: Choice
    bound: int


def find_fewest_pairs(problem: Problem, optimum: Optimum, *, effort: float) -> Continuity:
    """Choose the fewest pairs that carry an optimal roster; `effort` bounds the solver's own time."""
    spans = measure_spans(problem, optimum.face)
    settled = problem.pairs_before
    blocks = divide(spans.loads, spans.visits)
    bound = max(blocks.bound, len(spans.must | settled))
    carrier = Carrier(problem, optimum.face)
    known = _Known(problem, optimum.face, carrier, settled)
    known.complete(settled | spans.must)
    is_small = (
        _PLACES_EACH * len(problem.people) <= len(problem.places)
        and sum(len(visits) for visits in spans.may.values()) <= _SMALL
    )
    if known.number > bound:
        own = keep_filled(problem, spans, optimum.choice)
        everybody = tuple(range(len(problem.people))), tuple(range(len(problem.places)))
        laid = divide(own.loads, own.visits).blocks or (everybody,)
        starts = _FEW_STARTS if is_small else _MANY_STARTS
        pairs, left_over = arrange(problem, own, laid, starts=starts)
        if left_over or not known.carry(pairs | settled | spans.must):
            known.complete(pairs | settled | spans.must)
    if known.number > bound and is_small:
        # Few people at many places get into one another's way more than pairs can tell: a model of every
        # visit, told the bound, is quicker there.
        choice, (level,) = minimise(
            problem,
            (_RULE,),
            known.choice,
            fixed={},
            weights={},
            effort=effort,
            spans=spans,
            least={_RULE: bound},
        )
        known.keep(choice)
        bound = max(bound, level.bound)
    elif known.number > bound:
        bound = _Master(problem, spans, known, bound).solve(effort)
    return Continuity(known.pairs, known.choice, min(bound, known.number))


class _Known:
    """The best pairs found so far, and the ways to try others."""

    def __init__(self, problem: Problem, face: Network, carrier: Carrier, settled: frozenset[Pair]) -> None:
        self._problem, self._face, self.carrier, self._settled = problem, face, carrier, settled
        self.pairs: frozenset[Pair] = frozenset()
        self.choice: Choice = ()

    @property
    def number(self) -> int:
        """How many pairs the best has."""
        return len(self.pairs)

    def carry(self, pairs: Collection[Pair]) -> bool:
        """Try whether these pairs alone carry an optimal roster; if so, keep it when it is better."""
        choice = self.carrier.carry(pairs)
        if choice is not None:
            self.keep(choice)
        return choice is not None

    def complete(self, pairs: Collection[Pair]) -> None:
        """Take what these pairs carry and let others do the rest, as seldom as possible."""
        self.keep(complete(self._problem, self._face, pairs))

    def keep(self, choice: Choice) -> None:
        """Keep a roster where it is better than the best."""
        pairs = list_pairs(self._problem, choice) | self._settled
        if not self.choice or len(pairs) < len(self.pairs):
            self.pairs, self.choice = pairs, choice


class _Master:
    """The choice of pairs in CP-SAT: a 0/1 and a count a pair; cuts are added until they carry the visits."""

    def __init__(self, problem: Problem, spans: Spans, known: _Known, bound: int) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and only where forests do not do

        self._cp: Any = cp_model
        self._problem, self._spans, self._known, self._bound = problem, spans, known, bound
        self._model: Any = cp_model.CpModel()
        self._uses = {pair: self._model.new_bool_var("") for pair in spans.may}
        self._counts = {
            pair: self._model.new_int_var(0, len(visits), "") for pair, visits in spans.may.items()
        }
        self._settled = problem.pairs_before
        self._cost = sum(use for pair, use in self._uses.items() if pair not in self._settled)
        self._write()

    def _write(self) -> None:
        model, spans = self._model, self._spans
        for pair, use in self._uses.items():
            model.add(self._counts[pair] <= len(spans.may[pair])).only_enforce_if(use)
            model.add(self._counts[pair] == 0).only_enforce_if(~use)
            if pair in spans.must or pair in self._settled:
                model.add(use == 1)
            else:
                model.add(self._counts[pair] >= 1).only_enforce_if(use)
        for person, (low, high) in enumerate(spans.loads):
            model.add_linear_constraint(sum(self._of(person=person)), low, high)
        for place, (low, high) in enumerate(spans.visits):
            model.add_linear_constraint(sum(self._of(place=place)), low, high)
        model.add(sum(self._counts.values()) == sum(one is not None for one in self._known.choice))
        self._write_covers()
        self._write_days()
        model.add(self._cost >= self._bound - len(self._settled))
        model.minimize(self._cost)

    def _of(self, *, person: int | None = None, place: int | None = None) -> list[Any]:
        return [
            count
            for (one, where), count in self._counts.items()
            if person in (None, one) and place in (None, where)
        ]

    def _write_covers(self) -> None:
        """Every visit that must be filled has somebody among the pairs."""
        takers: dict[int, list[Pair]] = {}
        for pair, visits in self._spans.may.items():
            for visit in visits:
                takers.setdefault(visit, []).append(pair)
        for pairs in {tuple(takers[visit]) for visit in sorted(self._spans.filled)}:
            self._model.add_bool_or([self._uses[pair] for pair in pairs])

    def _write_days(self) -> None:
        """Nobody goes to two places more often than there are days for both."""
        by_person: dict[int, list[Pair]] = {}
        for pair in self._spans.may:
            by_person.setdefault(pair[0], []).append(pair)
        visits = self._problem.visits
        for pairs in by_person.values():
            days = {pair: {visits[v].date for v in self._spans.may[pair]} for pair in pairs}
            for index, one in enumerate(pairs):
                for other in pairs[index + 1 :]:
                    if days[one] & days[other]:
                        most = len(days[one] | days[other])
                        self._model.add(self._counts[one] + self._counts[other] <= most)

    def solve(self, effort: float) -> int:
        """Ask and cut until the pairs are proven fewest or the effort is spent; gives the proven bound."""
        left, step, with_core = effort, _FIRST_EFFORT, False
        for _ in range(_MOST_ROUNDS):
            solver: Any = make_solver(min(step, left), with_core=with_core)
            self._hint()
            status = solver.solve(self._model)
            left -= solver.response_proto.deterministic_time
            if status == self._cp.INFEASIBLE:
                break
            self._bound = max(self._bound, read_bound(solver) + len(self._settled))
            if status in (self._cp.OPTIMAL, self._cp.FEASIBLE):
                self._try({pair for pair, use in self._uses.items() if solver.value(use)})
            if self._known.number <= self._bound or left <= 0:
                break
            if status != self._cp.OPTIMAL:
                step, with_core = step * (2 if with_core else 1), not with_core
        return self._bound

    def _hint(self) -> None:
        self._model.clear_hints()
        for pair, use in self._uses.items():
            self._model.add_hint(use, int(pair in self._known.pairs))

    def _try(self, pairs: Collection[Pair]) -> None:
        """Look whether the pairs carry the visits; else learn what they break."""
        wanted = set(pairs) | self._settled
        if self._known.carry(wanted):
            return
        for cut in self._known.carrier.find_cuts():
            self._add_cut(cut)
        self._known.complete(wanted)

    def _add_cut(self, cut: Cut) -> None:
        self._model.add(sum(self._uses[pair] for pair in cut.pairs) >= cut.least)
