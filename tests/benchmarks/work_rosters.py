"""A year of duty rosters: ours, CP-SAT on the county and on its parts, a rotation by hand."""
# ruff: noqa: PLC0415 - every case runs in a process of its own and loads its own libraries only

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from meter import Work, cpu_seconds, note, run_case

from sanwu_cli.roster.measure import measure_choice
from sanwu_cli.roster.problem import Problem, pose_problems
from sanwu_cli.roster.solve import Wishes
from sanwu_cli.terms import TOWNSHIP_ROLES, StationedRole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sanwu_cli.roster.problem import Choice
    from sanwu_cli.roster.role_year import Staffing
    from sanwu_cli.roster.solve import Solution

# All a county is asked for in the default order; peers stop after the pairs.
LEVELS = ("fewest_unfilled", "load_range", "even_load", "same_person_same_place")
MEDIATORS = (StationedRole.MEDIATOR,)
# Townships of the counties, and (villages, mediators) of the judicial offices.
SIZES = {"S": (8,), "M": (8, 9, 10, 11, 13, 14), "L": (None,) * 100}
S_STAFF = (6, 5, 8)
S_OFFICES = ((14, 4),) * 6 + ((13, 3),) * 2
# A tenth of 20,000 villages, 5,000 mediators, 1,500 offices: these are independent, all is ten times it.
L_OFFICES = ((14, 4), (13, 3), (13, 3)) * 50
# Of CP-SAT's deterministic time, for all levels of one model.
EFFORTS = {"whole": 20.0, "parts": 20.0}


def list_counties(size: str) -> list[Staffing]:
    """Draw the counties of a size."""
    from counties import CALENDAR, draw_county

    from sanwu_cli.roster.role_year import Staffing

    found = []
    for number, townships in enumerate(SIZES[size]):
        staff = S_STAFF if size == "S" else None
        areas, days, persons, leaves = draw_county(100 + number, townships=townships, staff=staff)
        found.append(Staffing(areas, persons, days, leaves, CALENDAR))
    return found


def list_offices(size: str) -> list[Staffing]:
    """Draw the judicial offices of a size."""
    from counties import CALENDAR, draw_offices

    from sanwu_cli.roster.role_year import Staffing

    found = []
    for number, (villages, mediators) in enumerate(S_OFFICES if size == "S" else L_OFFICES):
        areas, days, persons, leaves = draw_offices(number, villages=villages, mediators=mediators)
        found.append(Staffing(areas, persons, days, leaves, CALENDAR))
    return found


def pose(staffing: Staffing, roles: Sequence[StationedRole]) -> list[Problem]:
    """Pose the problems of a year."""
    from counties import MONTHS

    from sanwu_cli.roster.visits import plan_visits

    visits = [
        visit
        for month in MONTHS
        for visit in plan_visits(
            month=month,
            areas=staffing.areas,
            duty_days=staffing.duty_days,
            calendar=staffing.calendar,
            roles=roles,
        ).visits
    ]
    return [
        problem
        for role in roles
        for problem in pose_problems([v for v in visits if v.role is role], staffing.facts(role))
    ]


def solve_years(staffings: Sequence[Staffing], roles: Sequence[StationedRole], aim: str) -> Work:
    """Ours: the year's rosters as the command builds them; each part timed."""
    import ortools.graph.python.max_flow
    import ortools.graph.python.min_cost_flow
    import ortools.sat.python.cp_model  # noqa: F401 - loaded before the clock starts
    from counties import YEAR

    from sanwu_cli.roster import build, role_year

    seconds: list[float] = []
    solve = role_year.solve_problem

    def timed(problem: Problem, wishes: Wishes) -> Solution:
        before = cpu_seconds()
        solution = solve(problem, wishes)
        seconds.append(cpu_seconds() - before)
        return solution

    role_year.solve_problem = timed

    def work() -> int:
        years = [build.build_year(YEAR, staffing, roles=roles) for staffing in staffings]
        solutions = [one for year in years for role in year.roles for one in role.solutions]
        _tell_solutions(solutions, seconds, aim)
        return sum(len(one.choice) for one in solutions)

    return work


def _tell_solutions(solutions: Sequence[Solution], seconds: Sequence[float], aim: str) -> None:
    for number, first in enumerate(solutions[0].levels):
        value = sum(one.levels[number].value for one in solutions)
        bound = sum(one.levels[number].bound for one in solutions)
        share = f" ({(value - bound) / value:.2%})" if value > bound else ""
        note(f"{first.rule}: {value}, bound {bound}, gap {value - bound}{share}")
    pairs = [one.levels[3] for one in solutions]
    note(
        f"{len(solutions)} sub-problems: all levels proven in {sum(one.is_proven for one in solutions)},"
        f" pairs in {sum(level.value == level.bound for level in pairs)};"
        f" median {median(seconds):.3f} s, slowest {max(seconds):.2f} s"
    )
    by_hand = [(one.problem, rotate(one.problem)) for one in solutions]
    pairs_by_hand, uneven = (
        sum(measure_choice(problem, choice, rule, {}) for problem, choice in by_hand)
        for rule in (LEVELS[3], LEVELS[1])
    )
    note(
        f"pairs {sum(level.value for level in pairs) / pairs_by_hand:.2f} x rotation by hand (aim 0.7),"
        f" whose load_range is {uneven}"
    )
    note(f"aim: {aim}")


def rotate(problem: Problem) -> Choice:
    """By hand: every place has its own person, in turn; who cannot go is replaced by whoever went least."""
    load, busy = [0] * len(problem.people), set()
    months: dict[tuple[int, int, int], int] = {}
    choice: list[int | None] = []
    for index, visit in enumerate(problem.visits):
        own = problem.place_of[index] % max(len(problem.people), 1)
        free = [
            person
            for person in problem.takers[index]
            if (person, visit.date) not in busy
            and months.get((person, visit.date.year, visit.date.month), 0) < (problem.limits[person] or 99)
        ]
        taker = min(free, key=lambda person: (person != own, load[person], person), default=None)
        choice.append(taker)
        if taker is not None:
            load[taker] += 1
            busy.add((taker, visit.date))
            key = (taker, visit.date.year, visit.date.month)
            months[key] = months.get(key, 0) + 1
    return tuple(choice)


def rotate_years(staffings: Sequence[Staffing], roles: Sequence[StationedRole]) -> Work:
    """The rotation by hand, timed."""

    def work() -> int:
        problems = [problem for staffing in staffings for problem in pose(staffing, roles)]
        choices = [rotate(problem) for problem in problems]
        _tell_choices(problems, choices)
        return sum(map(len, choices))

    return work


def _tell_choices(problems: Sequence[Problem], choices: Sequence[Choice]) -> None:
    for rule in LEVELS:
        value = sum(measure_choice(p, choice, rule, {}) for p, choice in zip(problems, choices, strict=True))
        note(f"{rule}: {value}")


def model_years(staffings: Sequence[Staffing], roles: Sequence[StationedRole], *, whole: bool) -> Work:
    """CP-SAT, one model a county or one a sub-problem: the same levels up to the pairs, in turn."""
    import ortools.sat.python.cp_model  # noqa: F401 - loaded before the clock starts

    effort = EFFORTS["whole" if whole else "parts"]

    def work() -> int:
        problems: list[Problem] = []
        choices: list[Choice] = []
        proven = models = 0
        for staffing in staffings:
            own = pose(staffing, roles)
            for group in [own] if whole else [[one] for one in own]:
                found, is_proven = model(group, effort)
                problems += group
                choices += found
                proven += is_proven
                models += 1
        _tell_choices(problems, choices)
        note(f"{models} models, all four levels proven in {proven}, {effort:g} deterministic units each")
        return sum(map(len, choices))

    return work


def model(problems: Sequence[Problem], effort: float) -> tuple[list[Choice], bool]:
    """Solve problems as one model, level by level; says whether all levels are proven."""
    from ortools.sat.python import cp_model

    solved: Any = cp_model.CpModel()
    goes = [
        {
            (visit, person): solved.new_bool_var("")
            for visit, takers in enumerate(problem.takers)
            for person in takers
        }
        for problem in problems
    ]
    for problem, own in zip(problems, goes, strict=True):
        _write_rules(solved, problem, own)
    figures = [
        cp_model.LinearExpr.sum(
            [write(solved, problem, own) for problem, own in zip(problems, goes, strict=True)]
        )
        for write in (_write_unfilled, _write_range, _write_squares, _write_pairs)
    ]
    choices: list[Choice] = [(None,) * len(problem.visits) for problem in problems]
    is_proven, left = True, effort
    for figure in figures:
        solved.minimize(figure)
        solver: Any = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = max(left, 0.01)
        solver.parameters.linearization_level = 2
        status = solver.solve(solved)
        left -= solver.response_proto.deterministic_time
        is_proven = is_proven and status == cp_model.OPTIMAL
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        solved.add(figure <= round(solver.objective_value))
        solved.clear_hints()
        for number, own in enumerate(goes):
            choice: list[int | None] = [None] * len(problems[number].visits)
            for (visit, person), var in own.items():
                solved.add_hint(var, solver.boolean_value(var))
                if solver.boolean_value(var):
                    choice[visit] = person
            choices[number] = tuple(choice)
    return choices, is_proven


def _write_rules(solved: Any, problem: Problem, goes: dict[tuple[int, int], Any]) -> None:
    for visit, takers in enumerate(problem.takers):
        solved.add_at_most_one([goes[visit, person] for person in takers])
    for person in range(len(problem.people)):
        for visits in problem.by_day.values():
            solved.add_at_most_one([goes[v, person] for v in visits if (v, person) in goes])


def _write_unfilled(_solved: Any, problem: Problem, goes: dict[tuple[int, int], Any]) -> Any:
    return len(problem.visits) - sum(goes.values())


def _list_loads(problem: Problem, goes: dict[tuple[int, int], Any]) -> list[Any]:
    return [
        sum(var for (_, who), var in goes.items() if who == person) for person in range(len(problem.people))
    ]


def _write_range(solved: Any, problem: Problem, goes: dict[tuple[int, int], Any]) -> Any:
    low, high = (solved.new_int_var(0, len(problem.visits), "") for _ in range(2))
    for load in _list_loads(problem, goes):
        solved.add(low <= load)
        solved.add(load <= high)
    return high - low


def _write_squares(solved: Any, problem: Problem, goes: dict[tuple[int, int], Any]) -> Any:
    total: Any = 0
    for person, load in enumerate(_list_loads(problem, goes)):
        steps = [solved.new_bool_var("") for who in [one for _, one in goes] if who == person]
        solved.add(load == sum(steps))
        for one, other in pairwise(steps):
            solved.add_implication(other, one)
        total += sum((2 * turn - 1) * step for turn, step in enumerate(steps, start=1))
    return total


def _write_pairs(solved: Any, problem: Problem, goes: dict[tuple[int, int], Any]) -> Any:
    used: dict[tuple[int, int], Any] = {}
    for (visit, person), var in goes.items():
        pair = person, problem.place_of[visit]
        if pair not in used:
            used[pair] = solved.new_bool_var("")
        solved.add_implication(var, used[pair])
    return sum(used.values())


def use_fewest_people() -> Work:
    """Shift minimisation, planted optimum: fixed tasks, the qualified, nobody twice at once, fewest people.

    The published instances (Krishnamoorthy, Ernst and Baatar 2012: 137 files, 23 people and 40 tasks the
    smallest) have tasks by the minute that overlap in chains, which a roster of days cannot say. So these are
    drawn in their manner, not theirs: as many people, tasks and skills as some of their files have, tasks in
    shifts, a known choice of people that can do everything, and one shift that needs all of these.
    """
    from sanwu_cli.roster.solve import solve_problem

    drawn = [_draw_tasks(*size) for size in ((23, 40, 66), (24, 40, 33), (25, 120, 33), (49, 104, 33))]

    def work() -> int:
        for size, planted, problem in drawn:
            wishes = Wishes(order=("fewest_unfilled", "same_person_same_place"), effort=20.0)
            unfilled, people = solve_problem(problem, wishes).levels
            note(
                f"{size[0]} people, {size[1]} tasks, {size[2]} %: uses {people.value}, bound {people.bound},"
                f" planted optimum {planted}, left out {unfilled.value}"
            )
        return sum(len(problem.visits) for _, _, problem in drawn)

    return work


def _draw_tasks(staff: int, tasks: int, skill: int) -> tuple[tuple[int, int, int], int, Problem]:
    """Draw an instance: all tasks are at one place, so that a pair of person and place is a person used."""
    from datetime import date, timedelta
    from random import Random

    from sanwu_cli.model import Person
    from sanwu_cli.roster.rules import RosterFacts
    from sanwu_cli.roster.visits import Visit

    random = Random(tasks)  # noqa: S311 - the same tasks every time
    planted = round(staff * 0.9)  # the tightness of the published ones
    known = random.sample(range(staff), planted)
    rows = [Person(f"F{n:02d}", f"某F{n:02d}", StationedRole.JUDGE, "某单位") for n in range(staff)]
    visits, takers = [], []
    left, shift = tasks, 0
    while left:
        for number, own in enumerate(random.sample(known, min(left, planted))):
            day = date(2026, 3, 2) + timedelta(days=shift)
            visits.append(Visit(day, "990000100", StationedRole.JUDGE, f"第{number}项"))
            able = {own, *(one for one in range(staff) if random.random() < skill / 100)}
            takers.append({one: rows[one] for one in sorted(able)})
        left -= min(left, planted)
        shift += 1
    facts = RosterFacts(tuple(rows))
    problem = Problem(tuple(visits), tuple(row.id for row in rows), tuple(takers), facts)
    return (staff, tasks, skill), planted, problem


def _ours(size: str, aim: str) -> Callable[[Path], Work]:
    return lambda _: solve_years(list_counties(size), TOWNSHIP_ROLES, aim)


def repair_after_leave() -> Work:
    """A county's published year, and one judge away for a fortnight in each month: the fewest changes."""
    from datetime import timedelta

    import ortools.graph.python.min_cost_flow  # noqa: F401 - loaded before the clock starts
    from counties import MONTHS, YEAR
    from msgspec.structs import replace

    from sanwu_cli.model import Leave
    from sanwu_cli.roster.build import build_year
    from sanwu_cli.roster.repair import repair_rosters

    (staffing,) = list_counties("S")
    published = build_year(YEAR, staffing, roles=TOWNSHIP_ROLES).months
    person = next(one.id for one in staffing.persons if one.role is StationedRole.JUDGE)

    def work() -> int:
        total = 0
        for month in MONTHS:
            leave = Leave(person, month.first_day, month.first_day + timedelta(days=13))
            away = replace(staffing, leaves=(*staffing.leaves, leave))
            made = repair_rosters(published, away, months=[month], first_day=month.first_day)
            total += sum(len(changes) for changes in made.changes.values())
        note(f"{len(MONTHS)} repairs of one leave each, {total} duties changed in all, each proven fewest")
        note("aim: <= 0.2 s a repair")
        return len(MONTHS)

    return work


def explain_gaps() -> Work:
    """A county in which every prosecutor is away on one day of each month: each gap explained."""
    import ortools.graph.python.max_flow
    import ortools.sat.python.cp_model  # noqa: F401 - loaded before the clock starts
    from counties import YEAR
    from msgspec.structs import replace

    from sanwu_cli.model import Leave
    from sanwu_cli.roster.build import build_year
    from sanwu_cli.roster.clash import explain_clash

    (staffing,) = list_counties("S")
    whole = build_year(YEAR, staffing, roles=TOWNSHIP_ROLES)
    days = sorted({duty.date for roster in whole.months.values() for duty in roster.duties})[::8]
    away = tuple(
        Leave(one.id, day, day)
        for one in staffing.persons
        for day in days
        if one.role is StationedRole.PROSECUTOR
    )
    tight = replace(staffing, leaves=(*staffing.leaves, *away))
    year = build_year(YEAR, tight, roles=TOWNSHIP_ROLES)
    gaps = [visit for role in year.roles for visit, who in role.assignment.items() if who is None]

    def work() -> int:
        seconds, proven = [], 0
        for visit in gaps:
            before = cpu_seconds()
            proven += explain_clash(visit, year.roles, tight.areas, tight.calendar).is_proven
            seconds.append(cpu_seconds() - before)
        note(f"{proven} of {len(gaps)} proven smallest")
        note(f"median {median(seconds):.3f} s, slowest {max(seconds):.3f} s")
        note("aim: <= 1 s each")
        return len(gaps)

    return work


CASES: dict[str, Callable[[Path], Work]] = {
    "S": _ours("S", "work <= 1 s, all levels proven"),
    "M": _ours("M", "work <= 6 s, pairs proven in 18 of 18"),
    "L": _ours("L", "work <= 480 s, pairs proven in 260 of 300, gap <= 1.1 %"),
    "S-repair": lambda _: repair_after_leave(),
    "S-clash": lambda _: explain_gaps(),
    "tasks": lambda _: use_fewest_people(),
    "S-villages": lambda _: solve_years(list_offices("S"), MEDIATORS, "median <= 0.1 s"),
    "L-villages": lambda _: solve_years(list_offices("L"), MEDIATORS, "median <= 0.1 s"),
    **{f"{size}-hand": lambda _, s=size: rotate_years(list_counties(s), TOWNSHIP_ROLES) for size in SIZES},
    **{
        f"{size}-{way}": lambda _, s=size, w=way: model_years(
            list_counties(s), TOWNSHIP_ROLES, whole=w == "whole"
        )
        for size in ("S", "M")
        for way in ("whole", "parts")
    },
}

if __name__ == "__main__":
    run_case(CASES)
