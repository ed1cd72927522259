"""The roster engine against brute force: every level is the best there is, and every bound is one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from roster_county import (
    DAYS,
    DEFAULT,
    EAST,
    JUDGE,
    UNITS,
    count_figures,
    draw_counties,
    keeps_the_rules,
    list_rosters,
    rank_figures,
)

from sanwu_cli.roster import solve
from sanwu_cli.roster.problem import pose_problems
from sanwu_cli.roster.rules import RosterFacts, soft_rules
from sanwu_cli.roster.solve import Wishes, solve_problem, solve_problems
from sanwu_cli.roster.visits import Visit

ALL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def solve_and_try(county, wishes):
    """Solve a county's problems, hold them against every roster; give (solution, best levels) of each."""
    visits, facts = county
    found = []
    for problem in pose_problems(visits, facts):
        solution = solve_problem(problem, wishes)
        assignment = problem.assign(solution.choice)
        assert keeps_the_rules(assignment, facts)
        levels = tuple(level.value for level in solution.levels)
        people = set(problem.people)
        assert [level.rule for level in solution.levels] == list(wishes.order)
        assert levels == rank_figures(count_figures(assignment, facts, people), wishes.order, wishes.weights)
        rosters = [
            rank_figures(count_figures(roster, facts, people), wishes.order, wishes.weights)
            for roster in list_rosters(problem.visits, facts)
        ]
        for number, level in enumerate(solution.levels):
            # A bound holds of what keeps the levels before at the values they came to, or below.
            assert 0 <= level.bound <= level.value
            assert level.bound <= min(
                one[number]
                for one in rosters
                if all(own <= came for own, came in zip(one[:number], levels, strict=False))
            )
        best = min(rosters)
        found.append((solution, best))
    return found


def test_the_default_order_is_the_one_tried_here():
    assert tuple(rule.id for rule in soft_rules()) == DEFAULT == Wishes().order


@ALL
@given(draw_counties())
def test_every_level_is_the_best_there_is(county):
    for solution, best in solve_and_try(county, Wishes()):
        assert tuple(level.value for level in solution.levels) == best
        assert solution.is_proven


@ALL
@given(draw_counties(units=UNITS[:1]))
def test_people_of_one_unit_go_by_flow_and_pairs(county):
    for solution, best in solve_and_try(county, Wishes()):
        assert tuple(level.value for level in solution.levels) == best
        assert solution.is_proven


@st.composite
def draw_wishes(draw):
    """Draw an order of some of the rules, cut into levels anywhere, with weights."""
    rules = draw(st.permutations(DEFAULT))[: draw(st.integers(1, len(DEFAULT)))]
    joined = draw(st.lists(st.booleans(), min_size=len(rules) - 1, max_size=len(rules) - 1))
    order = [rules[0]]
    for rule, is_joined in zip(rules[1:], joined, strict=True):
        if is_joined:
            order[-1] += f"+{rule}"
        else:
            order.append(rule)
    weights = draw(st.dictionaries(st.sampled_from(DEFAULT), st.integers(1, 5)))
    return Wishes(order=tuple(order), weights=weights)


@ALL
@given(draw_counties(), draw_wishes())
def test_any_order_and_any_weights(county, wishes):
    for solution, best in solve_and_try(county, wishes):
        assert tuple(level.value for level in solution.levels) == best
        assert solution.is_proven


@ALL
@given(draw_counties(units=UNITS[:1]), st.permutations(DEFAULT[3:]), st.integers(0, 2))
def test_orders_that_begin_with_flow(county, rest, number):
    first = (DEFAULT[:3], (DEFAULT[0], DEFAULT[2], DEFAULT[1]), (DEFAULT[0], DEFAULT[2]))[number]
    for solution, best in solve_and_try(county, Wishes(order=(*first, *rest))):
        assert tuple(level.value for level in solution.levels) == best
        assert solution.is_proven


@ALL
@given(draw_counties(), draw_wishes(), st.sampled_from([0.0, 1e-6, 1e-3]))
def test_without_effort_bounds_still_hold(county, wishes, effort):
    for order in (DEFAULT, wishes.order):
        poor = Wishes(order=order, weights=wishes.weights, effort=effort)
        for solution, best in solve_and_try(county, poor):
            for number, level in enumerate(solution.levels):
                if level.value != level.bound:
                    break
                assert level.value == best[number]


@settings(max_examples=30, deadline=None)
@given(draw_counties(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(county, random):
    visits, facts = county
    first = [
        (problem.visits, problem.people, solve_problem(problem, Wishes()).choice)
        for problem in pose_problems(visits, facts)
    ]
    persons, leaves = list(facts.persons), list(facts.leaves)
    visits = list(visits)
    for rows in (visits, persons, leaves):
        random.shuffle(rows)
    mixed = RosterFacts(
        tuple(persons),
        tuple(leaves),
        dict(reversed(facts.load_before.items())),
        facts.pairs_before,
        facts.days_before,
        dict(reversed(facts.offices.items())),
        dict(reversed(facts.distances.items())),
    )
    again = [
        (problem.visits, problem.people, solve_problem(problem, Wishes()).choice)
        for problem in pose_problems(visits, mixed)
    ]
    assert again == first


@settings(max_examples=60, deadline=None)
@given(draw_counties())
def test_problems_share_nobody_and_leave_nothing_out(county):
    visits, facts = county
    problems = pose_problems(visits, facts)
    posed = [visit for problem in problems for visit in problem.visits]
    assert sorted(posed, key=lambda v: v.sort_key) == sorted(visits, key=lambda v: v.sort_key)
    people = [id_ for problem in problems for id_ in problem.people]
    assert len(people) == len(set(people))
    for problem in problems:
        assert len(problem.visits) == 1 or problem.people
        assert all(set(takers) <= set(range(len(problem.people))) for takers in problem.takers)


def test_a_problem_without_visits_is_none():
    assert pose_problems([], RosterFacts()) == ()


@pytest.mark.parametrize("order", [DEFAULT, ("short_travel",), ("fewest_unfilled", "few_double_days")])
def test_nobody_to_send_leaves_all_unfilled(order):
    (problem,) = pose_problems([Visit(DAYS[3][0], EAST, JUDGE)], RosterFacts())
    solution = solve_problem(problem, Wishes(order=order))
    assert solution.choice == (None,)
    assert solution.is_proven


@pytest.mark.parametrize(
    ("parts", "is_shared", "effort"), [(12, True, 2.0), (48, True, 0.5), (48, False, 2.0)]
)
def test_many_parts_share_the_effort_nobody_asked_for(monkeypatch, parts, is_shared, effort):
    monkeypatch.setattr(solve, "solve_problem", lambda problem, wishes: (problem, wishes.effort))
    found = solve_problems(range(parts), Wishes(is_shared=is_shared))
    assert found == tuple((number, effort) for number in range(parts))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw_counties())
def test_parts_solved_side_by_side_are_what_each_is_alone(county):
    problems = pose_problems(*county)
    assert solve_problems(problems, Wishes()) == tuple(solve_problem(p, Wishes()) for p in problems)


_ASK_AND_STOP = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins deaf to it
from ortools.sat.python import cp_model
from sanwu_cli.roster.cpsat import make_solver
model = cp_model.CpModel()
model.minimize(model.new_bool_var(""))
make_solver(1.0).solve(model)
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("heard")
"""


def test_the_program_hears_of_ctrl_c_after_the_solver_was_asked():
    done = subprocess.run([sys.executable, "-c", _ASK_AND_STOP], capture_output=True, text=True, check=False)
    assert done.stdout == "heard\n", done.stderr
