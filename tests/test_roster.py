"""Duty rosters: days, rules, the proven optimum, and what is said when something is missing."""

from __future__ import annotations

import tomllib
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sanwu_cli
from sanwu_cli.calendars import build_calendar
from sanwu_cli.errors import PlanError
from sanwu_cli.model import Area, DayOverride, DutyDay, Leave, Person
from sanwu_cli.periods import Month, WorkCalendar
from sanwu_cli.roster import rules as rules_module
from sanwu_cli.roster.build import build_month
from sanwu_cli.roster.days import DutyDate, duty_date, parse_rule, weekday_label
from sanwu_cli.roster.flow import assign_visits
from sanwu_cli.roster.rows import roster_rows
from sanwu_cli.roster.rules import HARD_RULES, SOFT_RULES, RosterFacts, find_broken, load_rules
from sanwu_cli.roster.visits import Visit
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaKind, StationedRole

JUDGE, PROSECUTOR, LAWYER = TOWNSHIP_ROLES
MARCH = Month(2026, 3)
CALENDAR = build_calendar([2026])
EAST, WEST, NORTH = "640999101", "640999102", "640999103"


def town(code, name, **more):
    return Area(code, name, more.pop("kind", AreaKind.TOWN), code[:6], **more)


def person(id_, role=JUDGE, **more):
    return Person(id_, f"某{id_}", role, "某单位", **more)


def visit(day, code=EAST, role=JUDGE):
    return Visit(date(2026, 3, day), code, role)


def staff(role_counts=(1, 1, 1)):
    letters = zip("JPL", TOWNSHIP_ROLES, role_counts, strict=True)
    return tuple(person(f"{letter}{n}", role) for letter, role, count in letters for n in range(count))


AREAS = (town(EAST, "东岭镇"), town(WEST, "西岭镇"), town(NORTH, "北岭街道", kind=AreaKind.SUBDISTRICT))
DAYS = (
    DutyDay(EAST, None, "每月第2个周二", "综治中心", "9:00—17:00"),
    DutyDay(WEST, None, "每月第2个周三", "政务大厅", ""),
    DutyDay(NORTH, None, "每月15日", "", ""),
)


def build(**changes):
    given_ = {
        "month": MARCH,
        "areas": AREAS,
        "persons": staff((2, 2, 2)),
        "duty_days": DAYS,
        "leaves": (),
        "calendar": CALENDAR,
    } | changes
    return build_month(**given_)


def codes(findings):
    return [finding.code for finding in findings]


# --- fixed days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("每月第2个周二", 10),
        ("每月第二个星期二", 10),
        ("第2个周二", 10),
        ("每月 第　２ 个 周二", 10),
        ("每月第二个礼拜二", 10),
        ("第2个星期2", 10),
        ("每月12日", 12),
        ("每月12号", 12),
        ("每月１２日", 12),
        ("每月十二日", 12),
        ("每个月的12号", 12),
        ("每月二十日", 20),
        ("每月三十一日", 31),
        ("每月最后一个工作日", 31),
        ("每月第3个工作日", 4),
        ("每月首个工作日", 2),
        ("每月倒数第2个工作日", 30),
        ("每月最后一个周五", 27),
        ("每月倒数第二个周五", 20),
        ("每月最后一天", 31),
        ("每月底", 31),
        ("每月12日（遇节假日顺延）", 12),
        ("每月12日，如遇法定节假日顺延。", 12),
    ],
)
def test_spellings_of_a_rule(text, day):
    assert duty_date(parse_rule(text), MARCH, CALENDAR) == DutyDate(date(2026, 3, day))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "随时",
        "每月",
        "0日",
        "32日",
        "第6个周一",
        "第0个周一",
        "第24个工作日",
        "每月10日、20日",
        "每月10日-12日",
        "每季度第1个周一",
        "每月第二周星期二",
        "十十日",
        "二三日",
        "周二",
    ],
)
def test_what_is_no_rule(text):
    assert parse_rule(text) is None


def test_a_day_off_moves_to_the_next_workday_of_the_month():
    # 1 October opens a week of holidays; 8 October 2026 is the first day worked.
    rule = parse_rule("每月1日")
    assert duty_date(rule, Month(2026, 10), CALENDAR) == DutyDate(date(2026, 10, 8), date(2026, 10, 1))
    assert duty_date(parse_rule("每月15日"), MARCH, CALENDAR) == DutyDate(
        date(2026, 3, 16), date(2026, 3, 15)
    )


def test_without_a_later_workday_in_the_month_it_moves_back():
    # 31 January 2026 is a Saturday.
    moved = duty_date(parse_rule("每月31日"), Month(2026, 1), CALENDAR)
    assert moved == DutyDate(date(2026, 1, 30), date(2026, 1, 31))


def test_a_weekend_day_that_is_worked_is_kept():
    # 9 May 2026, a Saturday, is worked for Labour Day; by weekends alone it would move.
    rule = parse_rule("每月9日")
    assert duty_date(rule, Month(2026, 5), CALENDAR) == DutyDate(date(2026, 5, 9))
    assert duty_date(rule, Month(2026, 5), WorkCalendar()).date == date(2026, 5, 11)


def test_a_day_the_month_does_not_have_is_its_last():
    # 28 February 2026 is a Saturday that is worked; 28 February 2027 is a Sunday.
    rule = parse_rule("每月31日")
    assert duty_date(rule, Month(2026, 2), CALENDAR) == DutyDate(date(2026, 2, 28), is_shortened=True)
    assert duty_date(rule, Month(2027, 2), WorkCalendar()) == DutyDate(
        date(2027, 2, 26), date(2027, 2, 28), is_shortened=True
    )
    fifth = duty_date(parse_rule("每月第5个周五"), MARCH, CALENDAR)
    assert fifth == DutyDate(date(2026, 3, 27), is_shortened=True)


def test_the_last_workday_steps_over_the_overlay():
    overlay = (DayOverride(date(2026, 3, 31), is_off=True, name="开斋节", document_number=""),)
    calendar = build_calendar([2026], overlay)
    assert duty_date(parse_rule("每月最后一个工作日"), MARCH, calendar) == DutyDate(date(2026, 3, 30))


def test_a_month_without_workdays_has_no_duty_day():
    idle = WorkCalendar(days_off=frozenset(MARCH.days()))
    assert duty_date(parse_rule("每月15日"), MARCH, idle) is None
    roster, _ = build(calendar=idle)
    assert not roster.duties
    assert len(roster.unfilled) == 9


@given(
    number=st.integers(1, 12),
    year=st.integers(2004, 2030),
    text=st.sampled_from(["每月1日", "每月15日", "每月31日", "第1个周一", "第5个周日", "最后一个工作日"]),
)
def test_the_day_is_always_a_workday_of_its_month(number, year, text):
    month, calendar = Month(year, number), build_calendar([year])
    when = duty_date(parse_rule(text), month, calendar)
    assert Month.of(when.date) == month
    assert calendar.is_workday(when.date)
    assert when.moved_from is None or not calendar.is_workday(when.moved_from)


def test_weekdays_have_chinese_names():
    assert [weekday_label(date(2026, 3, day)) for day in (9, 10, 15)] == ["星期一", "星期二", "星期日"]


# --- rules ----------------------------------------------------------------------------------------------


def test_table_and_functions_match():
    path = Path(sanwu_cli.__file__).parent / "roster" / "rules.toml"
    entries = tomllib.loads(path.read_text("utf-8"))["rule"]
    ids = [entry["id"] for entry in entries]
    assert len(set(ids)) == len(ids)
    assert {entry["id"] for entry in entries if entry["kind"] == "hard"} == set(HARD_RULES)
    assert {entry["id"] for entry in entries if entry["kind"] == "soft"} == set(SOFT_RULES)
    assert all(entry["title"] and "clause" in entry for entry in entries)
    assert all(rule.phrase for rule in load_rules() if rule.is_hard)


def test_a_rule_without_its_function_is_our_own_mistake(monkeypatch):
    missing = {name: rule for name, rule in HARD_RULES.items() if name != "on_leave"}
    monkeypatch.setattr(rules_module, "HARD_RULES", missing)
    with pytest.raises(PlanError, match="on_leave"):
        load_rules.__wrapped__()


NO_FACTS = RosterFacts()
LEAVE = RosterFacts(leaves=(Leave("J1", date(2026, 3, 9), date(2026, 3, 10)),))
TEN, NINE, ELEVEN = visit(10), visit(9), visit(11)

HARD_EXAMPLES = {
    "own_role": (person("J1"), [TEN], [visit(10, role=LAWYER)], NO_FACTS),
    "in_service": (
        person("J1", valid_from=date(2026, 3, 10), valid_to=date(2026, 3, 10)),
        [TEN],
        [ELEVEN],
        NO_FACTS,
    ),
    "avoided_area": (person("J1", avoid=(WEST,)), [TEN], [visit(10, WEST)], NO_FACTS),
    "served_areas": (person("J1", areas=(EAST,)), [TEN], [visit(10, WEST)], NO_FACTS),
    "on_leave": (person("J1"), [ELEVEN], [TEN], LEAVE),
    "one_place_a_day": (person("J1"), [TEN, ELEVEN], [TEN, visit(10, WEST)], NO_FACTS),
    "monthly_limit": (person("J1", monthly_limit=1), [TEN], [NINE, TEN], NO_FACTS),
}


@pytest.mark.parametrize("rule", HARD_RULES)
def test_each_hard_rule_alone_is_kept_and_broken(rule):
    who, keeping, breaking, facts = HARD_EXAMPLES[rule]
    assert find_broken(who, keeping, facts) == ()
    assert [broken.id for broken in find_broken(who, breaking, facts)] == [rule]


def test_hard_rules_at_their_edges():
    assert HARD_RULES["on_leave"](person("J1"), [NINE, TEN, ELEVEN], LEAVE) == (NINE, TEN)
    assert HARD_RULES["on_leave"](person("J2"), [NINE, TEN], LEAVE) == ()
    assert HARD_RULES["monthly_limit"](person("J1", monthly_limit=0), [TEN], NO_FACTS) == (TEN,)
    april = Visit(date(2026, 4, 9), EAST, JUDGE)
    assert HARD_RULES["monthly_limit"](person("J1", monthly_limit=1), [TEN, april], NO_FACTS) == ()


def test_listed_areas_hold_what_lies_in_them():
    village = Visit(date(2026, 3, 10), EAST + "201", StationedRole.MEDIATOR)
    assert HARD_RULES["served_areas"](person("M1", areas=(EAST,)), [village], NO_FACTS) == ()
    assert HARD_RULES["avoided_area"](person("M1", avoid=(EAST,)), [village], NO_FACTS) == (village,)
    assert HARD_RULES["avoided_area"](person("M1", avoid=(EAST + "201",)), [TEN], NO_FACTS) == ()


def test_each_soft_rule_prefers_its_better_example():
    one, two = person("J1", areas=(EAST,)), person("J2")
    facts = RosterFacts(persons=(one, two), load_before={"J1": 2}, pairs_before=frozenset({("J2", EAST)}))
    examples = {
        "fewest_unfilled": ({TEN: one}, 0, {TEN: None}, 1),
        "even_load": ({TEN: two}, 5, {TEN: one}, 9),
        "same_person_same_place": ({TEN: two}, 0, {TEN: one}, 1),
        "listed_areas_first": ({TEN: one}, 0, {TEN: two}, 1),
    }
    assert set(examples) == set(SOFT_RULES)
    for rule, (better, low, worse, high) in examples.items():
        assert SOFT_RULES[rule](better, facts) == low
        assert SOFT_RULES[rule](worse, facts) == high


# --- the optimum ----------------------------------------------------------------------------------------

CODES = (EAST, WEST, NORTH)


@st.composite
def small_counties(draw):
    """Draw up to four visits and three judges with every kind of obstacle."""
    slots = draw(st.lists(st.tuples(st.integers(9, 11), st.sampled_from(CODES)), max_size=4, unique=True))
    visits = [visit(day, code) for day, code in slots]
    subsets = st.sets(st.sampled_from(CODES), max_size=2).map(lambda codes_: tuple(sorted(codes_)))
    persons = tuple(
        person(
            f"J{n}",
            areas=draw(subsets),
            avoid=draw(subsets),
            monthly_limit=draw(st.sampled_from([None, None, 0, 1, 2])),
            valid_from=draw(st.sampled_from([None, None, date(2026, 3, 10)])),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    leaves = tuple(
        Leave(f"J{n}", date(2026, 3, day), date(2026, 3, day))
        for n, day in draw(st.sets(st.tuples(st.integers(0, 2), st.integers(9, 11)), max_size=3))
    )
    load = draw(st.dictionaries(st.sampled_from(["J0", "J1", "J2"]), st.integers(0, 4)))
    pairs = draw(st.frozensets(st.tuples(st.sampled_from(["J0", "J1", "J2"]), st.sampled_from(CODES))))
    return visits, RosterFacts(persons, leaves, load, pairs)


def breaks_a_rule(assignment, facts):
    """Check the hard rules in plain words, independently of the rule functions."""
    for who in facts.persons:
        own = [v for v, taker in assignment.items() if taker is who]
        if len({v.date for v in own}) < len(own):
            return True
        if who.monthly_limit is not None and len(own) > who.monthly_limit:
            return True
        for v in own:
            leave = any(leave.person_id == who.id and leave.first == v.date for leave in facts.leaves)
            early = who.valid_from is not None and v.date < who.valid_from
            wrong_place = v.area_code in who.avoid or (who.areas and v.area_code not in who.areas)
            if leave or early or wrong_place:
                return True
    return False


def figures(assignment, facts):
    """Count the four soft levels in plain words, in their order."""
    load = dict.fromkeys((p.id for p in facts.persons), 0)
    new = unlisted = unfilled = 0
    for v, who in assignment.items():
        if who is None:
            unfilled += 1
            continue
        load[who.id] += 1
        new += (who.id, v.area_code) not in facts.pairs_before
        unlisted += v.area_code not in who.areas
    squares = sum((facts.load_before.get(id_, 0) + count) ** 2 for id_, count in load.items())
    return unfilled, squares, new, unlisted


@settings(max_examples=300, deadline=None)
@given(small_counties())
def test_every_level_equals_the_brute_force_optimum(county):
    visits, facts = county
    optimum = assign_visits(visits, facts)
    assert set(optimum.assignment) == set(visits)
    assert not breaks_a_rule(optimum.assignment, facts)
    tries = (
        dict(zip(visits, choice, strict=True))
        for choice in product((None, *facts.persons), repeat=len(visits))
    )
    best = min(figures(choice, facts) for choice in tries if not breaks_a_rule(choice, facts))
    assert figures(optimum.assignment, facts) == best
    assert (optimum.unfilled_bound, optimum.load_bound) == best[:2]


def test_levels_stay_exact_when_the_costs_outgrow_the_solver():
    visits = [Visit(date(2026, 3, 2 + n % 20), f"640{n:06d}", JUDGE) for n in range(1200)]
    facts = RosterFacts(tuple(person(f"J{n:03d}") for n in range(70)), load_before={"J000": 500})
    optimum = assign_visits(visits, facts)
    assert optimum.unfilled_bound == 0
    loads = {p.id: 0 for p in facts.persons}
    for who in optimum.assignment.values():
        loads[who.id] += 1
    assert loads.pop("J000") == 0
    assert set(loads.values()) <= {17, 18}
    assert optimum.load_bound == SOFT_RULES["even_load"](optimum.assignment, facts)


@settings(max_examples=60, deadline=None)
@given(small_counties(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(county, random):
    visits, facts = county
    first = assign_visits(visits, facts).assignment
    persons, leaves = list(facts.persons), list(facts.leaves)
    for rows in (visits, persons, leaves):
        random.shuffle(rows)
    load = dict(reversed(facts.load_before.items()))
    again = assign_visits(visits, RosterFacts(tuple(persons), tuple(leaves), load, facts.pairs_before))
    assert again.assignment == first


# --- a month --------------------------------------------------------------------------------------------


def test_a_month_has_one_visit_a_township_and_role():
    roster, findings = build()
    assert len(roster.duties) == 9
    assert roster.unfilled == ()
    assert roster.optimal
    # Three visits a role among two people: 2² + 1², three times.
    assert roster.objective == (("unfilled", 0, 0), ("load_square", 15, 15))
    assert roster.draft_reason == ""
    assert codes(findings) == ["DUTY-MOVED"]
    assert [(duty.date.day, duty.area_code, duty.role) for duty in roster.duties] == [
        (day, code, role) for day, code in ((10, EAST), (11, WEST), (16, NORTH)) for role in TOWNSHIP_ROLES
    ]
    assert roster.duties[0].place == "综治中心"
    assert roster.duties[0].hours == "9:00—17:00"
    assert roster.duties[-1].moved_from == date(2026, 3, 15)


def test_a_shuffled_register_gives_the_same_month():
    leaves = (
        Leave("J0", date(2026, 3, 10), date(2026, 3, 10)),
        Leave("L1", date(2026, 3, 1), MARCH.last_day),
    )
    twice = DutyDay(EAST, JUDGE, "每月9日"), DutyDay(EAST, JUDGE, "每月3日")
    first = build(leaves=leaves, duty_days=DAYS + twice)
    for seed in range(5):
        shuffle = Random(seed).sample  # noqa: S311 - a seeded order for a test
        again = build(
            areas=tuple(shuffle(AREAS, 3)),
            persons=tuple(shuffle(staff((2, 2, 2)), 6)),
            duty_days=tuple(shuffle(DAYS + twice, 5)),
            leaves=tuple(shuffle(leaves, 2)),
        )
        assert again == first


def test_nobody_is_in_two_townships_on_one_day():
    same_day = tuple(DutyDay(code, None, "每月10日") for code in CODES)
    roster, findings = build(duty_days=same_day)
    assert len({(duty.date, duty.person_id) for duty in roster.duties}) == len(roster.duties) == 6
    assert len(roster.unfilled) == 3
    assert codes(findings) == ["ROSTER-UNFILLED"] * 3
    assert roster.objective[0] == ("unfilled", 3, 3)


def test_rows_of_one_id_share_their_days():
    back = (
        person("J1", valid_to=date(2026, 3, 10)),
        person("J1", valid_from=date(2026, 3, 10)),
    )
    same_day = tuple(DutyDay(code, None, "每月10日") for code in CODES)
    roster, _ = build(persons=back, duty_days=same_day)
    assert len(roster.duties) == 1


def test_rows_of_one_id_share_the_lowest_limit():
    twice = (person("J1", monthly_limit=1), person("J1"))
    roster, _ = build(persons=twice)
    assert len(roster.duties) == 1


def test_load_of_earlier_months_is_evened_out():
    roster, _ = build(load_before={"J0": 3, "P1": 1})
    taken = [duty.person_id for duty in roster.duties]
    assert (taken.count("J0"), taken.count("J1")) == (0, 3)
    assert (taken.count("P0"), taken.count("P1")) == (2, 1)


def test_people_go_where_they_went_before():
    pairs = {("J1", EAST), ("J0", WEST), ("J0", NORTH)}
    roster, _ = build(pairs_before=pairs)
    assert {(d.person_id, d.area_code) for d in roster.duties if d.role is JUDGE} == pairs


def test_where_one_went_before_goes_before_listed_areas():
    judges = (person("J1", areas=(EAST,)), person("J2"))
    facts = RosterFacts(judges, pairs_before=frozenset({("J2", EAST)}))
    assert assign_visits([TEN], facts).assignment == {TEN: judges[1]}
    assert assign_visits([TEN], RosterFacts(judges[::-1])).assignment == {TEN: judges[0]}


def test_a_gap_is_explained_person_by_person():
    judges = (
        person("J1"),
        person("J2"),
        person("J3"),
        person("J4", avoid=(WEST,)),
        person("J5", areas=(EAST,)),
        person("J6", monthly_limit=0),
        person("J7", valid_to=date(2026, 2, 28)),
    )
    leaves = tuple(Leave(id_, date(2026, 3, 10), date(2026, 3, 12)) for id_ in ("J1", "J2", "J4", "J5"))
    days = (DutyDay(EAST, None, "每月10日"), DutyDay(WEST, None, "每月10日"))
    roster, findings = build(
        areas=AREAS[:2], persons=judges + staff((0, 2, 2)), leaves=leaves, duty_days=days
    )
    (gap,) = roster.unfilled
    assert gap.planned_on == date(2026, 3, 10)
    # Of equals the first area is the one that is filled.
    assert gap.reasons == (
        (
            "西岭镇3月10日的法官：在岗6人，其中1人应当回避、1人只对口其他区域、2人请假、"
            "1人当日已派东岭镇、1人本月已满上限0次"
        ),
    )
    assert codes(findings) == ["ROSTER-UNFILLED"]
    assert gap.reasons[0] in findings[0].message


def test_a_role_without_anybody_is_said_so():
    roster, _ = build(persons=staff((1, 1, 0)))
    gaps = [gap for gap in roster.unfilled if gap.role is LAWYER]
    assert gaps[0].reasons == ("东岭镇3月10日没有在岗的律师",)
    assert len(gaps) == 3


def test_a_missing_rule_is_a_finding_and_a_gap():
    roster, findings = build(duty_days=(DAYS[0], DutyDay(WEST, JUDGE, "每月11日")), areas=AREAS[:2])
    assert codes(findings) == ["DUTY-DAY-MISSING"]
    assert "西岭镇没有登记检察官、律师的进驻日" in findings[0].message
    assert [(gap.area_code, gap.role, gap.planned_on) for gap in roster.unfilled] == [
        (WEST, PROSECUTOR, None),
        (WEST, LAWYER, None),
    ]
    # These gaps are the register's, not the flow's.
    assert roster.objective[0] == ("unfilled", 0, 0)


def test_an_unreadable_rule_is_one_finding():
    roster, findings = build(duty_days=(DutyDay(EAST, None, "有空就来"),), areas=AREAS[:1])
    assert codes(findings) == ["DUTY-RULE-UNREADABLE"]
    assert "有空就来" in findings[0].message
    assert [gap.reasons for gap in roster.unfilled] == [("东岭镇的进驻日规则“有空就来”看不懂",)] * 3


def test_different_days_in_one_township_are_reported():
    days = (*DAYS, DutyDay(EAST, LAWYER, "每月12日"))
    roster, findings = build(duty_days=days)
    assert codes(findings) == ["DUTY-DAY-DIFFERS", "DUTY-MOVED"]
    assert "法官3月10日、检察官3月10日、律师3月12日" in findings[0].message
    assert [d.date.day for d in roster.duties if d.area_code == EAST] == [10, 10, 12]


def test_two_rows_for_one_role_are_reported_and_exact_repeats_are_not():
    repeated = (DAYS[0], DAYS[0])
    assert "DUTY-DAY-TWICE" not in codes(build(duty_days=repeated + DAYS[1:])[1])
    rival = DutyDay(EAST, None, "每月20日")
    roster, findings = build(duty_days=(rival, *DAYS))
    assert codes(findings).count("DUTY-DAY-TWICE") == 3
    assert {duty.date.day for duty in roster.duties if duty.area_code == EAST} == {20}


def test_a_short_month_and_the_move_back_are_reported():
    days = (DutyDay(EAST, None, "每月31日"),)
    _, findings = build(
        duty_days=days, areas=AREAS[:1], month=Month(2025, 11), calendar=build_calendar([2025])
    )
    # November 2025 has 30 days, and the 30th is a Sunday.
    assert codes(findings) == ["DUTY-DAY-SHORT-MONTH", "DUTY-MOVED"]
    assert "11月30日是休息日，提前到11月28日" in findings[1].message


def test_a_move_off_a_festival_names_it():
    days = (DutyDay(EAST, None, "每月1日"),)
    roster, findings = build(duty_days=days, areas=AREAS[:1], month=Month(2026, 10))
    assert {duty.date for duty in roster.duties} == {date(2026, 10, 8)}
    assert findings[0].message == "东岭镇的进驻日10月1日是国庆节，顺延到10月8日"


def test_farms_are_visited_only_on_days_and_by_roles_of_the_register():
    farm = town("640999401", "某农场", kind=AreaKind.FARM, competes=False)
    roster, findings = build(areas=(*AREAS, farm))
    assert all(duty.area_code != farm.code for duty in roster.duties)
    days = (*DAYS, DutyDay(farm.code, LAWYER, "每月12日"))
    roster, findings = build(areas=(*AREAS, farm), duty_days=days)
    assert [duty.role for duty in roster.duties if duty.area_code == farm.code] == [LAWYER]
    assert roster.unfilled == ()
    assert "DUTY-DAY-MISSING" not in codes(findings)


def test_villages_and_their_mediators_are_left_alone():
    village = Area(EAST + "201", "东岭村", AreaKind.VILLAGE, EAST)
    days = (*DAYS, DutyDay(village.code, StationedRole.MEDIATOR, "每月5日"))
    people = (*staff((2, 2, 2)), person("M1", StationedRole.MEDIATOR))
    assert build(areas=(*AREAS, village), duty_days=days, persons=people) == build()


def test_an_area_is_not_visited_outside_its_time():
    ended = town("640999104", "旧镇", valid_to=date(2026, 3, 9))
    gone = town("640999105", "更旧镇", valid_to=date(2026, 2, 28))
    days = (*DAYS, DutyDay(ended.code, None, "每月10日"), DutyDay(gone.code, None, "每月10日"))
    roster, findings = build(areas=(*AREAS, ended, gone), duty_days=days)
    assert {duty.area_code for duty in roster.duties} == set(CODES)
    assert codes(findings) == ["DUTY-MOVED", "DUTY-DAY-NO-AREA"]


def test_an_unpublished_year_gives_a_draft():
    roster, findings = build(month=Month(2027, 3), calendar=build_calendar([2027]))
    assert "2027" in roster.draft_reason
    assert "草案" in roster.draft_reason
    assert len(roster.duties) == 9
    assert codes(findings) == ["ROSTER-DRAFT"]


def test_the_end_of_december_waits_for_the_next_notice():
    days = (DutyDay(EAST, None, "每月最后一个工作日"),)
    december = {"duty_days": days, "areas": AREAS[:1], "month": Month(2026, 12)}
    assert codes(build(**december)[1]) == ["ROSTER-YEAR-END"]
    known = build(**december | {"month": Month(2025, 12), "calendar": build_calendar([2025])})
    assert codes(known[1]) == []


def test_nothing_to_do_is_an_optimal_empty_roster():
    roster, findings = build(areas=(), persons=(), duty_days=())
    assert roster.duties == roster.unfilled == findings == ()
    assert roster.optimal


# --- rows of annex 3 ------------------------------------------------------------------------------------


def test_rows_of_annex_3():
    roster, _ = build(persons=staff((1, 1, 0)))
    rows = roster_rows(roster, AREAS)
    assert [(row.township, row.date, row.weekday) for row in rows] == [
        ("东岭镇", date(2026, 3, 10), "星期二"),
        ("西岭镇", date(2026, 3, 11), "星期三"),
        ("北岭街道", date(2026, 3, 16), "星期一"),
    ]
    assert (rows[0].judge, rows[0].prosecutor, rows[0].lawyer) == ("某J0", "某P0", "缺")
    assert (rows[0].place, rows[0].hours, rows[0].note) == ("综治中心", "9:00—17:00", "")
    assert rows[2].note == "顺延自3月15日"


def test_rows_when_days_differ_or_are_missing():
    days = (DutyDay(EAST, JUDGE, "每月10日"), DutyDay(EAST, LAWYER, "每月12日"))
    roster, _ = build(duty_days=days, areas=AREAS[:1], persons=staff((1, 1, 0)))
    rows = roster_rows(roster, AREAS)
    assert [(row.date, row.judge, row.prosecutor, row.lawyer) for row in rows] == [
        (date(2026, 3, 10), "某J0", "", ""),
        (date(2026, 3, 12), "", "", "缺"),
        (None, "", "缺", ""),
    ]
    assert rows[2].weekday == ""
    assert rows[2].township == "东岭镇"
