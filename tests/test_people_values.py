"""Cells of duty rosters: names without their telephones, days of a month, times of the day."""

# Cells as departments type them.
# ruff: noqa: E501

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from sanwu_cli.sheets.values import Unreadable, list_workers, load_words, split_names, strip_title
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


TITLED = [
    ("检察官 夏临川", "检察官夏临川"), ("夏临川 检察官", "夏临川检察官"), ("检察官\n夏临川", "检察官夏临川"), ("检察官　夏　临川", "检察官夏临川"),
    ("检察官 夏 临 川", "检察官夏临川"), ("夏 临 川 检察官", "夏临川检察官"), ("法官 张三 律师 李四", "法官张三、律师李四"),
    ("张三 法官 李四 律师", "张三法官、李四律师"), ("张三 李四 法官", "张三、李四法官"), ("法官 张三 13900000000 律师 李四", "法官张三、律师李四"),
    ("员额法官 副庭长 张三", "员额法官副庭长张三"), ("法官", "法官"), ("法官 律师", "法官、律师"),
    ("法官 张三 庭长", "法官张三庭长"), ("张 法官", "张法官"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), TITLED)
def test_a_title_beside_a_name_is_no_person_of_its_own(cell: str, expected: str) -> None:
    assert parse_person(cell) == expected


NAMES = ["张三", "欧阳文若", "李四", "王小明"]


@pytest.mark.parametrize("title", [t for titles in load_words()["person_titles"].values() for t in titles])
@pytest.mark.parametrize("order", ["{title} {name}", "{name} {title}", "{title}\n{name}", "{title}{name}"])
def test_no_name_is_lost_among_titles(title: str, order: str) -> None:
    cell = " ".join(order.format(title=title, name=name) for name in NAMES)
    read = parse_person(cell)
    assert isinstance(read, str)
    assert [strip_title(name)[0] for name in split_names(read)] == NAMES


@pytest.mark.parametrize(
    ("text", "bare", "role"),
    [
        ("王平法官", "王平", "judge"), ("员额法官王平", "王平", "judge"), ("王平", "王平", ""), ("王平副庭长", "王平", ""), ("法官", "法官", ""),
        ("法官王平同志", "王平", "judge"), ("王法官", "王", "judge"),
    ],
)  # fmt: skip
def test_titles_are_taken_from_a_name_with_the_role_they_mean(text: str, bare: str, role: str) -> None:
    assert strip_title(text) == (bare, role)


@pytest.mark.parametrize(
    ("text", "workers"),
    [
        ("网格员张三、张三", ("张三",)),
        ("王主任、王同志", ("王主任", "王同志")),
        ("张三、李四网格长", ("张三", "李四")),
        ("空缺", ()),
        ("不详", None),
    ],
)
def test_grid_workers_are_told_apart_by_their_names_not_their_titles(
    text: str, workers: tuple[str, ...] | None
) -> None:
    assert list_workers(text) == workers


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
