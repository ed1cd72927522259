"""Published rosters repaired: the rosters nearest to them that keep every rule by the registers of today."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.model import Duty, Person, Roster, Unfilled
from sanwu_cli.periods import Month
from sanwu_cli.roster.changes import compare_rosters
from sanwu_cli.roster.explain import Grounds, explain_gap, list_takings
from sanwu_cli.roster.nearest import LEVELS, Untouched, Wanted, find_nearest
from sanwu_cli.roster.problem import pose_problems
from sanwu_cli.roster.standing import find_standing, keep_untouched
from sanwu_cli.roster.visits import Visit, make_duty
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from sanwu_cli.roster.changes import DutyChange
    from sanwu_cli.roster.role_year import Staffing
    from sanwu_cli.roster.standing import OpenVisit, Standing

_SQUARES = LEVELS.index("load_square")
_CHANGED = LEVELS.index("changed")


class Repair(Struct, frozen=True):
    """The repaired months with what changed in each, and every level's value, which is proven.

    `rosters` are the months asked for; one in which nothing changed is the published roster itself.
    `objective` gives (level, value, bound) in order.
    """

    rosters: Mapping[Month, Roster]
    changes: Mapping[Month, tuple[DutyChange, ...]]
    objective: tuple[tuple[str, int, int], ...]

    @property
    def is_needed(self) -> bool:
        """Say whether anything changes at all."""
        return any(self.changes.values())


def repair_rosters(
    published: Mapping[Month, Roster],
    staffing: Staffing,
    *,
    months: Collection[Month],
    first_day: date,
) -> Repair:
    """Find the rosters nearest to the published ones of a year that keep every hard rule today.

    `published` holds the year's published months, of which those in `months` may change from `first_day` on.
    Levels in order, each proven by an exact flow: fewest unfilled; fewest published duties that are now
    another's, on another day or nobody's; among moved duties fewest that another makes; fewest duties by
    somebody who had none at the place that year; the most even load over the year's duties. Duties that drop
    out with their area count as changed. What ties is settled by the order of people and visits.
    """
    standings = [
        find_standing(roster, staffing, first_day) if month in months else keep_untouched(roster)
        for month, roster in sorted(published.items())
    ]
    named = {duty.role for roster in published.values() for duty in roster.duties}
    named |= {gap.role for roster in published.values() for gap in roster.unfilled}
    roles = [role for role in StationedRole if role in named]
    totals = [0] * len(LEVELS)
    made: dict[Month, list[_Made]] = {}
    for role in roles:
        found, values = _repair_role(role, standings, staffing)
        totals = [total + value for total, value in zip(totals, values, strict=True)]
        for one in found:
            made.setdefault(Month.of(one.opened.visit.date), []).append(one)
    rosters = {s.roster.month: _lay_out(s, made.get(s.roster.month, [])) for s in standings}
    changes = {month: compare_rosters(published[month], rosters[month]) for month in sorted(months)}
    totals[_CHANGED] += sum(_count_dropped(standing) for standing in standings)
    kept = {month: rosters[month] if changes[month] else published[month] for month in changes}
    objective = tuple((level, value, value) for level, value in zip(LEVELS, totals, strict=True))
    return Repair(kept, changes, objective)


class _Made(Struct, frozen=True):
    """An open visit with who makes it; `reasons` say why nobody does."""

    opened: OpenVisit
    person: Person | None
    reasons: tuple[str, ...] = ()


def _repair_role(
    role: StationedRole, standings: Iterable[Standing], staffing: Staffing
) -> tuple[list[_Made], list[int]]:
    facts = staffing.facts(role)
    kept = [duty for one in standings for duty in one.duties if duty.role is role]
    opened = [one for standing in standings for one in standing.opened if one.visit.role is role]
    published = {
        (duty.person_id, duty.area_code)
        for standing in standings
        for duty in standing.roster.duties
        if duty.role is role
    }
    untouched = _count_untouched(kept, frozenset(published))
    waiting: dict[Visit, list[OpenVisit]] = {}
    for one in opened:
        waiting.setdefault(one.visit, []).append(one)
    values = [0] * len(LEVELS)
    pairs: list[tuple[OpenVisit, Person | None]] = []
    for problem in pose_problems((one.visit for one in opened), facts):
        own = [waiting[visit].pop(0) for visit in problem.visits]
        nearest = find_nearest(problem, [_tie(one) for one in own], untouched)
        values = [total + value for total, value in zip(values, nearest.values, strict=True)]
        for index, (one, person) in enumerate(zip(own, nearest.choice, strict=True)):
            pairs.append((one, None if person is None else problem.takers[index][person]))
    values[_SQUARES] += sum(number**2 for number in untouched.load.values())
    whole = {_as_visit(duty): _stand_in(duty, role) for duty in kept} | {one.visit: who for one, who in pairs}
    months = {Month.of(one.visit.date) for one, who in pairs if who is None}
    takings = {month: list_takings(whole, month) for month in months}
    grounds = Grounds(facts, staffing.areas)
    return [
        _Made(one, who, () if who else explain_gap(one.visit, takings[Month.of(one.visit.date)], grounds))
        for one, who in pairs
    ], values


def _count_untouched(duties: Iterable[Duty], pairs: frozenset[tuple[str, str]]) -> Untouched:
    known = tuple(duties)
    return Untouched(
        days=frozenset((duty.person_id, duty.date) for duty in known),
        by_month=Counter((duty.person_id, duty.date.year, duty.date.month) for duty in known),
        load=Counter(duty.person_id for duty in known),
        pairs=pairs,
    )


def _tie(one: OpenVisit) -> Wanted:
    return Wanted(one.duty.person_id if one.duty else "", one.is_moved)


def _as_visit(duty: Duty) -> Visit:
    return Visit(duty.date, duty.area_code, duty.role, duty.place, duty.hours, duty.moved_from)


def _stand_in(duty: Duty, role: StationedRole) -> Person:
    return Person(duty.person_id, duty.person, role, "")


def _lay_out(standing: Standing, made: Iterable[_Made]) -> Roster:
    """Lay a month out anew: what is untouched, what is kept as it was published, what is another's now."""
    duties, gaps = list(standing.duties), list(standing.gaps)
    for one in made:
        opened, visit = one.opened, one.opened.visit
        if one.person is not None:
            duties.append(_keep_or_make(one.person, opened))
        elif isinstance(opened.published, Unfilled) and not opened.is_moved:
            gaps.append(opened.published)
        else:
            gaps.append(
                Unfilled(
                    visit.area_code,
                    visit.role,
                    standing.roster.month,
                    one.reasons,
                    planned_on=visit.date,
                    place=visit.place,
                    hours=visit.hours,
                    moved_from=visit.moved_from,
                )
            )
    return replace(
        standing.roster,
        duties=tuple(sorted(duties, key=lambda duty: (*_as_visit(duty).sort_key, duty.person_id))),
        unfilled=tuple(sorted(gaps, key=_gap_key)),
    )


def _keep_or_make(person: Person, opened: OpenVisit) -> Duty:
    duty, visit = opened.duty, opened.visit
    if duty is not None and duty.person_id == person.id and not opened.is_moved:
        return duty
    return make_duty(visit, person)


def _gap_key(gap: Unfilled) -> tuple[bool, str, str, int]:
    return (
        gap.planned_on is None,
        str(gap.planned_on),
        gap.area_code,
        tuple(StationedRole).index(gap.role),
    )


def _count_dropped(standing: Standing) -> int:
    """Count the published duties that fell away with their area or their day."""
    kept = len(standing.duties) + sum(one.duty is not None for one in standing.opened)
    return len(standing.roster.duties) - kept
