"""A month's duty roster of judges, prosecutors and lawyers in the townships (annex 3 of the plan)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Duty, Roster, Unfilled
from sanwu_cli.periods import MONTHS_A_YEAR
from sanwu_cli.roster.explain import explain_gap
from sanwu_cli.roster.flow import assign_visits
from sanwu_cli.roster.rules import SOFT_RULES, RosterFacts, load_rules
from sanwu_cli.roster.visits import plan_visits
from sanwu_cli.terms import TOWNSHIP_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sanwu_cli.model import Area, DutyDay, Finding, Leave, Person
    from sanwu_cli.periods import Month, WorkCalendar
    from sanwu_cli.roster.flow import Optimum
    from sanwu_cli.roster.rules import Assignment
    from sanwu_cli.roster.visits import Visit

_YEAR_END = 29  # a notice has moved days off New Year back to 29 December, never further


def build_month(
    *,
    month: Month,
    areas: tuple[Area, ...],
    persons: tuple[Person, ...],
    duty_days: tuple[DutyDay, ...],
    leaves: tuple[Leave, ...],
    calendar: WorkCalendar,
    load_before: Mapping[str, int] | None = None,
    pairs_before: Collection[tuple[str, str]] = (),
    moves_back: bool = False,
) -> tuple[Roster, tuple[Finding, ...]]:
    """Build the month's roster for the township roles, with what is to be known about it.

    Every township has one visit a role on its fixed day (O-32, O-33; T-23, T-25). Hard rules are always
    kept; then the fewest visits stay unfilled, then the load is the most even, counting `load_before`
    (visits per person id in earlier months), both proven by the flow; then, among those, people go where
    they went before (`pairs_before`: person id, area code), and where the area is listed for them.
    `moves_back` moves a duty day off a holiday to the workday before it. The result does not depend on
    the order of any input.
    """
    plan = plan_visits(
        month=month, areas=areas, duty_days=duty_days, calendar=calendar, moves_back=moves_back
    )
    facts = RosterFacts(
        tuple(person for person in persons if person.role in TOWNSHIP_ROLES),
        leaves,
        load_before or {},
        frozenset(pairs_before),
    )
    optima = _solve_roles(plan.visits, facts)
    assignment: Assignment = {
        visit: person for optimum in optima for visit, person in optimum.assignment.items()
    }
    gaps = _list_gaps(month, areas, assignment, facts)
    objective = _certify(assignment, facts, optima)
    roster = Roster(
        month=month,
        duties=_list_duties(assignment),
        unfilled=tuple(sorted((*plan.dayless, *gaps), key=_gap_key)),
        objective=objective,
        optimal=all(value == bound for _, value, bound in objective),
        draft_reason=_tell_draft(month, calendar),
    )
    return roster, (*plan.findings, *_check_roster(roster, gaps, calendar))


def _solve_roles(visits: tuple[Visit, ...], facts: RosterFacts) -> tuple[Optimum, ...]:
    """Solve each role by itself: nobody holds two, so their optima add up."""
    return tuple(
        assign_visits(
            [visit for visit in visits if visit.role is role],
            RosterFacts(
                tuple(person for person in facts.persons if person.role is role),
                facts.leaves,
                facts.load_before,
                facts.pairs_before,
            ),
        )
        for role in TOWNSHIP_ROLES
    )


def _certify(
    assignment: Assignment, facts: RosterFacts, optima: tuple[Optimum, ...]
) -> tuple[tuple[str, int, int], ...]:
    """Count each reported level anew from the assignment and set it beside the flow's proven bound."""
    bounds = {
        "fewest_unfilled": sum(optimum.unfilled_bound for optimum in optima),
        "even_load": sum(optimum.load_bound for optimum in optima),
    }
    return tuple(
        (rule.level, SOFT_RULES[rule.id](assignment, facts), bounds[rule.id])
        for rule in load_rules()
        if rule.level
    )


def _list_duties(assignment: Assignment) -> tuple[Duty, ...]:
    return tuple(
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
        for visit, person in sorted(assignment.items(), key=lambda item: item[0].sort_key)
        if person is not None
    )


def _list_gaps(
    month: Month, areas: tuple[Area, ...], assignment: Assignment, facts: RosterFacts
) -> tuple[Unfilled, ...]:
    """List the visits nobody makes, each with its reasons."""
    return tuple(
        Unfilled(
            visit.area_code,
            visit.role,
            month,
            explain_gap(visit, assignment, facts, areas),
            planned_on=visit.date,
            place=visit.place,
            hours=visit.hours,
            moved_from=visit.moved_from,
        )
        for visit, person in assignment.items()
        if person is None
    )


def _gap_key(gap: Unfilled) -> tuple[bool, str, str, int]:
    """Order gaps as duties, those without a day last."""
    return gap.planned_on is None, str(gap.planned_on), gap.area_code, TOWNSHIP_ROLES.index(gap.role)


def _tell_draft(month: Month, calendar: WorkCalendar) -> str:
    """Say why the roster is a draft; empty when the year's arrangement is published."""
    if calendar.is_published(month):
        return ""
    return f"{month.year}年节假日安排尚未公布，本表只按周末和登记表“节假日”推算，为草案，公布后请重新生成"


def _check_roster(roster: Roster, gaps: tuple[Unfilled, ...], calendar: WorkCalendar) -> tuple[Finding, ...]:
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
    findings += [make_finding("ROSTER-UNFILLED", reasons="；".join(gap.reasons)) for gap in gaps]
    return tuple(findings)
