"""Cells of duty rosters: names without their telephones, days of a month, times of the day."""

# Cells as departments type them.
# ruff: noqa: E501

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from sanwu_cli.sheets.values import Unreadable
from sanwu_cli.sheets.values.people import parse_clock, parse_days, parse_person

PERSONS = [
    ("甲法官", "甲法官"), ("甲 法 官", "甲法官"), ("甲　某", "甲某"), ("甲法官 00000000000", "甲法官"), ("甲法官\n000 0000 0000", "甲法官"),
    ("甲法官（0951-0000000）", "甲法官"), ("甲法官 电话：00000000000", "甲法官"), ("甲法官、乙法官", "甲法官、乙法官"),
    ("甲法官 乙检察官", "甲法官、乙检察官"), ("甲法官00000000000乙检察官00000000000", "甲法官、乙检察官"), ("", None), (None, None), (" \u3000", None),
    ("00000000000", None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), PERSONS)
def test_names_are_read_without_telephones(cell: str | None, expected: str | None) -> None:
    assert parse_person(cell) == expected


@pytest.mark.parametrize(
    "cell", ["甲法官 000000000000000000", "甲法官 00000000000000000X", "甲 000000 00000000 000X"]
)
def test_a_persons_own_number_makes_the_cell_unreadable(cell: str) -> None:
    assert parse_person(cell) == Unreadable("PERSONAL-VALUE")


DAYS = [
    ("1日\n17日", ("1", "17")), ("1日、17日", ("1", "17")), ("１日，１７号", ("1", "17")), ("3—5日", ("3", "4", "5")), ("7月1日-7月3日", ("1", "2", "3")),
    ("5", ("5",)), (5, ("5",)), (5.0, ("5",)), (date(2026, 7, 9), ("9",)), ("2026年7月1日\n2026-07-17", ("1", "17")), ("1日 1日", ("1",)), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), DAYS)
def test_days_of_a_month_in_one_cell(cell: object, expected: tuple[str, ...] | None) -> None:
    assert parse_days(cell) == expected  # type: ignore[arg-type]  # any cell


@pytest.mark.parametrize("cell", ["每周二", "32日", "0日", "1日至月底", "五日前", True])
def test_what_names_no_day_is_unreadable(cell: object) -> None:
    found = parse_days(cell)  # type: ignore[arg-type]  # any cell
    assert isinstance(found, Unreadable)
    assert found.code == "VALUE-DATE"


TIMES = [
    (time(8, 55), "08:55"), (datetime(2026, 3, 9, 8, 55), "08:55"), (timedelta(hours=8, minutes=55), "08:55"), (0.375, "09:00"),  # noqa: DTZ001
    ("8:55", "08:55"), ("8：55", "08:55"), ("８：５５", "08:55"), ("上午8点55分", "08:55"), ("9时", "09:00"), ("9点整", "09:00"), ("9点半", "09:30"),
    ("下午2点", "14:00"), ("下午14:30", "14:30"), ("17:30:00", "17:30"), ("2026年3月9日 8:55", "08:55"), ("9.30", "09:30"), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), TIMES)
def test_times_of_the_day(cell: object, expected: str | None) -> None:
    assert parse_clock(cell) == expected  # type: ignore[arg-type]  # any cell


@pytest.mark.parametrize(
    "cell", ["准时", "25:00", "9", 9, 46000.5, True, "9点多", date(2026, 3, 9), timedelta(days=2)]
)
def test_what_is_no_time_is_unreadable(cell: object) -> None:
    found = parse_clock(cell)  # type: ignore[arg-type]  # any cell
    assert isinstance(found, Unreadable)
    assert found.code == "VALUE-TIME"
