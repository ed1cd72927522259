"""Fixed duty days: how a rule is read, and the day it gives in a month."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanwu_cli.calendars import build_calendar
from sanwu_cli.model import DayOverride
from sanwu_cli.periods import Month, WorkCalendar
from sanwu_cli.roster.days import DutyDate, duty_date, parse_rule, weekday_label

MARCH = Month(2026, 3)
CALENDAR = build_calendar([2026])


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
