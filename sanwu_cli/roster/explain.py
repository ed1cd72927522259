"""Why a visit stays unfilled, in words a clerk can act on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sanwu_cli.periods import Month
from sanwu_cli.roster.problem import NearRows
from sanwu_cli.roster.rules import find_broken, load_rules
from sanwu_cli.roster.visits import day_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, Person
    from sanwu_cli.roster.rules import Assignment, RosterFacts, RosterRule
    from sanwu_cli.roster.visits import Visit

_NOT_STAFF = ("own_role", "in_service", "own_office")


def list_takings(assignment: Assignment, month: Month) -> dict[str, list[Visit]]:
    """List everybody's visits of a month by person id."""
    takings: dict[str, list[Visit]] = {}
    for visit, person in assignment.items():
        if person is not None and Month.of(visit.date) == month:
            takings.setdefault(person.id, []).append(visit)
    return takings


class Grounds:
    """What gaps of one role are explained from: its people by place, and the names of areas."""

    def __init__(self, facts: RosterFacts, areas: Sequence[Area]) -> None:
        self.facts = facts
        self._near = NearRows(facts)
        self._by_code: dict[str, list[Area]] = {}
        for area in areas:
            self._by_code.setdefault(area.code, []).append(area)

    def list_people(self, visit: Visit) -> tuple[Person, ...]:
        """List in order everybody who may count as staff there: not those of other offices.

        Of them only who must keep away from the place (回避) is told of all the same.
        """
        return self._near.list_staff(visit.area_code)

    def name(self, code: str, day: date) -> str:
        """Name an area as it was on the day; by its code where it was not there."""
        living = [area.name for area in self._by_code.get(code, ()) if area.exists_on(day)]
        return living[-1] if living else code


def explain_gap(visit: Visit, takings: Mapping[str, Sequence[Visit]], grounds: Grounds) -> tuple[str, ...]:
    """Say of everybody in service that day, by one rule each, why the visit cannot be theirs.

    `takings` are everybody's visits of the month by person id. One rule a person is the least that explains
    the gap; of several the first of the table is named, for it lasts the longest. People are counted, not
    named: the text may be posted with the roster.
    """
    facts = grounds.facts
    head = f"{grounds.name(visit.area_code, visit.date)}{day_label(visit.date)}"
    obstacles: dict[RosterRule, list[str]] = {rule: [] for rule in load_rules() if rule.is_hard}
    for person in grounds.list_people(visit):
        own = takings.get(person.id, ())
        rule = next(iter(find_broken(person, (*own, visit), facts)), None)
        if rule is not None:
            same_day = [other.area_code for other in own if other.date == visit.date]
            places = "、".join(grounds.name(code, visit.date) for code in same_day)
            obstacles[rule].append(rule.phrase.format(places=places, limit=person.monthly_limit))
    stated = {rule: phrases for rule, phrases in obstacles.items() if rule.id not in _NOT_STAFF}
    groups = [text for phrases in stated.values() for text in _count_phrases(phrases)]
    if not groups:
        return (f"{head}没有在岗的{visit.role.label}",)
    staff = sum(len(phrases) for phrases in stated.values())
    return (f"{head}的{visit.role.label}：在岗{staff}人，其中{'、'.join(groups)}",)


def _count_phrases(phrases: Sequence[str]) -> list[str]:
    """Say how many people each phrase is true of."""
    return [f"{count}人{phrase}" for phrase, count in sorted(Counter(phrases).items())]
