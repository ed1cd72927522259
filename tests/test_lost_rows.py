"""Layouts in which a row might be lost without a word: what is read, and what is told.

Each layout says what a clerk expects.
"""

# Tables are read across.
# ruff: noqa: E501

from __future__ import annotations

from datetime import date

import pytest
from sheet_tables import codes, filled_below, find, make_grid, read_grids, read_table

from sanwu_cli.model import UNKNOWN_PART
from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import Severity

TITLE = "2026年3月越级上访台账\n"
HEAD = "登记日期|信访编号|乡镇(街道)|村(社区)|是否越级|人次\n"
A = "2026-03-09|XF1|青禾镇|上渠村|是|2\n"
B = "2026-03-10|XF2|白杨镇|梁湾村|是|3\n"
C = "2026-03-11|XF3|青禾镇|下渠村|是|1\n"
COUNT = "2026年3月三无指标月报表\n乡镇(街道)|村(社区)|越级上访|行政诉讼|刑事案件\n"
UP, DOWN, BEAM = "640181100201", "640181100202", "640181101201"


def told(reading):
    """Give the codes of what a clerk sees without asking: warnings and errors."""
    return [f.code for f in reading.findings if f.severity is not Severity.INFO]


def numbers(reading):
    return [row.values.get("case_number") for row in reading.rows]


def places(reading):
    return [row.place.area_code for row in reading.rows]


def balances(grid, reading):
    return len(reading.rows) + reading.layout_rows == filled_below(grid, reading.header_row)


def assert_both_read(reading):
    """Two cases, in their places, and nothing to complain of."""
    assert numbers(reading) == ["XF1", "XF2"]
    assert places(reading) == [UP, BEAM]
    assert told(reading) == []


# -- what is right -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "merges"),
    [
        (TITLE + HEAD + A + B, []),
        ("||2026年3月越级上访台账\n" + "".join(f"||{line}\n" for line in (HEAD.strip(), A.strip(), B.strip(), "合计|||||5")), []),
        (TITLE + HEAD + A + "\n\n\n" + B, []),
        (TITLE + HEAD + A + HEAD + B, []),
        (TITLE + HEAD + A + "2026年3月越级上访台账（续）\n" + HEAD + B, [(3, 0, 3, 5)]),
        (TITLE + HEAD + A + "填表人：某\n\n" + B, []),
        (TITLE + HEAD + A + "备注：以下为补报\n" + B, []),
        (TITLE + HEAD + A + "（以下空白）\n" + B, [(3, 0, 3, 5)]),
        (TITLE + HEAD + "一、青禾镇\n" + A + "二、白杨镇\n" + B, [(2, 0, 2, 5), (4, 0, 4, 5)]),
        (TITLE + HEAD + A + B + "||合计|||5", []),
        (TITLE + HEAD + A + B + "|||合计||5", []),
        (TITLE + HEAD + "小计|||||2\n" + A + "合计|||||5\n" + B, []),
        (TITLE + "\n" * 25 + HEAD + A + B, []),
        (HEAD + A + B + "2026年3月越级上访台账", [(3, 0, 3, 5)]),
    ],
    ids=[
        "plain", "from column C", "blank lines", "header on each page", "title and header on each page", "data below the footer",
        "data below a remark", "data below 以下空白", "merged bands", "total in C", "total in D", "totals between", "header below row 20", "title last",
    ],
)  # fmt: skip
def test_both_cases_are_read(table, merges):
    grid = make_grid(table, merges=merges)
    (reading,) = read_grids(grid)
    assert_both_read(reading)
    assert balances(grid, reading)


def test_a_blank_column_between_changes_nothing():
    reading = read_table(
        TITLE
        + "登记日期||信访编号||乡镇(街道)|村(社区)|是否越级\n2026-03-09||XF1||青禾镇|上渠村|是\n2026-03-10||XF2||白杨镇|梁湾村|是"
    )
    assert_both_read(reading)


def test_notes_beside_the_table_are_named_and_not_read():
    reading = read_table(TITLE + HEAD.strip() + "||说明：按月报\n" + A.strip() + "||红色为新增\n" + B)
    assert_both_read(reading)
    assert codes(reading) == ["COLUMN-UNMAPPED"]
    assert "红色" not in repr(reading)


def test_hidden_rows_are_read_and_told():
    reading = read_table(TITLE + HEAD + A + B, facts={"hidden_rows": frozenset({3})})
    assert numbers(reading) == ["XF1", "XF2"]
    assert codes(reading) == ["HIDDEN-ROWS"]


def test_a_hidden_sheet_is_counted_and_told():
    first, second = read_grids(
        make_grid(TITLE + HEAD + A, name="1"), make_grid(TITLE + HEAD + B, name="2", hidden=True)
    )
    assert numbers(first) == ["XF1"]
    assert (second.schema_id, second.unread_rows, told(second)) == (None, 3, ["SHEET-HIDDEN"])


def test_two_kinds_side_by_side_are_refused():
    reading = read_table(
        "2026年3月\n登记日期|信访编号|乡镇(街道)|村(社区)|是否越级||立案日期|案件编号|案件类型|乡镇|村\n2026-03-09|XF1|青禾镇|上渠村|是||2026-03-10|A6401812026|刑事|白杨镇|梁湾村"
    )
    assert reading.schema_id is None
    assert reading.unread_rows == 3
    assert told(reading) == ["SHEET-AMBIGUOUS"]


def test_a_line_below_the_footer_without_a_number_is_no_count():
    reading = read_table("2026年3月三无指标月报表\n乡镇|越级上访\n青禾镇|1\n填表人：某\n白杨镇|2")
    assert [row.values["skip_level_petition"] for row in reading.rows] == [1, 2]


# -- a second table in the sheet ------------------------------------------------------------------------

SIDE = "登记日期|信访编号|乡镇(街道)|村(社区)|是否越级"


def assert_refused_whole(reading, lines, column):
    """No line is read, each is counted, the clerk is told where, and the month does not count as reported."""
    assert reading.schema_id is None
    assert reading.rows == ()
    assert reading.unread_rows == lines
    assert [(f.code, f.cell) for f in reading.findings] == [("SHEET-SIDE-BY-SIDE", column)]
    assert not says_nothing_happened(reading)


def test_two_tables_side_by_side_are_refused_whole():
    reading = read_table(
        TITLE + f"{SIDE}||{SIDE}\n2026-03-09|XF1|青禾镇|上渠村|是||2026-03-10|XF2|白杨镇|梁湾村|是"
    )
    assert_refused_whole(reading, 3, "G2")


def test_a_count_sheet_in_two_halves_is_refused_whole():
    reading = read_table(
        "2026年3月三无指标月报表\n村(社区)|刑事案件|村(社区)|刑事案件\n上渠村|1|梁湾村|2\n下渠村|0|石桥村|1"
    )
    assert_refused_whole(reading, 4, "C2")


@pytest.mark.parametrize(
    "second",
    [
        "信访编号|登记日期|村(社区)|乡镇(街道)|是否越级|人次\nXF2|2026-03-10|梁湾村|白杨镇|是|3",
        "信访件号|来访日期|所属村|所属乡镇|是否越级上访|人数\nXF2|2026-03-10|梁湾村|白杨镇|是|3",
        "乡镇(街道)|村(社区)|信访编号|登记日期|是否越级\n白杨镇|梁湾村|XF2|2026-03-10|是",
    ],
)
def test_a_second_table_with_other_columns_is_read_by_its_own_header(second):
    reading = read_table(TITLE + HEAD + A + "\n" + second)
    assert_both_read(reading)
    assert [row.values["filed_on"] for row in reading.rows] == [date(2026, 3, 9), date(2026, 3, 10)]


def test_a_second_table_with_personal_columns_is_never_kept():
    first = "登记日期|信访编号|乡镇(街道)|村(社区)|是否越级|归属依据|责任单位\n2026-03-09|XF1|青禾镇|上渠村|是|户籍地|某局\n"
    second = "信访编号|登记日期|乡镇(街道)|村(社区)|是否越级|信访人|信访内容\nXF2|2026-03-10|白杨镇|梁湾村|是|某秘|秘密之事"
    reading = read_table(TITLE + first + "\n" + second)
    assert_both_read(reading)
    assert "秘" not in repr(reading.rows)


def test_a_summary_below_the_list_is_no_case():
    reading = read_table(
        TITLE + HEAD + A + B + "\n乡镇(街道)|村(社区)|越级上访\n青禾镇|上渠村|1\n白杨镇|梁湾村|1"
    )
    assert_second_table_is_told(reading, "A6", unread=3)


def assert_second_table_is_told(reading, cell, *, unread):
    """The cases are read; the table nobody can read is an error, so the sheet speaks for no place."""
    assert numbers(reading) == ["XF1", "XF2"]
    assert places(reading) == [UP, BEAM]
    assert [(f.code, f.cell) for f in reading.findings] == [("SHEET-SECOND-TABLE", cell)]
    assert reading.unread_rows == unread
    assert reading.coverage == UNKNOWN_PART


def test_cases_above_a_richer_header_are_not_lost():
    richer = HEAD.strip() + "|到访层级|责任单位|归属依据\n2026-03-11|XF3|青禾镇|下渠村|是|1|市|某局|户籍地"
    reading = read_table(TITLE + HEAD + A + A.replace("XF1", "XF2") + richer)
    assert numbers(reading) == ["XF1", "XF2", "XF3"]
    assert places(reading) == [UP, UP, DOWN]
    assert told(reading) == []


def test_cases_above_a_richer_header_are_no_title():
    richer = HEAD.strip() + "|到访层级|责任单位|归属依据\n2026-03-11|XF3|青禾镇|下渠村|是|1|市|某局|户籍地"
    assert read_table(TITLE + HEAD + A + richer).coverage is None


def test_a_summary_above_the_list_is_told():
    reading = read_table("2026年3月越级上访\n乡镇(街道)|越级上访\n青禾镇|1\n白杨镇|1\n\n" + HEAD + A + B)
    assert_second_table_is_told(reading, "A1", unread=4)


# -- lines that are no case -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "一、青禾镇",
        "青禾镇",
        "（二）白杨镇",
        "2026年3月越级上访台账",
        "第2页 共2页",
        "（续表）",
        "以下空白",
        "——以下空白——",
        "此页无正文",
    ],
)
def test_a_line_of_words_alone_is_no_case(line):
    reading = read_table(TITLE + HEAD + A + line + "\n" + B)
    assert_both_read(reading)
    assert reading.layout_rows == 1


def test_the_township_of_a_band_is_that_of_its_rows():
    table = "2026年3月行政诉讼案件台账\n立案日期|案号|审级|被告|村(社区)\n青禾镇\n2026-03-09|（2026）宁0181行初1号|一审|某局|\n白杨镇\n2026-03-10|（2026）宁0181行初2号|一审|某局|"
    reading = read_table(table, merges=[(2, 0, 2, 4), (4, 0, 4, 4)])
    assert [row.place.township_code for row in reading.rows] == ["640181100", "640181101"]


def test_a_row_of_units_is_part_of_the_header():
    table = "2026年3月三无指标月报表\n乡镇|村|指标|指标|指标\n||越级上访|行政诉讼|刑事案件\n||批次|件|起\n青禾镇|上渠村|1|0|2"
    reading = read_table(table, merges=[(1, 0, 3, 0), (1, 1, 3, 1), (1, 2, 1, 4)])
    assert places(reading) == [UP]
    assert told(reading) == []


def test_a_header_below_a_page_of_instructions_is_found():
    page = "".join(f"第{number}条：请认真填报。\n" for number in range(1, 25))
    assert_both_read(read_table(TITLE + page + HEAD + A + B))


def test_a_total_in_the_fifth_column_is_a_total():
    head = "2026年3月刑事案件台账\n序号|立案日期|案件编号|案件类型|办案单位|乡镇(街道)|村(社区)\n1|2026-03-09|A6401812026|刑事|某所|青禾镇|上渠村\n"
    reading = read_table(head + "||||合计|1起|")
    assert len(reading.rows) == 1
    assert reading.layout_rows == 1
    assert told(reading) == []


# -- rows that are not read and not told -----------------------------------------------------------------


@pytest.mark.parametrize("line", ["2|||某甲|反映上渠村某事|||", "2|||||||| 另有一件未登记"])
def test_a_row_filled_only_where_nothing_is_read_is_told(line):
    table = "2026年3月越级上访台账\n序号|登记日期|信访编号|信访人|信访内容|乡镇(街道)|村(社区)|是否越级|备注\n1|2026-03-09|XF1|||青禾镇|上渠村|是|\n"
    reading = read_table(table + line)
    assert told(reading)
    assert "反映" not in repr(reading)
    assert "未登记" not in repr(reading)


def test_a_serial_number_alone_is_no_row():
    table = "2026年3月越级上访台账\n序号|登记日期|信访编号|乡镇(街道)|村(社区)|是否越级\n1|2026-03-09|XF1|青禾镇|上渠村|是\n2\n3\n"
    reading = read_table(table)
    assert numbers(reading) == ["XF1"]
    assert told(reading) == []


def test_a_second_sheet_that_goes_on_without_a_header_is_told():
    first, second = read_grids(make_grid(TITLE + HEAD + A, name="第1页"), make_grid(B + C, name="第2页"))
    assert numbers(first) == ["XF1"]
    assert numbers(second) == ["XF2", "XF3"] or any(f.severity is Severity.ERROR for f in second.findings)


def test_hidden_columns_are_told():
    reading = read_table(TITLE + HEAD + A + B, facts={"hidden_columns": frozenset({3})})
    assert numbers(reading) == ["XF1", "XF2"]
    (finding,) = find(reading, "HIDDEN-COLUMNS")
    assert "D列" in finding.message


def test_a_place_counted_twice_is_told_at_its_own_cell():
    table = "||2026年3月三无指标月报表\n||乡镇(街道)|村(社区)|越级上访|行政诉讼|刑事案件\n||青禾镇|上渠村|1|0|0\n||青禾镇|上渠村|2|0|0"
    (finding,) = find(read_table(table), "ROW-COUNTED-TWICE")
    assert finding.cell in {"C4", "D4"}


def test_days_of_rows_after_every_kind_of_line_are_their_own():
    """The rows' own values, after total, repeated header and footer."""
    reading = read_table(TITLE + HEAD + A + "小计|||||2\n" + HEAD + B + "填表人：某\n" + C)
    assert [row.values["filed_on"] for row in reading.rows] == [date(2026, 3, day) for day in (9, 10, 11)]
    assert [row.cells["filed_on"] for row in reading.rows] == ["A3", "A6", "A8"]
    assert reading.layout_rows == 3


# -- cases that carry a word of a total or a footer ------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    ["注：补报", "说明：更正上月", "备注：另一件", "经办人：某某", "负责人：某某", "联系电话：0951-0000000"],
)
def test_a_case_with_a_footer_word_in_its_first_cell_is_a_case(first):
    head = TITLE + "经办|登记日期|信访编号|乡镇(街道)|村(社区)|是否越级\n|2026-03-09|XF1|青禾镇|上渠村|是\n"
    reading = read_table(head + f"{first}|2026-03-10|XF2|白杨镇|梁湾村|是")
    assert numbers(reading) == ["XF1", "XF2"]


@pytest.mark.parametrize("first", ["备注：新增", "填报单位：白杨镇"])
def test_counts_with_a_footer_word_are_counts_or_told(first):
    reading = read_table(COUNT + f"青禾镇|上渠村|1|0|0\n{first}|梁湾村|2|0|0")
    assert len(reading.rows) == 2 or told(reading)


@pytest.mark.parametrize("story", ["共计5人", "合计", "要求支付工资合计", "合计12万", "平均", "总数", "累计"])
@pytest.mark.parametrize("header", ["信访内容", "备注", "录入批号"])
def test_a_case_with_a_total_word_in_an_unread_cell_is_a_case(story, header):
    head = (
        TITLE
        + f"序号|{header}|登记日期|信访编号|乡镇(街道)|村(社区)|是否越级\n1||2026-03-09|XF1|青禾镇|上渠村|是\n"
    )
    reading = read_table(head + f"2|{story}|2026-03-10|XF2|白杨镇|梁湾村|是")
    assert numbers(reading) == ["XF1", "XF2"]


@pytest.mark.parametrize("place", ["全市|", "全县|上渠村", "青禾镇|全县"])
def test_a_case_of_the_whole_county_is_a_case(place):
    reading = read_table(
        f"2026年3月刑事案件台账\n立案日期|案件编号|案件类型|乡镇(街道)|村(社区)\n2026-03-09|A6401812026000001|刑事|{place}"
    )
    assert numbers(reading) == ["A6401812026000001"]
    assert told(reading)


def test_a_header_repeated_in_one_line_loses_no_case():
    table = (
        TITLE
        + "序号|登记日期|信访编号|归属|归属|是否越级\n|||乡镇|村|\n1|2026-03-09|XF1|青禾镇|上渠村|是\n序号|登记日期|信访编号|乡镇|村|是否越级\n2|2026-03-10|XF2|白杨镇|梁湾村|是"
    )
    reading = read_table(table, merges=[(1, 3, 1, 4), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 5, 2, 5)])
    assert_both_read(reading)
    assert reading.coverage is None


def test_a_header_of_two_levels_repeated_as_it_is():
    head = "序号|登记日期|信访编号|归属||是否越级\n|||乡镇|村|\n"
    spans = [(0, 3, 0, 4), (0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 5, 1, 5)]
    merges = [
        (top + shift, left, bottom + shift, right) for shift in (1, 4) for top, left, bottom, right in spans
    ]
    table = TITLE + head + "1|2026-03-09|XF1|青禾镇|上渠村|是\n" + head + "2|2026-03-10|XF2|白杨镇|梁湾村|是"
    assert_both_read(read_table(table, merges=merges))


def test_a_case_outside_the_township_of_the_sheet_is_told():
    reading = read_table("青禾镇2026年3月越级上访台账\n" + HEAD + A + B)
    assert reading.coverage == "640181100"
    assert "D4" in [finding.cell for finding in reading.findings] or "C4" in [
        finding.cell for finding in reading.findings
    ]


def test_a_figure_merged_over_two_rows_of_a_case_is_added_once():
    table = TITLE + HEAD + "2026-03-09|XF1|青禾镇|上渠村|是|5\n||青禾镇|下渠村||\n合计|||||5"
    reading = read_table(table, merges=[(2, 0, 3, 0), (2, 1, 3, 1), (2, 4, 3, 4), (2, 5, 3, 5)])
    assert places(reading) == [UP, DOWN]
    assert told(reading) == []


# -- missing is never zero: a sheet without cases reports nothing unless it says so -----------------------


def says_nothing_happened(reading):
    """Say whether the sheet is taken as a month in which nothing happened, without any error."""
    is_reported = reading.period is not None and not reading.rows
    return is_reported and not any(finding.severity is Severity.ERROR for finding in reading.findings)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "无",
        "本月无",
        "零报告",
        "本月未发生越级上访",
        "3月份无越级上访",
        "无越级上访案件",
        "合计|0",
        "——",
        "我局本月无越级上访",
    ],
)
def test_a_sheet_that_says_so_is_a_month_of_nothing(line):
    assert says_nothing_happened(read_table(TITLE + HEAD + line))


@pytest.mark.parametrize(
    "line",
    [
        "暂无数据，待补报", "没有收到派出所数据", "未发现台账原件，待补", "无刑事案件数据来源，暂缺", "无案件，但有1件待核实", "本月无新增，结转上月2件",
        "本月未发生变化，同上月3件",
    ],
)  # fmt: skip
def test_words_that_say_that_nothing_is_known_are_no_nil_report(line):
    assert not says_nothing_happened(read_table(TITLE + HEAD + line))


@pytest.mark.parametrize("line", ["无法统计", "除上渠村1件外，其他无", "待报", "详见附件"])
def test_words_that_are_no_nil_report(line):
    assert not says_nothing_happened(read_table(TITLE + HEAD + line))


@pytest.mark.parametrize(
    "line", ["本月3件，因涉密另行报送", "详见附件，共3件", "数据待核实后补报", "见信访局系统"]
)
def test_a_merged_line_of_words_is_no_nil_report(line):
    assert not says_nothing_happened(read_table(TITLE + HEAD + line, merges=[(2, 0, 2, 5)]))


@pytest.mark.parametrize("line", ["1|||某甲|反映上渠村某事||||", "||||||||详见附件（共3件）"])
def test_rows_that_are_not_read_are_no_nil_report(line):
    head = TITLE + "序号|登记日期|信访编号|信访人|信访内容|乡镇(街道)|村(社区)|是否越级|备注\n"
    assert not says_nothing_happened(read_table(head + line))


@pytest.mark.parametrize("lines", ["合计|3", "本月无\n合计|3", "合计：3件"])
def test_a_total_without_its_cases_is_no_nil_report(lines):
    assert not says_nothing_happened(read_table(TITLE + HEAD + lines))


@pytest.mark.parametrize(("header", "value"), [("件数", "3"), ("数量", "2件"), ("是否零报告", "否")])
def test_a_line_that_denies_itself_is_no_nil_report(header, value):
    reading = read_table(f"零报告\n月份|报送单位|指标|{header}\n2026-03|公安局|刑事案件|{value}")
    assert not reading.rows or told(reading)


def test_a_nil_report_of_january_is_not_one_of_the_year():
    (row,) = read_table("零报告\n起止月份|报送单位|指标\n2026年元月|公安局|刑事案件").rows
    assert row.values["span"] == Period(Month(2026, 1), Month(2026, 1))
