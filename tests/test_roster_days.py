"""Fixed days of a year: listed, suggested against brute force, and the sheet to copy from."""

from __future__ import annotations

import shutil
from datetime import date
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from workspaces import County, Office, hash_tree

from sanwu_cli.calendars import build_calendar
from sanwu_cli.errors import ExitStatus
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.model import Area, DayOverride, DutyDay, Leave, Person
from sanwu_cli.periods import Period
from sanwu_cli.roster.days import duty_dates, nth_weekday, parse_rule, parse_rules, write_rule
from sanwu_cli.roster.offices import find_offices
from sanwu_cli.roster.place_days import (
    PlaceDays,
    find_collisions,
    list_crews,
    list_place_days,
    measure_days,
)
from sanwu_cli.roster.role_year import Staffing
from sanwu_cli.roster.solve import Wishes
from sanwu_cli.roster.suggest import LEVELS, SLOTS, suggest_days
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaKind, StationedRole

JUDGE, PROSECUTOR, LAWYER = TOWNSHIP_ROLES
MEDIATOR, POLICE = StationedRole.MEDIATOR, StationedRole.COMMUNITY_POLICE
YEAR = 2026
CALENDAR = build_calendar([YEAR])
RULES = ("每月第1个周一", "每月第2个周二", "每月第4个周三", "每月15日", "每月10日、25日", "随时")


def town(number, **more):
    code = f"649999{number:03d}"
    return Area(code, f"第{number}镇", AreaKind.TOWN, code[:6], **more)


def village(township, number, **more):
    code = f"{township.code}{number:03d}"
    return Area(code, f"第{number}村", AreaKind.VILLAGE, township.code, **more)


def person(id_, role=JUDGE, unit="某单位", **more):
    return Person(id_, f"某{id_}", role, unit, **more)


def staffing(areas, persons=(), days=(), leaves=(), **more):
    offices = find_offices(persons, areas)
    return Staffing(
        tuple(areas), tuple(persons), tuple(days), tuple(leaves), CALENDAR, offices=offices, **more
    )


# --- rules and days -------------------------------------------------------------------------------------


def test_every_slot_is_written_as_a_rule_that_reads_back():
    assert len(SLOTS) == 20
    assert [parse_rule(write_rule(slot)) for slot in SLOTS] == list(SLOTS)
    assert write_rule(nth_weekday(2, 1)) == "每月第2个周二"


def test_a_place_is_listed_once_for_roles_that_share_its_row():
    areas = (town(101), town(102), town(103, competes=False), town(104))
    days = (
        DutyDay("649999101", None, "每月第2个周二"),
        DutyDay("649999102", JUDGE, "每月15日"),
        DutyDay("649999102", None, "每月第1个周一"),
    )
    found = list_place_days(YEAR, staffing(areas, days=days), TOWNSHIP_ROLES)
    assert [(p.area.code[-3:], p.roles, p.row and p.row.rule, len(p.days)) for p in found] == [
        ("101", TOWNSHIP_ROLES, "每月第2个周二", 12),
        ("102", (JUDGE,), "每月15日", 12),
        ("102", (PROSECUTOR, LAWYER), "每月第1个周一", 12),
        ("104", TOWNSHIP_ROLES, None, 0),
    ]
    assert [when.date.isoformat() for when in found[0].days[:2]] == ["2026-01-13", "2026-02-10"]


def test_a_place_that_does_not_compete_is_listed_when_the_register_names_it():
    farm = town(401, competes=False)
    days = (DutyDay(farm.code, None, "每月15日"),)
    assert len(list_place_days(YEAR, staffing([farm], days=days), TOWNSHIP_ROLES)) == 1


def test_days_are_those_on_which_the_place_is_there():
    areas = (
        town(101, valid_from=date(2026, 7, 1)),
        town(102, valid_to=date(2026, 3, 9)),
        town(103, valid_to=date(2025, 12, 31)),
    )
    days = tuple(DutyDay(area.code, None, "每月第2个周二") for area in areas)
    found = list_place_days(YEAR, staffing(areas, days=days), TOWNSHIP_ROLES)
    assert [(p.area.code[-3:], len(p.days)) for p in found] == [("101", 6), ("102", 2)]


def test_villages_take_their_townships_row_for_the_role_alone():
    north, south = town(101), town(102)
    areas = (north, south, village(north, 1), village(north, 2), village(south, 1))
    days = (
        DutyDay(north.code, None, "每月第2个周二"),
        DutyDay(south.code, MEDIATOR, "每月第3个周三"),
        DutyDay(village(north, 2).code, None, "每月第4个周四"),
    )
    found = list_place_days(YEAR, staffing(areas, days=days), (MEDIATOR,))
    assert [p.row and p.row.rule for p in found] == [None, "每月第4个周四", "每月第3个周三"]
    police = list_place_days(YEAR, staffing(areas, days=days), (POLICE,))
    assert [p.area.code[-6:] for p in police] == ["101002"], "nobody asks for the others"


# --- who goes where -------------------------------------------------------------------------------------


def crews_of(areas, persons, role=MEDIATOR):
    given_ = staffing(areas, persons)
    crews = list_crews(list_place_days(YEAR, given_, (role,)), given_, (role,))
    return [
        (sorted(code[-3:] for code in crew.townships), sorted(p.id for p in crew.persons)) for crew in crews
    ]


def test_mediators_go_to_the_villages_of_their_office():
    towns = [town(101), town(102), town(103), town(104)]
    areas = [*towns, *(village(t, 1) for t in towns)]
    own = [
        person("M1", MEDIATOR, "第101镇司法所"),
        person("M2", MEDIATOR, "第102镇司法所"),
        person("M3", MEDIATOR, "县调解中心", areas=("649999102001", "649999103")),
        person("J1", JUDGE, "第101镇司法所"),
    ]
    expected = [(["101"], ["M1"]), (["102", "103"], ["M2", "M3"]), (["104"], [])]
    assert crews_of(areas, own) == expected
    assert crews_of(areas[::-1], own[::-1]) == expected
    free = person("M4", MEDIATOR, "县调解中心")
    assert crews_of(areas, [*own, free])[-1] == (["104"], ["M4"]), "who is bound to none goes where none is"
    assert crews_of(areas, [free]) == [(["101", "102", "103", "104"], ["M4"])]


def test_the_scarcest_role_counts_and_a_role_without_anybody_does_not():
    area = town(101)
    persons = [person("J1"), person("J2"), person("P1", PROSECUTOR, valid_from=date(2026, 6, 1))]
    given_ = staffing([area], persons, leaves=[Leave("J1", date(2026, 7, 1), date(2026, 7, 31))])
    (crew,) = list_crews(list_place_days(YEAR, given_, TOWNSHIP_ROLES), given_, TOWNSHIP_ROLES)
    assert crew.roles == (JUDGE, PROSECUTOR)
    assert [crew.least(date(2026, month, 8)) for month in (5, 6, 7)] == [0, 1, 1]
    assert crew.count(JUDGE, date(2026, 7, 31)) == 1
    (nobody,) = list_crews(list_place_days(YEAR, given_, (LAWYER,)), given_, (LAWYER,))
    assert nobody.least(date(2026, 5, 8)) is None


def test_collisions_name_the_date_the_role_and_the_places():
    areas = (town(101), town(102))
    days = (DutyDay(areas[0].code, None, "每月1日"), DutyDay(areas[1].code, None, "每月第2个周四"))
    persons = [person("J1"), person("P1", PROSECUTOR), person("P2", PROSECUTOR)]
    given_ = staffing(areas, persons, days)
    places = list_place_days(YEAR, given_, TOWNSHIP_ROLES)
    crews = list_crews(places, given_, TOWNSHIP_ROLES)
    # 1 October 2026 begins a week off; both places come on Thursday the 8th.
    (clash,) = find_collisions(places, crews)
    assert (clash.day, clash.role, clash.people) == (date(2026, 10, 8), JUDGE, 1)
    assert clash.places == tuple(area.code for area in areas)
    figures = measure_days(places, crews)
    assert (figures.over, figures.squares) == (1, 22 * 1 + 4)
    assert figures.moved == sum(when.moved_from is not None for place in places for when in place.days)


# --- suggestions against brute force --------------------------------------------------------------------


def draw(seed):
    """Draw a small county: places with a life and a rule, people with service and leave, a few slots."""
    random = Random(seed)  # noqa: S311 - the same county at every run
    lives = [{}, {}, {"valid_from": date(2026, 5, 13)}, {"valid_to": date(2026, 9, 8)}]
    areas = tuple(town(101 + n, **random.choice(lives)) for n in range(random.randint(2, 4)))
    days = tuple(
        DutyDay(area.code, None, rule)
        for area in areas
        if (rule := random.choice([None, *RULES])) is not None
    )
    persons = tuple(
        person(f"{role.value}{n}", role, valid_from=random.choice([None, date(2026, 3, 11)]))
        for role in TOWNSHIP_ROLES
        for n in range(random.randint(0, 3))
    )
    leaves = tuple(
        Leave(one.id, date(2026, month, 1), date(2026, month, 20))
        for one in persons
        if random.random() < 0.4
        for month in [random.randint(1, 12)]
    )
    slots = tuple(sorted(random.sample(SLOTS, 3), key=SLOTS.index))
    given_ = staffing(areas, persons, days, leaves, moves_back=random.random() < 0.3)
    return given_, slots


def suggest(given_, slots=SLOTS, roles=TOWNSHIP_ROLES):
    places = list_place_days(YEAR, given_, roles)
    (crew,) = list_crews(places, given_, roles)
    return places, crew, suggest_days(YEAR, places, [crew], given_, slots=slots)


def lay_out(places, rules, given_):
    """Give places the days of these rules, by the register's own way."""
    found = []
    for place in places:
        rule = rules[place.area.code]
        days = tuple(
            when
            for month in Period.of_year(YEAR).months()
            for when in duty_dates([rule], month, given_.calendar, moves_back=given_.moves_back)
            if place.area.exists_on(when.date)
        )
        found.append(PlaceDays(place.area, place.roles, place.row, days))
    return found


def judge(places, crew, rules, given_):
    figures = measure_days(lay_out(places, rules, given_), [crew])
    today = {place.area.code: parse_rules(place.row.rule) if place.row else () for place in places}
    changed = sum(own not in ((), (rules[code],)) for code, own in today.items())
    return figures.over, figures.moved, figures.squares, changed


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_what_is_suggested_is_the_best_of_all_there_is(seed):
    given_, slots = draw(seed)
    places, crew, found = suggest(given_, slots)
    codes = [place.area.code for place in places]
    best = min(
        judge(places, crew, dict(zip(codes, choice, strict=True)), given_)
        for choice in product(slots, repeat=len(codes))
    )
    assert tuple(level.value for level in found.levels) == best
    assert tuple(level.bound for level in found.levels) == best, "the bound is proven"
    assert judge(places, crew, found.rules, given_) == best, "the rules give what the levels say"
    figures = measure_days(found.places, [crew])
    assert (figures.over, figures.moved, figures.squares) == best[:3]
    assert tuple(level.rule for level in found.levels) == LEVELS


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_laws_of_suggestions(seed):
    given_, slots = draw(seed)
    _, _, found = suggest(given_, slots)
    values = [level.value for level in found.levels]
    turned = replace(
        given_,
        areas=given_.areas[::-1],
        persons=given_.persons[::-1],
        duty_days=given_.duty_days[::-1],
        leaves=given_.leaves[::-1],
    )
    assert suggest(turned, slots)[2] == found, "the order of the registers is no matter"
    _, _, free = suggest(given_)
    assert [level.value for level in free.levels] <= values, "more slots are never worse"
    more = replace(given_, persons=(*given_.persons, *(replace(p, id=f"X{p.id}") for p in given_.persons)))
    assert suggest(more, slots)[2].levels[0].value <= values[0], "more people are never worse"
    again = replace(
        given_,
        duty_days=tuple(DutyDay(code, None, write_rule(rule)) for code, rule in found.rules.items()),
    )
    settled = suggest(again, slots)[2]
    assert settled.rules == found.rules, "what was taken over is suggested again"
    assert settled.levels[3].value == 0


def test_little_effort_still_gives_rules_and_honest_bounds():
    areas = [town(101 + n) for n in range(40)]
    given_ = staffing(areas, [person("J1"), person("J2")], wishes=Wishes(effort=1e-6))
    _, _, found = suggest(given_)
    assert set(found.rules) == {area.code for area in areas}
    assert all(0 <= level.bound <= level.value for level in found.levels)
    assert any(level.bound < level.value for level in found.levels)


def test_a_county_of_forty_townships_is_proven():
    areas = [town(101 + n) for n in range(40)]
    given_ = staffing(areas, [person("J1"), person("J2"), person("P1", PROSECUTOR), person("P2", PROSECUTOR)])
    _, _, found = suggest(given_)
    assert all(level.value == level.bound for level in found.levels)


def test_a_code_with_two_lives_gets_one_rule():
    first = town(101, valid_to=date(2026, 3, 31))
    second = replace(first, name="新101镇", valid_from=date(2026, 6, 1), valid_to=None)
    given_ = staffing([first, second, town(102)], [person("J1")])
    _, _, found = suggest(given_)
    assert set(found.rules) == {"649999101", "649999102"}
    assert [place.area.name for place in found.places] == ["新101镇", "第101镇", "第102镇"]
    assert [len(place.days) for place in found.places] == [7, 3, 12]


# --- the command ----------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    """平川镇 has two villages, 高地镇 one, 松林农场 none; the two share the second Tuesday and one judge."""
    office = Office(tmp_path / "云岭", County.of(平川镇=2, 高地镇=1, 松林农场=0), capsys.readouterr)
    code = office.county.code
    office.register(
        "进驻日",
        [
            [code("平川镇"), "全部", "每月第2个周二", "平川镇综治中心", "9:00—17:00"],
            [code("高地镇"), "全部", "每月第2个周二", "高地镇综治中心", ""],
        ],
    )
    office.register(
        "人员",
        [
            ["F1", "甲法官", "法官", "人民法院"],
            ["J1", "乙检察官", "检察官", "人民检察院"],
            ["L1", "丙律师", "律师", "律师事务所"],
            ["L2", "丁律师", "律师", "律师事务所"],
            ["T1", "戊调解员", "人民调解员", "平川司法所"],
            ["T2", "己调解员", "人民调解员", "高地司法所"],
        ],
    )
    return office


def test_the_list_shows_days_moves_and_collisions(office):
    answer = office.ask("roster", "days", "--year", 2026)
    assert answer.status == ExitStatus.CLEAN
    document = answer.json
    assert document["schema"] == "sanwu/roster-days/1"
    assert document["draft_reason"] == ""
    assert [place["name"] for place in document["places"]] == ["平川镇", "高地镇"]
    assert [len(place["dates"]) for place in document["places"]] == [12, 12]
    assert document["figures"]["over"] == 12
    assert {one["role"] for one in document["collisions"]} == {"judge", "prosecutor"}
    assert document["suggestion"] is None
    printed = office.run("roster", "days", "--year", 2026).out
    assert "每月第2个周二" in printed
    assert "1月13日2个地方要法官，能去的1人：平川镇、高地镇" in printed
    rows = office.run("roster", "days", "--year", 2026, "--format", "csv").out.splitlines()
    assert len(rows) == 3
    assert rows[1].startswith("平川镇,,法官、检察官、律师,每月第2个周二,13,10,10,14,12,9,14,11,8,13,10,8")


def test_a_moved_day_is_shown_with_its_cause(office):
    code = office.county.code("平川镇")
    office.register("进驻日", [[code, "法官", "每月1日", "", ""]])
    answer = office.ask("roster", "days", "--year", 2026, "--role", "法官")
    (place, _) = answer.json["places"]
    assert place["dates"][9] == {"date": "2026-10-08", "moved_from": "2026-10-01", "cause": "国庆节"}
    assert answer.codes == ["DUTY-DAY-MISSING"]
    assert answer.status == ExitStatus.FINDINGS
    printed = office.run("roster", "days", "--year", 2026, "--role", "法官")
    assert "10月1日（国庆节）顺延到10月8日：平川镇" in printed.out
    assert "8*" in printed.out


def test_what_is_suggested_parts_the_two_and_keeps_one(office):
    answer = office.ask("roster", "days", "--year", 2026, "--suggest")
    assert answer.status == ExitStatus.CLEAN
    found = answer.json["suggestion"]
    assert found["optimal"] is True
    assert {one["level"]: (one["value"], one["bound"]) for one in found["objective"]} == {
        "over": (0, 0), "moved": (0, 0), "date_squares": (24, 24), "changed": (1, 1),
    }  # fmt: skip
    assert [place["kept"] for place in found["places"]] == [True, False]
    assert found["places"][0]["rule"] == "每月第2个周二"
    assert found["collisions"] == []
    printed = office.run("roster", "days", "--year", 2026, "--suggest").out
    assert "同一天超过人数的班：现在12，建议0（已证明最少）" in printed


def test_with_nothing_registered_every_place_is_without_a_rule_and_still_gets_one(office):
    (office.path / "registers/进驻日.xlsx").unlink()
    (office.path / "registers/人员.xlsx").unlink()
    listed = office.ask("roster", "days", "--year", 2026)
    assert [place["rule"] for place in listed.json["places"]] == [None, None]
    assert listed.codes == ["DUTY-DAY-MISSING"]
    answer = office.ask("roster", "days", "--year", 2026, "--suggest")
    assert answer.status == ExitStatus.CLEAN
    assert all(place["rule"] for place in answer.json["suggestion"]["places"])
    printed = office.run("roster", "days", "--year", 2026, "--suggest").out
    assert "新定" in printed
    assert "没有登记法官，不比法官的人数" in printed


def test_villages_are_suggested_office_by_office(office):
    answer = office.ask("roster", "days", "--year", 2026, "--villages", "--suggest")
    found = answer.json["suggestion"]
    assert answer.json["roles"] == ["mediator"]
    rules = [place["rule"] for place in found["places"]]
    assert len(rules) == 3
    assert rules[0] != rules[1], "one mediator cannot be in two villages"
    assert found["figures"] == {"over": 0, "moved": 0, "date_squares": 36}
    assert found["optimal"] is True
    listed = office.ask("roster", "days", "--year", 2026, "--villages")
    assert listed.codes == ["VILLAGE-DAY-MISSING"]


def test_an_unpublished_year_goes_by_weekdays_and_says_so(office):
    answer = office.ask("roster", "days", "--year", 2098, "--suggest")
    assert answer.status == ExitStatus.CLEAN
    assert "尚未公布" in answer.json["draft_reason"]
    assert "尚未公布" in office.run("roster", "days", "--year", 2098).out


def test_the_sheet_to_copy_from_reads_back_as_the_register(office, tmp_path):
    target = tmp_path / "建议.xlsx"
    before = hash_tree(office.path)
    answer = office.ask("roster", "days", "--year", 2026, "--suggest", "-o", target)
    assert hash_tree(office.path) == before, "nothing in the workspace changes"
    data = target.read_bytes()
    office.run("roster", "days", "--year", 2026, "--suggest", "-o", target)
    assert target.read_bytes() == data
    shutil.copy(target, office.path / "registers/进驻日.xlsx")
    registers = read_registers(open_workspace(office.path))
    assert registers.findings == ()
    assert [(row.role, row.rule, row.place, row.hours) for row in registers.registers.duty_days] == [
        (None, found["rule"], f"{found['name']}综治中心", hours)
        for found, hours in zip(answer.json["suggestion"]["places"], ["9:00—17:00", ""], strict=True)
    ]
    again = office.ask("roster", "days", "--year", 2026, "--suggest")
    assert all(place["kept"] for place in again.json["suggestion"]["places"])


def test_the_sheet_of_one_role_names_the_role(office, tmp_path):
    target = tmp_path / "建议.xlsx"
    office.run("roster", "days", "--year", 2026, "--suggest", "--villages", "-o", target)
    shutil.copy(target, office.path / "registers/进驻日.xlsx")
    registers = read_registers(open_workspace(office.path))
    assert {row.role for row in registers.registers.duty_days} == {MEDIATOR}
    assert len(registers.registers.duty_days) == 3


@pytest.mark.parametrize(
    "name", ["进驻日.xlsx", "进驻日（建议）.xlsx", "../registers/进驻日.xlsx", "新/一.xlsx"]
)
def test_the_registers_are_not_written(office, name):
    before = hash_tree(office.path)
    answer = office.run("roster", "days", "--year", 2026, "--suggest", "-o", office.path / "registers" / name)
    assert answer.status == ExitStatus.REFUSED
    assert "登记表" in answer.err
    assert hash_tree(office.path) == before


def test_a_link_to_the_register_is_refused_as_well(office, tmp_path):
    link = tmp_path / "一.xlsx"
    link.hardlink_to(office.path / "registers/进驻日.xlsx")
    answer = office.run("roster", "days", "--year", 2026, "--suggest", "-o", link)
    assert answer.status == ExitStatus.REFUSED


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--year", "2026", "-o", "x.xlsx"], "--suggest"),
        (["--year", "2026", "--role", "厨师"], "人民调解员"),
        (["--year", "2026", "--role", "法官", "--villages"], "--villages"),
        (["--year", "1999"], "2020"),
        (["--year", "今年"], "--year"),
        ([], "--year"),
    ],
)
def test_bad_arguments_are_refused_in_words(office, arguments, word):
    answer = office.run("roster", "days", *arguments)
    assert answer.status == ExitStatus.USAGE
    assert word in answer.err


def test_a_rule_that_cannot_be_read_is_told_and_replaced(office):
    code = office.county.code("平川镇")
    office.register("进驻日", [[code, "全部", "随时", "", ""]])
    listed = office.ask("roster", "days", "--year", 2026)
    assert listed.codes == ["DUTY-RULE-UNREADABLE", "DUTY-DAY-MISSING"]
    answer = office.ask("roster", "days", "--year", 2026, "--suggest")
    assert len(answer.json["suggestion"]["places"]) == 2


def test_a_role_of_villages_nobody_asks_for_has_no_days(office):
    answer = office.run("roster", "days", "--year", 2026, "--role", "社区民警", "--suggest")
    assert answer.status == ExitStatus.INPUT_MISSING
    assert "社区民警" in answer.err
    assert office.run("roster", "days", "--year", 2026, "--role", "社区民警").status == ExitStatus.CLEAN


def test_the_overlay_moves_what_is_suggested():
    """A local holiday on every second Tuesday makes another day better."""
    tuesdays = [month.first_day for month in Period.of_year(YEAR).months()]
    rule = parse_rule("每月第2个周二")
    off = tuple(
        DayOverride(when.date, is_off=True, name="本地假", document_number="")
        for month in Period.of_year(YEAR).months()
        for when in duty_dates([rule], month, CALENDAR)
    )
    assert len(off) == len(tuesdays)
    area = town(101)
    days = (DutyDay(area.code, None, "每月第2个周二"),)
    plain = staffing([area], [person("J1")], days)
    assert suggest(plain)[2].rules[area.code] == rule
    local = replace(plain, calendar=build_calendar([YEAR], off))
    found = suggest(local)[2]
    assert found.rules[area.code] != rule
    assert found.levels[1].value == 0
