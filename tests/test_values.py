"""Every spelling of dates, months, counts, codes and case numbers; what cannot be read is never blank."""

# The tables below are read across, with brackets and clock times as departments type them.
# ruff: noqa: E501, RUF001, DTZ001

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st
from sheet_tables import read_grids

from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.values import (
    Unreadable,
    fold,
    has_personal_number,
    is_blank,
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
from sanwu_cli.workbook.read import read_book

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


@pytest.mark.parametrize(
    "number", ["110105194912310021", "640181198812310021", "64018119881231002X", "640181-19881231-0021"]
)
def test_a_mistyped_personal_number_is_never_kept_as_free_text(number):
    assert not has_personal_number(number)
    assert parse_text(f"某局 {number}") == Unreadable("PERSONAL-VALUE")
    assert number not in show_text(f"某局 {number}")


@pytest.mark.parametrize(
    "text",
    [
        "并入640181202603010001",
        "（640181202603010001号）",
        "640181199913310021",
        "990181198812310021",
        "A640181198812310021",
    ],
)
def test_a_number_like_a_persons_is_kept_where_it_cannot_be_one(text):
    assert parse_text(text) == text
    assert parse_case_number("640181198812310021") == "640181198812310021"  # its check digit is wrong


def test_text_is_shown_short():
    assert len(show_text("很" * 100)) == 40
    assert show_text("一\n二") == "一 二"


# -- domain.md §2.3 and §2.2, cell by cell ---------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        # separators, noughts, full-width and CJK forms
        "2026-3-9", "2026.03.9", "2026/03/09", "2026\\3\\9", "2026,3,9", "2026，3，9", "２０２６－０３－０９", "２０２６．３．９", "2026年3月9", "2026年3月9号",
        "2026/03/09日", "2026 03 09", "２０２６年０３月０９日", "2026年 3月 9日", "2026年3月9日\n", "　2026年3月9日　", "\ufeff2026-03-09", "'2026-03-09",
        "2026.3.9.", "2026.3.9。", "2026年3月9日；", "26年03月09日",
        # weekdays
        "2026-03-09 周一", "2026年3月9日(星期一)", "2026年3月9日 礼拜一", "2026.3.9（周1）", "3月9日\n（周一）",
        # clock times, midnight included
        "2026-03-09 00:00", "2026-03-09 00:00:00", "2026/3/9 24:00", "2026-03-09 23:59:59", "2026-03-09 09:30:00.000", "2026-03-09T09:30:00Z",
        "2026-03-09T09:30:00+08:00", "2026年3月9日 9时", "2026年3月9日9时30分许", "2026年3月9日 下午3:20", "2026年3月9日 星期一 上午9时", "3月9日 9:30", "2026-3-9 9:30 AM",
        datetime(2026, 3, 9), datetime(2026, 3, 9, 23, 59, 59, 999999),
        # numerals
        "二〇二六年三月九号", "二○二六年三月九日", "二零二六年三月九日", "〇三月〇九日", "三月九日", "2026年三月九日", "二〇二六年3月9日",
        # without a year, without a month
        "03月09日", "3.09", "03.09", "3/09", "9号", "09日", "3 月 9 日", "３月９日", "３．９", 3.9, 3.09,
        # serials and yyyymmdd, as number and as text
        46090, 46090.0, 46090.9999, "46090", "46090.5", " 46090 ", "20260309", 20260309, "20260309 ", "20260309093000",
    ],
)  # fmt: skip
def test_more_spellings_of_the_ninth_of_march(cell):
    assert parse_date(cell, period=MARCH) == NINTH


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (40000, date(2009, 7, 6)), (59999, date(2064, 4, 7)), ("2024-02-29", date(2024, 2, 29)), ("二〇二六年十二月三十一日", date(2026, 12, 31)),
        ("二〇二六年三月廿九日", date(2026, 3, 29)), ("三月三十日", date(2026, 3, 30)), ("十月十日", date(2025, 10, 10)), ("3.10", date(2026, 3, 10)), (3.15, date(2026, 3, 15)),
        ("19491001", date(1949, 10, 1)), ("1999-9-9", date(1999, 9, 9)), ("2099-12-31", date(2099, 12, 31)), ("4月30日", date(2026, 4, 30)), ("5月1日", date(2026, 5, 1)), ("5月2日", date(2025, 5, 2)),
    ],
)  # fmt: skip
def test_days_at_the_edges(cell, day):
    assert parse_date(cell, period=MARCH) == day


@pytest.mark.parametrize(
    "cell",
    [
        # no such day
        "2026-02-29", "2026-04-31", "2026-00-10", "2026-10-00", "0000-00-00", "1900-01-00", 20260230, 20261309, "20260231", "2月30日", "31.12", 31.12, "32日", "0日",
        # not precise
        "2026", 2026, "2026年", "2026.3", "2026年03月", "202603", 202603, "3月", "三月", "三月中旬", "3月底", "月初", "2026年第一季度", "3月上旬",
        # several days
        "6月1日-6月5日", "6月1日—5日", "2026年3月9日至12日", "3月9日、10日", "3月9、10日", "9日-12日", "9、10日", "3.9-3.12", "2026.3.9-2026.3.12",
        "2026-03-09至2026-03-12", "2026-03-09\n2026-03-10", "2026-03-09 2026-03-10", "2026/3/9;2026/3/10", "1日\n17日", "3月9日和10日", "每月9日",
        # lost nought
        3.1, 3.2, 3.3, 6.1, 10.1, 12.3,
        # numbers that are no day
        0, 1, 9, -1, -46090, 39999, 60000, 60001, 99999, 1e9, 1e15, 1e300, 0.5, float("nan"), float("inf"), -float("inf"), 26.39, 2026.39, 260309, 99991231, 18991231,
        "39999", "60000", "260309", "0309", "1e5", "4.6E+04",
        # times, lengths, truth
        time(9, 30), time(0, 0), timedelta(days=46090), timedelta(hours=33), True, False,
        # other calendars and orders
        "民国115年3月9日", "115.3.9", "115年3月9日", "农历二月初一", "三月初九", "正月初五", "腊月二十", "丙午年三月初九", "农历2026年3月9日", "令和8年3月9日",
        "9/3/2026", "03/09/2026", "09-Mar-2026", "Mar 9, 2026", "2026-Mar-09",
        # years of another kind
        date(1900, 1, 1), date(1905, 7, 18), date(2100, 1, 1), datetime(1899, 12, 31), 21000101,
        # words, signs, errors as text
        "不详", "待定", "同上", "〃", "是", "#N/A", "#VALUE!", "#####", "2026-03-XX", "2026年3月?日", "约2026年3月9日", "2026年3月9日左右", "3月9日前", "3月9日起",
        "2026-03-09补报", "补2026-03-09", "立案2026-03-09",
    ],
)  # fmt: skip
def test_more_that_is_no_day(cell):
    found = parse_date(cell, period=MARCH)
    assert isinstance(found, Unreadable)
    assert found.code == "VALUE-DATE"


@pytest.mark.parametrize(
    "cell", ["3月9日、10日", "1日\n17日", "6月1日-6月5日", "2026年3月9日至12日", "9日 10日"]
)
def test_several_days_are_told_as_such(cell):
    assert parse_date(cell, period=MARCH).hint == "一格里有几个日期"


@pytest.mark.parametrize("cell", ["3月9日", "3.9", "9日", 3.9, "三月九日"])
def test_what_lacks_its_year_is_unreadable_without_a_span(cell):
    assert isinstance(parse_date(cell), Unreadable)


@given(st.dates(date(2010, 1, 1), date(2063, 12, 31)), st.sampled_from(["-", ".", "/", "、"]), st.booleans())
def test_a_day_of_any_month_in_numerals_and_without_its_year(day, sign, is_short):
    chinese = [
        "",
        *"一二三四五六七八九",
        "十",
        *(f"十{n}" for n in "一二三四五六七八九"),
        "二十",
        *(f"二十{n}" for n in "一二三四五六七八九"),
        "三十",
        "三十一",
    ]
    digits = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    assert parse_date(f"{digits}年{chinese[day.month]}月{chinese[day.day]}日") == day
    month = Period(Month(day.year, day.month), Month(day.year, day.month))
    assert parse_date(f"{day.month}月{day.day}日", period=month) == day
    assert parse_date(f"{chinese[day.day]}日" if is_short else f"{day.day}日", period=month) == day
    assert parse_date(f"{day.year}{sign}{day.month}{sign}{day.day}") == day


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("１２件", 12), ("１２", 12), ("1，234", 1234), ("1,234,567", 1234567), ("3 起", 3), ("3起。", 3), ("计3起", 3), ("共 3 件", 3), ("3人次", 3), ("3批次", 3),
        ("3宗", 3), ("三", 3), ("两", 2), ("十", 10), ("廿三", 23), ("一百", 100), ("一百一十", 110), ("一百二十", 120), ("一百零二", 102), ("0件", 0), ("零件", 0), ("00", 0),
        ("0.0", 0), (-0.0, 0), ("007", 7), ("3.0", 3), (2.9999999999999996, 3), ("没有", 0), ("－", 0), ("–", 0), ("―", 0), ("\\", 0), ("*", 0), ("O", 0), ("ｏ", 0),
        (9999999, 9999999),
    ],
)  # fmt: skip
def test_more_counts(cell, number):
    assert parse_count(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        "约5起", "5-6起", "5—6", "十余件", "10余件", "二十来件", "5+", ">5", "≥5", "5件以上", "3、4", "3/5", "0.5", "12,34", "1,23", "两三件", "三四起", "一二三", "3起3人", "3件5人次",
        "1e3", "1E3", ".5", "-3", "+3", "N/A", "#N/A", "null", "None", "×", "√", "有", "是", "否", "若干", "较多", "不详", "见附件", "3.5件", "百", "1千", "1万", "½", "Ⅲ", "叁",
        3.0000001, 1e7, 1e300, float("inf"), True, False, time(3, 0), timedelta(days=3), datetime(1900, 1, 3), "2026-03-09", "110105194912310021",
    ],
)  # fmt: skip
def test_more_that_is_no_count(cell):
    found = parse_count(cell)
    assert isinstance(found, Unreadable)
    assert found.code == "VALUE-COUNT"


@given(st.integers(0, 9_999_999), st.sampled_from(["", "件", "起", "人次", " 件"]), st.booleans())
def test_counts_round_trip(number, unit, is_wide):
    text = str(number)
    if is_wide:
        text = "".join(chr(ord(digit) + 0xFEE0) for digit in text)
    assert (
        parse_count(number)
        == parse_count(float(number))
        == parse_count(f"{text}{unit}")
        == parse_count(f"{number:,}")
        == number
    )


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        ("85%", "0.85"), ("85％", "0.85"), ("８５％", "0.85"), ("85.5%", "0.855"), ("85 %", "0.85"), ("0.85", "0.85"), (0.85, "0.85"), ("0.85%", "0.0085"), ("100%", "1"), (0, "0"),
        (1, "1"), ("0", "0"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_shares(cell, share):
    assert parse_percent(cell) == Decimal(share)


@pytest.mark.parametrize(
    "cell",
    [
        85,
        "85",
        100,
        1.2,
        "-5%",
        -0.5,
        "8成",
        "八成五",
        "百分之八十五",
        "85%左右",
        "5‰",
        True,
        "优",
        date(2026, 3, 9),
    ],
)
def test_what_is_no_share(cell):
    assert isinstance(parse_percent(cell), Unreadable)


@pytest.mark.parametrize(
    "cell",
    [
        "6.40181E+11",
        "6.4E+11",
        "6.4E11",
        "6.40181e+11",
        6.4018110120100001e17,
        1e15,
        1234567890123456,
        -1,
        640181.5,
        True,
        date(2026, 3, 9),
    ],
)
def test_codes_that_have_lost_digits(cell):
    assert isinstance(parse_code(cell), Unreadable)
    assert isinstance(parse_area_code(cell), Unreadable)


@pytest.mark.parametrize(
    "cell",
    [
        "640181101201",
        640181101201,
        640181101201.0,
        "６４０１８１１０１２０１",
        " 640181 101201 ",
        "‘640181101201",
        "640181101201.0",
        "6.40181101201E+11",
        "6.40181101201E11",
        "640181-101-201",
    ],
)
def test_one_area_code_however_kept(cell):
    assert parse_area_code(cell) == "640181101201"


@given(
    st.text(max_size=30)
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)
@example("\x1b")
def test_no_cell_whatever_raises_or_is_blank_by_mistake(cell):
    """Every parser gives a value, None for what shows nothing, or says that it cannot read the cell."""
    for parser in (
        parse_date,
        parse_count,
        parse_decimal,
        parse_percent,
        parse_yes_no,
        parse_code,
        parse_area_code,
        parse_case_number,
        parse_text,
        parse_period,
        parse_month,
        parse_areas,
        parse_list,
    ):
        found = parser(cell)
        if found is None:
            assert isinstance(cell, str)
            assert not fold(cell)


# -- cells that say more than one thing, or less than one --------------------------------------------------


@pytest.mark.parametrize("cell", ["3①", "3²", "3⒈", "３①件", "10²"])
def test_a_footnote_mark_is_no_digit(cell):
    assert isinstance(parse_count(cell), Unreadable)


@pytest.mark.parametrize("cell", ["XF1①", "XF1²"])
def test_a_footnote_mark_makes_no_other_case(cell):
    assert isinstance(parse_case_number(cell), Unreadable) or parse_case_number(cell) == "XF1"


@pytest.mark.parametrize("cell", ["1\n1", "1 2", "2\u30003"])
def test_two_numbers_in_a_cell_are_no_count(cell):
    assert isinstance(parse_count(cell), Unreadable)


@pytest.mark.parametrize("cell", ["3月1\n1日", "2026-03-1 1"])
def test_a_day_torn_in_two_is_no_day(cell):
    assert isinstance(parse_date(cell, period=MARCH), Unreadable)


@pytest.mark.parametrize(
    "cell",
    [
        "XF1\nXF2",
        "XF1、XF2",
        "XF1 XF2",
        "A6401812026001，A6401812026002",
        "（2026）宁0181行初12、13号",
        "（2026）宁0181行初12号、13号",
        "（2026）宁0181行初12-15号",
    ],
)
def test_several_case_numbers_in_a_cell_are_not_one(cell):
    assert isinstance(parse_case_number(cell), Unreadable)


@pytest.mark.parametrize("cell", ["一百二", "三百五", "二百五件"])
def test_a_number_as_it_is_spoken_is_not_guessed(cell):
    assert isinstance(parse_count(cell), Unreadable)


@pytest.mark.parametrize("cell", ["6.40181E+17", "6.4018120260301E+17", "2.02603E+12"])
def test_a_shortened_case_number_is_no_number(cell):
    assert isinstance(parse_case_number(cell), Unreadable)


@pytest.mark.parametrize(
    "cell",
    [
        "2026年元月",
        "2026年1-3",
        "2026年12",
        "2026年三",
        "2026年 03",
        "2026年Q1",
        "2026年第3期",
        "2026年第10周",
        "2026年春节期间",
    ],
)
def test_only_a_year_is_a_year(cell):
    assert parse_period(cell, period=MARCH) != Period.of_year(2026)


@pytest.mark.parametrize("cell", ["2026年3月上旬", "3月下旬", "2026年3月（1-15日）", "3月前"])
def test_part_of_a_month_is_no_month(cell):
    assert isinstance(parse_period(cell, period=MARCH), Unreadable)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [("一至三月", 1, 3), ("元月至三月", 1, 3), ("前三季度", 1, 9), ("1月和2月", 1, 2), ("3月、4月", 3, 4), ("2026年3、4月", 3, 4), ("2026年第一、二季度", 1, 6)],
)  # fmt: skip
def test_a_span_in_words_is_that_span(cell, first, last):
    found = parse_period(cell, period=MARCH)
    assert found == Period(Month(2026, first), Month(2026, last))


@pytest.mark.parametrize(
    "cell",
    [
        "二O二六年三月九日",
        "二o二六年三月九日",
        "二Ｏ二六年三月九日",
        "二◯二六年三月九日",
        "2026年3月9日上午",
        "2026年3月9日晚",
        "2026-03-09（一）",
        "公元2026年3月9日",
    ],
)
def test_spellings_plain_to_a_person(cell):
    assert parse_date(cell, period=MARCH) == NINTH


@pytest.mark.parametrize(
    "cell",
    ["2026-03-09\n2026-03-10", "2026.3.9-2026.3.12", "2026-03-09至2026-03-12", "3月9、10日", "3.9-3.12"],
)
def test_several_days_of_any_spelling_are_told_as_such(cell):
    assert parse_date(cell, period=MARCH).hint == "一格里有几个日期"


@pytest.mark.parametrize("form", ["yyyy-mm-dd", 14, 31, 57, '[$-804]yyyy"年"m"月"d"日";@'])
def test_a_date_cell_of_a_1904_book_is_its_day(tmp_path, form):
    assert read_1904(tmp_path, form) == NINTH


@pytest.mark.parametrize("form", ["General", "0", "@"])
def test_a_serial_of_a_1904_book_is_its_day(tmp_path, form):
    found = read_1904(tmp_path, form)
    assert found == NINTH


def read_1904(tmp_path, form):
    """Write the ninth of March as a number of a 1904 book, read the cell through a sheet."""
    path = tmp_path / "表.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        page = book.add_worksheet()
        for column, text in enumerate(["登记日期", "信访编号", "乡镇(街道)", "村(社区)", "是否越级"]):
            page.write(0, column, text)
        page.write_number(1, 0, 44628, book.add_format({"num_format": form}))
        for column, text in enumerate(["XF1", "青禾镇", "上渠村", "是"], start=1):
            page.write(1, column, text)
    book, _ = read_book(path, shown_as="inbox/2026-03/越级上访台账.xlsx")
    (row,) = read_grids(*book.grids)[0].rows
    return row.values["filed_on"] or Unreadable("VALUE-DATE")


@pytest.mark.parametrize("number", range(128))
def test_a_sign_folds_alike_among_letters_and_among_characters(number):
    sign = chr(number)
    assert fold(f"甲{sign}b") == f"甲{fold(f'{sign}b')}"
    assert is_blank(sign) == (not fold(sign))
