"""A year's duty rosters, solved as one: what is published stands, the rest is the best there is around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Duty, Person, Roster, Unfilled
from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period, WorkCalendar
from sanwu_cli.roster.explain import Grounds, explain_gap, list_takings
from sanwu_cli.roster.role_year import RoleYear, Staffing, build_role, published_roles, sum_objective
from sanwu_cli.roster.visits import Visit, VisitPlan, make_duty, plan_visits
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.model import Finding
    from sanwu_cli.roster.rules import Assignment

_YEAR_END = 29  # a notice has moved days off New Year back to 29 December, never further


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
    own = tuple(build_role(role, staffing, plans, frozen) for role in wanted)
    explained = [_Explained(one, Grounds(one.facts, staffing.areas), _split_months(one)) for one in own]
    months: dict[Month, Roster] = {}
    findings: dict[Month, tuple[Finding, ...]] = {}
    for month, plan in plans.items():
        stands = published_roles(frozen.get(month)) & set(wanted)
        months[month] = _make_roster(month, staffing.calendar, plan, explained, frozen.get(month))
        if stands == set(wanted):
            findings[month] = ()
        else:
            findings[month] = (*plan.findings, *_check_roster(months[month], staffing.calendar))
    return YearRoster(year, months, own, findings)


class _Explained(Struct, frozen=True):
    """One role's year, what its gaps are explained from, and who makes which visit by month."""

    year: RoleYear
    grounds: Grounds
    months: Mapping[Month, Assignment]


def _split_months(year: RoleYear) -> dict[Month, dict[Visit, Person | None]]:
    found: dict[Month, dict[Visit, Person | None]] = {}
    for visit, person in year.assignment.items():
        found.setdefault(Month.of(visit.date), {})[visit] = person
    return found


def _make_roster(
    month: Month,
    calendar: WorkCalendar,
    plan: VisitPlan,
    roles: Sequence[_Explained],
    frozen: Roster | None,
) -> Roster:
    """Lay out a month: what was published of it as it was, and what was decided here."""
    wanted = {role.year.role for role in roles}
    stands = published_roles(frozen) & wanted
    kept = tuple(duty for duty in frozen.duties if duty.role in stands) if frozen else ()
    left = tuple(gap for gap in frozen.unfilled if gap.role in stands) if frozen else ()
    made: dict[Visit, Person | None] = {}
    gaps = []
    for role in roles:
        whole = role.months.get(month, {})
        takings = list_takings(whole, month)
        own = {visit: person for visit, person in whole.items() if visit in role.year.open_visits}
        made |= own
        gaps += [
            Unfilled(
                visit.area_code,
                visit.role,
                month,
                explain_gap(visit, takings, role.grounds),
                planned_on=visit.date,
                place=visit.place,
                hours=visit.hours,
                moved_from=visit.moved_from,
            )
            for visit, person in own.items()
            if person is None
        ]
    dayless = [gap for gap in plan.dayless if gap.role not in stands]
    objective = sum_objective(role.year for role in roles)
    return Roster(
        month=month,
        duties=tuple(sorted((*kept, *_list_duties(made)), key=_duty_key)),
        unfilled=tuple(sorted((*left, *dayless, *gaps), key=_gap_key)),
        objective=objective,
        optimal=all(value == bound for _, value, bound in objective),
        draft_reason=_tell_draft(month, calendar) if stands != wanted else "",
    )


def _list_duties(assignment: Assignment) -> list[Duty]:
    return [make_duty(visit, person) for visit, person in assignment.items() if person is not None]


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
