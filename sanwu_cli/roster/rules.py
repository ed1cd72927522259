"""The roster's rules: the table `rules.toml` and one function a rule.

A hard rule looks at one person and visits that person makes, in any order, and gives those that break it.
A soft rule looks at a whole assignment and gives a number that should be low.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, cached_property
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.errors import PlanError
from sanwu_cli.model import Leave, Person
from sanwu_cli.roster.visits import Visit
from sanwu_cli.toml_text import load_toml

Assignment = Mapping[Visit, Person | None]
_ONE_DAY = timedelta(days=1)
_Other = TypeVar("_Other")


class RosterFacts(Struct, frozen=True, dict=True):
    """What the rules look at beside people and visits.

    `load_before` counts each person's visits that are settled already, and what stands for months in which
    the person could not be asked (absent: none); `pairs_before` holds (person id, area code) and
    `days_before` (person id, day) of settled visits. `offices` gives the townships of a mediator's judicial
    office by person id. `distances` are kilometres by (sending unit, area code). `unable` are persons who
    can make no visit at all and are left out where loads are held together.
    """

    persons: tuple[Person, ...] = ()
    leaves: tuple[Leave, ...] = ()
    load_before: Mapping[str, int] = field(default_factory=dict)
    pairs_before: frozenset[tuple[str, str]] = frozenset()
    days_before: frozenset[tuple[str, date]] = frozenset()
    offices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    distances: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unable: frozenset[str] = frozenset()

    @cached_property
    def leaves_of(self) -> Mapping[str, tuple[Leave, ...]]:
        """The leaves of each person id."""
        found: dict[str, list[Leave]] = {}
        for leave in self.leaves:
            found.setdefault(leave.person_id, []).append(leave)
        return {id_: tuple(leaves) for id_, leaves in found.items()}

    @cached_property
    def rows_of(self) -> Mapping[str, tuple[Person, ...]]:
        """The register's rows of each person id, in an order of their own."""
        found: dict[str, list[Person]] = {}
        for row in self.persons:
            found.setdefault(row.id, []).append(row)
        return {id_: tuple(sorted(rows, key=repr)) for id_, rows in found.items()}

    def narrow(self, people: Sequence[str], places: Collection[str]) -> RosterFacts:
        """Keep what concerns these people, by id and in this order, and these places."""
        own = frozenset(people)
        return replace(
            self,
            persons=tuple(row for id_ in people for row in self.rows_of.get(id_, ())),
            leaves=tuple(leave for id_ in people for leave in self.leaves_of.get(id_, ())),
            load_before={id_: self.load_before[id_] for id_ in people if id_ in self.load_before},
            pairs_before=frozenset(
                pair for id_ in own for pair in self._pairs_of.get(id_, ()) if pair[1] in places
            ),
            days_before=frozenset(one for id_ in own for one in self._days_of.get(id_, ())),
        )

    @cached_property
    def _pairs_of(self) -> Mapping[str, list[tuple[str, str]]]:
        return _group_by_person(self.pairs_before)

    @cached_property
    def _days_of(self) -> Mapping[str, list[tuple[str, date]]]:
        return _group_by_person(self.days_before)


def _group_by_person(pairs: Iterable[tuple[str, _Other]]) -> dict[str, list[tuple[str, _Other]]]:
    found: dict[str, list[tuple[str, _Other]]] = {}
    for pair in pairs:
        found.setdefault(pair[0], []).append(pair)
    return found


HardRule = Callable[[Person, Sequence[Visit], RosterFacts], tuple[Visit, ...]]
SoftRule = Callable[[Assignment, RosterFacts], int]


class RosterRule(Struct, frozen=True):
    """One entry of the table; `phrase` (hard) says why a person cannot, `level` (soft) names the figure.

    `figure` (soft) says in Chinese what the number counts; a rule of place looks at no day.
    """

    id: str
    title: str
    clause: str
    is_hard: bool
    phrase: str = ""
    level: str = ""
    figure: str = ""
    is_of_place: bool = False


def own_role(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits that are for another role than the person's."""
    return tuple(visit for visit in visits if visit.role is not person.role)


def in_service(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits outside the person's dates of service."""
    return tuple(visit for visit in visits if not person.serves_on(visit.date))


def avoided_area(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits to areas the person must avoid (回避)."""
    return tuple(visit for visit in visits if _lies_in(visit, person.avoid))


def own_office(person: Person, visits: Sequence[Visit], facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits outside the townships of the mediator's own judicial office (四9)."""
    codes = facts.offices.get(person.id)
    return () if codes is None else tuple(visit for visit in visits if not _lies_in(visit, codes))


def served_areas(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits outside the areas listed for the person (对口); an empty list means any."""
    return tuple(visit for visit in visits if person.areas and not _lies_in(visit, person.areas))


def on_leave(person: Person, visits: Sequence[Visit], facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits on days of leave or in court; the first and the last day of a leave count."""
    own = facts.leaves_of.get(person.id, ())
    return tuple(visit for visit in visits if any(leave.first <= visit.date <= leave.last for leave in own))


def one_place_a_day(_person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits that share their day with another one."""
    per_day = Counter(visit.date for visit in visits)
    return tuple(visit for visit in visits if per_day[visit.date] > 1)


def monthly_limit(person: Person, visits: Sequence[Visit], _facts: RosterFacts) -> tuple[Visit, ...]:
    """Name the visits of each month beyond the person's limit (每月上限), the earliest being kept."""
    limit = person.monthly_limit
    if limit is None:
        return ()
    seen: Counter[tuple[int, int]] = Counter()
    beyond = []
    for visit in sorted(visits, key=lambda visit: visit.sort_key):
        month = (visit.date.year, visit.date.month)
        seen[month] += 1
        if seen[month] > limit:
            beyond.append(visit)
    return tuple(beyond)


def fewest_unfilled(assignment: Assignment, _facts: RosterFacts) -> int:
    """Count the visits nobody makes."""
    return sum(person is None for person in assignment.values())


def load_range(assignment: Assignment, facts: RosterFacts) -> int:
    """Sum over the sending units the distance from the least to the most loaded of their people."""
    load = _count_loads(assignment, facts)
    spans: dict[str, list[int]] = {}
    for person_id, unit in find_units(facts.persons).items():
        if person_id not in facts.unable:
            spans.setdefault(unit, []).append(load[person_id])
    return sum(max(loads) - min(loads) for loads in spans.values())


def find_units(persons: Sequence[Person]) -> dict[str, str]:
    """Give everybody's sending unit by id; of several rows of one person the first by name."""
    units: dict[str, str] = {}
    for person in persons:
        units[person.id] = min(person.unit, units.get(person.id, person.unit))
    return units


def even_load(assignment: Assignment, facts: RosterFacts) -> int:
    """Sum the squares of everybody's visits, settled ones included."""
    return sum(number**2 for number in _count_loads(assignment, facts).values())


def same_person_same_place(assignment: Assignment, facts: RosterFacts) -> int:
    """Count the different pairs of a person and a place, settled ones included."""
    made = {(person.id, visit.area_code) for visit, person in assignment.items() if person is not None}
    return len(made | facts.pairs_before)


def listed_areas_first(assignment: Assignment, _facts: RosterFacts) -> int:
    """Count the visits by a person for whom the area is not listed (对口)."""
    return sum(is_unlisted(person, visit) for visit, person in assignment.items() if person is not None)


def short_travel(assignment: Assignment, facts: RosterFacts) -> int:
    """Sum the kilometres of all visits, by the register 里程; what it does not know counts as none."""
    return sum(
        facts.distances.get((person.unit, visit.area_code), 0)
        for visit, person in assignment.items()
        if person is not None
    )


def few_double_days(assignment: Assignment, facts: RosterFacts) -> int:
    """Count how often somebody is on duty on two days that follow each other."""
    days = {(person.id, visit.date) for visit, person in assignment.items() if person is not None}
    days |= facts.days_before
    return sum((person_id, day + _ONE_DAY) in days for person_id, day in days)


def is_unlisted(person: Person, visit: Visit) -> bool:
    """Say whether the visit's area is not one of those listed for the person (对口)."""
    return not _lies_in(visit, person.areas)


HARD_RULES: Mapping[str, HardRule] = {
    rule.__name__: rule
    for rule in (
        own_role,
        in_service,
        avoided_area,
        own_office,
        served_areas,
        on_leave,
        one_place_a_day,
        monthly_limit,
    )
}
SOFT_RULES: Mapping[str, SoftRule] = {
    rule.__name__: rule
    for rule in (
        fewest_unfilled,
        load_range,
        even_load,
        same_person_same_place,
        listed_areas_first,
        short_travel,
        few_double_days,
    )
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
            entry.get("figure", ""),
            entry.get("of_place", False),
        )
        for entry in entries
    )
    for is_hard, functions in ((True, HARD_RULES), (False, SOFT_RULES)):
        ids = [rule.id for rule in rules if rule.is_hard is is_hard]
        if sorted(ids) != sorted(functions):
            raise PlanError(f"roster/rules.toml and rules.py differ: {sorted(set(ids) ^ set(functions))}")
    return rules


def soft_rules() -> tuple[RosterRule, ...]:
    """List the soft rules in the table's order, which is their order unless an office says otherwise."""
    return tuple(rule for rule in load_rules() if not rule.is_hard)


def find_broken(person: Person, visits: Sequence[Visit], facts: RosterFacts) -> tuple[RosterRule, ...]:
    """List the hard rules that these visits of one person break, in the table's order."""
    return tuple(rule for rule, breaks in _hard_rules() if breaks(person, visits, facts))


def is_free(person: Person, visit: Visit, facts: RosterFacts, *, of_place: bool) -> bool:
    """Say whether no hard rule of place, or none of the others, keeps a person from a visit alone."""
    own = (visit,)
    return not any(
        breaks(person, own, facts) for rule, breaks in _hard_rules() if rule.is_of_place is of_place
    )


@cache
def _hard_rules() -> tuple[tuple[RosterRule, HardRule], ...]:
    return tuple((rule, HARD_RULES[rule.id]) for rule in load_rules() if rule.is_hard)


def _count_loads(assignment: Assignment, facts: RosterFacts) -> dict[str, int]:
    load = Counter(person.id for person in assignment.values() if person is not None)
    return {id_: facts.load_before.get(id_, 0) + load[id_] for id_ in {p.id for p in facts.persons}}


def _lies_in(visit: Visit, codes: Sequence[str]) -> bool:
    """Say whether the visit's area is one of the areas or lies in one; codes nest by their first digits."""
    return visit.area_code.startswith(tuple(filter(None, codes)))
