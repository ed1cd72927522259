"""The roster's rules: hard ones name the visits that break them, soft ones count what they would avoid.

What each rule says, and in which order they go, stands in rules.toml; here is one function of each id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from msgspec import Struct, field

from sanwu_cli.errors import PlanError
from sanwu_cli.model import Leave, Person
from sanwu_cli.roster.visits import Visit
from sanwu_cli.toml_text import load_toml

Assignment = Mapping[Visit, Person | None]


class RosterFacts(Struct, frozen=True):
    """What the rules look at beside people and visits.

    `load_before` counts each person's visits in earlier months (absent: none); `pairs_before` holds
    (person id, area code) of those visits.
    """

    persons: tuple[Person, ...] = ()
    leaves: tuple[Leave, ...] = ()
    load_before: Mapping[str, int] = field(default_factory=dict)
    pairs_before: frozenset[tuple[str, str]] = frozenset()


HardRule = Callable[[Person, Sequence[Visit], RosterFacts], tuple[Visit, ...]]
SoftRule = Callable[[Assignment, RosterFacts], int]


class RosterRule(Struct, frozen=True):
    """One entry of the table; `phrase` (hard) says why a person cannot, `level` (soft) names the figure."""

    id: str
    title: str
    clause: str
    is_hard: bool
    phrase: str = ""
    level: str = ""


def own_role(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits that are for another role than the person's."""
    return tuple(visit for visit in visits if visit.role is not person.role)


def in_service(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits outside the person's dates of service."""
    return tuple(visit for visit in visits if not person.serves_on(visit.date))


def avoided_area(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits to areas the person must avoid (回避)."""
    return tuple(visit for visit in visits if _lies_in(visit, person.avoid))


def served_areas(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits outside the areas listed for the person (对口); an empty list means any."""
    return tuple(visit for visit in visits if person.areas and not _lies_in(visit, person.areas))


def on_leave(person: Person, visits: Sequence[Visit], facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits on days of leave; the first and the last day of a leave count."""
    own = [leave for leave in facts.leaves if leave.person_id == person.id]
    return tuple(visit for visit in visits if any(leave.first <= visit.date <= leave.last for leave in own))


def one_place_a_day(_person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits that share their day with another one."""
    per_day = Counter(visit.date for visit in visits)
    return tuple(visit for visit in visits if per_day[visit.date] > 1)


def monthly_limit(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits of each month beyond the person's limit (每月上限), the earliest being kept."""
    limit = person.monthly_limit
    seen: Counter[tuple[int, int]] = Counter()
    beyond = []
    for visit in sorted(visits, key=lambda visit: visit.sort_key):
        month = (visit.date.year, visit.date.month)
        seen[month] += 1
        if limit is not None and seen[month] > limit:
            beyond.append(visit)
    return tuple(beyond)


def fewest_unfilled(assignment: Assignment, _facts: RosterFacts) -> int:
    """Count the visits nobody makes."""
    return sum(person is None for person in assignment.values())


def even_load(assignment: Assignment, facts: RosterFacts) -> int:
    """Sum the squares of everybody's visits, earlier months included."""
    load = Counter(person.id for person in assignment.values() if person is not None)
    return sum((facts.load_before.get(id_, 0) + load[id_]) ** 2 for id_ in {p.id for p in facts.persons})


def same_person_same_place(assignment: Assignment, facts: RosterFacts) -> int:
    """Count the visits by a person who was not in that place before."""
    return sum(
        person is not None and (person.id, visit.area_code) not in facts.pairs_before
        for visit, person in assignment.items()
    )


def listed_areas_first(assignment: Assignment, _facts: RosterFacts) -> int:
    """Count the visits by a person for whom the area is not listed (对口)."""
    return sum(
        person is not None and not _lies_in(visit, person.areas) for visit, person in assignment.items()
    )


HARD_RULES: Mapping[str, HardRule] = {
    rule.__name__: rule
    for rule in (own_role, in_service, avoided_area, served_areas, on_leave, one_place_a_day, monthly_limit)
}
SOFT_RULES: Mapping[str, SoftRule] = {
    rule.__name__: rule for rule in (fewest_unfilled, even_load, same_person_same_place, listed_areas_first)
}


@cache
def load_rules() -> tuple[RosterRule, ...]:
    """Read the table of rules in its order; raises PlanError when an id and its function do not match."""
    entries = load_toml("roster", "rules")["rule"]
    rules = tuple(
        RosterRule(
            entry["id"],
            entry["title"],
            entry["clause"],
            entry["kind"] == "hard",
            entry.get("phrase", ""),
            entry.get("level", ""),
        )
        for entry in entries
    )
    for is_hard, functions in ((True, HARD_RULES), (False, SOFT_RULES)):
        ids = [rule.id for rule in rules if rule.is_hard is is_hard]
        if sorted(ids) != sorted(functions):
            raise PlanError(f"roster/rules.toml and rules.py differ: {sorted(set(ids) ^ set(functions))}")
    return rules


def find_broken(person: Person, visits: Sequence[Visit], facts: RosterFacts) -> tuple[RosterRule, ...]:
    """List the hard rules that these visits of one person break, in the table's order."""
    return tuple(rule for rule in load_rules() if rule.is_hard and HARD_RULES[rule.id](person, visits, facts))


def _lies_in(visit: Visit, codes: Sequence[str]) -> bool:
    """Say whether the visit's area is one of the areas or lies in one; codes nest by their first digits."""
    return any(code and visit.area_code.startswith(code) for code in codes)
