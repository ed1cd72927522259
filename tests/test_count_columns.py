"""Count sheets with several columns of one indicator: the month's number is taken, or none, never its neighbour's."""

# Tables are read across.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from sheet_tables import read_table

TITLE = "2026年3月三无指标月报表\n"
DOWN = [(1, 0, 2, 0), (1, 1, 2, 1)]


def read_grouped(top, below, numbers):
    """Read one row of a sheet whose indicator is split in two levels; give the row at 上渠村."""
    columns = len(below.split("|"))
    heads = "|".join(["乡镇", "村", top, *[""] * (columns - 1)])
    reading = read_table(
        f"{TITLE}{heads}\n||{below}\n青禾镇|上渠村|{numbers}", merges=[*DOWN, (1, 2, 1, columns + 1)]
    )
    return last_values(reading)


def read_flat(heads, numbers):
    return last_values(read_table(f"{TITLE}乡镇|村|{heads}\n青禾镇|上渠村|{numbers}"))


def last_values(reading):
    return dict(reading.rows[-1].values) if reading.rows else {}


@pytest.mark.parametrize(
    ("top", "below", "numbers", "name", "count"),
    [
        ("越级上访", "批次|人次", "1|5", "skip_level_petition", 1),
        ("越级上访", "人次|批次", "5|1", "skip_level_petition", 1),
        ("刑事案件", "本月|累计", "1|7", "criminal_case", 1),
        ("刑事案件", "累计|本月", "7|1", "criminal_case", 1),
        ("刑事案件", "上月|本月", "7|1", "criminal_case", 1),
        ("本月", "越级上访|行政诉讼|刑事案件", "1|2|3", "criminal_case", 3),
    ],
)
def test_the_months_own_number_is_taken(top, below, numbers, name, count):
    assert read_grouped(top, below, numbers)[name] == count


@pytest.mark.parametrize(
    "head",
    ["刑事案件破案数", "刑事案件（累计）", "去年同期刑事案件", "行政案件", "其中：刑事案件", "刑事案件同比"],
)
def test_another_number_is_not_taken(head):
    assert "criminal_case" not in read_flat(f"{head}|越级上访", "9|0")


@pytest.mark.parametrize(
    ("heads", "numbers"),
    [
        ("刑事案件(2月)|刑事案件(3月)", "9|1"), ("刑事案件（2025年3月）|刑事案件（2026年3月）", "9|1"), ("刑事案件(本年)|越级上访", "9|0"),
        ("刑事案件(1-3月)|越级上访", "9|0"), ("刑事案件(全年)|越级上访", "9|0"),
    ],
)  # fmt: skip
def test_a_number_of_another_span_is_not_taken(heads, numbers):
    assert read_flat(heads, numbers).get("criminal_case") in {None, 1}


@pytest.mark.parametrize(
    ("top", "below", "numbers", "name", "right"),
    [
        ("刑事案件", "破案|立案", "9|1", "criminal_case", 1), ("刑事案件", "发案数|立案数", "9|1", "criminal_case", 1), ("行政诉讼", "应诉|败诉", "9|1", "administrative_suit", None),
        ("行政诉讼", "二审|一审", "9|1", "administrative_suit", None), ("越级上访", "进京|赴区|到市|合计", "9|2|3|14", "skip_level_petition", 14),
    ],
)  # fmt: skip
def test_an_unknown_second_level_is_not_guessed(top, below, numbers, name, right):
    assert read_grouped(top, below, numbers).get(name) in {None, right}


def test_a_sum_beside_its_parts_is_the_number():
    """H5 of the research: visits to three places, and their sum."""
    table = (
        "2026年3月越级访情况统计表\n序号|乡镇（街道）|村（社区）|到市||赴区||进京||合计|备注\n"
        "|||批次|人次|批次|人次|批次|人次||\n1|青禾镇|上渠村|1|2|1|3|0|0|2|"
    )
    across = [(1, 3, 1, 4), (1, 5, 1, 6), (1, 7, 1, 8)]
    down = [(1, column, 2, column) for column in (0, 1, 2, 9, 10)]
    assert last_values(read_table(table, merges=[*across, *down])).get("skip_level_petition") in {None, 2}


def test_persons_are_no_visits():
    assert "skip_level_petition" not in read_flat("越级上访（人次）|刑事案件", "12|0")
