"""Who of those in service cannot make a visit, and by which rule, person by person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.roster.problem import sort_people
from sanwu_cli.roster.rules import HARD_RULES, load_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.model import Person
    from sanwu_cli.roster.rules import Assignment, RosterFacts, RosterRule
    from sanwu_cli.roster.visits import Visit

# Whom one of these keeps from a visit is nobody's staff there: not on leave or busy, but somebody else's.
NOT_STAFF = ("own_role", "in_service", "own_office")


class Obstacle(Struct, frozen=True):
    """One person, the rule that keeps him or her from the visit, the visits of that day that do."""

    person: Person
    rule: RosterRule
    same_day: tuple[Visit, ...] = ()

    def tell(self, names: Mapping[str, str]) -> str:
        """Say it without the name, as 请假; `names` gives areas by code."""
        places = "、".join(names.get(visit.area_code, visit.area_code) for visit in self.same_day)
        return self.rule.phrase.format(places=places, limit=self.person.monthly_limit)


def list_staff(visit: Visit, facts: RosterFacts) -> tuple[tuple[Person, ...], ...]:
    """List those in service for the visit's role and office that day: each person's rows that are."""
    found: dict[str, list[Person]] = {}
    for row in hold_limits(sort_people(facts.persons)):
        if not any(HARD_RULES[rule](row, (visit,), facts) for rule in NOT_STAFF):
            found.setdefault(row.id, []).append(row)
    return tuple(tuple(rows) for rows in found.values())


def hold_limits(rows: Sequence[Person]) -> tuple[Person, ...]:
    """Give every row of one person the lowest of the rows' monthly limits, for that is the one that holds."""
    lowest: dict[str, int] = {}
    for row in rows:
        if row.monthly_limit is not None:
            lowest[row.id] = min(row.monthly_limit, lowest.get(row.id, row.monthly_limit))
    return tuple(replace(row, monthly_limit=lowest.get(row.id)) for row in rows)


def list_obstacles(visit: Visit, facts: RosterFacts, assignment: Assignment) -> tuple[Obstacle, ...]:
    """List those in service who cannot make the visit beside what they make by the assignment already.

    One rule a person, the first of the table: it lasts the longest; of several rows that of the row which
    gets furthest. Whoever makes the visit has no obstacle.
    """
    month = (visit.date.year, visit.date.month)
    takings: dict[str, list[Visit]] = {}
    for other, taker in assignment.items():
        if taker is not None and other != visit and (other.date.year, other.date.month) == month:
            takings.setdefault(taker.id, []).append(other)
    found, order = [], load_rules()
    for rows in list_staff(visit, facts):
        own = sorted(takings.get(rows[0].id, ()), key=lambda other: other.sort_key)
        rules = [_find_obstacle(row, visit, own, facts) for row in rows]
        in_the_way = [rule for rule in rules if rule is not None]
        if len(in_the_way) == len(rows):
            row, rule = max(zip(rows, in_the_way, strict=True), key=lambda one: order.index(one[1]))
            found.append(Obstacle(row, rule, tuple(other for other in own if other.date == visit.date)))
    return tuple(found)


def _find_obstacle(
    person: Person, visit: Visit, own: Sequence[Visit], facts: RosterFacts
) -> RosterRule | None:
    """Name the first rule that the visit breaks beside the person's own ones, whatever these break alone."""
    for rule in load_rules():
        if rule.is_hard:
            breaks = HARD_RULES[rule.id]
            if len(breaks(person, (*own, visit), facts)) > len(breaks(person, own, facts)):
                return rule
    return None
