"""Every spelling of dates, months, counts, codes and case numbers; what cannot be read is never blank."""

# The tables below are read across, with brackets and clock times as departments type them.
# ruff: noqa: E501, RUF001, DTZ001

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.values import (
    Unreadable,
    fold,
    has_personal_number,
    parse_area_code,
    parse_areas,
    parse_case_number,
    parse_code,
    parse_count,
    parse_date,
    parse_decimal,
    parse_list,
    parse_month,
    parse_percent,
    parse_period,
    parse_text,
    parse_yes_no,
    show_text,
)

MARCH = Period(Month(2026, 3), Month(2026, 3))
NINTH = date(2026, 3, 9)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-09", "2026.3.9", "2026.03.09", "2026/3/9", "2026年3月9日", "2026年03月09号", "20260309", 20260309,
        20260309.0, "２０２６年３月９日", "2026 年 3 月 9 日", "二〇二六年三月九日", "二零二六年三月九日", "二○二六年三月九日",
        "3月9日", "三月九日", "3.9", 3.9, 3.09, "3/9", "3-9", "9日", "九日", "2026年3月9日（周一）", "2026-03-09 星期一",
        "2026-03-09 9:30", "2026-03-09 09:30:15", "2026-03-09T09:30:00", "2026年3月9日9时30分", "2026年3月9日 上午9:30",
        "2026—03—09", "2026.3.9.", "2026、3、9", "20260309093000", 46090, 46090.4, "46090", "26年3月9日",
        datetime(2026, 3, 9, 8, 30), NINTH, "2026-3\u200b-9", "2026.3.9\u3000",
    ],
)  # fmt: skip
def test_every_spelling_of_a_date(cell):
    assert parse_date(cell, period=MARCH) == NINTH


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30", "2024/6/31", "2026-13-01", "2026年3月", "2026-03", "6月1日-6月5日", "1日\n17日", "不详", 3.1, 3.2, 9,
        True, time(9, 30), date(1905, 7, 18), "上旬", "2026-03-09abc", 12345678,
    ],
)  # fmt: skip
def test_what_is_no_date_is_unreadable_and_never_blank(cell):
    assert isinstance(parse_date(cell, period=MARCH), Unreadable)


def test_dates_without_a_year_need_a_period():
    assert isinstance(parse_date("3月9日"), Unreadable)
    assert isinstance(parse_date("9日", period=Period.of_year(2026)), Unreadable)
    january = Period(Month(2026, 1), Month(2026, 1))
    assert parse_date("12月28日", period=january) == date(2025, 12, 28)
    assert parse_date("2月3日", period=january) == date(2026, 2, 3)
    assert parse_date("3月9日", period=Period.of_year(2026)) == NINTH


@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", "\u200b"])
def test_an_empty_cell_is_missing_in_every_parser(blank):
    for parser in (
        parse_date,
        parse_count,
        parse_decimal,
        parse_yes_no,
        parse_code,
        parse_text,
        parse_period,
    ):
        assert parser(blank) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_dates_round_trip(day):
    spellings = (
        day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日",
        int(f"{day:%Y%m%d}"), (day - date(1899, 12, 30)).days if day.year > 2009 and day.year < 2064 else day,
    )  # fmt: skip
    assert {parse_date(spelling) for spelling in spellings} == {day}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("无", 0), ("/", 0), ("—", 0), ("——", 0), ("-", 0), ("零", 0), ("〇", 0), ("○", 0), ("０", 0), (0, 0), (0.0, 0),
        ("3件", 3), ("3 人次", 3), ("３", 3), (3, 3), (3.0, 3), ("3.0", 3), ("三件", 3), ("十二", 12), ("二十", 20),
        ("一百零五", 105), ("1,234", 1234), ("共5起", 5),
    ],
)  # fmt: skip
def test_counts(cell, number):
    assert parse_count(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        -1,
        3.5,
        "3.5",
        "3人5批",
        "约3件",
        True,
        "若干",
        date(2026, 3, 1),
        "1-2",
        float("nan"),
        "13900001111",
        13900001111,
        "9" * 5000,
        "九" * 5000,
    ],
)
def test_what_is_no_count(cell):
    assert isinstance(parse_count(cell), Unreadable)


def test_scores_are_exact():
    assert parse_decimal(95.19999999999999) == Decimal("95.2")
    assert parse_decimal("96.50") == Decimal("96.50")
    assert str(parse_decimal("96.50分")) == "96.50"
    assert isinstance(parse_decimal("95%"), Unreadable)
    assert parse_percent("85%") == parse_percent(0.85) == Decimal("0.85")
    assert isinstance(parse_percent(85), Unreadable)


def test_yes_and_no():
    assert all(parse_yes_no(cell) is True for cell in ("是", " 是 ", "√", "Y", "有", "是（已核实）", True, 1))
    assert all(parse_yes_no(cell) is False for cell in ("否", "×", "n", "无", False, 0))
    assert parse_yes_no("未突破", no=("未突破",)) is False
    assert isinstance(parse_yes_no("不详"), Unreadable)


def test_codes_never_lose_a_digit():
    assert (
        parse_code(640181101201.0)
        == parse_code("640181101201.0")
        == parse_code("6.40181101201E+11")
        == "640181101201"
    )
    assert parse_code("'0951") == "0951"
    assert all(isinstance(parse_code(cell), Unreadable) for cell in ("6.40181E+11", 1e18, 640181.5, -5, True))
    assert parse_area_code("640181101000") == parse_area_code(" 640 181 101 ") == "640181101"
    assert parse_area_code("640181000000") == "640181"
    assert parse_area_code("640181100000") == "640181100"
    assert isinstance(parse_area_code("6401811"), Unreadable)
    assert parse_areas("640181101、640181100201；640181001") == ("640181101", "640181100201", "640181001")
    assert parse_areas(640181101) == ("640181101",)
    assert parse_list("甲、乙\n丙") == ("甲", "乙", "丙")


@pytest.mark.parametrize(
    "cell",
    [
        "（2026）宁0181行初12号",
        "(2026) 宁0181行初12号",
        "〔2026〕宁 0181 行初１２号",
        "［2026］宁0181行初12号",
        "【2026】宁0181行初12号\n",
    ],
)
def test_one_case_has_one_number(cell):
    assert parse_case_number(cell) == "（2026）宁0181行初12号"


def test_case_numbers_of_the_police_and_numbers_of_petitions():
    assert parse_case_number("a6401810000002026030001") == "A6401810000002026030001"
    assert parse_case_number(202603001.0) == "202603001"
    assert isinstance(parse_case_number("待定"), Unreadable)
    assert isinstance(parse_case_number(640181202603000112345.0), Unreadable)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年3月", 3, 3), ("2026-03", 3, 3), ("202603", 3, 3), (202603, 3, 3), ("3月", 3, 3), ("三月份", 3, 3),
        ("1—10月", 1, 10), ("2026年1-10月", 1, 10), ("1月至3月", 1, 3), ("2026-01至2026-03", 1, 3), ("一季度", 1, 3),
        ("2026年第四季度", 10, 12), ("上半年", 1, 6), ("2026年下半年", 7, 12), ("2026年度", 1, 12), ("2026年", 1, 12),
        ("2026年3月1日至3月31日", 3, 3), (date(2026, 3, 1), 3, 3), ("2026年1月—2026年10月", 1, 10), ("2026-01~03", 1, 3),
    ],
)  # fmt: skip
def test_months_and_spans(text, first, last):
    assert parse_period(text, period=MARCH) == Period(Month(2026, first), Month(2026, last))


def test_what_is_no_span():
    assert isinstance(parse_period("3月"), Unreadable)
    assert isinstance(parse_period(2026.1, period=MARCH), Unreadable)
    assert isinstance(parse_period("2026年2月26日至3月25日", period=MARCH), Unreadable)
    assert isinstance(parse_period("2026年13月"), Unreadable)
    assert isinstance(parse_period("2026-05至2025-03"), Unreadable)
    assert isinstance(parse_period("2026年5月至2026年3月"), Unreadable)
    assert isinstance(parse_period(date(1900, 1, 3)), Unreadable)
    assert parse_month("2026年3月") == Month(2026, 3)
    assert isinstance(parse_month("一季度", period=MARCH), Unreadable)


def test_folding():
    assert fold(" 乡　镇\n（街 道）\u200b") == "乡镇(街道)"
    assert fold("〔２０２６〕") == fold("【2026】") == "(2026)"


def test_personal_numbers_are_found_and_never_shown():
    person = "11010519491231002X"
    assert has_personal_number(f"张某{person}")
    assert not has_personal_number("110105194912310021")  # wrong check digit
    assert not has_personal_number("A11010519491231002X")  # part of a longer number
    assert has_personal_number("某人 １３９00001111")
    assert not has_personal_number("2026139000011112")
    for text in (f"证号{person}", "电话13900001111"):
        assert parse_text(text) == Unreadable("PERSONAL-VALUE")
        assert parse_case_number(text) == Unreadable("PERSONAL-VALUE")
        assert "1390" not in show_text(text)
        assert person not in show_text(text)
    assert isinstance(parse_text(13900001111.0), Unreadable)


def test_text_is_shown_short():
    assert len(show_text("很" * 100)) == 40
    assert show_text("一\n二") == "一 二"
