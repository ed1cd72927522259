"""Sheets read whole: rows, addresses, places, totals, periods, coverage, and nothing personal anywhere."""

# The tables below are read across, with brackets and clock times as departments type them.
# ruff: noqa: E501, DTZ001

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_tables import PLACES, SCHEMAS, codes, filled_below, find, make_grid, read_grids, read_table

from sanwu_cli.ledger.claims import make_claims
from sanwu_cli.model import Place
from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import NotCounted, Severity

MARCH = Period(Month(2026, 3), Month(2026, 3))
PETITION = """
2026年3月越级上访台账|
登记日期|信访编号|乡镇(街道)|村(社区)|到访层级|是否越级|人次|归属依据|办理状态|备注
"""
CRIME = """
2026年3月刑事案件台账|
立案日期|案件编号|案件类型|案件类别|办案单位|案件状态|乡镇(街道)|村(社区)|归属依据|备注
"""
SUIT = """
2026年3月行政诉讼案件台账|
立案日期|案号|审级|被告|案由|审理法院|乡镇(街道)|村(社区)|归属依据|裁判结果|备注
"""
COUNT = """
2026年3月三无指标月报表|
乡镇(街道)|村(社区)|越级上访|行政诉讼|刑事案件
"""
CLEAN = {
    "petition": PETITION + "2026-03-09|XF202603001|青禾镇|上渠村|自治区级|是|3|户籍地|办结|\n",
    "crime": CRIME + "2026-03-09|A6401812026001|刑事|盗窃|城东派出所|侦查|白杨镇|梁湾村|发案地|\n",
    "suit": SUIT + "2026-03-09|（2026）宁0181行初12号|一审|某局|征收|某法院|白杨镇|梁湾村|争议地|驳回|\n",
    "indicator_count": COUNT + "青禾镇|上渠村|0|1|2\n",
    "nil_report": "零报告|\n月份|报送单位|指标|起止月份\n2026-03|信访局|越级上访|\n",
    "binding": "2026年四项约束性指标认定表|\n乡镇(街道)|指标名称|是否突破|依据文号|日期\n青禾镇|指标甲|否|政法〔2026〕1号|2026-12-20\n",
    "assessment": "2026年平安建设考核评分表|\n乡镇(街道)|一中心两所六进驻得分|其他得分|综合得分\n青禾镇|96.50|90|\n",
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_canonical_sheet_reads_clean(name):
    reading = read_table(CLEAN[name])
    assert reading.schema_id == name
    assert reading.header_row == 2
    assert len(reading.rows) == 1
    assert reading.layout_rows == 0
    assert reading.findings == ()
    assert not reading.rows[0].unreadable
    assert set(reading.fields) <= set(reading.rows[0].values)


def test_values_and_addresses_are_exact():
    row = read_table(CLEAN["petition"]).rows[0]
    assert row.source.row == 3
    assert row.values["filed_on"] == date(2026, 3, 9)
    assert row.values["case_number"] == "XF202603001"
    assert row.values["is_skip_level"] is True
    assert row.values["person_count"] == 3
    assert row.place == Place("640181100201", "640181100")
    assert row.cells == {
        "filed_on": "A3", "case_number": "B3", "township": "C3", "village": "D3", "visit_level": "E3",
        "is_skip_level": "F3", "person_count": "G3", "attribution_basis": "H3",
    }  # fmt: skip


def test_attested_values():
    reading = read_table(CLEAN["assessment"], cells={(2, 1): 95.19999999999999})
    assert reading.period == Period.of_year(2026)
    assert reading.rows[0].values["centre_score"] == Decimal("95.2")
    assert reading.rows[0].values["total_score"] is None
    assert reading.rows[0].place == Place("640181100", "640181100")
    assert read_table(CLEAN["binding"]).rows[0].values["is_breached"] is False


def test_nil_report_rows():
    rows = read_table(
        "零报告\n月份|报送单位|指标|起止月份\n2026年3月|信访局|越级上访|\n|司法局|行政诉讼|2026-01至2026-03\n3月|青禾镇人民政府|全部|"
    ).rows
    assert rows[0].values["month"] == Month(2026, 3)
    assert rows[0].place is None
    assert rows[1].values["span"] == Period(Month(2026, 1), Month(2026, 3))
    assert rows[2].values["month"] == Month(2026, 3)  # the year from inbox/2026-03
    assert rows[2].values["indicators"] == ("skip_level_petition", "administrative_suit", "criminal_case")
    assert rows[2].place == Place("640181100", "640181100")


MESS = """
灵 武 市 2026 年 3 月 越 级 上 访 台 账|
填报单位（盖章）：灵武市信访局|||填报时间：2026年4月2日
序号|登记\\n日期|信访编号|信访人|身份证号|责任属地\\n（乡镇）|责任村\\n（社区）|人 次（人）|是否越级|备　注
1|2|3|4|5|6|7|8|9|10
合　计|||||||9||
1|2026.3.9|XF1|某甲|11010519491231002X|青 禾 镇|上渠村民委员会|２人次|是|某甲反映某事
2|3月10日|XF2|某乙|13900001111||下渠村|3|√|
小　计|||||||5||
|||||||||
序号|登记\\n日期|信访编号|信访人|身份证号|责任属地\\n（乡镇）|责任村\\n（社区）|人 次（人）|是否越级|备　注
3|二〇二六年三月十一日|XF3|某丙||白杨镇|石桥|四|否|
4|||||||||
|||||白杨镇小计||4||
填表人：某丁|||审核人：某戊||||填表日期：2026年4月2日
说明：1.本表每月报送。
2.人次按实到人数。
"""
MESS_MERGES = [(0, 0, 0, 9), (5, 5, 6, 5)]


def test_the_mess_of_a_real_month():
    grid = make_grid(MESS, merges=MESS_MERGES)
    (reading,) = read_grids(grid)
    assert reading.period == MARCH
    assert reading.coverage is None
    assert [row.source.row for row in reading.rows] == [6, 7, 11]
    assert [row.values["filed_on"].day for row in reading.rows] == [9, 10, 11]
    assert [row.values["person_count"] for row in reading.rows] == [2, 3, 4]
    assert [row.place.area_code for row in reading.rows] == ["640181100201", "640181100202", "640181101202"]
    assert reading.rows[1].cells["township"] == "F6"  # the merged cell that speaks for it
    assert len(reading.rows) + reading.layout_rows == filled_below(grid, reading.header_row)
    assert [code for code in codes(reading) if code != "PERSONAL-COLUMN-SKIPPED"] == []


def test_personal_columns_are_recognised_and_never_kept():
    reading = read_table(MESS, merges=MESS_MERGES)
    (finding,) = find(reading, "PERSONAL-COLUMN-SKIPPED")
    assert "信访人" in finding.message
    assert "身份证号" in finding.message
    everything = repr(reading)
    for secret in ("某甲", "某乙", "某丙", "某丁", "11010519491231002X", "13900001111", "反映某事"):
        assert secret not in everything


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda schema: schema.id)
def test_nothing_personal_is_read_whatever_the_spelling(schema):
    personal = [spelling for spec in schema.fields if spec.personal for spelling in spec.spellings]
    unread = [spelling for spec in schema.fields if not spec.is_read for spelling in spec.spellings]
    head = [spec.header for spec in schema.fields if spec.is_read]
    table = (
        "|".join([*head, *personal, *unread])
        + "\n"
        + "|".join([*["x"] * len(head), *["秘密"] * (len(personal) + len(unread))])
    )
    reading = read_table(table)
    assert reading.schema_id == schema.id
    assert "秘密" not in repr(reading)


def test_personal_numbers_in_a_stored_column_are_dropped_and_told():
    reading = read_table(CLEAN["suit"].replace("某局", "某局 电话13900001111"))
    assert reading.rows[0].values["defendant"] is None
    assert "defendant" in reading.rows[0].unreadable
    (finding,) = find(reading, "PERSONAL-VALUE")
    assert finding.cell == "D3"
    assert "1390" not in repr(reading)


def test_no_error_hides_another():
    reading = read_table(PETITION + "2026-02-30|无编号|青禾镇|没有村|自治区级|也许|很多|户籍地||\n")
    assert {(finding.code, finding.cell) for finding in reading.findings} == {
        ("VALUE-DATE", "A3"), ("VALUE-CASE-NUMBER", "B3"), ("AREA-VILLAGE-UNKNOWN", "D3"), ("VALUE-YES-NO", "F3"),
        ("VALUE-COUNT", "G3"),
    }  # fmt: skip
    (row,) = reading.rows
    assert set(row.unreadable) == {"filed_on", "case_number", "is_skip_level", "person_count"}
    assert row.place.candidates == ("640181100201", "640181100202")
    assert all(finding.remedy for finding in reading.findings)
    assert "日历上没有这一天" in find(reading, "VALUE-DATE")[0].message


def test_missing_values_are_told_and_never_invented():
    reading = read_table(PETITION + "|XF1|青禾镇||自治区级|是|3|||\n2026-03-09||||自治区级|是|3|||\n")
    assert [(finding.code, finding.cell) for finding in reading.findings] == [
        ("VALUE-MISSING", "A3"), ("AREA-VILLAGE-BLANK", "D3"), ("VALUE-MISSING", "B4"), ("VALUE-MISSING", "C4"),
    ]  # fmt: skip
    assert reading.rows[0].unreadable == ("filed_on",)
    assert reading.rows[1].unreadable == ("case_number",)


def test_cells_without_a_value_are_never_blank():
    facts = {
        "error_cells": {(2, 0): "#N/A"},
        "uncached": frozenset({(2, 6)}),
        "long_numbers": {(2, 1): "640181202603000112"},
    }
    reading = read_table(
        PETITION + "||青禾镇|上渠村|自治区级|是||户籍地||\n", cells={(2, 1): 6.40181202603e17}, facts=facts
    )
    assert {(finding.code, finding.cell) for finding in reading.findings} == {
        ("CELL-ERROR", "A3"), ("CELL-LONG-NUMBER", "B3"), ("CELL-FORMULA-UNCACHED", "G3"),
    }  # fmt: skip
    assert set(reading.rows[0].unreadable) == {"filed_on", "case_number", "person_count"}
    assert all(finding.severity is Severity.ERROR for finding in reading.findings)


def test_a_lost_village_cell_never_becomes_a_township_case():
    reading = read_table(CLEAN["suit"].replace("梁湾村", ""), facts={"error_cells": {(2, 7): "#REF!"}})
    assert reading.rows[0].place.area_code is None
    assert set(reading.rows[0].place.candidates) == {"640181101201", "640181101202"}
    assert codes(reading) == ["CELL-ERROR"]


def test_a_blank_village_is_held_or_the_townships():
    suit, crime = CLEAN["suit"].replace("梁湾村", ""), CLEAN["crime"].replace("梁湾村", "")
    assert read_table(suit).rows[0].place == Place("640181101", "640181101")
    assert read_table(crime).rows[0].place.area_code is None
    held = read_table(suit, blank_village_override={"suit": "hold"})
    assert held.rows[0].place.candidates == ("640181101201", "640181101202")


def test_a_police_list_without_places_is_held_and_told_once():
    reading = read_table(
        "序号|案件编号|案件名称|案件类别|办案单位|案件状态|立案时间|发案地点|简要案情\n"
        "1|A1|某案|盗窃|城东所|侦查|2026-03-02|某处|案情\n2|A2|某案|诈骗|城东所|侦查|2026-03-03|某处|案情",
        file="inbox/2026-03/公安刑事案件.xlsx",
    )
    assert len(reading.rows) == 2
    assert all(row.place.area_code is None and len(row.place.candidates) == 5 for row in reading.rows)
    assert codes(reading) == ["PERSONAL-COLUMN-SKIPPED", "COLUMN-PLACE-MISSING"]


def test_a_missing_required_column_is_told_once_and_marks_every_row():
    reading = read_table(CLEAN["crime"].replace("立案日期", "发案日期"))
    assert codes(reading) == ["COLUMN-MISSING"]
    assert reading.rows[0].unreadable == ("filed_on",)


COUNTED = {
    "crime": [
        ("刑事", "侦查", None), ("刑事案件（盗窃）", "", None), ("行政", "侦查", NotCounted.NOT_CRIMINAL),
        ("治安案件", "", NotCounted.NOT_CRIMINAL), ("刑事", "已撤销", NotCounted.CASE_WITHDRAWN), ("刑事", "撤案", NotCounted.CASE_WITHDRAWN),
        ("刑事", "已合并", NotCounted.CASE_MERGED), ("刑事", "并案侦查", NotCounted.CASE_MERGED),
        ("刑事", "移送其他机关", NotCounted.CASE_TRANSFERRED), ("刑事", "移送起诉", None), ("刑事", "移送审查起诉", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "status", "reason"), COUNTED["crime"])
def test_which_crimes_count(kind, status, reason):
    table = CLEAN["crime"].replace("|刑事|", f"|{kind}|").replace("|侦查|", f"|{status}|")
    assert SCHEMAS["crime"].why_not_counted(read_table(table).rows[0].values) is reason


SUITS = [
    ("（2026）宁0181行初12号", "一审", "某局", None, "first"),
    ("（2026）宁01行终3号", "", "某局", None, "second"),
    ("（2026）宁行申3号", "", "某局", None, "retrial"),
    ("灵政复字〔2026〕3号", "", "某局", NotCounted.RECONSIDERATION, "reconsideration"),
    ("（2026）3号", "行政复议", "某局", NotCounted.RECONSIDERATION, "reconsideration"),
    ("（2026）宁0181行审5号", "", "某公司", NotCounted.NON_LITIGATION_EXECUTION, "non_litigation_execution"),
    ("（2026）宁0181行初13号", "", "某局", None, "first"),
]


@pytest.mark.parametrize(("number", "instance", "defendant", "reason", "read_as"), SUITS)
def test_which_suits_count(number, instance, defendant, reason, read_as):
    table = SUIT + f"2026-03-09|{number}|{instance}|{defendant}|不服复议决定|某法院|白杨镇||争议地||\n"
    values = read_table(table).rows[0].values
    assert values["instance"] == read_as
    assert SCHEMAS["suit"].why_not_counted(values) is reason


def test_the_respondent_of_a_reconsideration():
    table = "行政案件情况|\n受理日期|案号|申请人|被申请人|乡镇|审理法院\n2026-03-09|{}|某甲|某局|白杨镇|\n"
    told = [
        SCHEMAS["suit"].why_not_counted(read_table(table.format(number)).rows[0].values)
        for number in ("〔2026〕7号", "（2026）宁行再7号")
    ]
    assert told == [NotCounted.RECONSIDERATION, None]


PETITIONS = [
    ("是", "自治区级", "来访", None),
    ("否", "县级", "来访", NotCounted.NOT_SKIP_LEVEL),
    ("", "县级", "走访", NotCounted.NOT_SKIP_LEVEL),
    ("", "进京", "走访", None),
    ("是", "县级", "走访", None),
    ("是", "", "来信", NotCounted.NOT_A_VISIT),
    ("是", "", "网上信访", NotCounted.NOT_A_VISIT),
    ("是", "", "网上转来访", None),
]


@pytest.mark.parametrize(("skip", "level", "form", "reason"), PETITIONS)
def test_which_petitions_count(skip, level, form, reason):
    reading = read_table(
        f"2026年3月越级上访台账\n登记日期|信访编号|乡镇|村|到访层级|是否越级|信访形式\n2026-03-09|XF1|青禾镇|上渠村|{level}|{skip}|{form}"
    )
    assert SCHEMAS["petition"].why_not_counted(reading.rows[0].values) is reason


def test_without_the_mark_only_a_title_that_says_so_makes_rows_count():
    table = "{}\n登记日期|信访编号|信访形式|乡镇|村\n2026-03-09|XF1|来访|青禾镇|上渠村\n2026-03-10|XF2|来信|青禾镇|上渠村"
    clear, unclear = read_table(table.format("越级上访台账")), read_table(table.format("信访台账"))
    classes = [
        [claim.nature.value for claim in make_claims(reading, SCHEMAS["petition"]).claims]
        for reading in (clear, unclear)
    ]
    assert codes(clear) == []
    assert codes(unclear) == ["COLUMN-UNDECIDED"]
    assert classes == [["new", "ignored"], ["held", "ignored"]]


LEVELS = [
    ("自治区级", "new"), ("进京", "new"), ("赴区", "new"), ("县级", "ignored"), ("", "held"), ("县直部门", "held"), ("信访大厅", "held"),
]  # fmt: skip


@pytest.mark.parametrize(("level", "nature"), LEVELS)
def test_without_the_mark_the_level_decides_or_nobody_does(level, nature):
    reading = read_table(
        f"2026年3月信访台账\n登记日期|信访编号|到访层级|乡镇|村\n2026-03-09|XF1|{level}|青禾镇|上渠村"
    )
    (claim,) = make_claims(reading, SCHEMAS["petition"]).claims
    assert claim.nature.value == nature
    assert codes(reading) == (["ROW-UNCLEAR"] if nature == "held" else [])


TOTALS = [
    ("合计||0|1|5", ["TOTAL-MISMATCH"]), ("合计||0|1|3", []), ("总 计||0|1|无", ["TOTAL-MISMATCH"]), ("全市||0|1|3", []),
    ("本年累计||9|9|9", []), ("去年同期||9|9|9", []),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), TOTALS)
@pytest.mark.parametrize("position", ["first", "last"])
def test_totals_are_checked_wherever_they_stand(line, expected, position):
    rows = ["青禾镇|上渠村|0|1|2", "青禾镇|下渠村|0|0|1"]
    rows = [line, *rows] if position == "first" else [*rows, line]
    reading = read_table(COUNT + "\n".join(rows))
    assert (len(reading.rows), reading.layout_rows) == (2, 1)
    assert codes(reading) == expected
    if expected:
        assert "3" in find(reading, "TOTAL-MISMATCH")[0].message
        assert find(reading, "TOTAL-MISMATCH")[0].cell.startswith("E")


def test_subtotals_belong_to_their_township():
    table = (
        COUNT
        + "青禾镇|小计|0|0|3\n青禾镇|上渠村|0|0|2\n|下渠村|0|0|1\n白杨镇|梁湾村|0|0|4\n白杨镇小计||0|0|{}\n合计||0|0|7"
    )
    merges = [(3, 0, 4, 0)]
    assert codes(read_table(table.format(4), merges=merges)) == []
    wrong = read_table(table.format(5), merges=merges)
    assert [(finding.code, finding.cell) for finding in wrong.findings] == [("TOTAL-MISMATCH", "E7")]


def test_an_empty_count_is_missing_and_a_dash_is_zero():
    reading = read_table(COUNT + "青禾镇|上渠村||—|无\n")
    assert reading.rows[0].values["skip_level_petition"] is None
    assert reading.rows[0].values["administrative_suit"] == 0
    assert reading.rows[0].values["criminal_case"] == 0
    assert [(finding.code, finding.cell) for finding in reading.findings] == [("COUNT-BLANK", "C3")]
    assert read_table(COUNT + "青禾镇||0|0|1").rows[0].place == Place("640181100", "640181100")


def test_a_count_merged_over_rows_is_nobodys():
    reading = read_table(COUNT + "青禾镇|上渠村|0|0|3\n青禾镇|下渠村|0|0|\n", merges=[(2, 4, 3, 4)])
    assert [row.values["criminal_case"] for row in reading.rows] == [None, None]
    assert [(finding.code, finding.cell) for finding in reading.findings] == [("CELL-MERGED-COUNT", "E3")]


def test_an_empty_township_outside_a_merge_is_no_fill():
    reading = read_table(
        PETITION
        + "2026-03-09|XF1|青禾镇|上渠村|省级|是|1|||\n2026-03-09|XF2||下渠村|省级|是|1|||\n2026-03-09|XF3||无此村|省级|是|1|||"
    )
    assert reading.rows[1].values["township"] is None
    assert reading.rows[1].place.area_code == "640181100202"  # the only village so named
    assert reading.rows[2].place.area_code is None


NIL = [
    "无",
    "本月无",
    "零报告",
    "本月无越级上访",
    "3月份未发生越级上访",
    "无|无|/|—|无|无|0",
    "|||本月无越级上访情况。",
    "/|/|青禾镇|/|/|/|无",
]


@pytest.mark.parametrize("line", NIL)
def test_a_line_that_says_nothing_happened(line):
    reading = read_table(PETITION + line)
    assert reading.rows == ()
    assert reading.layout_rows == 1
    assert reading.period == MARCH
    assert codes(reading) == ["SHEET-NIL-LINE"]


def test_a_numbered_line_that_says_nothing_happened():
    reading = read_table(PETITION.replace("登记日期", "序号|登记日期") + "1|无\n2|||||||||本月无越级上访")
    assert (reading.rows, reading.layout_rows) == ((), 2)
    assert "3、4" in find(reading, "SHEET-NIL-LINE")[0].message


@pytest.mark.parametrize(
    "line", ["|||||是||无证经营||", "2026-03-09|无|青禾镇|上渠村|省级|是|1|||", "||青禾镇||||||"]
)
def test_a_half_filled_line_is_never_taken_for_nothing(line):
    assert len(read_table(PETITION + line).rows) == 1


def test_an_empty_ledger_is_a_report():
    numbered = PETITION.replace("登记日期", "序号|登记日期")
    for tail in ("", "1\n2\n3", "填表人：某甲"):
        reading = read_table(numbered + tail)
        assert reading.rows == ()
        assert reading.period == MARCH
        assert codes(reading) == ["SHEET-EMPTY"]


def test_shared_and_repeated_cases():
    table = (
        CRIME
        + "2026-03-09|A1|刑事|盗窃|某所|侦查|青禾镇|上渠村||\n" * 2
        + "2026-03-09|A1|刑事|盗窃|某所|侦查|白杨镇|梁湾村||\n2026-03-19|A1|刑事|盗窃|某所|侦查|白杨镇|梁湾村||"
    )
    reading = read_table(table)
    assert [(finding.code, finding.cell) for finding in reading.findings] == [
        ("ROW-REPEATED", "B4"),
        ("ROW-DUPLICATE", "B6"),
    ]
    assert "立案日期" in find(reading, "ROW-DUPLICATE")[0].message


def test_a_case_merged_over_several_villages():
    table = CRIME + "2026-03-09|A1|刑事|盗窃|某所|侦查|青禾镇|上渠村||\n||||||青禾镇|下渠村||"
    reading = read_table(table, merges=[(2, column, 3, column) for column in range(6)])
    assert [row.values["case_number"] for row in reading.rows] == ["A1", "A1"]
    assert [row.place.area_code for row in reading.rows] == ["640181100201", "640181100202"]
    assert codes(reading) == []


def test_rows_dated_outside_the_span_are_read_and_told():
    reading = read_table(PETITION + "2026-02-27|XF1|青禾镇|上渠村|省级|是|1|||")
    assert len(reading.rows) == 1
    assert [(finding.code, finding.cell) for finding in reading.findings] == [("ROW-OUTSIDE-PERIOD", "A3")]


ROW = "2026-03-09|XF1|青禾镇|上渠村|省级|是|1|||"
HEADER = PETITION.strip().split("\n")[1]
PERIODS = [
    ("2026年3月越级上访台账", "Sheet1", "x/y.xlsx", MARCH, []),
    ("越级上访台账（1—10月）", "Sheet1", "x/2026/y.xlsx", Period(Month(2026, 1), Month(2026, 10)), []),
    ("越级上访台账", "3月", "x/2026年越级上访.xlsx", MARCH, []),
    ("2026年度越级上访台账", "3月", "x/y.xlsx", MARCH, []),
    (
        "2026年度越级上访台账",
        "Sheet1",
        "x/y.xlsx",
        Period(Month(2026, 1), Month(2026, 3)),
        ["PERIOD-YEAR-TO-DATE"],
    ),
    ("越级上访台账", "Sheet1", "x/信访局2026-03.xlsx", MARCH, []),
    ("越级上访台账", "Sheet1", "x/信访局202603.xlsx", MARCH, []),
    ("越级上访台账", "Sheet1", "inbox/2026-03/信访局.xlsx", MARCH, []),
    ("越级上访台账", "Sheet1", "inbox/2026/03/信访局.xlsx", MARCH, []),
    ("越级上访台账", "Sheet1", "inbox/2026-03/信访局/表.xlsx", MARCH, []),
    ("越级上访台账", "Sheet1", "2026-03/a/b/表.xlsx", MARCH, ["PERIOD-FROM-ROWS"]),
    ("2026年3月越级上访台账", "2月", "x/y.xlsx", MARCH, ["PERIOD-CONFLICT"]),
    ("2026年3月越级上访台账", "Sheet1", "inbox/2026-04/y.xlsx", MARCH, ["PERIOD-CONFLICT"]),
    ("2026年1-3月越级上访台账", "Sheet1", "inbox/2026-03/y.xlsx", Period(Month(2026, 1), Month(2026, 3)), []),
    ("越级上访台账", "Sheet1", "x/信访局20260402.xlsx", MARCH, ["PERIOD-FROM-ROWS"]),
    ("2026年越级上访台账", "Sheet1", "x/y.xlsx", MARCH, ["PERIOD-FROM-ROWS"]),
]


@pytest.mark.parametrize(("title", "sheet", "file", "period", "expected"), PERIODS)
def test_the_span_of_a_sheet(title, sheet, file, period, expected):
    reading = read_table(f"{title}\n填报时间：2026年4月2日\n{HEADER}\n{ROW}", name=sheet, file=file)
    assert reading.period == period
    assert codes(reading) == expected


def test_the_override_wins_and_an_unknown_span_is_an_error():
    february = Period(Month(2026, 2), Month(2026, 2))
    assert read_table(PETITION + ROW, period_override=february).period == february
    lost = read_table(
        f"越级上访台账\n{HEADER}\n{ROW}\n{ROW.replace('03-09', '04-09').replace('XF1', 'XF2')}",
        file="x/y.xlsx",
    )
    assert lost.period is None
    assert "PERIOD-UNKNOWN" in codes(lost)
    assert "PERIOD-UNKNOWN" in codes(
        read_table(COUNT.replace("2026年3月", "") + "青禾镇|上渠村|0|0|0", file="x/y.xlsx")
    )
    yearless = read_table(f"越级上访台账\n{HEADER}\n{ROW.replace('2026-03-09', '3月9日')}", file="x/y.xlsx")
    assert codes(yearless) == ["VALUE-DATE", "PERIOD-UNKNOWN"] or codes(yearless) == [
        "PERIOD-UNKNOWN",
        "VALUE-DATE",
    ]


def test_coverage():
    head = "{}\n{}\n" + HEADER + "\n"
    whole = read_table(head.format("灵武市2026年3月越级上访台账", "填报单位：灵武市信访局"))
    assert whole.coverage is None
    for title, unit in (
        ("青禾镇2026年3月越级上访台账", "填报单位："),
        ("2026年3月越级上访台账", "填报单位|青禾镇人民政府"),
    ):
        one = read_table(head.format(title, unit) + ROW.replace("青禾镇", ""))
        assert one.coverage == "640181100"
        assert one.rows[0].place.area_code == "640181100201"
        assert codes(one) == ["COVERAGE-TOWNSHIP"]
    two = read_table(head.format("青禾镇、白杨镇2026年3月越级上访台账", "|"))
    assert two.coverage == "?"
    assert "COVERAGE-UNKNOWN" in codes(two)


def test_a_workbook_of_several_sheets():
    month = [
        make_grid(f"越级上访台账\n{HEADER}\n{ROW.replace('-03-', f'-0{n}-')}", name=f"{n}月") for n in (2, 3)
    ]
    hidden = make_grid(PETITION + ROW, name="旧表", hidden=True)
    notes = make_grid("填表说明\n请按月报送", name="说明")
    empty = make_grid("", name="Sheet9")
    readings = read_grids(*month, hidden, notes, empty, file="x/2026年.xlsx")
    assert [(reading.sheet, reading.schema_id, str(reading.period)) for reading in readings] == [
        ("2月", "petition", "2026-02"), ("3月", "petition", "2026-03"), ("旧表", None, "None"), ("说明", None, "None"),
    ]  # fmt: skip
    assert codes(readings[2]) == ["SHEET-HIDDEN"]
    assert readings[2].unread_rows == 3
    assert codes(readings[3]) == ["SHEET-SKIPPED"]
    assert readings[3].unread_rows == 2


def test_hidden_rows_are_read_and_told():
    reading = read_table(PETITION + ROW, facts={"hidden_rows": frozenset({2})})
    assert len(reading.rows) == 1
    assert codes(reading) == ["HIDDEN-ROWS"]


def test_columns_that_are_not_used_are_named():
    reading = read_table("越级上访台账\n" + HEADER + "|包案领导|\n" + ROW + "|x|y")
    (finding,) = find(reading, "COLUMN-UNMAPPED")
    assert "包案领导" in finding.message
    assert "L列" in finding.message
    assert "x" not in finding.message


def test_date_cells_and_numbers_in_cells():
    reading = read_table(
        PETITION + ROW + "\n" + ROW,
        cells={(2, 0): datetime(2026, 3, 9, 15), (2, 6): 4.0, (3, 0): 46090, (3, 1): 202603002.0},
    )
    assert [row.values["filed_on"] for row in reading.rows] == [date(2026, 3, 9)] * 2
    assert reading.rows[0].values["person_count"] == 4
    assert reading.rows[1].values["case_number"] == "202603002"


LINES = st.sampled_from([
    "2026-03-09|XF1|青禾镇|上渠村|省级|是|1|||", "3月9日|XF2|白杨镇|石桥村|省级|√|2|||", "2026/2/30|XF3|青禾镇|上渠村||是||||",
    "合计||||||3|||", "青禾镇|小计|||||3|||", "|||||||||", "1|2|3|4|5|6|7|8|9|10", "本月无|||||||||", HEADER, "填表人：某甲|||审核人：某乙",
    "说明：每月报送", "||||||||某甲|", "累计||||||9|||",
])  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(LINES, max_size=12))
def test_every_line_is_a_row_or_layout(lines):
    grid = make_grid(PETITION + "\n".join(lines))
    (reading,) = read_grids(grid)
    assert reading.schema_id == "petition"
    assert len(reading.rows) + reading.layout_rows == filled_below(grid, reading.header_row)
    for row in reading.rows:
        assert lines[row.source.row - 3].split("|")[1] in {"XF1", "XF2", "XF3"}
    wanted = [line for line in lines if line.split("|")[1:2] and line.split("|")[1].startswith("XF")]
    assert len(reading.rows) == len(wanted)


CELLS = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-(10**18), 10**18), st.floats(allow_nan=True), st.booleans(),
    st.datetimes(), st.sampled_from(["9" * 5000, "九" * 5000, 10**400, 13900001111, 13900001111.0, "1E" + "9" * 30]), st.sampled_from(["合计", "无", "2026-03-09", "青禾镇", "登记日期", "信访编号", "13900001111", "11010519491231002X"]),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(CELLS, min_size=10, max_size=10), max_size=6))
def test_no_content_breaks_the_reader_or_leaks_a_number(rows):
    cells = {(2 + r, c): value for r, line in enumerate(rows) for c, value in enumerate(line)}
    grid = make_grid(PETITION, cells=cells)
    (reading,) = read_grids(grid)
    assert "13900001111" not in repr(reading)
    assert "11010519491231002X" not in repr(reading)
    assert len(reading.rows) + reading.layout_rows <= len(rows)


def test_reading_is_the_same_twice():
    assert read_table(MESS, merges=MESS_MERGES) == read_table(MESS, merges=MESS_MERGES)
    assert PLACES.find_townships_in("青禾镇") == ("640181100",)
