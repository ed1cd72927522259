"""Solves problems level by level: each with its value and a proven bound, in the order an office wants."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat, takewhile
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.roster.exact import Level, measure_anew, minimise, travel_of
from sanwu_cli.roster.flow import find_optimum, price_face
from sanwu_cli.roster.measure import measure_choice, weigh
from sanwu_cli.roster.pairs import find_fewest_pairs
from sanwu_cli.roster.problem import join
from sanwu_cli.roster.rules import is_unlisted, soft_rules
from sanwu_cli.roster.spans import measure_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sanwu_cli.roster.flow import Network
    from sanwu_cli.roster.problem import Choice, Problem

_UNFILLED, _RANGE, _SQUARES, _PAIRS = "fewest_unfilled", "load_range", "even_load", "same_person_same_place"
_UNLISTED, _TRAVEL = "listed_areas_first", "short_travel"
_BY_FLOW = ((_UNFILLED, _RANGE, _SQUARES), (_UNFILLED, _SQUARES, _RANGE), (_UNFILLED, _SQUARES))
_EFFORT = 2.0
_SHARE_OF_CHOSEN, _SHARE_OF_ALL = 0.05, 0.25  # of the effort, for the levels below the pairs
# Visits times people up to which other pairs, as few, are looked at for the levels below; beyond, they are
# when somebody asks for this much effort.
_SMALL, _THOROUGH = 1_500, 10.0
_MOST_THREADS = 16
_FULL_SHARES = 12  # parts of one role's year up to which each gets the whole effort
_LEAST_SHARE = 0.25  # of the solver's time: a shared search of a whole part that gets less finds nothing
_LARGEST = 20_000  # beyond, those levels are left as the flow gives them


class Wishes(Struct, frozen=True):
    """What an office wants first: soft rules in order, several joined by + with `weights` counted together.

    `effort` is the solver's deterministic time for one question; none of it is measured by a clock. It
    `is_shared` by the parts of a year where they are many.
    """

    order: tuple[str, ...] = field(default_factory=lambda: tuple(rule.id for rule in soft_rules()))
    weights: Mapping[str, int] = field(default_factory=dict)
    effort: float = _EFFORT
    is_shared: bool = False


class Solution(Struct, frozen=True):
    """A problem with who makes which visit, and each level's value and bound in the order asked for."""

    problem: Problem
    choice: Choice
    levels: tuple[Level, ...]

    @property
    def is_proven(self) -> bool:
        """Say whether every level is proven to be the best."""
        return all(level.value == level.bound for level in self.levels)


def solve_problem(problem: Problem, wishes: Wishes) -> Solution:
    """Solve one problem; the answer depends on the problem and the wishes alone, on no clock and no order."""
    order = wishes.order
    prefix = next((own for own in _BY_FLOW if order[: len(own)] == own), ())
    if not problem.people:
        nobody: Choice = (None,) * len(problem.visits)
        return Solution(problem, nobody, tuple(_sure(problem, nobody, rule, wishes) for rule in order))
    optimum = find_optimum(problem)
    if not prefix or (_RANGE in order and len(set(problem.units)) > 1):
        choice, levels = minimise(
            problem, order, optimum.choice, fixed={}, weights=wishes.weights, effort=wishes.effort
        )
        return Solution(problem, choice, levels)
    # Of the loads that filled rosters can have, those with the least squares also have the lowest highest
    # and the highest lowest one, so that the range is the least too.
    choice, levels = optimum.choice, tuple(_sure(problem, optimum.choice, rule, wishes) for rule in prefix)
    pairs = None
    if order[len(levels) : len(levels) + 1] == (_PAIRS,):
        found = find_fewest_pairs(problem, optimum, effort=wishes.effort)
        choice, pairs = found.choice, found.pairs
        levels += (Level(_PAIRS, len(pairs), found.bound),)
    return _finish(Solution(problem, choice, levels), optimum.face, pairs, wishes)


def solve_problems(problems: Sequence[Problem], wishes: Wishes) -> tuple[Solution, ...]:
    """Solve problems that share nobody, as many at once as the machine has processors.

    Each is solved by itself and by one thread, so that their number changes no answer; the solver leaves the
    other threads free while it searches. Where they are many, and the office has not said how much effort it
    wants, they share what so many get that each has all of it.
    """
    if wishes.is_shared and len(problems) > _FULL_SHARES:
        wishes = replace(wishes, effort=wishes.effort * _FULL_SHARES / len(problems))
    threads = min(len(problems), _MOST_THREADS, os.cpu_count() or 1)
    if threads <= 1:  # whoever interrupts this thread is heard at once
        return tuple(solve_problem(problem, wishes) for problem in problems)
    with ThreadPoolExecutor(threads) as pool:
        try:
            return tuple(pool.map(solve_problem, problems, repeat(wishes)))
        except BaseException:  # one that cannot be solved, or somebody who does not want to wait
            pool.shutdown(cancel_futures=True)
            raise


def join_problems(problems: Sequence[Problem], wishes: Wishes) -> tuple[Problem, ...]:
    """Join problems with people of one unit where the unit's range of load cannot be settled part by part.

    It can where flow settles it: there each part has its lowest highest and its highest lowest load at once.
    """
    if not any(_RANGE in level.split("+") for level in wishes.order):
        return tuple(problems)
    groups: list[list[Problem]] = []
    for problem in problems:
        units = set(problem.units)
        joined = [group for group in groups if any(units & set(other.units) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([other for group in joined for other in group] + [problem])
    by_flow = any(wishes.order[: len(own)] == own for own in _BY_FLOW)
    found: list[Problem] = []
    for group in groups:
        if len(group) == 1 or (by_flow and all(len(set(one.units)) == 1 for one in group)):
            found += group
        else:
            found.append(join(group))
    return tuple(sorted(found, key=lambda problem: problem.visits[0].sort_key))


def _sure(problem: Problem, choice: Choice, rule: str, wishes: Wishes) -> Level:
    """Give a level whose value is proven already."""
    value = measure_choice(problem, choice, rule, wishes.weights)
    return Level(rule, value, value)


def _finish(
    known: Solution, face: Network, pairs: frozenset[tuple[int, int]] | None, wishes: Wishes
) -> Solution:
    """Improve the levels that are left, within the pairs chosen first, and prove what can be proven."""
    problem, rest = known.problem, wishes.order[len(known.levels) :]
    if not rest:
        return known
    own = problem if pairs is None else _keep_pairs(problem, pairs)
    choice, bounds = _price_rest(known, own, face, rest, wishes)
    levels = _bound(problem, choice, rest, bounds, wishes)
    first = tuple(measure_anew(problem, choice, level, wishes.weights) for level in known.levels)
    for part, share in ((own, _SHARE_OF_CHOSEN), (problem, _SHARE_OF_ALL)):
        if all(level.value == level.bound for level in levels) or _is_too_large(part, problem, wishes):
            continue
        # What is proven already needs no more asking.
        proven_first = tuple(takewhile(lambda level: level.value == level.bound, levels))
        fixed = {level.rule: level.value for level in (*first, *proven_first)}
        choice, found = minimise(
            part,
            rest[len(proven_first) :],
            choice,
            fixed=fixed,
            weights=wishes.weights,
            effort=wishes.effort * share,
            spans=measure_spans(problem, face),
        )
        if part is problem:
            bounds |= {level.rule: level.bound for level in found}
        levels = _bound(problem, choice, rest, bounds, wishes)
        first = tuple(measure_anew(problem, choice, level, wishes.weights) for level in first)
    return replace(known, choice=choice, levels=(*first, *levels))


def _price_rest(
    known: Solution, own: Problem, face: Network, rest: Sequence[str], wishes: Wishes
) -> tuple[Choice, dict[str, int]]:
    """Let the flow do what it can: the levels that are a price a visit, up to the first that is not.

    The bound of each is what it would come to if all optimal rosters were allowed and it alone mattered.
    """
    choice, bounds = known.choice, {}
    priced = []
    for rule in rest:
        prices = _price_rule(known.problem, rule, wishes)
        if prices is None:
            break
        bounds[rule] = price_face(known.problem, face, prices)[1]
        priced.append(prices)
    if priced:
        choice = price_face(own, _keep_arcs(own, face), _rank(known.problem, priced))[0]
    return choice, bounds


def _rank(problem: Problem, priced: Sequence[Callable[[int, int], int]]) -> Callable[[int, int], int]:
    """Make one price of several, each outweighing all after it."""
    weights = [1]
    for prices in reversed(priced[1:]):
        dearest = max(
            (prices(visit, person) for visit, own in enumerate(problem.takers) for person in own), default=0
        )
        weights.append(weights[-1] * (dearest * len(problem.visits) + 1))
    ranked = tuple(zip(priced, reversed(weights), strict=True))
    return lambda visit, person: sum(weight * prices(visit, person) for prices, weight in ranked)


def _price_rule(problem: Problem, rule: str, wishes: Wishes) -> Callable[[int, int], int] | None:
    """Give what a visit by a person adds to a level, None for a level that is no sum over visits."""
    parts = dict(weigh(rule, wishes.weights))
    if not set(parts) <= {_UNLISTED, _TRAVEL}:
        return None

    def price(visit: int, person: int) -> int:
        total = 0
        if _UNLISTED in parts:
            total += parts[_UNLISTED] * is_unlisted(problem.takers[visit][person], problem.visits[visit])
        if _TRAVEL in parts:
            total += parts[_TRAVEL] * travel_of(problem, visit, person)
        return total

    return price


def _bound(
    problem: Problem, choice: Choice, rest: Sequence[str], bounds: Mapping[str, int], wishes: Wishes
) -> tuple[Level, ...]:
    values = {rule: measure_choice(problem, choice, rule, wishes.weights) for rule in rest}
    return tuple(Level(rule, value, min(value, bounds.get(rule, 0))) for rule, value in values.items())


def _is_too_large(part: Problem, whole: Problem, wishes: Wishes) -> bool:
    """Say whether a model of the part would take longer than it is worth."""
    chances = sum(len(takers) for takers in part.takers)
    is_small = part is not whole or chances <= _SMALL or wishes.effort >= _THOROUGH
    is_hopeless = part is whole and wishes.is_shared and wishes.effort * _SHARE_OF_ALL < _LEAST_SHARE
    return chances > _LARGEST or not is_small or is_hopeless


def _keep_pairs(problem: Problem, pairs: frozenset[tuple[int, int]]) -> Problem:
    """Forbid all but some pairs."""
    takers = tuple(
        {person: row for person, row in own.items() if (person, place) in pairs}
        for own, place in zip(problem.takers, problem.place_of, strict=True)
    )
    return replace(problem, takers=takers)


def _keep_arcs(problem: Problem, face: Network) -> Network:
    """Keep of the face the arcs of visits that the problem still allows."""
    arcs = tuple(
        arc
        for arc in face.arcs
        if arc.visit is None or arc.person is None or arc.person in problem.takers[arc.visit]
    )
    return replace(face, arcs=arcs)
