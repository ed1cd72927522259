"""Small counties for the roster engine, and what is best in them: every roster tried and counted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import product

from hypothesis import strategies as st

from sanwu_cli.model import Leave, Person
from sanwu_cli.roster.rules import RosterFacts
from sanwu_cli.roster.visits import Visit
from sanwu_cli.terms import StationedRole

JUDGE = StationedRole.JUDGE
EAST, WEST, NORTH = CODES = ("640999101", "640999102", "640999103")
DEFAULT = (
    "fewest_unfilled",
    "load_range",
    "even_load",
    "same_person_same_place",
    "listed_areas_first",
    "short_travel",
    "few_double_days",
)
UNITS = ("东区法院", "西区法院")
# The ends of months lie beside each other, so that days follow each other across them.
DAYS = {
    3: (date(2026, 3, 30), date(2026, 3, 31)),
    4: (date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 30)),
    5: (date(2026, 5, 1), date(2026, 5, 2)),
}
subsets = st.sets(st.sampled_from(CODES), max_size=2).map(lambda codes: tuple(sorted(codes)))


@st.composite
def draw_people(draw, count, units=UNITS):
    """Draw people with every kind of obstacle; one of them may have two rows, one after the other."""
    rows = []
    for number in range(count):
        row = Person(
            f"F{number}",
            f"某F{number}",
            JUDGE,
            draw(st.sampled_from(units)),
            areas=draw(st.one_of(st.just(()), subsets)),
            avoid=draw(st.one_of(st.just(()), st.just(()), subsets)),
            monthly_limit=draw(st.sampled_from([None, None, None, 0, 1, 2])),
            valid_from=draw(st.sampled_from([None, None, date(2026, 4, 1)])),
            valid_to=draw(st.sampled_from([None, None, date(2026, 4, 30)])),
        )
        rows.append(row)
    if rows and draw(st.integers(0, 4)) == 0:
        rows.append(Person("F0", "某F0", JUDGE, draw(st.sampled_from(units)), valid_from=date(2026, 5, 1)))
        rows[0] = Person("F0", "某F0", JUDGE, rows[0].unit, valid_to=date(2026, 4, 30))
    return tuple(rows)


@st.composite
def draw_leaves(draw, count):
    """Draw a few short leaves."""
    days = [day for own in DAYS.values() for day in own]
    return tuple(
        Leave(f"F{number}", day, day + timedelta(days=length))
        for number, day, length in draw(
            st.sets(
                st.tuples(st.integers(0, max(count - 1, 0)), st.sampled_from(days), st.integers(0, 2)),
                max_size=3,
            )
        )
    )


@st.composite
def draw_counties(draw, units=UNITS):
    """Draw two or three months, two or three places, up to four people, and what was settled before them."""
    count = draw(st.integers(1, 4))
    most = {1: 9, 2: 7, 3: 5, 4: 4}[count]
    months = draw(st.sampled_from([(3, 4), (4, 5), (3, 4, 5)]))
    places = CODES[: draw(st.integers(2, 3))]
    visits = [Visit(draw(st.sampled_from(DAYS[month])), code, JUDGE) for month in months for code in places]
    visits = draw(st.permutations(visits))[:most]
    ids = st.sampled_from([f"F{number}" for number in range(count)])
    before = [date(2026, 3, 29), date(2026, 5, 3)]
    facts = RosterFacts(
        draw(draw_people(count, units)),
        draw(draw_leaves(count)),
        load_before=draw(st.dictionaries(ids, st.integers(0, 3))),
        pairs_before=draw(st.frozensets(st.tuples(ids, st.sampled_from(CODES)), max_size=3)),
        days_before=draw(st.frozensets(st.tuples(ids, st.sampled_from(before)), max_size=2)),
        offices=draw(st.one_of(st.just({}), st.dictionaries(ids, subsets.filter(bool), max_size=1))),
        distances=draw(
            st.dictionaries(st.tuples(st.sampled_from(units), st.sampled_from(CODES)), st.integers(1, 40))
        ),
    )
    return visits, facts


def may_go(who, visit, facts):
    """Say in plain words whether a row of the register may make a visit, whatever else it makes."""
    return (
        (who.valid_from is None or visit.date >= who.valid_from)
        and (who.valid_to is None or visit.date <= who.valid_to)
        and not any(visit.area_code.startswith(code) for code in who.avoid)
        and (not who.areas or any(visit.area_code.startswith(code) for code in who.areas))
        and (who.id not in facts.offices or visit.area_code in facts.offices[who.id])
        and not any(
            leave.person_id == who.id and leave.first <= visit.date <= leave.last for leave in facts.leaves
        )
        and who.monthly_limit != 0
        and who.role is visit.role
    )


def keeps_the_rules(assignment, facts):
    """Check the hard rules in plain words, independently of the rule functions."""
    limits = {}
    for row in facts.persons:
        if row.monthly_limit is not None:
            limits[row.id] = min(row.monthly_limit, limits.get(row.id, row.monthly_limit))
    days, months = Counter(), Counter()
    for visit, who in assignment.items():
        if who is None:
            continue
        if not may_go(who, visit, facts):
            return False
        days[who.id, visit.date] += 1
        months[who.id, visit.date.month] += 1
    return all(number == 1 for number in days.values()) and all(
        number <= limits.get(id_, number) for (id_, _), number in months.items()
    )


def list_rosters(visits, facts):
    """List every roster that keeps the hard rules; of the rows of one person the first fitting one goes."""
    choices = []
    for visit in visits:
        able = {}
        for row in sorted(facts.persons, key=lambda row: (row.id, repr(row))):
            if may_go(row, visit, facts):
                able.setdefault(row.id, row)
        choices.append((None, *able.values()))
    for choice in product(*choices):
        assignment = dict(zip(visits, choice, strict=True))
        if keeps_the_rules(assignment, facts):
            yield assignment


def count_figures(assignment, facts, people=None):
    """Count every soft level in plain words, of these people (None: all who could go at all)."""
    able = {row.id for visit in assignment for row in facts.persons if may_go(row, visit, facts)}
    people = able if people is None else people
    places = {visit.area_code for visit in assignment}
    load = {id_: facts.load_before.get(id_, 0) for id_ in people}
    pairs = {pair for pair in facts.pairs_before if pair[0] in people and pair[1] in places}
    days = {one for one in facts.days_before if one[0] in people}
    unfilled = unlisted = travel = 0
    for visit, who in assignment.items():
        if who is None:
            unfilled += 1
            continue
        load[who.id] += 1
        pairs.add((who.id, visit.area_code))
        days.add((who.id, visit.date))
        unlisted += not any(visit.area_code.startswith(code) for code in who.areas)
        travel += facts.distances.get((who.unit, visit.area_code), 0)
    ranges = 0
    units = {}
    for row in facts.persons:
        if row.id in people:
            units[row.id] = min(row.unit, units.get(row.id, row.unit))
    for unit in set(units.values()):
        own = [load[id_] for id_ in people if units[id_] == unit]
        ranges += max(own) - min(own)
    return {
        "fewest_unfilled": unfilled,
        "load_range": ranges,
        "even_load": sum(number**2 for number in load.values()),
        "same_person_same_place": len(pairs),
        "listed_areas_first": unlisted,
        "short_travel": travel,
        "few_double_days": sum((id_, day + timedelta(days=1)) in days for id_, day in days),
    }


def rank_figures(figures, order, weights):
    """Give the levels of an order; rules joined by + are counted together, each with its weight."""
    return tuple(
        sum(weights.get(one, 1) * figures[one] for one in level.split("+"))
        if "+" in level
        else figures[level]
        for level in order
    )
