"""Headers are found by evidence, and exactly one sheet's description claims a table."""

# The tables below are read across, with brackets and clock times as departments type them.
# ruff: noqa: E501, RUF001, ISC004

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_tables import SCHEMAS, codes, find, make_grid, read_grids, read_table

import sanwu_cli.sheets
from sanwu_cli.errors import PlanError
from sanwu_cli.sheets.heading import list_starts
from sanwu_cli.sheets.layout import Layout, Misfit, identify, is_column_numbers
from sanwu_cli.sheets.lexicon import build_lexicon
from sanwu_cli.sheets.schema import load_schemas, parse_schema
from sanwu_cli.sheets.strangers import parse_strangers

SCHEMAS_FOLDER = Path(sanwu_cli.sheets.__file__).parent
DETAIL = ("petition", "suit", "crime")


def canonical_headers(schema):
    return [spec.header for spec in schema.fields if spec.is_read]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda schema: schema.id)
def test_a_canonical_header_is_claimed_by_its_own_sheet_without_any_title(schema):
    layout = identify(make_grid("|".join(canonical_headers(schema))), SCHEMAS)
    assert isinstance(layout, Layout)
    assert layout.schema.id == schema.id
    assert list(layout.fields) == [spec.name for spec in schema.fields if spec.is_read]


PRODUCT_HEADERS = {
    "sign_in": "日期|姓名|单位|进驻地点|签到时间|签退时间|接待咨询(人次)|参与调解(件)|备注",
    "dispute": "登记日期|编号|乡镇(街道)|村(社区)|纠纷类型|责任单位|化解时限|是否化解|化解日期",
    "centre": "名称|级别|所在区域|综治工作协调中心|矛盾纠纷调解中心|网格化管理中心|群众来访接待窗口|综治工作室|矛盾纠纷调解室|一村双警警务室|公共服务窗口"
    "|矛盾联调|治安联防|工作联动|问题联治|平安联创|治理联抓",
    "office": "名称|类型|所在乡镇|标准化|枫桥式|警力/人员",
    "petition": "登记日期|信访编号|乡镇(街道)|村(社区)|到访层级|是否越级|人次|归属依据|办理状态|备注",
    "suit": "立案日期|案号|审级|被告|案由|审理法院|乡镇(街道)|村(社区)|归属依据|裁判结果|备注",
    "crime": "立案日期|案件编号|案件类型|案件类别|办案单位|案件状态|乡镇(街道)|村(社区)|归属依据|备注",
    "indicator_count": "乡镇(街道)|村(社区)|越级上访|行政诉讼|刑事案件",
    "nil_report": "月份|报送单位|指标|起止月份",
    "binding": "乡镇(街道)|指标名称|是否突破|依据文号|日期",
    "assessment": "乡镇(街道)|一中心两所六进驻得分|其他得分|综合得分",
}


@pytest.mark.parametrize("name", PRODUCT_HEADERS)
def test_the_contract_headers_leave_no_column_unknown(name):
    layout = identify(make_grid(PRODUCT_HEADERS[name]), SCHEMAS)
    assert isinstance(layout, Layout)
    assert layout.schema.id == name
    assert all(column.field for column in layout.columns)


@pytest.mark.parametrize("kept", [["刑事案件"], ["越级上访"], ["行政诉讼"], ["越级上访", "刑事案件"]])
def test_a_count_sheet_may_have_any_of_the_indicators(kept):
    layout = identify(make_grid("乡镇(街道)|村(社区)|" + "|".join(kept)), SCHEMAS)
    assert isinstance(layout, Layout)
    assert layout.schema.id == "indicator_count"


MESSY = {
    "H1": ("petition", "信访台账\n1|2|3|4|5|6|7|8|9|10|11|12|13|14|15\n编号|责任科室|信访方式|标题|接件时间|举报类型|类型|乡镇|转办时间"
           "|应结办日期|办理情况|办结时间|接件人|科室接办人|办理人", {"case_number": 0, "petition_form": 2, "filed_on": 4, "township": 7}),
    "H6": ("petition", "序号|登记日期|信访编号|责任属地\\n（乡镇）|责任村\\n（社区）|信访形式|到访机关|到访层级|是否越级|是否集体访|责任单位|包案领导"
           "|办理结果|备注", {"filed_on": 1, "case_number": 2, "township": 3, "village": 4, "is_skip_level": 8}),
    "H7": ("suit", "序号|案号|原告|被告|第三人|被诉行政行为（案由）|审理法院|审级|立案日期|开庭日期|负责人出庭应诉情况|承办部门|裁判结果|结案日期"
           "|所属乡镇|备注", {"case_number": 1, "defendant": 3, "cause": 5, "court": 6, "instance": 7, "filed_on": 8, "township": 14}),
    "H8": ("crime", "序号|案件编号|案件名称|案件类别|办案单位|主办侦查员|案件状态|发案时间|发案地点|简要案情|是否结案",
           {"case_number": 1, "case_category": 3, "handling_unit": 4, "case_status": 6}),
    "H9": ("crime", "案件编号|警情编号|案件名称|案件类型|案件状态|案由|案由代码|发案时间|立案时间|受理单位|承办单位|地区|在办标记|案件来源",
           {"case_number": 0, "case_type": 3, "case_status": 4, "case_category": 5, "filed_on": 8}),
    "H11": ("indicator_count", "刑事案件月统计\n单位|村（社区）|本月立案|去年同期|同比±%|其中：八类案件|侵财|电信网络诈骗|本年累计|备注",
            {"township": 0, "village": 1, "criminal_case": 2}),
}  # fmt: skip


@pytest.mark.parametrize("case", MESSY)
def test_headers_seen_in_the_field(case):
    name, table, where = MESSY[case]
    layout = identify(make_grid(table), SCHEMAS)
    assert isinstance(layout, Layout), layout
    assert layout.schema.id == name
    assert where.items() <= {field: column.index for field, column in layout.fields.items()}.items()


def test_columns_of_other_years_are_never_this_month():
    layout = identify(make_grid("乡镇|村|本月/刑事案件|去年同期/刑事案件|刑事案件累计"), SCHEMAS)
    assert layout.fields["criminal_case"].index == 2
    two = make_grid(
        "三无指标月报表\n乡镇|村|本月||本年累计\n||越级上访|刑事案件|越级上访|刑事案件",
        merges=[(0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)],
    )
    layout = identify(two, SCHEMAS)
    assert (layout.top, layout.bottom) == (1, 2)
    assert layout.fields["skip_level_petition"].index == 2
    assert layout.fields["criminal_case"].index == 3


def test_a_header_of_two_rows_with_merges_and_with_the_second_level_cleared():
    table = "越级上访台账\n登记日期|信访编号|责任属地||是否越级\n||乡镇|村（社区）|\n2026-03-09|XF1|青禾镇|上渠村|是"
    merged = make_grid(table, merges=[(0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 2, 4)])
    for grid in (merged, make_grid(table)):
        layout = identify(grid, SCHEMAS)
        assert layout.bottom == 2
        assert (layout.fields["township"].index, layout.fields["village"].index) == (2, 3)
        assert len(read_grids(grid)[0].rows) == 1


def test_three_header_rows():
    grid = make_grid(
        "月报\n乡镇|村|三无指标||\n||件数||\n||越级上访|行政诉讼|刑事案件\n青禾镇|上渠村|0|0|1",
        merges=[(0, 0, 0, 4), (1, 0, 3, 0), (1, 1, 3, 1), (1, 2, 1, 4), (2, 2, 2, 4)],
    )
    (reading,) = read_grids(grid)
    assert reading.schema_id == "indicator_count"
    assert reading.rows[0].values["criminal_case"] == 1
    assert reading.rows[0].cells["criminal_case"] == "E5"


def test_police_administrative_cases_are_never_a_suit():
    header = "案件编号|案件类型|案件状态|立案时间|承办单位|乡镇|村"
    row = "A1|行政|侦查|2026-03-02|城东所|青禾镇|上渠村"
    for title in ("行政案件台账", "2026年3月公安行政案件清单", ""):
        reading = read_table(f"{title}|\n{header}\n{row}")
        assert reading.schema_id == "crime"
        assert SCHEMAS["crime"].why_not_counted(reading.rows[0].values) == "not_criminal"
    bare = read_table("行政案件台账\n立案时间|案件编号|承办单位|乡镇|村\n2026-03-02|A1|城东所|青禾镇|上渠村")
    assert bare.schema_id == "crime"
    assert SCHEMAS["crime"].why_not_counted(bare.rows[0].values) == "not_criminal"


def test_a_title_breaks_a_tie():
    header = "登记日期|案件编号|乡镇|村|备注"
    for title, name in (("越级上访台账", "petition"), ("行政诉讼台账", "suit"), ("刑事案件台账", "crime")):
        assert identify(make_grid(f"{title}\n{header}"), SCHEMAS).schema.id == name
        assert identify(make_grid(header), SCHEMAS, names=(title,)).schema.id == name
    nameless = identify(make_grid(header), SCHEMAS)
    assert isinstance(nameless, Misfit)
    assert nameless.code == "SHEET-UNKNOWN"


def test_unknown_sheets_are_refused_with_the_closest_and_what_is_missing():
    reading = read_table("登记日期|乡镇|村|人次\n2026-03-09|青禾镇|上渠村|3")
    assert reading.schema_id is None
    assert reading.unread_rows == 2
    (finding,) = reading.findings
    assert finding.code == "SHEET-UNKNOWN"
    assert "越级上访台账" in finding.message
    assert "信访编号" in finding.message


def test_two_claims_are_refused():
    twin = parse_schema(
        (SCHEMAS_FOLDER / "petition.toml").read_text("utf-8").replace('id = "petition"', 'id = "twin"'),
        name="twin.toml",
    )
    reading = read_table(PRODUCT_HEADERS["petition"], schemas={"petition": SCHEMAS["petition"], "twin": twin})
    assert codes(reading) == ["SHEET-AMBIGUOUS"]


def test_a_form_mark_decides():
    header = "登记日期|案件编号|乡镇|村"
    for name in ("petition", "crime"):
        assert read_table(header, marks={"sanwu_form": f"{name}/1"}).schema_id == name
    assert read_table(header, marks={"sanwu_form": "assessment/1"}).schema_id is None
    assert read_table(header, marks={"sanwu_form": "of_another_program/1"}).schema_id is None


def test_header_row_and_mapping_override():
    table = "日期|编号|哪个镇|哪个村|越级\n说明|||\n2026-03-09|XF1|青禾镇|上渠村|是"
    reading = read_table(table, header_row=1, mapping={"哪个镇": "township", "哪个村": "village"})
    assert reading.schema_id == "petition"
    assert reading.header_row == 1
    assert reading.rows[0].place.area_code == "640181100201"


def test_column_numbers():
    assert is_column_numbers((1, 2, 3, 4, None))
    assert is_column_numbers(("甲", "乙", "1", "2", 3.0))
    assert is_column_numbers(("(1)", "(2)", "(3)"))
    assert not is_column_numbers((1, 2))
    assert not is_column_numbers((1, "青禾镇", 3))


SPACES = st.sampled_from(["", " ", "\u3000", "\n", "\t", "\u200b", "\xa0"])
BRACKETS = st.sampled_from(["()", "（）", "〔〕", "[]", "【】", "［］"])
STARS = st.sampled_from(["", "*", "※"])
UNITS = st.sampled_from(["", "（必填）", "(元)", "【选填】"])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_spelling_of_a_header_does_not_matter(data):
    name = data.draw(st.sampled_from(DETAIL))
    schema = SCHEMAS[name]
    cells = []
    for header in canonical_headers(schema):
        opening, closing = data.draw(BRACKETS)
        text = "".join(
            char + data.draw(SPACES) for char in header.replace("(", opening).replace(")", closing)
        )
        unit = "" if "(" in header else data.draw(UNITS)
        cells.append(
            data.draw(STARS) + data.draw(SPACES) + text + unit + data.draw(st.sampled_from(["", ":", "："]))
        )
    grid = make_grid("", cells={(0, column): cell for column, cell in enumerate(cells)})
    layout = identify(grid, SCHEMAS)
    assert isinstance(layout, Layout)
    assert layout.schema.id == name
    assert list(layout.fields) == [spec.name for spec in schema.fields if spec.is_read]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(DETAIL), st.randoms(use_true_random=False), st.integers(0, 6))
def test_neither_order_nor_lines_above_matter(name, random, above):
    headers = canonical_headers(SCHEMAS[name])
    random.shuffle(headers)
    lines = [f"第{line}行说明|" for line in range(above)] + ["|".join(headers)]
    layout = identify(make_grid("\n".join(lines)), SCHEMAS)
    assert isinstance(layout, Layout)
    assert (layout.schema.id, layout.top) == (name, above)
    assert [
        layout.fields[spec.name].header for spec in SCHEMAS[name].fields if spec.is_read
    ] == canonical_headers(SCHEMAS[name])


@pytest.mark.parametrize("schema", load_schemas().values(), ids=lambda schema: schema.id)
def test_every_alias_leads_to_its_field(schema):
    for spec in schema.fields:
        for spelling in spec.spellings:
            assert schema.match_header(spelling)[0] == spec.name, spelling


MERGED = "2026年3月月报\n乡镇|村|三无指标||\n||本月|本月|本月\n||发生数|发生数|发生数\n||越级上访|行政诉讼|刑事案件\n青禾镇|上渠村|0|0|1"
CLEARED = "2026年3月月报\n乡镇|村|三无指标||\n||本月||\n||发生数||\n||越级上访|行政诉讼|刑事案件\n青禾镇|上渠村|0|0|1"


@pytest.mark.parametrize("table", [MERGED, CLEARED], ids=["merged", "cleared"])
def test_four_header_rows(table):
    merges = [(1, 0, 4, 0), (1, 1, 4, 1), (1, 2, 1, 4), (2, 2, 2, 4), (3, 2, 3, 4)] if table is MERGED else []
    reading = read_table(table, merges=merges)
    assert reading.schema_id == "indicator_count"
    assert reading.header_row == 2
    assert [row.source.row for row in reading.rows] == [6]
    assert reading.rows[0].values["criminal_case"] == 1


def test_a_cleared_upper_level_is_its_neighbours_on_the_left():
    table = (
        "刑事案件月报\n乡镇|村|去年同期||本月|\n||刑事案件|行政诉讼|刑事案件|行政诉讼\n青禾镇|上渠村|8|9|1|2"
    )
    row = read_table(table).rows[0]
    assert (row.values["criminal_case"], row.values["administrative_suit"]) == (1, 2)


def test_visits_to_one_place_are_not_all_visits():
    table = "2026年3月越级上访统计\n乡镇|村|赴银川||进京|\n||批次|人次|批次|人次\n青禾镇|上渠村|1|2|0|0"
    assert codes(read_table(table)) == ["SHEET-UNKNOWN"]
    whole = "2026年3月越级上访统计\n乡镇|村|批次|人次\n青禾镇|上渠村|1|2"
    assert read_table(whole).rows[0].values["skip_level_petition"] == 1


def test_a_lone_total_is_a_number_of_ours_only_beside_its_parts():
    table = "2026年3月越级访统计\n乡镇|村|到市||进京||合计\n||批次|人次|批次|人次|\n青禾镇|上渠村|1|4|0|0|{}\n青禾镇|下渠村|2|3|1|1|{}"
    assert [row.values["skip_level_petition"] for row in read_table(table.format(1, 3)).rows] == [1, 3]
    assert codes(read_table(table.format(4, 4))) == ["SHEET-UNKNOWN"]  # 合计 of the persons
    lone = read_table("越级上访、行政诉讼统计（2026年3月）\n乡镇|村|行政诉讼|合计\n青禾镇|上渠村|1|1")
    assert "skip_level_petition" not in lone.fields


def test_a_total_that_its_parts_deny_is_told_where_it_stands():
    table = "2026年3月越级访统计\n乡镇|村|到市||进京||合计|\n||批次|人次|批次|人次|批次|人次\n1|2|3|4|5|6|7|8\n青禾镇|上渠村|1|4|0|0|{}|4\n青禾镇|下渠村||1|1|1|{}|2"
    assert codes(read_table(table.format(1, 5))) == []  # an empty part may hold the rest
    reading = read_table(table.format(2, 0))
    assert [(f.code, f.cell) for f in reading.findings] == [
        ("PARTS-MISMATCH", "G5"),
        ("PARTS-MISMATCH", "G6"),
    ]


def test_columns_headed_alike_belong_to_the_role_on_their_left():
    header = "乡镇|进驻律师|职务|联系电话|进驻法官|联系电话|办公电话|联系电话"
    layout = identify(make_grid(f"进驻值班表\n{header}"), SCHEMAS)
    assert isinstance(layout, Layout)
    owners = [column.field.name if column.field else None for column in layout.columns]
    assert owners == [
        "township", "lawyer", None, "lawyer_phone", "judge", "judge_phone", "judge_phone", "judge_phone",
    ]  # fmt: skip


def test_a_merged_header_over_month_and_days_names_both():
    table = "2026年7月值班表\n值班领导|值班人员|值班日期|\n甲书记|乙干事|7月|1日、17日"
    for merges in ([(1, 2, 1, 3)], []):
        (row,) = read_table(table, merges=merges).rows
        assert (str(row.values["month"]), row.values["days"]) == ("2026-07", ("1", "17"))
    assert "days" not in read_table("2026年7月值班表\n值班领导|值班人员|值班日期|\n甲书记|乙干事|7月|").fields


def test_what_somebody_said_of_a_column_goes_before_its_company():
    table = "2026年7月值班表\n值班领导|值班人员|值班日期|\n甲书记|乙干事|7月|1日、17日"
    row = read_table(table, mapping={"值班领导": "staff", "值班人员": "leader"}).rows[0]
    assert (row.values["leader"], row.values["staff"], row.values["days"]) == (
        "乙干事",
        "甲书记",
        ("1", "17"),
    )
    days = "2026年7月值班表\n值班领导|值班人员|值班月份|日期\n甲书记|乙干事|7月|1日"
    assert read_table(days).rows[0].values["days"] == ("1",)
    assert read_table(days, mapping={"日期": "position"}).rows[0].values["position"] == "1日"
    roster = "进驻值班表\n乡镇|进驻法官|联系电话\n青禾镇|甲法官|每月10日"
    assert "rule" not in read_table(roster, mapping={"联系电话": "rule"}).fields  # never by anybody's word
    lone = "2026年3月越级访统计\n乡镇|村|合计\n青禾镇|上渠村|3"
    assert codes(read_table(lone)) == ["SHEET-UNKNOWN"]
    told = read_table(lone, mapping={"合计": "skip_level_petition"})
    assert told.rows[0].values["skip_level_petition"] == 3


def test_hidden_columns_are_read_and_named():
    table = "2026年3月越级上访台账\n登记日期|信访编号|乡镇|村|是否越级\n2026-03-09|XF1|青禾镇|上渠村|是"
    reading = read_table(table, facts={"hidden_columns": frozenset({3, 9})})
    assert [finding.message.count("D列") for finding in find(reading, "HIDDEN-COLUMNS")] == [1]
    assert reading.rows[0].place.area_code == "640181100201"


def test_a_line_of_data_is_no_header_however_many_words_it_knows():
    rows = "\n".join(["2026-03-09|A1|刑事案件|盗窃|行政诉讼|说明书|青禾镇|上渠村"] * 25)
    table = f"刑事案件台账\n立案日期|案件编号|案件类型|案件类别|案件状态|备注|乡镇|村\n{rows}"
    assert list_starts(make_grid(table), build_lexicon(tuple(SCHEMAS.values())).words) == [1]
    reading = read_table(table)
    assert (reading.schema_id, reading.header_row, len(reading.rows)) == ("crime", 2, 25)


@pytest.mark.parametrize(
    "line",
    [
        "填报单位（盖章）：||填报人：|甲|电话：|0|填报时间：|2026年4月3日",
        "填报单位：信访局|月份：3月|填报时间：2026-04-01",
    ],
)
def test_a_line_of_labels_is_no_header(line):
    layout = identify(make_grid(line), SCHEMAS)
    assert isinstance(layout, Misfit)
    assert layout.nearest == ()


STRANGER = """
[[stranger]]
id = "one"
title = "某表"
code = "{code}"
why = "因为"
remedy = "不用导入"
headers = {headers}
"""


@pytest.mark.parametrize(
    ("code", "headers", "said"),
    [("NO-SUCH-CODE", '[["甲"]]', "NO-SUCH-CODE"), ("SHEET-PERSONAL", "[[]]", "no headers"), ("SHEET-PERSONAL", "1", "TypeError")],
)  # fmt: skip
def test_mistakes_in_what_is_never_read_are_refused(code, headers, said):
    with pytest.raises(PlanError, match=said):
        parse_strangers(STRANGER.format(code=code, headers=headers))


def test_a_ledger_of_ours_with_telephones_is_read_without_them():
    table = "2026年3月刑事案件台账\n立案日期|案件编号|案件类型|涉案电话|受害人电话|乡镇|村\n2026-03-09|A1|刑事|0|0|青禾镇|上渠村"
    reading = read_table(table)
    assert reading.schema_id == "crime"
    assert len(reading.rows) == 1


@pytest.mark.parametrize(
    "header", ["序号|姓名|身份证号|家庭住址", "姓名|公民身份号码|村|备注", "户主|居民身份证号码|乡镇|村"]
)
def test_a_list_of_persons_is_named_and_left(header):
    assert codes(read_table(f"某某名册\n{header}\n1|2|3|4")) == ["SHEET-PERSONAL"]


MISTAKES = {
    "follows no field": (
        'name = "visited_body"',
        'name = "visited_body"\nfollows = "nobody"',
        "no field nobody",
    ),
    "part of no field": ('name = "is_group"', 'name = "is_group"\nadds_to = ["nothing"]', "no field nothing"),
    "two fields claim one header": ('header = "人次"', 'header = "登记日期"', "claimed by"),
    "unknown type": ('type = "count"', 'type = "number"', "unknown type"),
    "key of no field": ('key = ["case_number"]', 'key = ["number"]', "no field number"),
    "unknown reason": ('reason = "not_a_visit"', 'reason = "because"', "because"),
    "unknown kind": ('kind = "incident"', 'kind = "case"', "kind"),
    "unknown entry": ("version = 1", "versions = 1", "unknown entry"),
    "unknown field entry": ("sum = true", "total = true", "total"),
    "condition on no field": ('field = "petition_form"', 'field = "form"', "no field form"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_in_our_own_descriptions_are_refused(mistake):
    old, new, said = MISTAKES[mistake]
    text = (SCHEMAS_FOLDER / "petition.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(PlanError, match=said):
        parse_schema(text.replace(old, new), name="petition.toml")


def test_repeated_headers_are_told():
    reading = read_table(
        "2026年3月越级上访台账\n登记日期|登记日期|信访编号|乡镇|村|是否越级\n2026-03-09||XF1|青禾镇|上渠村|是"
    )
    assert find(reading, "COLUMN-DOUBLED")[0].message.count("A列") == 1
    assert len(reading.rows) == 1
