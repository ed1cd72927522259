"""Faults once found in the reading of cells, one table each: nothing grows together, widens or shrinks in silence."""

# The tables below are read across, with signs as departments type them.
# ruff: noqa: E501, RUF001

from __future__ import annotations

import io
from datetime import date, time
from decimal import Decimal

import openpyxl
import pytest
import xlwt
from sheet_tables import PLACES, SCHEMAS, codes, read_table

from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.cells import make_parser
from sanwu_cli.sheets.single import read_sheet
from sanwu_cli.sheets.values import (
    Unreadable,
    find_period,
    fold,
    parse_area_code,
    parse_areas,
    parse_case_number,
    parse_code,
    parse_count,
    parse_date,
    parse_decimal,
    parse_percent,
    parse_period,
    parse_yes_no,
)
from sanwu_cli.sheets.values.people import parse_clock, parse_days
from sanwu_cli.workbook.read import read_book

MARCH = Period(Month(2026, 3), Month(2026, 3))
NINTH = date(2026, 3, 9)
MARK, APART, SEVERAL, BROKEN = "带圈、上标", "空格或换行", "几个编号", "科学计数"


def span(first, last, year=2026):
    return Period(Month(year, first), Month(year, last))


def expect_unreadable(value, code, hint=""):
    assert isinstance(value, Unreadable), value
    assert value.code == code
    assert hint in value.hint
    return True


# --- V1: signs that NFKC would turn into digits ------------------------------------------------------


@pytest.mark.parametrize("mark", ["①", "²", "³", "⒈", "⓪", "❶", "⓵", "₂", "½", "㏨", "㋂", "🄁"])
def test_v1_a_mark_never_becomes_a_digit(mark):
    expect_unreadable(parse_count(f"3{mark}"), "VALUE-COUNT", MARK)
    expect_unreadable(parse_count(f"{mark}件"), "VALUE-COUNT", MARK)
    expect_unreadable(parse_case_number(f"XF1{mark}"), "VALUE-CASE-NUMBER", MARK)
    expect_unreadable(parse_date(f"2026年3月{mark}日"), "VALUE-DATE", MARK)
    expect_unreadable(parse_date(f"2026-03-09{mark}"), "VALUE-DATE", MARK)
    expect_unreadable(parse_code(f"640181{mark}"), "VALUE-CODE", MARK)
    expect_unreadable(parse_area_code(f"64018110{mark}"), "VALUE-CODE", MARK)
    expect_unreadable(parse_areas(f"640181101、64018110{mark}"), "VALUE-AREA-CODE", MARK)
    expect_unreadable(parse_decimal(f"95{mark}"), "VALUE-DECIMAL", MARK)
    expect_unreadable(parse_percent(f"85{mark}%"), "VALUE-PERCENT", MARK)
    expect_unreadable(parse_yes_no(mark), "VALUE-YES-NO", MARK)
    expect_unreadable(parse_period(f"2026年3{mark}月"), "VALUE-MONTH", MARK)


def test_v1_days_and_times_of_a_duty_sheet_are_no_better():
    expect_unreadable(parse_days("3①日"), "VALUE-DATE", MARK)
    expect_unreadable(parse_clock("8:5⑤"), "VALUE-TIME", MARK)
    expect_unreadable(parse_clock("8:3\n0"), "VALUE-TIME", APART)
    assert parse_days("1日\n17日") == ("1", "17")
    assert parse_clock("8:30") == "08:30"


def test_v1_a_mark_in_a_title_is_passed_over():
    assert find_period("2026年3月①越级上访台账") == find_period("2026年3月越级上访台账")
    assert find_period("①2026年3月¹") == find_period("2026年3月")


def test_v1_full_width_digits_are_digits():
    assert parse_count("１２件") == 12
    assert parse_case_number("XF１２") == "XF12"
    assert parse_date("２０２６－０３－０９") == NINTH


# --- V2: two numbers in one cell ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parse", "cell", "code", "hint"),
    [
        (parse_count, "1\n1", "VALUE-COUNT", APART), (parse_count, "1 2", "VALUE-COUNT", APART),
        (parse_count, "1\u30002件", "VALUE-COUNT", APART), (parse_count, "12,34", "VALUE-COUNT", "几个数"),
        (parse_decimal, "9 5", "VALUE-DECIMAL", APART), (parse_decimal, "95,3", "VALUE-DECIMAL", "几个数"),
        (parse_percent, "8 5%", "VALUE-PERCENT", APART), (parse_percent, "80%-90%", "VALUE-PERCENT", "几个数"),
        (parse_date, "3月1\n1日", "VALUE-DATE", ""), (parse_date, "2026-03-1 1", "VALUE-DATE", ""),
        (parse_date, "2 0 2 6年3月9日", "VALUE-DATE", APART), (parse_date, "2026年3月十 一日", "VALUE-DATE", ""),
        (parse_period, "1\n2月", "VALUE-MONTH", APART), (parse_period, "2026 03", "VALUE-MONTH", APART),
    ],
)  # fmt: skip
def test_v2_blanks_never_join_digits(parse, cell, code, hint):
    expect_unreadable(parse(cell), code, hint)


@pytest.mark.parametrize(
    "cell",
    [
        "XF1\nXF2", "XF1 XF2", "XF1、XF2", "XF1，XF2", "XF1;XF2", "XF1|XF2", "XF1/XF2", "XF1至XF5", "XF1~5", "XF001-XF005", "XF(1) XF(2)",
        "A6401810000002026030001，A6401810000002026030002", "（2026）宁0181行初12、13号", "（2026）宁0181行初12-15号",
        "（2026）宁0181行初12号至15号", "（2026）宁0181行初12号\n（2026）宁0181行初13号", "（2026）宁0181行初12号和13号",
        "A6401 8100", "XF2026\n001",
    ],
)  # fmt: skip
def test_v2_several_case_numbers_are_not_one(cell):
    expect_unreadable(parse_case_number(cell), "VALUE-CASE-NUMBER", SEVERAL)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("(2026) 宁 0181 行初 12 号", "（2026）宁0181行初12号"), ("（2026）宁0181行初\n12号", "（2026）宁0181行初12号"),
        ("（2026）宁0181行初12号之一", "（2026）宁0181行初12号之一"), ("（2026）宁0181行初12-1号", "（2026）宁0181行初12-1号"),
        ("XF 1", "XF1"), ("XF2026-03-001", "XF2026-03-001"), ("2026/001", "2026/001"), ("XF-A12-B3", "XF-A12-B3"),
        ("甘2925和政行初1号", "甘2925和政行初1号"), ("公立字〔2026〕12号", "公立字（2026）12号"), ("XF—1", "XF-1"),
    ],
)  # fmt: skip
def test_v2_one_case_number_is_one(cell, number):
    assert parse_case_number(cell) == number


# --- V3, counts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["一百二", "三百五", "二百五", "两三件", "三五起", "二百零五十"])
def test_v3_a_count_with_two_readings_is_not_read(cell):
    expect_unreadable(parse_count(cell), "VALUE-COUNT", "阿拉伯数字")


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("一百零二", 102),
        ("一百二十", 120),
        ("一百二十三起", 123),
        ("三百", 300),
        ("一百一十", 110),
        ("廿五", 25),
        ("1,234", 1234),
        ("共计3起", 3),
    ],
)
def test_v3_a_count_with_one_reading_is_read(cell, count):
    assert parse_count(cell) == count


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("约5起", "约数"), ("3起以上", "约数"), ("若干", "约数"), ("5-6起", "范围"), ("5~6", "范围"), ("五至六起", "范围"), ("3人5批", "几个数"),
        ("3（集体1）", "几个数"), ("5%", "百分比"), ("-1", "负数"), ("3.5", "小数"), ("3起待核", "别的字"), ("件" * 80, "字太多"),
    ],
)  # fmt: skip
def test_a_count_that_is_none_says_why(cell, hint):
    expect_unreadable(parse_count(cell), "VALUE-COUNT", hint)


@pytest.mark.parametrize(
    ("cell", "share"),
    [("85%", "0.85"), ("８５％", "0.85"), ("85.5 %", "0.855"), ("0.85", "0.85"), (0.85, "0.85"), (1, "1")],
)
def test_shares(cell, share):
    assert parse_percent(cell) == Decimal(share)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [("八成", "80%"), ("8成", "80%"), ("85", "没有百分号"), (85, "没有百分号"), ("百分之八十五", "阿拉伯数字"), (-0.1, "负数"), ("90000%", "太大"), ("不详", "")],
)  # fmt: skip
def test_a_share_that_is_none_says_why(cell, hint):
    expect_unreadable(parse_percent(cell), "VALUE-PERCENT", hint)


# --- V4: what a spreadsheet has broken ---------------------------------------------------------------


@pytest.mark.parametrize(
    "cell", ["6.40181E+17", "6.4018120260301E+13", "6.4e+17", "6E+17", "'6.40181E+17", "６.４Ｅ+17"]
)
def test_v4_a_case_number_in_scientific_notation_is_lost(cell):
    expect_unreadable(parse_case_number(cell), "VALUE-CASE-NUMBER", BROKEN)


def test_v4_a_number_saved_as_text_is_restored_and_letters_stay():
    assert parse_case_number("202603001.0") == "202603001"
    assert parse_case_number("6E12") == "6E12"


# --- V5, V6, V7: months in cells -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "2026年1-3", "2026年12", "2026年三", "2026年 03", "2026年Q1", "2026年第3期", "2026年第10周", "2026年春节期间", "2026年13月",
        "2026年3月上旬", "3月下旬", "2026年3月（1-15日）", "2026年3月1日至15日", "3月前", "3月起", "3月以来", "2026年3月上半月", "2026年3月第一周",
        "截至3月", "3月累计", "2026年3月底", "2026年2月21日至3月20日", "20260301-20260315", "2026.3.1-3.15", "1月、3月", "2026-2027年",
        "2025年12月、2026年1月", "近三个月", "后三季度", "2026年3月 0件", "本月", "2026年3月（2025年4月）", "2026-05至2025-03",
    ],
)  # fmt: skip
def test_v5_v6_only_whole_months_alone_in_the_cell_are_read(cell):
    expect_unreadable(parse_period(cell, period=MARCH), "VALUE-MONTH")


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2026年元月", 1, 1), ("元月", 1, 1), ("元月至三月", 1, 3), ("一至三月", 1, 3), ("前三季度", 1, 9), ("前3个季度", 1, 9), ("前两个月", 1, 2),
        ("1月和2月", 1, 2), ("3月、4月", 3, 4), ("2026年3、4月", 3, 4), ("1、2、3月", 1, 3), ("十一、十二月", 11, 12), ("2026年第一、二季度", 1, 6),
        ("2026年第1—3季度", 1, 9), ("一至三季度", 1, 9), ("2026", 1, 12), ("2026年", 1, 12), ("2026年度", 1, 12), ("全年", 1, 12), ("2026年全年", 1, 12),
        ("3月份零报告", 3, 3), ("（2026年）3月", 3, 3), ("自2026年1月1日起至3月31日止", 1, 3), ("2026年3月（1-31日）", 3, 3), ("1-3月累计", 1, 3),
        ("2026.3.1-3.31", 3, 3), ("2026-03-01至2026-03-31", 3, 3), ("20260301-20260331", 3, 3), ("二O二六年三月", 3, 3), ("26年3月", 3, 3), (3, 3, 3),
    ],
)  # fmt: skip
def test_v5_v7_spans_are_as_wide_as_said(cell, first, last):
    assert parse_period(cell, period=MARCH) == span(first, last)


def test_v5_a_year_that_is_not_known_is_not_taken_from_anywhere():
    expect_unreadable(parse_period("全年"), "VALUE-MONTH", "没有年份")
    expect_unreadable(parse_period("1—3月"), "VALUE-MONTH", "没有年份")


# --- V6, V7, V9: titles ----------------------------------------------------------------------------------

HEADER = "登记日期|信访编号|乡镇(街道)|村(社区)|到访层级|是否越级|人次|归属依据|办理状态|备注"
ROW = "2026-03-09|XF1|青禾镇|上渠村|省级|是|1|||"


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("2026年元月至三月越级上访台账", span(1, 3)), ("2026年一至三月越级上访台账", span(1, 3)), ("2026年前三季度越级上访台账", span(1, 9)),
        ("2026年3、4月越级上访台账", span(3, 4)), ("2026年第一、二季度越级上访台账", span(1, 6)), ("二O二六年三月越级上访台账", MARCH),
        ("1、2026年3月越级上访台账", MARCH), ("网格单元月报 2026年3月越级上访台账", MARCH), ("2026年3月前往外地越级上访台账", MARCH),
        ("2026年3月1日至3月31日越级上访台账", MARCH), ("2026年3月（1-31日）越级上访台账", MARCH), ("26年3月越级上访台账", MARCH),
    ],
)  # fmt: skip
def test_v7_v9_a_title_says_its_months(title, period):
    reading = read_table(f"{title}|\n{HEADER}\n{ROW}")
    assert reading.period == period
    assert codes(reading) == []


@pytest.mark.parametrize(
    "title",
    [
        "2026年2月21日至3月20日越级上访台账", "2026年3月1日至15日越级上访台账", "2026年3月上旬越级上访台账", "2026年3月（1-15日）越级上访台账",
        "2026年3月以来越级上访台账", "2026年1月和3月越级上访台账", "越级上访台账（2026.3.1-3.15）",
    ],
)  # fmt: skip
@pytest.mark.parametrize("file", ["inbox/y.xlsx", "inbox/2026-03/y.xlsx"])
def test_v6_a_part_of_a_month_never_reports_the_month(title, file):
    reading = read_table(f"{title}|\n{HEADER}\n{ROW}", file=file)
    assert reading.period is None
    assert "PERIOD-PART" in codes(reading)
    assert read_table(f"{title}|\n{HEADER}\n{ROW}", file=file, period_override=MARCH).period == MARCH


def test_v6_words_that_name_no_month_leave_it_to_the_folder_and_never_to_the_rows():
    for title in ("2026-2027年越级上访台账", "近三个月越级上访台账"):
        assert read_table(f"{title}|\n{HEADER}\n{ROW}", file="inbox/y.xlsx").period is None
        assert read_table(f"{title}|\n{HEADER}\n{ROW}", file="inbox/2026-03/y.xlsx").period == MARCH


def test_v6_days_without_a_year_still_take_it_from_the_part():
    reading = read_table(
        f"2026年2月21日至3月20日越级上访台账|\n{HEADER}\n{ROW.replace('2026-03-09', '3月9日')}"
    )
    assert reading.rows[0].values["filed_on"] == NINTH


def test_v6_days_of_another_month_above_the_header_say_nothing():
    reading = read_table(f"2026年3月越级上访台账|\n请于4月1日至5日报送|\n{HEADER}\n{ROW}")
    assert reading.period == MARCH


# --- V8: plain spellings, and what to do about the others --------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "二O二六年三月九日", "二o二六年三月九日", "二Ｏ二六年三月九日", "二◯二六年三月九日", "2026年3月9日上午", "2026-03-09 下午", "2026-03-09（一）",
        "2026年3月9日（周一）9:30", "26.3.9", "26-3-9", "26/03/09", "公元2026年3月9日", "2026 3 9", "2026-03-09\u202c",
    ],
)  # fmt: skip
def test_v8_plain_spellings_of_a_date(cell):
    assert parse_date(cell, period=MARCH) == NINTH


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        *((cell, "一格里有几个日期") for cell in (
            "2026-03-09\n2026-03-10", "2026.3.9-2026.3.12", "2026-03-09至2026-03-12", "3.9-3.12", "3月9、10日", "三月九、十日",
            "6月1日-6月5日", "1日\n17日", "2026年3月9日至12日", "20260309—20260312", "2026年3月9日,10日", "3/9,3/10",
        )),
        ("12.3.9", "四位"), ("9/3/2026", "年、月、日的顺序"), ("2026年3月上旬", "缺日"), ("3月", "缺日"), ("202603", "缺日"), ("2026年", "缺月和日"),
        ("9", "缺年和月"), (9, "缺年和月"), (time(9, 30), "只有时刻"), ("3月9日补登", "别的字"), ("事" * 90, "字太多"), ("2026-02-30", "日历上没有"),
    ],
)  # fmt: skip
def test_v8_an_unread_date_says_what_to_mend(cell, hint):
    expect_unreadable(parse_date(cell, period=MARCH), "VALUE-DATE", hint)


def test_v8_a_short_year_needs_a_sheet_of_that_time():
    expect_unreadable(parse_date("26.3.9"), "VALUE-DATE", "四位")
    expect_unreadable(parse_date("26.3.9", period=span(1, 12, 2031)), "VALUE-DATE", "四位")


def test_v8_more_marks_of_yes_and_no():
    assert parse_yes_no("╳") is parse_yes_no("✖\ufe0f") is False
    assert parse_yes_no("✔\ufe0f") is True
    expect_unreadable(parse_yes_no("是□否☑"), "VALUE-YES-NO", "只留一个")
    assert fold("\u202a青禾镇\u202c\ufe0f") == "青禾镇"


# --- V10: books that count from 1904 -----------------------------------------------------------------------


def _write_xlsx(is_1904):
    book = openpyxl.Workbook()
    if is_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (
        ["2026年3月越级上访台账"],
        HEADER.split("|"),
        ROW.split("|"),
        ROW.replace("XF1", "XF2").split("|"),
    ):
        book.active.append(row)
    book.active["A3"], book.active["A4"] = 44628 if is_1904 else 46090, NINTH
    stream = io.BytesIO()
    book.save(stream)
    return "表.xlsx", stream.getvalue()


def _write_xls(is_1904):
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    sheet = book.add_sheet("表")
    for number, row in enumerate(
        (["2026年3月越级上访台账"], HEADER.split("|"), ROW.split("|"), ROW.replace("XF1", "XF2").split("|"))
    ):
        for column, text in enumerate(row):
            if number < 2 or column:
                sheet.write(number, column, text)
    serial = 44628 if is_1904 else 46090
    sheet.write(2, 0, serial)
    sheet.write(3, 0, serial, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    stream = io.BytesIO()
    book.save(stream)
    return "表.xls", stream.getvalue()


@pytest.mark.parametrize("is_1904", [False, True])
@pytest.mark.parametrize("write", [_write_xlsx, _write_xls])
def test_v10_a_serial_left_as_general_is_the_day_that_was_typed(tmp_path, write, is_1904):
    name, data = write(is_1904)
    (tmp_path / name).write_bytes(data)
    book, _ = read_book(tmp_path / name, shown_as=name)
    assert book.grids[0].is_1904 is is_1904
    reading = read_sheet(book, book.grids[0], schemas=SCHEMAS, places=PLACES)
    assert [row.values["filed_on"] for row in reading.rows] == [NINTH, NINTH]


def test_v10_the_epoch_belongs_to_the_parser_of_a_date():
    spec = SCHEMAS["petition"].by_name["filed_on"]
    assert make_parser(spec, is_1904=True)(44628) == make_parser(spec)(46090) == NINTH
    assert make_parser(spec, is_1904=True)("44628") == NINTH
