"""Why a visit stays empty: clash, exceptions, other days and other people, held against brute force."""

from __future__ import annotations

from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sanwu_cli.calendars import build_calendar
from sanwu_cli.model import Area, Leave, Person
from sanwu_cli.periods import Month
from sanwu_cli.roster.clash import explain_clash
from sanwu_cli.roster.obstacles import list_obstacles
from sanwu_cli.roster.others import list_alternatives
from sanwu_cli.roster.problem import pose_problems
from sanwu_cli.roster.relax import Relaxation
from sanwu_cli.roster.role_year import RoleYear
from sanwu_cli.roster.rules import SOFT_RULES, RosterFacts
from sanwu_cli.roster.solve import Wishes, solve_problem
from sanwu_cli.roster.visits import Visit
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaKind, StationedRole

JUDGE, PROSECUTOR, LAWYER = TOWNSHIP_ROLES
MARCH = Month(2026, 3)
CALENDAR = build_calendar([2026])
CODES = tuple(f"64099910{n}" for n in range(1, 8))
AREAS = tuple(Area(code, f"{code[-1]}号镇", AreaKind.TOWN, code[:6]) for code in CODES)
IDS = ("J0", "J1", "J2")


def person(id_, role=JUDGE, **more):
    return Person(id_, f"某{id_}", role, more.pop("unit", "某单位"), **more)


def visit(day, code=CODES[0], role=JUDGE):
    return Visit(date(2026, 3, day), code, role)


def away(id_, *days):
    return tuple(Leave(id_, date(2026, 3, day), date(2026, 3, day)) for day in days)


# --- the county by plain words, without the engine --------------------------------------------------------


class World:
    """Who may go where and how often; exceptions are made by changing its tables."""

    def __init__(self, facts):
        self.rows = {}
        for row in facts.persons:
            self.rows.setdefault(row.id, []).append(row)
        self.off = {
            (leave.person_id, day)
            for leave in facts.leaves
            for day in MARCH.days()
            if leave.first <= day <= leave.last
        }
        self.limits = {
            id_: min((row.monthly_limit for row in rows if row.monthly_limit is not None), default=None)
            for id_, rows in self.rows.items()
        }
        self.wider = set()

    def may(self, id_, one):
        if (id_, one.date) in self.off:
            return False
        return any(
            (row.valid_from is None or row.valid_from <= one.date)
            and (row.valid_to is None or one.date <= row.valid_to)
            and one.area_code not in row.avoid
            and (not row.areas or one.area_code in row.areas or (id_, one.area_code) in self.wider)
            for row in self.rows[id_]
        )

    def keeps(self, choice):
        """Say whether a choice {visit: id or None} breaks nothing."""
        for id_, limit in self.limits.items():
            own = [one for one, who in choice.items() if who == id_]
            if len({one.date for one in own}) < len(own) or (limit is not None and len(own) > limit):
                return False
            if not all(self.may(id_, one) for one in own):
                return False
        return True

    def can_staff(self, visits):
        def go_on(rest, used, counts):
            if not rest:
                return True
            one, *others = rest
            for id_, limit in self.limits.items():
                free = (id_, one.date) not in used and (limit is None or counts.get(id_, 0) < limit)
                if free and self.may(id_, one):
                    more = {**counts, id_: counts.get(id_, 0) + 1}
                    if go_on(others, used | {(id_, one.date)}, more):
                        return True
            return False

        return go_on(list(visits), frozenset(), {})

    def atoms(self, visits):
        """List every exception that could be of use; those of one limit in their order."""
        found = []
        for id_ in self.rows:
            for one in visits:
                if (id_, one.date) in self.off:
                    found.append(Relaxation("on_leave", id_, day=one.date))
                if any(row.areas and one.area_code not in row.areas for row in self.rows[id_]):
                    found.append(Relaxation("served_areas", id_, area_code=one.area_code))
            limit = self.limits[id_]
            if limit is not None:
                found += [
                    Relaxation("monthly_limit", id_, limit=n) for n in range(limit + 1, len(visits) + 1)
                ]
        return list(dict.fromkeys(found))

    def relax(self, facts, atoms):
        other = World(facts)
        for atom in atoms:
            if atom.rule == "on_leave":
                other.off.discard((atom.person, atom.day))
            elif atom.rule == "served_areas":
                other.wider.add((atom.person, atom.area_code))
            else:
                other.limits[atom.person] += 1
        return other

    def is_sensible(self, atoms):
        """Say whether of each limit the first steps are there."""
        steps = [atom for atom in atoms if atom.limit]
        return all(
            atom.limit == self.limits[atom.person] + 1
            or any(o.person == atom.person and o.limit == atom.limit - 1 for o in steps)
            for atom in steps
        )


@st.composite
def months(draw):
    """Draw up to five visits and three judges (a person may have two rows) with every kind of obstacle."""
    slots = st.tuples(st.integers(10, 12), st.sampled_from(CODES[:4]))
    visits = [visit(day, code) for day, code in draw(st.lists(slots, min_size=1, max_size=5, unique=True))]
    subsets = st.sets(st.sampled_from(CODES[:4]), max_size=2).map(lambda own: tuple(sorted(own)))
    ids = draw(st.lists(st.sampled_from(IDS), max_size=4))
    persons = tuple(
        person(
            id_,
            areas=draw(subsets),
            avoid=draw(st.one_of(st.just(()), subsets)),
            monthly_limit=draw(st.sampled_from([None, None, 0, 1, 2])),
            valid_from=draw(st.sampled_from([None, None, date(2026, 3, 11)])),
        )
        for id_ in ids
        if ids.count(id_) <= 2
    )
    leaves = tuple(
        Leave(id_, date(2026, 3, day), date(2026, 3, day + more))
        for id_, day, more in draw(
            st.sets(st.tuples(st.sampled_from(IDS), st.integers(9, 12), st.integers(0, 2)), max_size=4)
        )
    )
    return visits, RosterFacts(persons, leaves)


def fill(visits, facts):
    """Make a role's year of a month: as many visits as can be, the first ones first; by brute force."""
    world, filled = World(facts), []
    for one in visits:
        if world.can_staff([*filled, one]):
            filled.append(one)
    ids = list(world.rows)
    choice = next(
        dict(zip(filled, own, strict=True))
        for own in product(ids, repeat=len(filled))
        if world.keeps(dict(zip(filled, own, strict=True)))
    )
    people = {row.id: row for row in facts.persons}
    assignment = {one: people[choice[one]] if one in choice else None for one in visits}
    return RoleYear(JUDGE, assignment, frozenset(visits), (), facts, ())


def first_gap(visits, facts):
    year = fill(visits, facts)
    gaps = [one for one, who in year.assignment.items() if who is None]
    assume(gaps)
    return gaps[-1], year


def explain(gap, *years):
    return explain_clash(gap, years, AREAS, CALENDAR)


@settings(max_examples=300, deadline=None)
@given(months())
def test_the_clash_cannot_be_staffed_and_no_smaller_one_is_there(month):
    visits, facts = month
    gap, year = first_gap(visits, facts)
    clash, world = explain(gap, year), World(facts)
    assert clash.is_proven
    assert clash.conflict[0] == gap
    assert set(clash.conflict) <= set(visits)
    rest = clash.conflict[1:]
    assert not world.can_staff(clash.conflict)
    assert world.can_staff(rest)
    others = [one for one in visits if one != gap]
    for size in range(len(rest)):
        for own in combinations(others, size):
            # A set that cannot be made even without the visit says nothing about the visit.
            assert world.can_staff([gap, *own]) or not world.can_staff(own)


@settings(max_examples=150, deadline=None)
@given(months())
def test_exceptions_fill_the_visit_and_fewer_never_do(month):
    visits, facts = month
    gap, year = first_gap(visits, facts)
    relaxing, world = explain(gap, year).relaxing, World(facts)
    wanted = [one for one, who in year.assignment.items() if who is not None or one == gap]
    atoms = world.atoms(wanted)
    if relaxing.fewest is None:
        assert not world.relax(facts, atoms).can_staff(wanted)
        assert relaxing.sets == ()
        return
    assert relaxing.is_proven
    assume(relaxing.fewest <= 3)
    working = {
        size: [
            set(own)
            for own in combinations(atoms, size)
            if world.is_sensible(own) and world.relax(facts, own).can_staff(wanted)
        ]
        for size in range(relaxing.fewest + 1)
    }
    assert not any(working[size] for size in range(relaxing.fewest))
    listed = [set(own) for own in relaxing.sets]
    assert listed
    assert all(own in working[relaxing.fewest] for own in listed)
    if relaxing.is_complete:
        assert len(listed) == len(working[relaxing.fewest])
    else:
        assert len(listed) == 5 < len(working[relaxing.fewest])


@settings(max_examples=100, deadline=None)
@given(months())
def test_other_days_fill_the_visit_and_no_nearer_one_is_left_out(month):
    visits, facts = month
    gap, year = first_gap(visits, facts)
    found = explain(gap, year).other_days
    world = World(facts)
    filled = [one for one, who in year.assignment.items() if who is not None]
    taken = {one.date for one in visits if one.area_code == gap.area_code}
    right = [
        day
        for day in CALENDAR.workdays(MARCH)
        if day not in taken and world.can_staff([*filled, Visit(day, gap.area_code, JUDGE)])
    ]
    nearest = sorted(right, key=lambda day: (abs(day - gap.date), day))
    assert list(found) == nearest[:3]


@settings(max_examples=150, deadline=None)
@given(months())
def test_everybody_in_service_has_a_reason_or_goes_elsewhere(month):
    visits, facts = month
    gap, year = first_gap(visits, facts)
    clash, world = explain(gap, year), World(facts)
    ids = {row.id for row in facts.persons if row.serves_on(gap.date)}
    assert {row.id for row in clash.staff} == ids
    # The gap is in no roster that fills as much, so that nobody can simply be sent.
    assert {one.person.id for one in clash.obstacles} == ids
    for one in clash.obstacles:
        alone = world.may(one.person.id, gap)
        assert (
            alone == (one.rule.id in ("one_place_a_day", "monthly_limit")) or not world.limits[one.person.id]
        )


# --- one by one -------------------------------------------------------------------------------------------


def test_a_clash_of_three_visits_and_two_people():
    days = [visit(10, code) for code in CODES[:3]]
    facts = RosterFacts((person("J0"), person("J1"), person("J2", avoid=(CODES[2],))), away("J2", 10))
    year = fill(days, facts)
    clash = explain(days[2], year)
    assert clash.conflict == (days[2], days[0], days[1])
    assert (clash.capacity, clash.is_of_one_day, clash.is_proven) == (2, True, True)
    assert [(one.person.id, one.rule.id) for one in clash.obstacles] == [
        ("J0", "one_place_a_day"),
        ("J1", "one_place_a_day"),
        ("J2", "avoided_area"),
    ]
    # J2 avoids the place, and still helps: J2 goes elsewhere and frees somebody.
    assert clash.relaxing.sets == ((Relaxation("on_leave", "J2", day=date(2026, 3, 10)),),)


def test_the_smallest_clash_is_smaller_than_the_one_with_filled_visits_alone():
    # With the four that are filled the visit makes a clash of five, with the two other empty ones of three.
    visits = [visit(10, code) for code in CODES]
    listed = {"J0": (0, 4, 5), "J1": (1, 4, 6), "J2": (0, 1, 2), "J3": (1, 2, 3)}
    facts = RosterFacts(tuple(person(id_, areas=tuple(CODES[n] for n in own)) for id_, own in listed.items()))
    year = fill(visits, facts)
    assert [who is not None for who in year.assignment.values()] == [True] * 4 + [False] * 3
    clash = explain(visits[4], year)
    assert clash.conflict == (visits[4], visits[5], visits[6])
    assert clash.is_proven
    alone = RoleYear(
        JUDGE, {one: who for one, who in year.assignment.items() if one in visits[:5]}, year.open_visits,
        (), facts, (),
    )  # fmt: skip
    assert len(explain(visits[4], alone).conflict) == 5


def test_a_clash_of_others_is_no_part_of_this_one():
    # J3's two places clash by themselves; with the visit in question they have nothing to do.
    visits = [visit(10, code) for code in CODES[:6]]
    listed = {"J0": (0, 5), "J1": (0, 1), "J2": (1, 2), "J3": (3, 4)}
    facts = RosterFacts(tuple(person(id_, areas=tuple(CODES[n] for n in own)) for id_, own in listed.items()))
    clash = explain(visits[5], fill(visits, facts))
    assert clash.conflict == (visits[5], *visits[:3])


def test_a_limit_over_days_is_a_clash_too():
    days = [visit(10), visit(11, CODES[1]), visit(12, CODES[2])]
    facts = RosterFacts((person("J0", monthly_limit=2),))
    clash = explain(days[2], fill(days, facts))
    assert set(clash.conflict) == set(days)
    assert not clash.is_of_one_day
    assert clash.obstacles[0].tell({}) == "本月已满上限2次"
    assert clash.relaxing.sets == ((Relaxation("monthly_limit", "J0", limit=3),),)
    assert clash.other_days == ()


def test_an_avoided_area_a_role_and_dates_are_never_relaxed():
    who = (
        person("J0", avoid=(CODES[0],)),
        person("J1", valid_to=date(2026, 3, 9)),
        person("P0", PROSECUTOR),
    )
    clash = explain(visit(10), fill([visit(10)], RosterFacts(who)))
    assert clash.relaxing.fewest is None
    assert [one.rule.id for one in clash.obstacles] == ["avoided_area"]
    assert clash.conflict == (visit(10),)


def test_several_exceptions_together_are_counted_and_listed():
    who = tuple(person(id_, areas=(CODES[1],)) for id_ in IDS)
    leaves = tuple(leave for id_ in IDS for leave in away(id_, 10))
    relaxing = explain(visit(10), fill([visit(10)], RosterFacts(who, leaves))).relaxing
    assert (relaxing.fewest, relaxing.is_proven, relaxing.is_complete) == (2, True, True)
    assert relaxing.sets == tuple(
        (
            Relaxation("on_leave", id_, day=date(2026, 3, 10)),
            Relaxation("served_areas", id_, area_code=CODES[0]),
        )
        for id_ in IDS
    )


def test_of_many_pairs_of_exceptions_five_are_listed_and_that_is_said():
    who = tuple(person(f"J{n}", areas=(CODES[1],)) for n in range(8))
    leaves = tuple(leave for n in range(8) for leave in away(f"J{n}", 10))
    relaxing = explain(visit(10), fill([visit(10)], RosterFacts(who, leaves))).relaxing
    assert (relaxing.fewest, len(relaxing.sets), relaxing.is_complete) == (2, 5, False)


def test_a_day_that_another_role_shares_is_moved_for_both():
    gap = visit(10)
    facts = RosterFacts((person("J0"),), away("J0", 10))
    judges = fill([gap], facts)
    (prosecutor,) = (person("P0", PROSECUTOR),)
    shared, elsewhere = visit(10, role=PROSECUTOR), visit(11, CODES[1], PROSECUTOR)
    other = RoleYear(
        PROSECUTOR,
        {shared: prosecutor, elsewhere: prosecutor},
        frozenset({shared, elsewhere}),
        (),
        RosterFacts((prosecutor,)),
        (),
    )
    assert explain(gap, judges).other_days[:2] == (date(2026, 3, 9), date(2026, 3, 11))
    assert explain(gap, judges, other).other_days[:2] == (date(2026, 3, 9), date(2026, 3, 12))
    published = RoleYear(PROSECUTOR, other.assignment, frozenset({elsewhere}), (), other.facts, ())
    assert explain(gap, judges, published).other_days == ()


def test_an_empty_place_of_a_published_month_leaves_its_duties_alone():
    gap, done = visit(10), visit(10, CODES[1])
    busy, free = person("J0", monthly_limit=1), person("J1")
    facts = RosterFacts((busy, free), away("J1", 10))
    year = RoleYear(JUDGE, {gap: None, done: busy}, frozenset(), (), facts, ())
    clash = explain(gap, year)
    assert clash.conflict == (gap,)
    assert clash.relaxing.sets == ((Relaxation("on_leave", "J1", day=date(2026, 3, 10)),),)
    assert clash.other_days == ()
    # Somebody who has come since, or is back, can simply be sent.
    now = RoleYear(JUDGE, year.assignment, frozenset(), (), RosterFacts((busy, free)), ())
    assert (explain(gap, now).conflict, explain(gap, now).relaxing.fewest) == ((), 0)


def test_what_a_published_duty_breaks_alone_is_no_obstacle_of_another_day():
    facts = RosterFacts((person("J0"),), away("J0", 9))
    assert list_obstacles(visit(10), facts, {visit(9): person("J0")}) == ()


def test_the_answer_does_not_hang_on_the_order_of_the_registers():
    visits = [visit(10, code) for code in CODES[:4]]
    who = tuple(person(id_, areas=CODES[n : n + 2]) for n, id_ in enumerate(IDS))
    facts = RosterFacts(who, away("J0", 10))
    back = RosterFacts(who[::-1], facts.leaves)
    year = fill(visits, facts)
    gap = next(one for one, taker in year.assignment.items() if taker is None)
    turned = RoleYear(JUDGE, dict(reversed(year.assignment.items())), year.open_visits, (), back, ())
    assert explain(gap, turned) == explain(gap, year)


# --- who else ---------------------------------------------------------------------------------------------


def levels(assignment, facts):
    return tuple(SOFT_RULES[rule](assignment, facts) for rule in Wishes().order)


@st.composite
def easy_months(draw):
    """Draw up to four visits and two or three judges who share them all but for a day and a limit."""
    slots = st.tuples(st.integers(10, 12), st.sampled_from(CODES[:3]))
    visits = [visit(day, code) for day, code in draw(st.lists(slots, min_size=2, max_size=4, unique=True))]
    limits = st.sampled_from([None, None, 1, 2])
    areas = st.sampled_from([(), CODES[:2], CODES[:3]])
    persons = tuple(
        person(id_, monthly_limit=draw(limits), areas=draw(areas)) for id_ in IDS[: draw(st.integers(2, 3))]
    )
    off = st.tuples(st.sampled_from(IDS[: len(persons)]), st.integers(10, 12))
    leaves = [leave for id_, day in sorted(draw(st.sets(off, max_size=2))) for leave in away(id_, day)]
    return visits, RosterFacts(persons, tuple(leaves))


@settings(max_examples=80, deadline=None)
@given(easy_months())
def test_somebody_else_costs_what_the_best_roster_with_them_costs(month):
    visits, facts = month
    problems = pose_problems(visits, facts)
    assume(len(problems) == 1 and set(problems[0].people) == {row.id for row in facts.persons})
    assume(len(problems[0].people) == len(facts.persons) > 1)
    solution = solve_problem(problems[0], Wishes())
    assignment = problems[0].assign(solution.choice)
    year = RoleYear(JUDGE, assignment, frozenset(visits), solution.levels, facts, (solution,))
    world = World(facts)
    people = {row.id: row for row in facts.persons}
    rosters = [
        dict(zip(visits, own, strict=True))
        for own in product((None, *people), repeat=len(visits))
        if world.keeps(dict(zip(visits, own, strict=True)))
    ]
    for one in [one for one, who in assignment.items() if who is not None][:2]:
        others, obstacles = list_alternatives(one, year, Wishes())
        able = {id_ for id_ in people if world.may(id_, one) and world.limits[id_] != 0}
        assert {other.person.id for other in others} == able - {assignment[one].id}
        assert {obstacle.person.id for obstacle in obstacles} == {
            row.id for row in facts.persons if row.serves_on(one.date) and row.id not in able
        }
        for other in others:
            best = min(
                levels({v: people[who] if who else None for v, who in roster.items()}, facts)
                for roster in rosters
                if roster[one] == other.person.id
            )
            assert other.is_solved
            assert tuple(cost.other for cost in other.costs) == best
            assert tuple(cost.value for cost in other.costs) == levels(assignment, facts)


def test_what_is_published_is_not_arranged_anew_for_somebody_else():
    done, here = visit(10), Visit(date(2026, 4, 14), CODES[0], JUDGE)
    facts = RosterFacts((person("J0"), person("J1")))
    (problem,) = pose_problems([done, here], facts)
    solution = solve_problem(problem, Wishes())
    assignment = problem.assign(solution.choice)
    year = RoleYear(JUDGE, assignment, frozenset({here}), solution.levels, facts, (solution,))
    (other,), _ = list_alternatives(here, year, Wishes())
    # Each made one; if March could be changed, the two would change places at no cost.
    assert other.is_solved
    costs = {cost.rule: (cost.value, cost.other) for cost in other.costs}
    assert costs["load_range"] == (0, 2)
    (other,), _ = list_alternatives(done, year, Wishes())
    assert not other.is_solved


def test_in_a_published_month_only_one_duty_changes_hands():
    one, two = visit(10), visit(10, CODES[1])
    busy, free, gone = person("J0"), person("J1"), person("J2")
    facts = RosterFacts((busy, free, gone), away("J2", 10))
    third = person("J3")
    facts = RosterFacts((*facts.persons, third), facts.leaves)
    year = RoleYear(JUDGE, {one: busy, two: free}, frozenset(), (), facts, ())
    others, obstacles = list_alternatives(one, year, Wishes())
    assert [(other.person.id, other.is_solved) for other in others] == [("J3", False)]
    assert [(other.person.id, other.rule.id) for other in obstacles] == [
        ("J1", "one_place_a_day"),
        ("J2", "on_leave"),
    ]


@pytest.mark.parametrize("role", [StationedRole.MEDIATOR])
def test_another_office_is_not_counted_as_staff(role):
    village = Visit(date(2026, 3, 10), CODES[0] + "201", role)
    own, other = person("M0", role), person("M1", role)
    facts = RosterFacts((own, other), away("M0", 10), offices={"M0": (CODES[0],), "M1": (CODES[1],)})
    year = RoleYear(role, {village: None}, frozenset({village}), (), facts, ())
    clash = explain_clash(village, [year], AREAS, CALENDAR)
    assert [row.id for row in clash.staff] == ["M0"]
    assert [one.person.id for one in clash.obstacles] == ["M0"]
    assert clash.relaxing.sets == ((Relaxation("on_leave", "M0", day=date(2026, 3, 10)),),)
