"""What a holiday notice has moved: days of the draft and days now, published duties that do not fit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from workspaces import County, Office, hash_tree

from sanwu_cli.calendars import build_calendar, build_draft_calendar
from sanwu_cli.errors import ExitStatus
from sanwu_cli.model import Area, DayOverride, Duty, DutyDay, Roster, Unfilled
from sanwu_cli.periods import Month, Period, WorkCalendar
from sanwu_cli.roster.recheck import find_misfits, find_shifts
from sanwu_cli.roster.role_year import Staffing
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaKind, StationedRole

JUDGE, PROSECUTOR, LAWYER = TOWNSHIP_ROLES
YEAR = 2026
CALENDAR = build_calendar([YEAR])
EAST = Area("649999101", "东岭镇", AreaKind.TOWN, "649999")
WEST = Area("649999102", "西岭镇", AreaKind.TOWN, "649999")
FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def staffing(*rules, calendar=CALENDAR, areas=(EAST, WEST)):
    days = tuple(DutyDay(area.code, None, rule) for area, rule in zip(areas, rules, strict=False))
    return Staffing(areas, (), days, (), calendar)


def off(month, day, name="本地放假", year=YEAR):
    return DayOverride(date(year, month, day), is_off=True, name=name, document_number="")


def on(month, day, name="", year=YEAR):
    return DayOverride(date(year, month, day), is_off=False, name=name, document_number="")


def shifts(*rules, overrides=()):
    given_ = staffing(*rules, calendar=build_calendar([YEAR], overrides))
    found = find_shifts(YEAR, given_, build_draft_calendar(overrides), TOWNSHIP_ROLES)
    return [(s.area.name, s.month.number, str(s.before)[5:], str(s.now)[5:], s.cause) for s in found]


# --- the draft's calendar ---------------------------------------------------------------------------------


def test_the_draft_knows_weekends_and_the_local_overlay_alone():
    draft = build_draft_calendar((off(5, 27, "古尔邦节"), on(3, 14, "补班")))
    assert draft == WorkCalendar(
        days_off=frozenset({date(2026, 5, 27)}),
        days_on=frozenset({date(2026, 3, 14)}),
        names=((date(2026, 5, 27), "古尔邦节"),),
    )


def test_a_notice_that_the_office_typed_in_itself_is_no_part_of_the_draft():
    notice = tuple(off(number + 1, 8, name, 2098) for number, name in enumerate(FESTIVALS))
    overlay = (*notice, on(2, 15, "春节调休", 2098), off(9, 10, "古尔邦节", 2098), off(3, 10))
    draft = build_draft_calendar(overlay)
    assert sorted(draft.days_off) == [date(2026, 3, 10), date(2098, 9, 10)]
    assert not draft.days_on
    assert build_calendar([2098], overlay).is_published(Month(2098, 1))


# --- days of the year -------------------------------------------------------------------------------------


def test_a_day_that_became_a_holiday_has_moved():
    assert shifts("每月1日") == [
        ("东岭镇", 1, "01-01", "01-04", "元旦"),
        ("东岭镇", 5, "05-01", "05-06", "劳动节"),
        ("东岭镇", 10, "10-01", "10-08", "国庆节"),
    ]


def test_a_weekend_that_became_a_workday_takes_its_day_back():
    # 9 May 2026, a Saturday, is worked; by weekends alone the 9th moves to Monday.
    assert ("东岭镇", 5, "05-11", "05-09", "调休上班") in shifts("每月9日")


def test_the_count_of_workdays_moves_with_the_months_holidays():
    moved = shifts("每月第10个工作日")
    assert ("东岭镇", 10, "10-14", "10-20", "国庆节") in moved
    assert all(month not in (7, 8) for _, month, *_ in moved)


def test_local_holidays_stood_in_the_draft_already():
    overlay = (off(7, 15),)
    assert [one for one in shifts("每月15日", overrides=overlay) if one[1] == 7] == []


def test_two_days_a_month_move_one_by_one():
    assert [one for one in shifts("每月1日、15日") if one[1] == 10] == [
        ("东岭镇", 10, "10-01", "10-08", "国庆节")
    ]


RULES = (
    "每月1日",
    "每月10日、25日",
    "每月第2个周二",
    "每月最后一个工作日",
    "每月第5个周五",
    "每月第7个工作日",
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(RULES), st.lists(st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31)), max_size=20))
def test_shifts_lead_from_the_draft_to_the_days_now(rule, holidays):
    """Taking the old days out of the draft's and putting the new ones in gives the days as they are."""
    now = WorkCalendar(frozenset(holidays), published=frozenset({YEAR}))
    found = find_shifts(YEAR, staffing(rule, calendar=now), WorkCalendar(), (JUDGE,))

    def days(calendar):
        shown = find_shifts(YEAR, staffing(rule, calendar=calendar), _IDLE, (JUDGE,))
        return {one.now for one in shown if one.area == EAST}

    gone = {one.before for one in found} - {None}
    come = {one.now for one in found} - {None}
    assert (days(WorkCalendar()) - gone) | come == days(now)
    assert gone.isdisjoint(days(now))
    assert find_shifts(YEAR, staffing(rule, calendar=now), now, (JUDGE,)) == ()


_IDLE = WorkCalendar(days_off=frozenset(day for m in Period.of_year(YEAR).months() for day in m.days()))


# --- published duties -------------------------------------------------------------------------------------


def published(*duties):
    months = {Month.of(day) for _, _, day, _ in duties}
    return {
        month: Roster(
            month,
            tuple(
                Duty(day, area.code, role, f"某{name}", name, "", frozen=True)
                for area, role, day, name in duties
                if name and Month.of(day) == month
            ),
            tuple(
                Unfilled(area.code, role, month, ("缺",), planned_on=day)
                for area, role, day, name in duties
                if not name and Month.of(day) == month
            ),
            (),
            optimal=True,
        )
        for month in months
    }


def test_a_published_duty_that_still_fits_is_not_told_of():
    duties = published((EAST, JUDGE, date(2026, 3, 10), "甲"), (EAST, LAWYER, date(2026, 3, 10), ""))
    assert find_misfits(duties, staffing("每月第2个周二")) == ()


def test_a_published_duty_on_a_day_off_is_told_with_the_day_it_should_be():
    calendar = build_calendar([YEAR], (off(3, 10),))
    duties = published((EAST, JUDGE, date(2026, 3, 10), "甲"), (EAST, LAWYER, date(2026, 3, 10), ""))
    (found,) = find_misfits(duties, staffing("每月第2个周二", calendar=calendar))
    assert (found.is_day_off, found.cause, found.now) == (True, "本地放假", (date(2026, 3, 11),))
    assert [item.role for item in found.who] == [JUDGE, LAWYER]


def test_a_changed_rule_touches_only_the_roles_it_is_for():
    given_ = staffing("每月第2个周二")
    given_ = replace(given_, duty_days=(*given_.duty_days, DutyDay(EAST.code, JUDGE, "每月第3个周五")))
    day = date(2026, 3, 10)
    (found,) = find_misfits(published((EAST, JUDGE, day, "甲"), (EAST, LAWYER, day, "乙")), given_)
    assert (found.is_day_off, found.now) == (False, (date(2026, 3, 20),))
    assert [item.role for item in found.who] == [JUDGE]


def test_a_place_without_a_rule_or_gone_has_no_other_day():
    gone = replace(EAST, valid_to=date(2026, 2, 28))
    day = date(2026, 3, 10)
    duties = published((EAST, JUDGE, day, "甲"))
    for given_ in (staffing(), staffing("每月第2个周二", areas=(gone,))):
        (found,) = find_misfits(duties, given_)
        assert (found.is_day_off, found.now) == (False, ())


def test_a_day_published_already_is_not_offered_again():
    duties = published((EAST, JUDGE, date(2026, 3, 10), "甲"), (EAST, JUDGE, date(2026, 3, 26), "乙"))
    (found,) = find_misfits(duties, staffing("每月10日、25日"))
    assert (found.day, found.now) == (date(2026, 3, 26), (date(2026, 3, 25),))


# --- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    """One township visited on the first, one judge, prosecutor and lawyer."""
    office = Office(tmp_path / "云岭", County.of(平川镇=1), capsys.readouterr)
    office.register("进驻日", [[office.county.code("平川镇"), "全部", "每月第2个周二", "综治中心", ""]])
    office.register(
        "人员",
        [
            ["F1", "甲法官", "法官", "人民法院"],
            ["J1", "乙检察官", "检察官", "人民检察院"],
            ["L1", "丙律师", "律师", "律师事务所"],
        ],
    )
    return office


def recheck(office, year=YEAR):
    return office.ask("roster", "recheck", "--year", year)


def test_the_command_lists_what_moved_and_changes_nothing(office):
    office.register("进驻日", [[office.county.code("平川镇"), "全部", "每月1日", "综治中心", ""]])
    before = hash_tree(office.path)
    answer = recheck(office)
    assert answer.status == ExitStatus.CLEAN
    assert answer.json["schema"] == "sanwu/roster-recheck/1"
    assert answer.json["arrangement_published"] is True
    assert answer.json["published_months"] == []
    assert answer.json["moved"][-1] == {
        "area_code": office.county.code("平川镇"),
        "roles": ["judge", "prosecutor", "lawyer"],
        "month": "2026-10",
        "draft_date": "2026-10-01",
        "date": "2026-10-08",
        "cause": "国庆节",
    }
    printed = office.run("roster", "recheck", "--year", YEAR).out
    assert "10月1日" in printed
    assert "动了3个日子" in printed
    assert "还没有公布过值班表" in printed
    assert {k: v for k, v in hash_tree(office.path).items() if not k.startswith("ledger")} == {
        k: v for k, v in before.items() if not k.startswith("ledger")
    }


def test_an_unpublished_year_has_nothing_to_compare(office):
    answer = recheck(office, 2098)
    assert answer.status == ExitStatus.CLEAN
    assert (answer.json["arrangement_published"], answer.json["moved"]) == (False, [])
    assert "尚未公布" in office.run("roster", "recheck", "--year", 2098).out


def test_a_published_duty_on_a_new_holiday_is_an_error_and_goes_with_it(office):
    assert office.run("roster", "publish", "--month", "2026-03", "--as-of", "2026-02-20").status == 0
    assert recheck(office).codes == []
    office.register("节假日", [[date(2026, 3, 10), "休", "本地放假", "某发1号"]])
    answer = recheck(office)
    assert answer.status == ExitStatus.FINDINGS
    finding = answer.finding("ROSTER-DAY-OFF")
    assert "平川镇已公布的3月10日值班（法官甲法官、检察官乙检察官、律师丙律师）" in finding["message"]
    assert "3月11日" in finding["message"]
    (duty,) = answer.json["duties"]
    assert (duty["date"], duty["dates_now"], duty["day_off"]) == ("2026-03-10", ["2026-03-11"], True)
    (office.path / "registers/节假日.xlsx").unlink()
    assert recheck(office).codes == []


def test_a_published_duty_off_the_new_rule_is_a_warning(office):
    office.run("roster", "publish", "--month", "2026-03", "--as-of", "2026-02-20")
    office.register("进驻日", [[office.county.code("平川镇"), "全部", "每月第3个周二", "综治中心", ""]])
    answer = recheck(office)
    assert answer.status == ExitStatus.CLEAN
    assert answer.codes == ["ROSTER-DAY-CHANGED"]
    office.register("进驻日", [])
    assert "登记表里没有给出" in recheck(office).finding("ROSTER-DAY-CHANGED")["message"]


@pytest.mark.parametrize("arguments", [[], ["--year", "1999"], ["--year", "今年"]])
def test_bad_arguments_are_refused(office, arguments):
    assert office.run("roster", "recheck", *arguments).status == ExitStatus.USAGE


def test_every_role_is_looked_at(office):
    office.register(
        "进驻日",
        [[office.county.code("平川镇"), "人民调解员", "每月1日", "", ""]],
    )
    assert {role for one in recheck(office).json["moved"] for role in one["roles"]} == {
        StationedRole.MEDIATOR.value
    }
