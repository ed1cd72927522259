"""People found by the place: the same as when everybody is asked, for who may go and for who is told of."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sanwu_cli.model import Person
from sanwu_cli.roster.problem import NearRows, sort_people
from sanwu_cli.roster.rules import RosterFacts, find_broken, is_free
from sanwu_cli.roster.visits import Visit
from sanwu_cli.terms import StationedRole

CODES = ("370101", "370102", "370101100", "370101101", "370102100", "370101100201", "370102100201")
ROLES = st.sampled_from([StationedRole.JUDGE, StationedRole.MEDIATOR])
AREAS = st.lists(st.sampled_from(("", *CODES)), max_size=2, unique=True).map(tuple)
# What keeps somebody from being staff of the place at all is told of nobody.
UNTOLD = {"own_role", "in_service", "own_office"}


@st.composite
def draw_people(draw):
    """Draw rows of people, some numbers twice, and the townships of some people's offices."""
    persons = tuple(
        Person(f"P{number % 5}", f"某{number}", draw(ROLES), "u", areas=draw(AREAS), avoid=draw(AREAS))
        for number in range(6)
    )
    offices = {f"P{number}": draw(AREAS) for number in range(5) if draw(st.booleans())}
    return RosterFacts(persons, offices=offices)


@settings(max_examples=200, deadline=None)
@given(draw_people(), st.sampled_from(CODES[2:]), ROLES)
def test_people_found_by_the_place_are_all_who_matter_there(facts, code, role):
    visit, near = Visit(date(2026, 3, 2), code, role, "", ""), NearRows(facts)

    def keep_free(rows):
        return [row for row in rows if is_free(row, visit, facts, of_place=True)]

    def tell(rows):
        broken = [(row, rule.id) for row in rows for rule in find_broken(row, (visit,), facts)[:1]]
        return [(row, rule) for row, rule in broken if rule not in UNTOLD]

    everybody = sort_people(facts.persons)
    assert keep_free(near.list_for(code)) == keep_free(everybody)
    assert tell(near.list_staff(code)) == tell(everybody)
