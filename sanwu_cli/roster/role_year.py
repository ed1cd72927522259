"""One role's year: what is published of it stands, the rest is the best there is around it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.model import Person
from sanwu_cli.periods import Month, WorkCalendar
from sanwu_cli.roster.exact import Level
from sanwu_cli.roster.measure import measure_choice, weigh
from sanwu_cli.roster.problem import Problem, pose_problems
from sanwu_cli.roster.rules import SOFT_RULES, RosterFacts, load_rules
from sanwu_cli.roster.solve import Solution, Wishes, join_problems, solve_problems
from sanwu_cli.roster.visits import Visit
from sanwu_cli.terms import RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sanwu_cli.model import Area, DutyDay, Leave, Roster
    from sanwu_cli.roster.rules import Assignment
    from sanwu_cli.roster.visits import VisitPlan


class Staffing(Struct, frozen=True):
    """All that a roster follows from: places, people, days, leave, calendar, and what the office wants first.

    `offices` gives the townships of a mediator's judicial office by person id, `distances` kilometres by
    (sending unit, area code); `moves_back` moves a duty day off a holiday to the workday before it (T-25).
    """

    areas: tuple[Area, ...]
    persons: tuple[Person, ...]
    duty_days: tuple[DutyDay, ...]
    leaves: tuple[Leave, ...]
    calendar: WorkCalendar
    moves_back: bool = False
    offices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    distances: Mapping[tuple[str, str], int] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)

    def facts(self, role: StationedRole) -> RosterFacts:
        """Give what the rules look at for one role."""
        return RosterFacts(
            tuple(person for person in self.persons if person.role is role),
            self.leaves,
            offices=self.offices,
            distances=self.distances,
        )


class RoleYear(Struct, frozen=True):
    """One role's year: who makes which visit, the levels, and what the rules were held against.

    `open_visits` are those that were decided here; the others were published. `solutions` are the parts that
    were solved.
    """

    role: StationedRole
    assignment: Assignment
    open_visits: frozenset[Visit]
    levels: tuple[Level, ...]
    facts: RosterFacts
    solutions: tuple[Solution, ...]


def build_role(
    role: StationedRole,
    staffing: Staffing,
    plans: Mapping[Month, VisitPlan],
    frozen: Mapping[Month, Roster],
) -> RoleYear:
    """Build one role's year around what is published of it.

    A month that was published as the year's best roster had it must not change the months after it. So the
    year is built first as if nothing were published; where that says otherwise than a published month, it is
    built anew with the months up to there as they stand, and last with all of them.
    """
    published = {
        month: {v: who for v, who in settle_roster(roster, staffing.persons).items() if v.role is role}
        for month, roster in sorted(frozen.items())
        if role in published_roles(roster)
    }
    wanted = {month: [visit for visit in plan.visits if visit.role is role] for month, plan in plans.items()}
    year = None
    if any(own for month, own in wanted.items() if month not in published):
        stands: dict[Month, Assignment] = {}
        while True:
            year = _solve_role(role, staffing, wanted, stands)
            other = [m for m, own in published.items() if m not in stands and not _agrees(year, m, own)]
            if not other:
                break
            until = max(other) if not stands else max(published)
            stands = {month: own for month, own in published.items() if month <= until}
    return _stand(role, staffing, wanted, published, year)


def _agrees(year: RoleYear, month: Month, published: Assignment) -> bool:
    """Say whether a month was published as the year has it."""
    made = {v: who for v, who in year.assignment.items() if Month.of(v.date) == month}
    return made.keys() == published.keys() and all(
        (who.id if who else None) == (other.id if other else None)
        for who, other in ((who, published[visit]) for visit, who in made.items())
    )


def _solve_role(
    role: StationedRole,
    staffing: Staffing,
    wanted: Mapping[Month, Sequence[Visit]],
    stands: Mapping[Month, Assignment],
) -> RoleYear:
    """Solve what is open of a role's year around the months that stand."""
    facts = staffing.facts(role)
    settled = {visit: who for own in stands.values() for visit, who in own.items()}
    opened = [visit for month, own in wanted.items() if month not in stands for visit in own]
    problems = tuple(_pose_open(opened, settled, facts))
    solutions = solve_problems(join_problems(problems, staffing.wishes), staffing.wishes)
    assignment = dict(settled)
    for solution in solutions:
        assignment |= solution.problem.assign(solution.choice)
    whole = _whole_facts(facts, settled, solutions)
    levels = _sum_levels(assignment, whole, solutions, staffing.wishes)
    return RoleYear(role, assignment, frozenset(opened), levels, whole, solutions)


def _stand(
    role: StationedRole,
    staffing: Staffing,
    wanted: Mapping[Month, Sequence[Visit]],
    published: Mapping[Month, Assignment],
    year: RoleYear | None,
) -> RoleYear:
    """Say a year's solution with everything published as settled; without a solution nothing was open."""
    facts = staffing.facts(role)
    settled = {visit: who for own in published.values() for visit, who in own.items()}
    opened = frozenset(visit for month, own in wanted.items() if month not in published for visit in own)
    if year is None:
        levels = _sum_levels(settled, facts, (), staffing.wishes)
        return RoleYear(role, settled, opened, levels, facts, ())
    if opened == year.open_visits:
        return year
    solutions = tuple(
        _take_over(problem, year, staffing.wishes) for problem in _pose_open(opened, settled, facts)
    )
    return replace(year, open_visits=opened, solutions=solutions)


def _take_over(problem: Problem, year: RoleYear, wishes: Wishes) -> Solution:
    """Say a year's choice of a problem's visits; what was not proven of it is not proven here."""
    chosen = [year.assignment[visit] for visit in problem.visits]
    index = {id_: number for number, id_ in enumerate(problem.people)}
    choice = tuple(None if who is None else index[who.id] for who in chosen)
    levels = []
    for level in year.levels:
        value = measure_choice(problem, choice, level.rule, wishes.weights)
        levels.append(Level(level.rule, value, max(0, value - (level.value - level.bound))))
    return Solution(problem, choice, tuple(levels))


def _whole_facts(facts: RosterFacts, settled: Assignment, solutions: Sequence[Solution]) -> RosterFacts:
    """Give the facts of a whole role: loads without what is settled, and who can make no visit."""
    load = {id_: s.problem.facts.load_before.get(id_, 0) for s in solutions for id_ in s.problem.people}
    done = Counter(who.id for who in settled.values() if who is not None)
    return replace(
        facts,
        load_before={id_: number - done[id_] for id_, number in load.items()},
        unable=frozenset(person.id for person in facts.persons if person.id not in load),
    )


def settle_roster(roster: Roster, persons: Iterable[Person]) -> dict[Visit, Person | None]:
    """Say a published roster in visits and persons; somebody who left the register keeps number and name."""
    known = {person.id: person for person in persons}
    settled: dict[Visit, Person | None] = {}
    for duty in roster.duties:
        visit = Visit(duty.date, duty.area_code, duty.role, duty.place, duty.hours, duty.moved_from)
        settled[visit] = known.get(duty.person_id) or Person(duty.person_id, duty.person, duty.role, "")
    for gap in roster.unfilled:
        if gap.planned_on is not None:
            settled[Visit(gap.planned_on, gap.area_code, gap.role, gap.place, gap.hours, gap.moved_from)] = (
                None
            )
    return settled


def _pose_open(opened: Collection[Visit], settled: Assignment, facts: RosterFacts) -> Iterator[Problem]:
    """Pose what is open, part by part; its people's settled visits and their head start are counted."""
    wanted = frozenset(opened)
    done = {visit: who for visit, who in settled.items() if who is not None}
    known = replace(
        facts,
        load_before=Counter(who.id for who in done.values()),
        pairs_before=frozenset((who.id, visit.area_code) for visit, who in done.items()),
        days_before=frozenset((who.id, visit.date) for visit, who in done.items()),
    )
    for part in pose_problems([*settled, *opened], known):
        own = tuple(visit for visit in part.visits if visit in wanted)
        if not own:
            continue
        load = Counter(part.facts.load_before)
        load.update(find_head_starts(part))
        part_facts = replace(part.facts, load_before=load)
        if len(own) == len(part.visits):  # who may make a visit does not hang on what was made before
            yield replace(part, facts=part_facts)
        else:
            yield from pose_problems(own, part_facts)


def find_head_starts(part: Problem) -> dict[str, int]:
    """Count for each person the visits that stand for months in which he or she could not be asked at all.

    They are as many as everybody makes on average in so many months, rounded, so that somebody who comes in
    July is not given in half a year what others do in a whole one.
    """
    months = list(part.by_month.values())
    asked = [
        sum(any(person in part.takers[visit] for visit in visits) for visits in months)
        for person in range(len(part.people))
    ]
    total = sum(asked)
    # Visits a month that was asked of somebody, times the months it was not, rounded half up.
    return {
        id_: (2 * len(part.visits) * (len(months) - own) + total) // (2 * total)
        for id_, own in zip(part.people, asked, strict=True)
        if own < len(months)
    }


def published_roles(roster: Roster | None) -> frozenset[StationedRole]:
    """Say which roles a published roster speaks for: all that are published together with those it names."""
    if roster is None:
        return frozenset()
    named = {duty.role for duty in roster.duties} | {gap.role for gap in roster.unfilled}
    return frozenset(role for one in named for role in RosterGroup.of_role(one).roles)


def sum_objective(roles: Iterable[RoleYear]) -> tuple[tuple[str, int, int], ...]:
    """Add up the levels of roles under their published names: (level, value, bound), in their order."""
    names = {rule.id: rule.level for rule in load_rules()}
    totals: dict[str, tuple[int, int]] = {}
    for role in roles:
        for level in role.levels:
            name = "+".join(names[one] for one in level.rule.split("+"))
            value, bound = totals.get(name, (0, 0))
            totals[name] = value + level.value, bound + level.bound
    return tuple((name, value, bound) for name, (value, bound) in totals.items())


def _sum_levels(
    assignment: Assignment, facts: RosterFacts, solutions: Sequence[Solution], wishes: Wishes
) -> tuple[Level, ...]:
    """Count each level anew over the whole role; the bound is as far below as the parts' bounds are."""
    found = []
    for number, rule in enumerate(wishes.order):
        value = sum(
            weight * SOFT_RULES[one](assignment, facts) for one, weight in weigh(rule, wishes.weights)
        )
        gap = sum(s.levels[number].value - s.levels[number].bound for s in solutions)
        found.append(Level(rule, value, value - gap))
    return tuple(found)
