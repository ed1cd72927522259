"""The working calendar: well-known days, the regional overlay, and years nobody has published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sanwu_cli.calendars import build_calendar
from sanwu_cli.model import DayOverride
from sanwu_cli.periods import Month

FESTIVALS_2027 = (
    (date(2027, 1, 1), "元旦"),
    (date(2027, 2, 8), "春节"),
    (date(2027, 4, 5), "清明节"),
    (date(2027, 5, 3), "劳动节"),
    (date(2027, 6, 9), "端午节"),
    (date(2027, 9, 15), "中秋节"),
    (date(2027, 10, 1), "国庆节"),
)


def off(day, name="开斋节", number="示例文号1号"):
    return DayOverride(day, is_off=True, name=name, document_number=number)


def on(day):
    return DayOverride(day, is_off=False, name="调休", document_number="")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2020, 1, 31), False),  # Spring Festival was lengthened in the middle of the holiday
        (date(2020, 5, 4), False),
        (date(2020, 5, 9), True),  # a Saturday worked for Labour Day
        (date(2020, 6, 8), True),
        (date(2020, 10, 8), False),
        (date(2021, 2, 20), True),  # a Saturday worked for Spring Festival
        (date(2022, 12, 31), False),
        (date(2023, 9, 29), False),  # Mid-autumn
        (date(2024, 2, 9), True),  # New Year's Eve was a working day in that year
        (date(2025, 1, 28), False),  # and a day off in the next
        (date(2025, 10, 8), False),
        (date(2026, 1, 1), False),
        (date(2026, 2, 17), False),
        (date(2026, 3, 10), True),
        (date(2026, 3, 14), False),
        (date(2026, 5, 9), True),
        (date(2026, 10, 7), False),
    ],
)
def test_well_known_days(day, worked):
    assert build_calendar([day.year]).is_workday(day) is worked


def test_names_are_chinese_and_stand_at_days_off_only():
    calendar = build_calendar(range(2020, 2027))
    assert calendar.name_of(date(2026, 10, 1)) == "国庆节"
    assert calendar.name_of(date(2026, 2, 17)) == "春节"
    assert calendar.name_of(date(2020, 5, 9)) == ""
    assert {name for _, name in calendar.names} == {
        "元旦",
        "春节",
        "清明节",
        "劳动节",
        "端午节",
        "中秋节",
        "国庆节",
    }
    assert not calendar.days_off & calendar.days_on


def test_years_have_the_usual_number_of_workdays():
    calendar = build_calendar(range(2020, 2027))
    for year in range(2020, 2027):
        count = sum(len(calendar.workdays(Month(year, number))) for number in range(1, 13))
        assert 248 <= count <= 251


def test_days_moved_by_the_next_years_notice_are_known():
    calendar = build_calendar([2018])
    assert calendar.is_workday(date(2018, 12, 29))  # a Saturday
    assert not calendar.is_workday(date(2018, 12, 31))  # a Monday
    assert not build_calendar([2019]).is_workday(date(2018, 12, 31))


def test_an_unpublished_year_is_not_guessed():
    calendar = build_calendar([2027])
    assert not calendar.is_published(Month(2027, 3))
    assert calendar.is_published(Month(2026, 12))
    assert not [day for day in calendar.days_off | calendar.days_on if day.year == 2027]
    assert calendar.is_workday(date(2027, 10, 1))  # a Friday, as far as is known
    assert not build_calendar([2003]).is_published(Month(2003, 5))


def test_the_overlay_adds_the_regions_own_holidays():
    eid = date(2026, 3, 20)
    assert build_calendar([2026]).is_workday(eid)
    calendar = build_calendar([2026], (off(eid),))
    assert not calendar.is_workday(eid)
    assert calendar.name_of(eid) == "开斋节"


def test_the_later_row_of_the_overlay_wins():
    day = date(2026, 3, 20)
    assert build_calendar([2026], (off(day), on(day))).is_workday(day)
    assert not build_calendar([2026], (on(day), off(day))).is_workday(day)
    assert build_calendar([2026], (off(day), on(day))).name_of(day) == ""


def test_the_overlay_can_take_a_national_holiday_back():
    calendar = build_calendar([2026], (on(date(2026, 10, 7)), off(date(2026, 10, 10), "国庆节")))
    assert calendar.is_workday(date(2026, 10, 7))
    assert not calendar.is_workday(date(2026, 10, 10))
    assert not calendar.days_off & calendar.days_on


def test_a_year_is_published_by_the_office_when_all_seven_festivals_are_named():
    rows = tuple(off(day, name) for day, name in FESTIVALS_2027)
    assert build_calendar([2027], rows).is_published(Month(2027, 1))
    for left_out in range(len(rows)):
        partial = rows[:left_out] + rows[left_out + 1 :]
        assert not build_calendar([2027], partial).is_published(Month(2027, 1))


def test_festivals_named_as_worked_days_or_in_other_years_do_not_publish_a_year():
    rows = tuple(off(day, name) for day, name in FESTIVALS_2027)
    worked = (*rows[:-1], DayOverride(date(2027, 10, 9), is_off=False, name="国庆节", document_number=""))
    assert not build_calendar([2027], worked).is_published(Month(2027, 1))
    shifted = (*rows[:-1], off(rows[-1].day + timedelta(days=365), "国庆节"))
    assert not build_calendar([2027], shifted).is_published(Month(2027, 1))


def test_two_festivals_on_one_day_name_both():
    rows = [off(day, name) for day, name in FESTIVALS_2027[:-2]]
    rows.append(off(date(2027, 10, 1), "国庆节、中秋节"))
    assert build_calendar([2027], tuple(rows)).is_published(Month(2027, 6))
