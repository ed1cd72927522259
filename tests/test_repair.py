"""Repaired rosters: nearest to what was published by brute force, every rule kept, the rest left alone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sanwu_cli.model import Area, Duty, DutyDay, Leave, Person, Roster, Unfilled
from sanwu_cli.periods import Month, WorkCalendar
from sanwu_cli.roster.build import build_year
from sanwu_cli.roster.changes import compare_rosters
from sanwu_cli.roster.days import duty_date, parse_rules
from sanwu_cli.roster.nearest import LEVELS, Untouched, Wanted, find_nearest
from sanwu_cli.roster.problem import pose_problems
from sanwu_cli.roster.reasons import explain_change
from sanwu_cli.roster.repair import repair_rosters
from sanwu_cli.roster.role_year import Staffing
from sanwu_cli.roster.rules import HARD_RULES, RosterFacts
from sanwu_cli.roster.visits import Visit
from sanwu_cli.terms import AreaKind, RosterChange, StationedRole

JUDGE = StationedRole.JUDGE
MARCH, APRIL = Month(2026, 3), Month(2026, 4)
TOWNS = ("640999101", "640999102", "640999103")
PLAIN = WorkCalendar(published=frozenset({2026}))


def town(code, **more):
    return Area(code, f"{code[-1]}号镇", AreaKind.TOWN, code[:6], **more)


def person(id_, **more):
    return Person(id_, f"某{id_}", JUDGE, "某院", **more)


def row(code, day):
    return DutyDay(code, JUDGE, f"每月{day}日", "综治中心", "9:00—12:00")


def staff(areas, persons, days, **more):
    calendar = more.pop("calendar", PLAIN)
    leaves = more.pop("leaves", ())
    return Staffing(tuple(areas), tuple(persons), tuple(days), leaves, calendar, **more)


def duty(day, code, who, moved_from=None):
    return Duty(day, code, JUDGE, who, f"某{who}", "综治中心", "9:00—12:00", moved_from)


def gap(day, code, moved_from=None):
    return Unfilled(code, JUDGE, Month.of(day), ("缺",), day, "综治中心", "9:00—12:00", moved_from)


def frozen(month, duties, gaps=()):
    duties = sorted(duties, key=lambda one: (one.date, one.area_code))
    gaps = sorted(gaps, key=lambda one: (one.planned_on, one.area_code))
    return Roster(month, tuple(duties), tuple(gaps), (), optimal=True)


def publish(staffing, months):
    year = build_year(2026, staffing, roles=[JUDGE])
    return {month: year.months[month] for month in months}


def repair(published, staffing, *, first_day=date(2026, 1, 1), months=None):
    return repair_rosters(published, staffing, months=months or tuple(published), first_day=first_day)


def figures(found):
    assert all(value == bound for _, value, bound in found.objective)
    assert tuple(level for level, _, _ in found.objective) == LEVELS
    return tuple(value for _, value, _ in found.objective)


def told(found):
    return [
        (change.kind, change.before and person_of(change.before), change.after and person_of(change.after))
        for changes in found.changes.values()
        for change in changes
    ]


def person_of(item):
    return item.person_id if isinstance(item, Duty) else ""


# --- against brute force ---------------------------------------------------------------------------------


@st.composite
def broken_counties(draw):
    """Draw a small county with published months, and what has changed since: staffing, first day, months."""
    codes = TOWNS[: draw(st.integers(1, 3))]
    days = {code: draw(st.integers(2, 6)) for code in TOWNS}
    ids = ["A", "B", "C"][: draw(st.integers(1, 3))]
    months = [MARCH, APRIL][: draw(st.integers(1, 2))]
    published = {}
    for month in months:
        duties, gaps = [], []
        for code in codes:
            planned = duty_date(parse_rules(f"每月{days[code]}日")[0], month, PLAIN)
            who = draw(st.sampled_from([*ids, "Z", ""]))
            if who:
                duties.append(duty(planned.date, code, who, planned.moved_from))
            else:
                gaps.append(gap(planned.date, code, planned.moved_from))
        published[month] = frozen(month, duties, gaps)
    leaves = tuple(
        Leave(id_, first, first + timedelta(days=draw(st.integers(0, 40))))
        for id_ in ids
        if draw(st.booleans())
        for first in [date(2026, 3, 1) + timedelta(days=draw(st.integers(0, 45)))]
    )
    people = tuple(
        person(
            id_,
            monthly_limit=draw(st.sampled_from([None, None, 1, 2])),
            avoid=draw(st.sampled_from([(), (), (TOWNS[0],)])),
            valid_to=draw(st.sampled_from([None, None, date(2026, 4, 3)])),
        )
        for id_ in ids
    )
    off = draw(st.sets(st.sampled_from([date(2026, m, d) for m in (3, 4) for d in range(2, 7)]), max_size=3))
    ends = {code: draw(st.sampled_from([None, None, None, date(2026, 4, 1)])) for code in codes}
    areas = [town(code, valid_to=ends[code]) for code in codes]
    areas += [town(code) for code in TOWNS[len(codes) :] if draw(st.booleans())]
    staffing = staff(
        areas,
        people,
        [row(area.code, days[area.code]) for area in areas],
        leaves=leaves,
        calendar=WorkCalendar(days_off=frozenset(off), published=frozenset({2026})),
    )
    return published, staffing, draw(st.sampled_from([date(2026, 1, 1), date(2026, 3, 4), date(2026, 4, 3)]))


def list_wanted(published, staffing, first_day):
    """List what is open by the rules in words, without the program: (visit, published person, moved)."""
    found, kept = [], []
    for month, roster in published.items():
        named = set()
        for item in (*roster.duties, *roster.unfilled):
            day = item.date if isinstance(item, Duty) else item.planned_on
            named.add(item.area_code)
            if day < first_day:
                kept += [item] if isinstance(item, Duty) else []
                continue
            area = next(area for area in staffing.areas if area.code == item.area_code)
            if not area.exists_on(day):
                found.append((None, person_of(item), False))
                continue
            rule = next(r.rule for r in staffing.duty_days if r.area_code == item.area_code)
            if staffing.calendar.is_workday(day):
                found.append((Visit(day, item.area_code, JUDGE), person_of(item), False))
                continue
            new = duty_date(parse_rules(rule)[0], month, staffing.calendar).date
            if new < first_day or not area.exists_on(new):
                days = [d for d in staffing.calendar.workdays(month) if d >= first_day and area.exists_on(d)]
                new = next((d for d in days if d >= day), days[-1] if days else None)
            visit = None if new is None else Visit(new, item.area_code, JUDGE)
            found.append((visit, person_of(item), new is not None))
        for area in staffing.areas:
            if area.code not in named:
                rule = next(r.rule for r in staffing.duty_days if r.area_code == area.code)
                new = duty_date(parse_rules(rule)[0], month, staffing.calendar).date
                if new >= first_day and area.exists_on(new):
                    found.append((Visit(new, area.code, JUDGE), "", False))
    return found, kept


def keeps_rules(chosen, kept, facts):
    """Say whether no open visit breaks a hard rule, together with what is untouched."""
    for one in facts.persons:
        own = [visit for visit, who in chosen if who == one.id]
        all_own = [*own, *(Visit(d.date, d.area_code, JUDGE) for d in kept if d.person_id == one.id)]
        if any(set(rule(one, all_own, facts)) & set(own) for rule in HARD_RULES.values()):
            return False
    return True


def measure(choice, wanted, kept, pairs):
    """Count the levels of a choice: who makes each wanted visit."""
    unfilled = changed = moved = new = 0
    load = {}
    for duty in kept:
        load[duty.person_id] = load.get(duty.person_id, 0) + 1
    for (visit, before, is_moved), who in zip(wanted, choice, strict=True):
        if visit is None:
            changed += bool(before)
            continue
        unfilled += not who
        changed += bool(before) and (who != before or is_moved)
        moved += bool(before) and who != before and is_moved
        if who:
            new += (who, visit.area_code) not in pairs
            load[who] = load.get(who, 0) + 1
    return unfilled, changed, moved, new, sum(number**2 for number in load.values())


def search_best(published, staffing, first_day):
    wanted, kept = list_wanted(published, staffing, first_day)
    facts = staffing.facts(JUDGE)
    pairs = {(d.person_id, d.area_code) for roster in published.values() for d in roster.duties}
    options = [[""] if visit is None else ["", *(p.id for p in facts.persons)] for visit, _, _ in wanted]
    best = None
    for choice in product(*options):
        chosen = [(visit, who) for (visit, _, _), who in zip(wanted, choice, strict=True) if visit and who]
        if keeps_rules(chosen, kept, facts):
            value = measure(choice, wanted, kept, pairs)
            best = value if best is None or value < best else best
    return best


@settings(max_examples=300, deadline=None)
@given(broken_counties())
def test_the_repair_is_the_nearest_there_is(county):
    published, staffing, first_day = county
    found = repair(published, staffing, first_day=first_day)
    assert figures(found) == search_best(published, staffing, first_day)


@settings(max_examples=200, deadline=None)
@given(broken_counties())
def test_every_rule_is_kept_and_the_past_stays(county):
    published, staffing, first_day = county
    found = repair(published, staffing, first_day=first_day)
    facts = staffing.facts(JUDGE)
    opened, kept = [], []
    for month, roster in found.rosters.items():
        before = [duty for duty in published[month].duties if duty.date < first_day]
        assert [duty for duty in roster.duties if duty.date < first_day] == before
        kept += before
        opened += [
            (Visit(d.date, d.area_code, JUDGE), d.person_id) for d in roster.duties if d.date >= first_day
        ]
    assert keeps_rules(opened, kept, facts)
    assert {who for _, who in opened} <= {one.id for one in staffing.persons}


@settings(max_examples=200, deadline=None)
@given(broken_counties())
def test_what_is_told_is_what_was_counted(county):
    published, staffing, first_day = county
    found = repair(published, staffing, first_day=first_day)
    broken = sum(change.breaks_duty for changes in found.changes.values() for change in changes)
    assert broken == figures(found)[1]
    for month, changes in found.changes.items():
        assert changes == compare_rosters(published[month], found.rosters[month])
        assert bool(changes) is (found.rosters[month] is not published[month])


@settings(max_examples=100, deadline=None)
@given(broken_counties())
def test_a_repaired_roster_needs_no_repair(county):
    published, staffing, first_day = county
    once = repair(published, staffing, first_day=first_day)
    assert not repair(once.rosters, staffing, first_day=first_day).is_needed


@settings(max_examples=100, deadline=None)
@given(broken_counties(), st.integers(1, 2**30))
def test_levels_that_outgrow_one_flow_are_solved_one_after_the_other(county, largest):
    published, staffing, _ = county
    facts = staffing.facts(JUDGE)
    visits = {
        Visit(item.date if isinstance(item, Duty) else item.planned_on, item.area_code, JUDGE): item
        for roster in published.values()
        for item in (*roster.duties, *roster.unfilled)
    }
    for problem in pose_problems(visits, facts):
        wanted = [Wanted(person_of(visits[visit])) for visit in problem.visits]
        whole = find_nearest(problem, wanted, Untouched())
        assert find_nearest(problem, wanted, Untouched(), largest=largest).values == whole.values
        assert find_nearest(problem, wanted, Untouched(), largest=1).values == whole.values


def test_costs_stay_within_what_the_solver_counts():
    """360 visits and 60 people in one part: more levels than one cost carries."""
    people = tuple(person(f"P{n:02d}") for n in range(60))
    visits = [
        Visit(date(2026, 1 + n % 12, 1 + n // 12 % 28), f"640999{n:03d}"[:9], JUDGE) for n in range(360)
    ]
    (problem,) = pose_problems(visits, RosterFacts(people))
    wanted = [Wanted(f"P{number % 60:02d}") for number in range(len(visits))]
    for largest in (2**58, 2**40):
        values = find_nearest(problem, wanted, Untouched(), largest=largest).values
        assert values[:2] == (0, _count_clashes(problem, wanted))


def _count_clashes(problem, wanted):
    """Count the published duties that cannot stand: a person's second one of a day."""
    taken = [(one.person_id, visit.date) for one, visit in zip(wanted, problem.visits, strict=True)]
    return len(taken) - len(set(taken))


# --- what happens to one county ----------------------------------------------------------------------------


AREAS = tuple(map(town, TOWNS))
DAYS = (row(TOWNS[0], 10), row(TOWNS[1], 11), row(TOWNS[2], 10))
PEOPLE = (person("A"), person("B"), person("C"))
WHOLE = staff(AREAS, PEOPLE, DAYS)
YEAR = tuple(Month(2026, number) for number in range(1, 13))


def test_nothing_changes_when_nothing_is_broken():
    published = publish(WHOLE, YEAR)
    found = repair(published, WHOLE)
    assert not found.is_needed
    assert all(found.rosters[month] is published[month] for month in YEAR)


def test_a_leave_changes_the_duties_of_its_days_and_no_other():
    published = publish(WHOLE, YEAR)
    gone = published[MARCH].duties[0]
    leave = Leave(gone.person_id, gone.date, gone.date)
    found = repair(published, replace(WHOLE, leaves=(leave,)))
    changed = {month for month, changes in found.changes.items() if changes}
    assert changed == {MARCH}
    assert figures(found)[0] == 0
    assert all(
        duty.person_id != gone.person_id or duty.date != gone.date for duty in found.rosters[MARCH].duties
    )
    assert figures(found)[1] == 1


def test_only_the_months_asked_for_are_repaired():
    published = publish(WHOLE, YEAR)
    left = replace(WHOLE, persons=PEOPLE[1:])
    found = repair(published, left, months=(MARCH,))
    assert set(found.rosters) == {MARCH}
    assert {kind for kind, _, _ in told(found)} <= {RosterChange.PERSON}


def test_the_limit_of_a_month_counts_what_lies_before_the_first_day():
    people = (person("A", monthly_limit=1), person("B"))
    areas, days = AREAS[:2], DAYS[:2]
    duties = (
        Duty(date(2026, 3, 10), TOWNS[0], JUDGE, "A", "某A", ""),
        Duty(date(2026, 3, 11), TOWNS[1], JUDGE, "B", "某B", ""),
    )
    published = {MARCH: Roster(MARCH, duties, (), (), optimal=True)}
    leave = Leave("B", date(2026, 3, 11), date(2026, 3, 11))
    staffing = staff(areas, people, days, leaves=(leave,))
    found = repair(published, staffing, first_day=date(2026, 3, 11))
    assert figures(found)[:2] == (1, 1)
    assert told(found) == [(RosterChange.PERSON, "B", "")]
    (gap,) = found.rosters[MARCH].unfilled
    assert "1人请假" in gap.reasons[0]
    assert "上限1次" in gap.reasons[0]
    free = replace(staffing, persons=(person("A"), person("B")))
    assert told(repair(published, free, first_day=date(2026, 3, 11))) == [(RosterChange.PERSON, "B", "A")]


def test_a_duty_on_a_new_holiday_moves_and_stays_with_its_person():
    published = publish(WHOLE, (MARCH,))
    calendar = WorkCalendar(days_off=frozenset({date(2026, 3, 11)}), published=frozenset({2026}))
    found = repair(published, replace(WHOLE, calendar=calendar))
    ((change,),) = (found.changes[MARCH],)
    assert change.kind is RosterChange.DAY
    assert (change.before.date, change.after.date) == (date(2026, 3, 11), date(2026, 3, 12))
    assert change.before.person_id == change.after.person_id
    assert change.after.moved_from == date(2026, 3, 11)
    assert change.after.hours == "9:00—12:00"


def test_a_duty_never_moves_to_a_day_that_is_over():
    published = publish(WHOLE, (MARCH,))
    off = WorkCalendar(days_off=frozenset({date(2026, 3, 11)}), published=frozenset({2026}))
    back = replace(WHOLE, calendar=off, moves_back=True)
    days = {
        day: [change.after.date for change in repair(published, back, first_day=day).changes[MARCH]]
        for day in (date(2026, 3, 9), date(2026, 3, 11))
    }
    assert days == {date(2026, 3, 9): [date(2026, 3, 10)], date(2026, 3, 11): [date(2026, 3, 12)]}


def test_nobody_is_sent_where_an_untouched_duty_has_the_day():
    (problem,) = pose_problems([Visit(date(2026, 3, 10), TOWNS[0], JUDGE)], RosterFacts((person("A"),)))
    busy = Untouched(days=frozenset({("A", date(2026, 3, 10))}))
    assert find_nearest(problem, [Wanted("A")], Untouched()).choice == (0,)
    assert find_nearest(problem, [Wanted("A")], busy).choice == (None,)


def test_a_merged_place_drops_out_and_a_new_one_is_visited():
    published = publish(staff(AREAS[:2], PEOPLE, DAYS[:2]), (MARCH, APRIL))
    ended = town(TOWNS[0], valid_to=date(2026, 3, 31), successor=TOWNS[2])
    started = town(TOWNS[2], valid_from=date(2026, 4, 1))
    found = repair(published, staff((ended, AREAS[1], started), PEOPLE, DAYS))
    assert not found.changes[MARCH]
    assert [(c.kind, c.item.area_code, c.after is None) for c in found.changes[APRIL]] == [
        (RosterChange.AREA, TOWNS[0], True),
        (RosterChange.AREA, TOWNS[2], False),
    ]
    assert figures(found)[:2] == (0, 1)


def test_filling_a_published_gap_is_no_change():
    published = publish(staff(AREAS, PEOPLE[:1], DAYS), (MARCH,))
    assert len(published[MARCH].unfilled) == 1
    found = repair(published, WHOLE)
    assert figures(found)[:2] == (0, 0)
    assert [(kind, before) for kind, before, _ in told(found)] == [(RosterChange.PERSON, "")]


def test_the_reason_is_the_rule_or_the_room_made_for_another():
    day = date(2026, 3, 10)
    people = (person("A"), person("B"), person("C", avoid=(TOWNS[0],)))
    published = {MARCH: frozen(MARCH, [duty(day, TOWNS[0], "A"), duty(day, TOWNS[2], "B")])}
    staffing = staff(AREAS[::2], people, DAYS[::2], leaves=(Leave("A", day, day),))
    found = repair(published, staffing)
    assert told(found) == [(RosterChange.PERSON, "A", "B"), (RosterChange.PERSON, "B", "C")]
    reasons = [explain_change(one, published[MARCH], staffing) for one in found.changes[MARCH]]
    assert reasons == ["某A请假", "与别处调换，腾出人手"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"avoid": (TOWNS[0],)}, "某A应当回避"),
        ({"areas": (TOWNS[1],)}, "某A只对口其他区域"),
        ({"valid_to": date(2026, 3, 9)}, "某A当日不在岗"),
        ({"monthly_limit": 1}, "某A本月已满上限1次"),
        (None, "某A已不在人员登记表"),
    ],
)
def test_each_rule_has_its_words(changed, reason):
    duties = [duty(date(2026, 3, 9), TOWNS[1], "A"), duty(date(2026, 3, 10), TOWNS[0], "A")]
    published = {MARCH: frozen(MARCH, duties)}
    people = (*([] if changed is None else [person("A", **changed)]), person("B"))
    staffing = staff(AREAS[:2], people, [row(TOWNS[0], 10), row(TOWNS[1], 9)])
    found = repair(published, staffing)
    reasons = [explain_change(one, published[MARCH], staffing) for one in found.changes[MARCH]]
    assert reasons[-1] == reason


def test_what_drops_out_or_moves_has_its_words():
    published = publish(staff(AREAS[:2], PEOPLE, DAYS[:2]), (MARCH,))
    merged = town(TOWNS[0], valid_to=date(2026, 3, 1), successor=TOWNS[1])
    calendar = WorkCalendar(
        days_off=frozenset({date(2026, 3, 11)}),
        published=frozenset({2026}),
        names=((date(2026, 3, 11), "示例节"),),
    )
    staffing = staff((merged, AREAS[1]), PEOPLE, DAYS[:2], calendar=calendar)
    found = repair(published, staffing)
    reasons = [explain_change(one, published[MARCH], staffing) for one in found.changes[MARCH]]
    assert reasons == ["已并入2号镇", "3月11日是示例节"]


def test_one_of_two_people_at_one_place_and_day_is_told_apart():
    day = date(2026, 3, 10)
    both = tuple(Duty(day, TOWNS[0], JUDGE, id_, f"某{id_}", "") for id_ in "AB")
    published = {MARCH: Roster(MARCH, both, (), (), optimal=True)}
    found = repair(published, staff(AREAS[:1], PEOPLE, DAYS[:1], leaves=(Leave("A", day, day),)))
    assert told(found) == [(RosterChange.PERSON, "A", "C")]
    assert [duty.person_id for duty in found.rosters[MARCH].duties] == ["B", "C"]


@pytest.mark.parametrize("turn", [1, -1])
def test_the_order_of_the_registers_does_not_matter(turn):
    published = publish(WHOLE, YEAR)
    staffing = replace(
        WHOLE,
        persons=PEOPLE[::turn],
        areas=AREAS[::turn],
        duty_days=DAYS[::turn],
        leaves=(Leave("A", date(2026, 3, 1), date(2026, 6, 30)),),
    )
    first = repair(published, replace(staffing, persons=PEOPLE, areas=AREAS, duty_days=DAYS))
    again = repair(dict(sorted(published.items(), reverse=turn < 0)), staffing)
    assert first == again
