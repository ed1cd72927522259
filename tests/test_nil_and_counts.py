"""Missing is never zero: what a sheet without cases says, what a 零报告 denies, whose numbers a count sheet holds."""

# Tables are read across.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from sheet_tables import AREAS, SCHEMAS, codes, find, make_grid, read_grids, read_table
from workspaces import County, Office, save_openpyxl

from sanwu_cli.grid import Book
from sanwu_cli.ledger.claims import make_claims
from sanwu_cli.model import UNKNOWN_PART, Area
from sanwu_cli.places import Places
from sanwu_cli.sheets.coverage import Coverage
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.values import fold
from sanwu_cli.sheets.wording import says_nothing
from sanwu_cli.terms import AreaKind, Severity

TITLE = "2026年3月越级上访台账\n"
HEAD = "登记日期|信访编号|乡镇(街道)|村(社区)|是否越级|人次\n"
A = "2026-03-09|XF1|青禾镇|上渠村|是|2\n"
B = "2026-03-10|XF2|白杨镇|梁湾村|是|3\n"
UP, DOWN, BEAM = "640181100201", "640181100202", "640181101201"


def told(reading):
    """Give the codes of what a clerk sees without asking: warnings and errors."""
    return [f.code for f in reading.findings if f.severity is not Severity.INFO]


@pytest.mark.parametrize(
    "text",
    [
        "无", "本月无", "零报告", "本月未发生越级上访", "我局本月无越级上访", "本月未发生一起刑事案件", "青禾镇3月无行政诉讼案件，特此报告。", "2026年3月无",
        "1-3月无越级上访", "本月暂无越级上访", "本月无越级上访、无行政诉讼、无刑事案件", "未发生", "无新增", "3月31日止，本月无",
    ],
)  # fmt: skip
def test_words_that_say_that_nothing_happened(text):
    assert says_nothing(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "暂无数据", "暂无数据，待补报", "没有收到派出所数据", "无刑事案件数据来源，暂缺", "无案件，但有1件待核实", "本月无新增，结转上月2件", "本月未发生变化，同上月3件",
        "我局一件，其他无", "我局未报，本月无", "上渠村1件，3月无", "上月无越级上访", "本月无报告", "本月未报", "无相关数据", "本月无二起", "无证经营", "未立案", "无法统计", "",
    ],
)  # fmt: skip
def test_words_that_say_something_else(text):
    assert not says_nothing(fold(text))


@pytest.mark.parametrize(
    ("lines", "merges"),
    [
        ("", []), ("合计|0", []), ("合计||||无|0", []), ("合计：0件", []), ("填表人：某甲|||填报日期：2026年4月2日", []), ("（以下空白）", [(2, 0, 2, 5)]),
        ("第1页 共3页", [(2, 0, 2, 5)]), ("灵武市信访局（盖章）", [(2, 0, 2, 5)]), ("2026年4月2日", [(2, 0, 2, 5)]), ("备注：本月无", []), ("说明：本表每月5日前报送", []),
        ("本年累计|||||7", []), (HEAD.strip(), []), ("1|2|3|4|5|6", []),
    ],
)  # fmt: skip
def test_a_sheet_with_nothing_but_its_form_is_a_month_of_nothing(lines, merges):
    reading = read_table(TITLE + HEAD + lines, merges=merges)
    assert reading.rows == ()
    assert reading.coverage is None
    assert told(reading) == []
    assert "没有发生" in find(reading, "SHEET-EMPTY")[0].message


@pytest.mark.parametrize(
    ("lines", "merges", "cell"),
    [
        ("合计|3", [], "A3"), ("本月无\n合计|3", [], "A4"), ("合计|||||5", [], "A3"), ("合计：3件", [], "A3"), ("小计|2", [], "A3"),
        ("备注：本月3件，另行报送", [], "A3"), ("填表人：某甲\n详见附件", [], "A4"), ("本月无\n另有2件待核实", [], "A4"), ("本月无\n数据待核实后补报", [(3, 0, 3, 5)], "A4"),
        ("一、青禾镇3起", [(2, 0, 2, 5)], "A3"),
    ],
)  # fmt: skip
def test_a_sheet_that_says_more_reports_nothing(lines, merges, cell):
    reading = read_table(TITLE + HEAD + lines, merges=merges)
    assert reading.rows == ()
    assert reading.coverage == UNKNOWN_PART
    (finding,) = find(reading, "SHEET-EMPTY-DOUBTFUL")
    assert finding.cell == cell
    assert finding.severity is Severity.ERROR
    assert "SHEET-EMPTY" not in codes(reading)
    assert "SHEET-NIL-LINE" not in codes(reading)
    assert "COVERAGE-UNKNOWN" not in codes(reading)
    assert not any(word in finding.message for word in ("涉密", "另行", "待核实", "某甲"))


def test_a_total_that_has_no_value_is_no_nought():
    reading = read_table(TITLE + HEAD + "合计", facts={"uncached": frozenset({(2, 5)})})
    assert "SHEET-EMPTY-DOUBTFUL" in codes(reading)


def test_coverage_given_by_hand_does_not_make_a_doubtful_sheet_a_report():
    reading = read_table(TITLE + HEAD + "详见附件（共3件）", coverage_override=Coverage())
    assert reading.coverage == UNKNOWN_PART


def test_a_sheet_whose_second_table_is_not_read_does_not_say_that_nothing_happened():
    reading = read_table(TITLE + HEAD + "\n案件编号|立案日期|案件类型|办案单位\nA1|2026-03-10|刑事|某所")
    assert "SHEET-SECOND-TABLE" in codes(reading)
    assert not any("没有发生" in finding.message for finding in reading.findings)


@pytest.mark.parametrize("lines", ["本月无越级上访\n" + A, A + "本月无越级上访"])
def test_a_nil_line_beside_a_case_is_told(lines):
    reading = read_table(TITLE + HEAD + lines)
    assert len(reading.rows) == 1
    assert told(reading) == ["SHEET-NIL-DENIED"]
    assert "SHEET-NIL-LINE" not in codes(reading)


def test_a_nil_line_of_another_township_denies_nothing():
    reading = read_table(TITLE + HEAD + A + "无|无|白杨镇||无|0")
    assert len(reading.rows) == 1
    assert told(reading) == []
    assert "SHEET-NIL-LINE" in codes(reading)


# -- 零报告 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value", "nature"),
    [
        ("件数", "0", "new"), ("件数", "", "new"), ("件数", "无", "new"), ("是否零报告", "是", "new"), ("是否零报告", "", "new"), ("件数", "3", "held"), ("数量", "2件", "held"),
        ("是否零报告", "否", "held"), ("件数", "约3件", "held"), ("是否零报告", "待定", "held"),
    ],
)  # fmt: skip
def test_a_nil_line_that_is_denied_is_held(header, value, nature):
    reading = read_table(f"零报告\n月份|报送单位|指标|{header}\n2026-03|公安局|刑事案件|{value}")
    (claim,) = make_claims(reading, SCHEMAS["nil_report"]).claims
    assert claim.nature.value == nature
    assert bool(told(reading)) == (nature == "held")


# -- in the year ---------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    """A county in which all is reported but the crimes of March."""

    def read_output():
        captured = capsys.readouterr()
        return captured.out, captured.err

    made = Office(tmp_path, County.of(青峪镇=2), read_output)
    for kind in ("petition", "suit", "crime"):
        for span in ("2026年1—2月", "2026年4—12月"):
            made.month(kind, span, [])
        if kind != "crime":
            made.month(kind, "2026年3月", [])
    return made


def high(office):
    office.take_in()
    return office.village("青禾村")["indicators"]["criminal_case"]["high"]


def save_crimes(office, *lines):
    rows = [["2026年3月刑事案件台账"], ["立案日期", "案件编号", "案件类型", "乡镇(街道)", "村(社区)"], *lines]
    path = office.path / "inbox" / "2026年3月" / "crimes.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    save_openpyxl(path, rows)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [([], 0), ([["本月无"]], 0), ([["暂无数据，待补报"]], None), ([["合计", 3]], None), ([["见系统，另有一起"]], None)],
)  # fmt: skip
def test_a_month_is_reported_only_by_a_sheet_that_says_so(office, lines, expected):
    save_crimes(office, *lines)
    assert high(office) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (None, 0), (3, None)])
def test_a_nil_report_that_states_cases_reports_nothing(office, count, expected):
    rows = [["零报告"], ["月份", "报送单位", "指标", "件数"], ["2026年3月", "公安局", "刑事案件", count]]
    save_openpyxl(office.path / "inbox" / "零报告.xlsx", rows)
    assert high(office) == expected


# -- whose number a column of a count sheet holds ---------------------------------------------------------

COUNT = "2026年3月三无指标月报表\n"
DEEP = [(1, 0, 2, 0), (1, 1, 2, 1)]


def count_row(table, **options):
    reading = read_table(COUNT + table, **options)
    return dict(reading.rows[-1].values) if reading.rows else {}, reading


@pytest.mark.parametrize(
    ("heads", "numbers", "expected"),
    [
        ("刑事案件(2月)|刑事案件(3月)|越级上访", "9|1|0", 1), ("刑事案件(3月)|刑事案件(2月)|越级上访", "1|9|0", 1), ("刑事案件(2026年3月)|刑事案件(2025年3月)|越级上访", "1|9|0", 1),
        ("刑事案件|刑事案件(3月)|越级上访", "1|1|0", 1), ("刑事案件(本年)|刑事案件|越级上访", "9|1|0", 1), ("刑事案件(2月)|越级上访|行政诉讼", "9|0|0", None),
        ("刑事案件(一季度)|越级上访|行政诉讼", "9|0|0", None), ("刑事案件(3月上旬)|越级上访|行政诉讼", "1|0|0", 1),
    ],
)  # fmt: skip
def test_only_the_number_of_the_sheets_own_months_is_read(heads, numbers, expected):
    values, reading = count_row(f"乡镇|村|{heads}\n青禾镇|上渠村|{numbers}")
    assert values.get("criminal_case") == expected
    assert values["skip_level_petition"] == 0
    assert ("COUNT-COLUMN-UNCLEAR" in codes(reading)) == (expected is None)


@pytest.mark.parametrize("top", ["2月|3月", "3月|2月"])
@pytest.mark.parametrize("merges", [DEEP, []])
def test_a_month_above_a_number_is_the_months_whose_number_it_is(top, merges):
    numbers = {"2月": "9", "3月": "1"}
    row = "|".join(numbers[month] for month in top.split("|"))
    values, _ = count_row(
        f"乡镇|村|{top}|越级上访\n||刑事案件|刑事案件|\n青禾镇|上渠村|{row}|0", merges=merges
    )
    assert values["criminal_case"] == 1


@pytest.mark.parametrize("merges", [[*DEEP, (1, 2, 1, 3)], []])
@pytest.mark.parametrize("below", ["2月|3月", "破案|立案", "在办|本月", "上月|本月", "发案数|立案数"])
def test_the_second_level_says_which_number_it_is(below, merges):
    values, _ = count_row(f"乡镇|村|刑事案件||越级上访\n||{below}|\n青禾镇|上渠村|9|1|0", merges=merges)
    assert values["criminal_case"] == 1


@pytest.mark.parametrize("merges", [[*DEEP, (1, 2, 1, 3), (1, 4, 2, 4)], [(1, 2, 1, 3)], []])
@pytest.mark.parametrize("below", ["盗窃|诈骗", "在侦|移送"])
def test_a_split_number_is_never_the_leftmost(below, merges):
    values, reading = count_row(f"乡镇|村|刑事案件||越级上访\n||{below}|\n青禾镇|上渠村|9|1|0", merges=merges)
    assert values.get("criminal_case") is None
    assert values["skip_level_petition"] == 0
    (finding,) = find(reading, "COUNT-COLUMN-UNCLEAR")
    assert "刑事案件" in finding.message


def test_a_header_merged_over_a_blank_column_is_one_number():
    values, reading = count_row(
        "乡镇|村|刑事案件||越级上访\n青禾镇|上渠村|9||0", merges=[(1, 2, 1, 3), (2, 2, 2, 3)]
    )
    assert (values["criminal_case"], values["skip_level_petition"]) == (9, 0)
    assert "COUNT-COLUMN-UNCLEAR" not in codes(reading)


def test_a_word_of_none_below_a_header_is_no_second_level():
    values, _ = count_row("乡镇|村|越级上访|刑事案件|\n青禾镇|上渠村|0|没有|已核")
    assert values["criminal_case"] == 0


@pytest.mark.parametrize("bracket", ["人次", "人数", "人"])
def test_persons_are_no_cases(bracket):
    values, _ = count_row(f"乡镇|村|越级上访({bracket})|刑事案件\n青禾镇|上渠村|12|0")
    assert "skip_level_petition" not in values
    assert values["criminal_case"] == 0


def test_a_span_over_its_own_quarter_is_read():
    reading = read_table("2026年1-3月三无指标月报表\n乡镇|村|刑事案件(1-3月)|越级上访\n青禾镇|上渠村|4|0")
    assert reading.rows[0].values["criminal_case"] == 4


# -- what a sheet speaks for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit", ["XX派出所", "1号派出所", "××派出所", "某派出所", "派出所", "城关派出所", "A1司法所"]
)
def test_a_station_nobody_knows_speaks_for_nobody(unit):
    reading = read_table(f"2026年3月越级上访台账\n填报单位：{unit}\n" + HEAD + A)
    assert reading.coverage == UNKNOWN_PART
    assert "COVERAGE-UNKNOWN" in told(reading)


@pytest.mark.parametrize("unit", ["灵武市信访局", "灵武市公安局", "公安局各派出所", "信访局2号楼"])
def test_a_department_speaks_for_the_county(unit):
    reading = read_table(f"2026年3月越级上访台账\n填报单位：{unit}\n" + HEAD + A)
    assert reading.coverage is None


@pytest.mark.parametrize(
    ("line", "cell"),
    [(B, "C4"), ("2026-03-10|XF2||梁湾村|是|3\n", "D4"), ("2026-03-10|XF2|白杨镇||是|3\n", "C4")],
)
def test_a_row_of_another_township_is_told_and_counted(line, cell):
    reading = read_table("青禾镇2026年3月越级上访台账\n" + HEAD + A + line)
    found = find(reading, "AREA-OUTSIDE-SHEET")
    if line.split("|")[2]:
        assert [finding.cell for finding in found] == [cell]
        assert [row.place.township_code for row in reading.rows] == ["640181100", "640181101"]
    else:
        assert reading.rows[1].place.area_code is None  # 青禾镇 has no such village


def test_rows_of_the_sheets_own_township_are_not_told():
    reading = read_table("青禾镇2026年3月越级上访台账\n" + HEAD + A)
    assert reading.coverage == "640181100"
    assert told(reading) == []


# -- a second sheet without a header, headers in odd places ------------------------------------------------


def test_a_sheet_that_goes_on_without_a_header_is_told_and_the_first_reports_nothing():
    first, second, third = read_grids(
        make_grid(TITLE + HEAD + A, name="1"), make_grid(B + "2026-03-11||白杨镇|石桥村|是|1", name="2"), make_grid("2026年3月12日|XF4|青禾镇|下渠村|是|1", name="3")
    )  # fmt: skip
    assert first.coverage == UNKNOWN_PART
    assert [row.values["case_number"] for row in first.rows] == ["XF1"]
    for reading, count in ((second, 2), (third, 1)):
        assert (codes(reading), reading.unread_rows, reading.filled_rows) == (
            ["SHEET-CONTINUES"],
            count,
            count,
        )
        assert "工作表“1”" in reading.findings[0].message
        assert "XF" not in repr(reading)


def test_counts_that_go_on_without_a_header_are_told():
    first, second = read_grids(
        make_grid(COUNT + "乡镇|村|越级上访|刑事案件\n青禾镇|上渠村|0|1", name="1"), make_grid("白杨镇|梁湾村|2|0\n白杨镇|石桥村|1|0", name="2")
    )  # fmt: skip
    assert first.coverage == UNKNOWN_PART
    assert codes(second) == ["SHEET-CONTINUES"]


@pytest.mark.parametrize(
    "table",
    ["本表每月5日前报送。\n逐案填写。", "2026-03-10\n2026-03-11", "XF2|2026-03-10|白杨镇|梁湾村", "填表说明|2026-03-10\n登记日期|来访当日\n信访编号|照系统填"],
)  # fmt: skip
def test_another_kind_of_second_sheet_is_no_continuation(table):
    first, second = read_grids(make_grid(TITLE + HEAD + A, name="1"), make_grid(table, name="2"))
    assert first.coverage is None
    assert "SHEET-CONTINUES" not in codes(second)


def test_a_header_of_three_levels_with_one_word_on_top_begins_there():
    table = (
        "2026年3月越级上访台账\n责任村(社区)|有关事项|||填写栏\n|基本情况|||要素\n|登记日期|信访编号|乡镇(街道)|是否越级|人次\n"
        "上渠村|2026-03-09|XF1|青禾镇|是|2\n梁湾村|2026-03-10|XF2|白杨镇|是|3"
    )
    spans = [(1, 0, 3, 0), (1, 1, 1, 3), (1, 4, 1, 5), (2, 1, 2, 3), (2, 4, 2, 5)]
    reading = read_table(table, merges=spans)
    assert (reading.header_row, len(reading.rows), told(reading)) == (2, 2, [])


@pytest.mark.parametrize("lines", [19, 25, 50])
def test_a_header_below_instructions_is_found(lines):
    page = "".join(f"第{number}条：请认真填报。\n" for number in range(1, lines + 1))
    reading = read_table(TITLE + page + HEAD + A + B)
    assert (reading.header_row, len(reading.rows)) == (lines + 2, 2)


def test_rows_of_data_are_not_taken_for_a_header_far_below():
    lines = "".join(f"2026-03-{n % 28 + 1:02}|{n}|甲|乙\n" for n in range(70))
    assert codes(read_table("随便一张表\n" + lines + HEAD + A)) == ["SHEET-UNKNOWN"]


# -- which cases of the police are crimes -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "heads", "cells", "nature", "code"),
    [
        ("2026年3月案件清单", "办案单位", "某派出所", "held", "COLUMN-UNDECIDED"), ("2026年3月案件清单", "案件类别|办案单位", "盗窃|某派出所", "new", "COLUMN-ASSUMED"),
        ("2026年3月案件清单", "案件类型", "刑事", "new", None), ("2026年3月刑事案件清单", "办案单位", "某派出所", "new", None), ("2026年3月刑案清单", "办案单位", "某派出所", "new", None),
        ("2026年3月行政案件清单", "办案单位", "某派出所", "ignored", None), ("2026年3月刑事案件清单", "案件类型", "", "new", None), ("2026年3月案件清单", "案件类型", "", "held", "VALUE-MISSING"),
    ],
)  # fmt: skip
def test_a_case_counts_as_a_crime_only_where_something_says_so(title, heads, cells, nature, code):
    reading = read_table(
        f"{title}\n立案日期|案件编号|{heads}|乡镇|村\n2026-03-09|A6401812026001|{cells}|青禾镇|上渠村",
        schemas={"crime": SCHEMAS["crime"]},
    )
    (claim,) = make_claims(reading, SCHEMAS["crime"]).claims
    assert claim.nature.value == nature
    assert told(reading) == ([code] if code else [])


# -- what is told of a row's place ------------------------------------------------------------------------

CODED = "2026年3月越级上访台账\n登记日期|信访编号|乡镇(街道)|村(社区)|区划代码|是否越级\n"


@pytest.mark.parametrize(
    ("cells", "facts", "expected"),
    [
        ("无名镇|上渠村|x", {}, {("VALUE-AREA-CODE", "E3"), ("AREA-TOWNSHIP-UNKNOWN", "C3")}),
        ("青禾镇|无名村|x", {}, {("VALUE-AREA-CODE", "E3"), ("AREA-VILLAGE-UNKNOWN", "D3")}),
        ("青禾镇||x", {}, {("VALUE-AREA-CODE", "E3")}),
        ("无名镇||", {"error_cells": {(2, 3): "#REF!"}}, {("CELL-ERROR", "D3"), ("AREA-TOWNSHIP-UNKNOWN", "C3")}),
        ("|无名村|", {"error_cells": {(2, 2): "#REF!"}}, {("CELL-ERROR", "C3"), ("AREA-VILLAGE-UNKNOWN", "D3")}),
        ("|上渠村|", {"error_cells": {(2, 2): "#REF!"}}, {("CELL-ERROR", "C3")}),
        ("青禾镇||", {"error_cells": {(2, 3): "#REF!"}}, {("CELL-ERROR", "D3")}),
        ("无名镇|天边村|", {}, {("AREA-TOWNSHIP-UNKNOWN", "C3"), ("AREA-VILLAGE-UNKNOWN", "D3")}),
        ("无名镇|上渠村|", {}, {("AREA-TOWNSHIP-UNKNOWN", "C3")}),
    ],
)  # fmt: skip
def test_one_bad_place_cell_does_not_hide_another(cells, facts, expected):
    reading = read_table(CODED + f"2026-03-09|XF1|{cells}|是", facts=facts)
    found = {(finding.code, finding.cell) for finding in reading.findings if finding.cell}
    assert found == expected


def test_a_name_of_two_villages_is_told_with_both_townships():
    areas = (*AREAS, Area("640181101203", "上渠村", AreaKind.VILLAGE, "640181101"))
    places = Places.of(areas, county="灵武市")
    grid = make_grid(TITLE + HEAD + "2026-03-09|XF1||上渠村|是|1")
    book = Book("inbox/2026-03/表.xlsx", "0" * 64, "xlsx", (grid,), {})
    (reading,) = read_all(book, schemas=SCHEMAS, places=places, county_name="灵武市")
    (finding,) = find(reading, "AREA-VILLAGE-AMBIGUOUS")
    assert "青禾镇上渠村" in finding.message
    assert "白杨镇上渠村" in finding.message
