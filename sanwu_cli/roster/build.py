"""A year's duty rosters, solved as one: what is published stands, the rest is the best there is around it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Duty, Person, Roster, Unfilled
from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period, WorkCalendar
from sanwu_cli.roster.exact import Level
from sanwu_cli.roster.explain import explain_gap
from sanwu_cli.roster.measure import weigh
from sanwu_cli.roster.problem import Problem, pose_problems
from sanwu_cli.roster.rules import SOFT_RULES, RosterFacts, load_rules
from sanwu_cli.roster.solve import Wishes, join_problems, solve_problem
from sanwu_cli.roster.visits import Visit, VisitPlan, plan_visits
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.model import Area, DutyDay, Finding, Leave
    from sanwu_cli.roster.rules import Assignment
    from sanwu_cli.roster.solve import Solution

_YEAR_END = 29  # a notice has moved days off New Year back to 29 December, never further


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


class YearRoster(Struct, frozen=True):
    """A year's rosters by month, each role's year, and the findings of each month."""

    year: int
    months: Mapping[Month, Roster]
    roles: tuple[RoleYear, ...]
    findings: Mapping[Month, tuple[Finding, ...]]


def build_year(
    year: int,
    staffing: Staffing,
    *,
    roles: Iterable[StationedRole],
    frozen: Mapping[Month, Roster] | None = None,
) -> YearRoster:
    """Build the year's rosters of these roles.

    Every place has its visits on its fixed days (O-32, O-33; T-23, T-25). Hard rules are always kept; the
    soft ones go in the order of the wishes, each level with a proven bound. A role's duties in `frozen`, the
    published rosters, stand as they are; the rest is decided around them. The result does not depend on the
    order of any input, nor on the machine.
    """
    frozen = frozen or {}
    wanted = tuple(role for role in StationedRole if role in set(roles))
    plans = {
        month: plan_visits(
            month=month,
            areas=staffing.areas,
            duty_days=staffing.duty_days,
            calendar=staffing.calendar,
            moves_back=staffing.moves_back,
            roles=wanted,
        )
        for month in Period.of_year(year).months()
    }
    own = tuple(_build_role(role, staffing, plans, frozen) for role in wanted)
    months: dict[Month, Roster] = {}
    findings: dict[Month, tuple[Finding, ...]] = {}
    for month, plan in plans.items():
        stands = published_roles(frozen.get(month)) & set(wanted)
        months[month] = _make_roster(month, staffing, plan, own, frozen.get(month))
        if stands == set(wanted):
            findings[month] = ()
        else:
            findings[month] = (*plan.findings, *_check_roster(months[month], staffing.calendar))
    return YearRoster(year, months, own, findings)


def published_roles(roster: Roster | None) -> frozenset[StationedRole]:
    """Say which roles a published roster speaks for."""
    if roster is None:
        return frozenset()
    return frozenset(duty.role for duty in roster.duties) | {gap.role for gap in roster.unfilled}


def _build_role(
    role: StationedRole,
    staffing: Staffing,
    plans: Mapping[Month, VisitPlan],
    frozen: Mapping[Month, Roster],
) -> RoleYear:
    facts = staffing.facts(role)
    settled: dict[Visit, Person | None] = {}
    for roster in frozen.values():
        settled |= {
            visit: who for visit, who in settle_roster(roster, staffing.persons).items() if visit.role is role
        }
    closed = {month for month, roster in frozen.items() if role in published_roles(roster)}
    wanted = [
        visit
        for month, plan in plans.items()
        if month not in closed
        for visit in plan.visits
        if visit.role is role
    ]
    problems = [
        problem
        for part in pose_problems([*settled, *wanted], facts)
        for problem in _take_open(part, frozenset(wanted), settled, facts)
    ]
    solutions = tuple(
        solve_problem(problem, staffing.wishes) for problem in join_problems(problems, staffing.wishes)
    )
    assignment: dict[Visit, Person | None] = dict(settled)
    for solution in solutions:
        assignment |= solution.problem.assign(solution.choice)
    able = {id_ for solution in solutions for id_ in solution.problem.people}
    load = {id_: s.problem.facts.load_before.get(id_, 0) for s in solutions for id_ in s.problem.people}
    whole = replace(
        facts,
        load_before={id_: number - _count(settled, id_) for id_, number in load.items()},
        unable=frozenset(person.id for person in facts.persons if person.id not in able),
    )
    levels = _sum_levels(assignment, whole, solutions, staffing.wishes)
    return RoleYear(role, assignment, frozenset(wanted), levels, whole, solutions)


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


def _take_open(
    part: Problem, wanted: frozenset[Visit], settled: Assignment, facts: RosterFacts
) -> tuple[Problem, ...]:
    """Pose what is open of a part, its people's settled visits and their head start counted."""
    opened = [visit for visit in part.visits if visit in wanted]
    if not opened:
        return ()
    load = find_head_starts(part)
    done = {visit: who for visit, who in settled.items() if who is not None}
    load.update(
        {id_: load.get(id_, 0) + number for id_, number in Counter(p.id for p in done.values()).items()}
    )
    own = replace(
        facts,
        load_before=load,
        pairs_before=frozenset((who.id, visit.area_code) for visit, who in done.items()),
        days_before=frozenset((who.id, visit.date) for visit, who in done.items()),
    )
    return pose_problems(opened, own)


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


def _make_roster(
    month: Month,
    staffing: Staffing,
    plan: VisitPlan,
    roles: Sequence[RoleYear],
    frozen: Roster | None,
) -> Roster:
    """Lay out a month: what was published of it as it was, and what was decided here."""
    wanted = {role.role for role in roles}
    stands = published_roles(frozen) & wanted
    kept = tuple(duty for duty in frozen.duties if duty.role in stands) if frozen else ()
    left = tuple(gap for gap in frozen.unfilled if gap.role in stands) if frozen else ()
    made: dict[Visit, Person | None] = {}
    gaps = []
    for role in roles:
        own = {v: role.assignment[v] for v in role.open_visits if Month.of(v.date) == month}
        made |= own
        gaps += [
            Unfilled(
                visit.area_code,
                visit.role,
                month,
                explain_gap(visit, role.assignment, role.facts, staffing.areas),
                planned_on=visit.date,
                place=visit.place,
                hours=visit.hours,
                moved_from=visit.moved_from,
            )
            for visit, person in own.items()
            if person is None
        ]
    dayless = [gap for gap in plan.dayless if gap.role not in stands]
    objective = sum_objective(roles)
    return Roster(
        month=month,
        duties=tuple(sorted((*kept, *_list_duties(made)), key=_duty_key)),
        unfilled=tuple(sorted((*left, *dayless, *gaps), key=_gap_key)),
        objective=objective,
        optimal=all(value == bound for _, value, bound in objective),
        draft_reason=_tell_draft(month, staffing.calendar) if stands != wanted else "",
    )


def _list_duties(assignment: Assignment) -> list[Duty]:
    return [
        Duty(
            date=visit.date,
            area_code=visit.area_code,
            role=visit.role,
            person_id=person.id,
            person=person.name,
            place=visit.place,
            hours=visit.hours,
            moved_from=visit.moved_from,
        )
        for visit, person in assignment.items()
        if person is not None
    ]


def _duty_key(duty: Duty) -> tuple[str, str, int, str]:
    return str(duty.date), duty.area_code, _rank(duty.role), duty.person_id


def _gap_key(gap: Unfilled) -> tuple[bool, str, str, int]:
    """Order gaps as duties, those without a day last."""
    return gap.planned_on is None, str(gap.planned_on), gap.area_code, _rank(gap.role)


def _rank(role: StationedRole) -> int:
    return tuple(StationedRole).index(role)


def _tell_draft(month: Month, calendar: WorkCalendar) -> str:
    """Say why the roster is a draft; empty when the year's arrangement is published."""
    if calendar.is_published(month):
        return ""
    return f"{month.year}年节假日安排尚未公布，本表只按周末和登记表“节假日”推算，为草案，公布后请重新生成"


def _check_roster(roster: Roster, calendar: WorkCalendar) -> tuple[Finding, ...]:
    """Say what is to be known about the roster as a whole: draft, year end, places left empty."""
    month, findings = roster.month, []
    if roster.draft_reason:
        findings.append(make_finding("ROSTER-DRAFT", month=month.label, year=month.year))
    elif (
        month.number == MONTHS_A_YEAR
        and month.year + 1 not in calendar.published
        and any(duty.date.day >= _YEAR_END for duty in roster.duties)
    ):
        findings.append(make_finding("ROSTER-YEAR-END", month=month.label, next_year=month.year + 1))
    findings += [
        make_finding("ROSTER-UNFILLED", reasons="；".join(gap.reasons))
        for gap in roster.unfilled
        if gap.planned_on is not None
    ]
    return tuple(findings)


def _count(settled: Assignment, id_: str) -> int:
    return sum(who is not None and who.id == id_ for who in settled.values())


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
