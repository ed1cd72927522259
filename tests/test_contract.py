"""The contract on workspaces that are not the sample: sheets by any program, verdicts, files, commands."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from datetime import date, datetime

import docx
import openpyxl
import pytest
from workspaces import REGISTERS, SHEETS, TITLES, WRITERS, County, Office, case, hash_tree, read_everything

from sanwu_cli.plan.loader import load_plan

INDICATORS = ("skip_level_petition", "administrative_suit", "criminal_case")
NOTHING = {"low": 0, "high": 0, "limit": 0, "answer": "met"}
UNREPORTED = {"low": 0, "high": None, "limit": 0, "answer": "unknown"}
INCIDENT_SHEETS = ("petition", "suit", "crime", "indicator_count", "nil_report")
CLASSES = ("new", "same", "changed", "held", "ignored")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("SANWU_WORKSPACE", "NO_COLOR", "SANWU_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def make_office(tmp_path, capsys):
    """Make a workspace in a folder whose path has a blank and Chinese in it."""
    numbers = itertools.count()

    def make(**sizes):
        name = f"三无 工作{next(numbers) or ''}"
        return Office(tmp_path / name, County.of(**sizes), lambda: tuple(capsys.readouterr()))

    return make


@pytest.fixture
def office(make_office):
    """Three villages, two villages, and a farm with one."""
    return make_office(青峪镇=3, 白石镇=2, 红岭农场=1)


def only(rows, **wanted):
    (found,) = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return found


# -- sheets written by any program ----------------------------------------------------------------------


def _canonical_rows(kind):
    if kind in ("petition", "suit", "crime"):
        return [
            case(kind, 1, "2026-03-09", "青峪镇", "青禾村"),
            case(kind, 2, "2026-03-21", "白石镇", "芦花村"),
        ]
    return {
        "indicator_count": [
            {"乡镇(街道)": "青峪镇", "村(社区)": "青禾村", "越级上访": 0, "行政诉讼": 1, "刑事案件": 2},
            {"乡镇(街道)": "白石镇", "村(社区)": "芦花村", "越级上访": 0, "行政诉讼": 0, "刑事案件": 0},
        ],
        "nil_report": [
            {"月份": "2026-03", "报送单位": "信访局", "指标": "越级上访"},
            {"报送单位": "司法局", "指标": "行政诉讼", "起止月份": "2026-01 至 2026-03"},
        ],
        "binding": [
            {"乡镇(街道)": "青峪镇", "指标名称": "指标甲", "是否突破": "否", "依据文号": "云政法〔2026〕1号"},
            {"乡镇(街道)": "白石镇", "指标名称": "指标甲", "是否突破": "是", "日期": date(2026, 3, 31)},
        ],
        "ruling": [
            {"案件编号": "A64981", "事项": "改归", "改归区域代码": "青峪镇松岗村", "日期": date(2026, 3, 31)}
            | {"理由": "查明发案地", "文号": "云政法〔2026〕1号"},
            {"指标": "刑事案件", "案件编号": "A64982", "事项": "异议", "理由": "不属本村"},
        ],
        "assessment": [
            {"乡镇(街道)": "青峪镇", "一中心两所六进驻得分": 95, "其他得分": 90.5},
            {"乡镇(街道)": "白石镇", "综合得分": 88},
        ],
        "sign_in": [
            {"日期": "2026-03-10", "姓名": "王平", "进驻地点": "青峪镇综治中心", "签到时间": "8:55"},
            {
                "日期": "2026-03-12",
                "姓名": "李安",
                "进驻地点": "芦花村",
                "签到时间": "9:00",
                "参与调解(件)": 1,
            },
        ],
        "dispute": [
            {
                "登记日期": "2026-03-02",
                "编号": "JF-1",
                "乡镇(街道)": "青峪镇",
                "纠纷类型": "邻里",
                "是否化解": "是",
            },
            {"登记日期": "2026-03-05", "编号": "JF-2", "乡镇(街道)": "白石镇", "村(社区)": "芦花村"},
        ],
        "office": [
            {"名称": "青峪派出所", "类型": "派出所", "所在乡镇": "青峪镇", "标准化": "是"},
            {"名称": "青峪司法所", "类型": "司法所", "所在乡镇": "青峪镇", "枫桥式": "否"},
        ],
        "publication": [
            {"月份": "2026-03", "乡镇(街道)": "青峪镇", "公示方式": "公示栏", "公示日期": "2026-02-27"},
            {"月份": "2026-03", "乡镇(街道)": "青峪镇", "公示方式": "微信群", "公示日期": date(2026, 2, 27)},
        ],
        "meeting": [
            {"日期": "2026-03-20", "类型": "推进会", "单位": "县委政法委", "议题": "六进驻"},
            {"日期": "2026-03-25", "类型": "联席会议", "单位": "白石镇", "文号": "纪要1号"},
        ],
        "report_filed": [
            {"单位": "白石镇", "事项": "一季度书面报告", "报送日期": "2026-03-31"},
            {"单位": "县法院", "事项": "一季度书面报告", "文号": "云法1号", "报送日期": "2026-03-30"},
        ],
        "reminder": [
            {"日期": "2026-03-11", "人员编号": "F01", "事由": "3月10日未到岗", "是否整改": "是"},
            {"日期": "2026-03-27", "人员编号": "F02", "事由": "反馈派驻单位", "是否整改": "否"},
        ],
        "assessment_item": [
            {"编号": "1", "项目": "两所建设", "分值": 100, "计分方式": "人工评分", "数据来源": "人工"},
            {"编号": "2", "项目": "越级上访", "计分方式": "每件扣2分", "数据来源": "越级上访件数"},
        ],
        "item_score": [
            {"乡镇(街道)": "青峪镇", "编号": "1", "得分": 95.5},
            {"乡镇(街道)": "白石镇", "编号": "1", "实际数": 3},
        ],
    }[kind]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("kind", [kind for kind in SHEETS if kind != "ruling"])  # a ruling needs its case
def test_a_canonical_sheet_is_read_whoever_wrote_it(office, kind, writer):
    path = office.sheet(kind, _canonical_rows(kind), to=f"2026-03/sheet{WRITERS[writer][0]}", writer=writer)
    command = "incidents" if kind in INCIDENT_SHEETS else "records"
    if kind == "ruling":  # a ruling waits for its case
        office.month("crime", "2026-03", _canonical_rows("crime"))
        office.take_in()
    answer = office.ask(command, "import", path)
    assert answer.status == 0, answer.out
    (sheet,) = answer.sheets
    assert (sheet["id"], sheet["header_row"], sheet["rows"], sheet["new"]) == (kind, 1, 2, 2)
    if kind in INCIDENT_SHEETS and kind != "nil_report":
        assert sheet["period"] == "2026-03"


@pytest.mark.parametrize("writer", WRITERS)
def test_the_area_register_is_read_whoever_wrote_it(make_office, writer):
    office = make_office(青峪镇=2)
    (office.path / "registers" / "区划.xlsx").unlink()
    office.county.row("松岗村")[5:9] = [date(2026, 2, 1), None, None, "松岗坡村、老松岗"]
    office.save_areas(writer=writer)
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-02", "青峪镇", "老松岗")])
    answer = office.take_in()
    assert answer.status == 0, answer.out
    (incident,) = office.incidents()
    assert incident["area_code"] == office.county.code("松岗村")
    village = office.village("松岗村")
    assert "new_this_year" in village["flags"]


def test_area_codes_may_be_numbers_and_townships_may_have_twelve_digits(make_office):
    office = make_office(青峪镇=2)
    for row in office.county.rows:
        row[0] = int(str(row[0]).ljust(12, "0"))
        row[3] = int(row[3])
    office.save_areas(writer="pandas")
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-02", "青峪镇", "青禾村")])
    assert office.take_in().status == 0
    assert office.incidents()[0]["area_code"] == "649801101201"
    assert [t["code"] for t in office.score()["townships"]] == ["649801101"]


@pytest.mark.parametrize(
    "spelling",
    [
        date(2026, 3, 9),
        datetime(2026, 3, 9, 10, 30),  # noqa: DTZ001 - a cell has no zone
        "2026.3.9",
        "2026年3月9日",
        "20260309",
        20260309,
        46090,
        "3月9日",
    ],
)
def test_dates_are_cells_or_any_spelling(office, spelling):
    office.month("crime", "2026年3月", [case("crime", 1, spelling, "青峪镇", "青禾村")])
    assert office.take_in().status == 0
    assert office.incidents()[0]["filed_on"] == "2026-03-09"


def test_init_makes_a_workspace_whose_registers_have_the_canonical_headers(office, tmp_path):
    target = tmp_path / "新 区" / "三无"
    answer = office.run_anywhere("init", target, "--name", "灵武市", "--code", "640181")
    assert answer.status == 0, answer.err
    for name, headers in REGISTERS.items():
        if name == "网格":
            continue  # the grid register is a later issue
        page = openpyxl.load_workbook(target / "registers" / f"{name}.xlsx").worksheets[0]
        rows = [[cell.value for cell in row if cell.value] for row in page.iter_rows(max_row=6)]
        assert any(row[: len(headers)] == headers for row in rows), (name, rows)
    again = office.run_anywhere("init", target, "--name", "灵武市")
    assert again.status == 77


def test_forms_have_the_canonical_headers_and_come_back(office, tmp_path):
    for kind, headers in SHEETS.items():
        form = tmp_path / f"{kind}.xlsx"
        assert office.run_anywhere("sheet", "form", kind, "-o", form).status == 0
        page = openpyxl.load_workbook(form).worksheets[0]
        rows = [[cell.value for cell in row if cell.value is not None] for row in page.iter_rows(max_row=8)]
        assert any(row == headers for row in rows), (kind, rows)


# -- incidents import: the document -----------------------------------------------------------------------


def _fill_mixed(office):
    """March with every class of row."""
    office.month(
        "petition",
        "2026年3月",
        [
            case("petition", 1, "2026-03-02", "青峪镇", "青禾村"),
            case("petition", 2, "2026-03-03", "青峪镇", "松岗村") | {"是否越级": "否"},
            case("petition", 3, "2026-03-04", "青峪镇", "无此村"),
        ],
    )
    office.month(
        "suit",
        "2026年3月",
        [
            case("suit", 1, "2026-03-05", "白石镇", "芦花村"),
            case("suit", 2, "2026-03-05", "白石镇", None),
            case("suit", 3, "2026-03-06", "白石镇", "双桂村") | {"案号": "云政复〔2026〕3号", "审级": "复议"},
        ],
    )
    office.month(
        "crime",
        "2026年3月",
        [
            case("crime", 1, "2026-03-07", "青峪镇", "青禾村"),
            case("crime", 2, "2026-03-08", "青峪镇", "松岗村") | {"案件类型": "行政"},
            case("crime", 3, "2026-03-09", "青峪镇", "松岗村") | {"案件状态": "已撤销"},
            case("crime", 4, "2026-03-10", "青峪镇", None),
            case("crime", 5, "说不清", "青峪镇", "白鹭村"),
        ],
    )


def test_import_answers_the_promised_document(office):
    _fill_mixed(office)
    answer = office.take_in()
    document = answer.json
    assert document["schema"] == "sanwu/import/1"
    assert document["applied"] is True
    assert answer.status == 1
    assert {"findings", "counts", "files"} <= set(document)
    assert document["counts"] == {
        level: sum(finding["severity"] == level for finding in document["findings"])
        for level in ("error", "warning", "info")
    }
    for finding in document["findings"]:
        assert set(finding) == {"code", "severity", "file", "sheet", "cell", "message", "remedy", "clause"}
        assert finding["message"]
        assert finding["remedy"]
    by_file = {file["file"]: file["sheets"] for file in document["files"]}
    assert set(by_file) == {f"inbox/2026年3月/{kind}.xlsx" for kind in ("petition", "suit", "crime")}
    for (sheet,) in by_file.values():
        assert {"sheet", "id", "header_row", "period", "rows", *CLASSES} <= set(sheet)
        assert (sheet["header_row"], sheet["period"]) == (2, "2026-03")
    counted = {sheet["id"]: [sheet[name] for name in ("rows", *CLASSES)] for sheet in answer.sheets}
    assert counted == {
        "petition": [3, 1, 0, 0, 1, 1],
        "suit": [3, 2, 0, 0, 0, 1],
        "crime": [5, 1, 0, 0, 2, 2],
    }


def test_every_finding_about_a_row_names_its_cell(office):
    _fill_mixed(office)
    findings = office.take_in().json["findings"]
    unknown = only(findings, code="AREA-VILLAGE-UNKNOWN")
    assert (unknown["file"], unknown["sheet"]) == ("inbox/2026年3月/petition.xlsx", "Sheet1")
    assert unknown["cell"] == "D5"
    assert "无此村" in unknown["message"]
    assert only(findings, code="VALUE-DATE")["cell"] == "A7"


def test_rows_always_are_the_sum_of_the_five_classes(office):
    _fill_mixed(office)
    for _ in range(2):
        sheets = office.take_in().sheets
        assert sum(sheet["rows"] for sheet in sheets) == 11
        for sheet in sheets:
            assert sheet["rows"] == sum(sheet[name] for name in CLASSES)


def test_a_dry_run_says_the_same_and_writes_nothing_at_all(office):
    _fill_mixed(office)
    before = hash_tree(office.path)
    dry = office.take_in("--dry-run")
    assert hash_tree(office.path) == before
    real = office.take_in()
    assert (dry.json["applied"], real.json["applied"]) == (False, True)
    assert dry.json["files"] == real.json["files"]
    assert dry.status == real.status == 1
    after = hash_tree(office.path)
    assert set(after) - set(before) == {"ledger.db"}
    assert all(after[name] == value for name, value in before.items())
    again = hash_tree(office.path)
    office.take_in("--dry-run")
    assert hash_tree(office.path) == again


def test_strict_writes_nothing_when_there_is_an_error_and_everything_when_there_is_none(office):
    _fill_mixed(office)
    before = hash_tree(office.path)
    refused = office.take_in("--strict")
    assert (refused.status, refused.json["applied"]) == (1, False)
    assert hash_tree(office.path) == before
    clean = office.month("crime", "2026年4月", [case("crime", 9, "2026-04-02", "青峪镇", "青禾村")])
    taken = office.ask("incidents", "import", clean, "--strict")
    assert (taken.status, taken.json["applied"]) == (0, True)
    assert [incident["case_number"] for incident in office.incidents()] == ["A64989"]


def test_importing_the_same_file_twice_changes_nothing(office):
    _fill_mixed(office)
    office.take_in()
    before, score = hash_tree(office.path), office.score()
    again = office.take_in()
    assert all(sheet["new"] == sheet["changed"] == 0 for sheet in again.sheets)
    assert sum(sheet["same"] for sheet in again.sheets) == 4
    assert hash_tree(office.path) == before
    assert office.score() == score


def test_a_renamed_copy_changes_nothing(office):
    _fill_mixed(office)
    office.take_in()
    incidents, score = office.incidents(), office.score()
    source = office.path / "inbox" / "2026年3月" / "crime.xlsx"
    copy = source.with_name("公安局又发来一次.xlsx")
    shutil.copyfile(source, copy)
    (sheet,) = office.ask("incidents", "import", copy).sheets
    assert (sheet["rows"], sheet["new"], sheet["changed"]) == (5, 0, 0)
    assert office.score() == score
    assert [i["id"] for i in office.incidents()] == [i["id"] for i in incidents]
    assert [i["counts"] for i in office.incidents()] == [i["counts"] for i in incidents]


def test_the_order_of_files_does_not_matter(make_office):
    seen = []
    for order in itertools.permutations(("2026年2月", "2026年3月", "2026年5月")):
        office = make_office(青峪镇=2)
        state = {"2026年2月": "立案侦查", "2026年3月": "移送起诉", "2026年5月": "已撤销"}
        for month in order:
            changing = case("crime", 1, "2026-02-07", "青峪镇", "青禾村") | {"案件状态": state[month]}
            own = case("crime", f"9{month[5]}", f"2026-0{month[5]}-11", "青峪镇", "松岗村")
            office.ask("incidents", "import", office.month("crime", month, [changing, own]))
        seen.append((office.incidents(), office.score()))
    for other in seen[1:]:
        assert other == seen[0]
    assert only(seen[0][0], case_number="A64981")["counts"] is False


def test_the_second_instance_is_not_counted_whichever_sheet_comes_first(make_office):
    first = case("suit", 1, "2026-02-07", "青峪镇", "青禾村")
    second = first | {"案号": "（2026）试98行终7号", "审级": "二审", "立案日期": date(2026, 5, 8)}
    for order in (("2026年2月", "2026年5月"), ("2026年5月", "2026年2月")):
        office = make_office(青峪镇=2)
        for month in order:
            row = first if month == "2026年2月" else second
            office.ask("incidents", "import", office.month("suit", month, [row]))
        counted = {i["case_number"]: i["counts"] for i in office.incidents()}
        assert sorted(counted.values()) == [False, True]
        assert counted[second["案号"]] is False
        assert office.village("青禾村")["indicators"]["administrative_suit"]["low"] == 1


def test_a_second_instance_whose_first_nobody_counted_counts(office):
    row = case("suit", 1, "2026-05-07", "青峪镇", "青禾村") | {"案号": "（2026）试98行终7号", "审级": "二审"}
    office.month("suit", "2026年5月", [row])
    office.take_in()
    assert [i["counts"] for i in office.incidents()] == [True]


def test_the_same_case_in_two_months_counts_once(office):
    row = case("crime", 1, "2026-02-07", "青峪镇", "青禾村")
    office.month("crime", "2026年2月", [row])
    office.month("crime", "2026年3月", [row])
    sheets = office.take_in().sheets
    assert [(sheet["new"], sheet["same"]) for sheet in sheets] == [(1, 0), (0, 1)]
    assert len(office.incidents()) == 1
    assert office.village("青禾村")["indicators"]["criminal_case"]["low"] == 1


def test_a_case_withdrawn_later_counts_no_more(office):
    row = case("crime", 1, "2026-02-07", "青峪镇", "青禾村")
    office.year()
    office.ask("incidents", "import", office.month("crime", "2026年2月", [row]))
    office.take_in()
    assert office.village("青禾村")["indicators"]["criminal_case"]["low"] == 1
    (sheet,) = office.ask(
        "incidents", "import", office.month("crime", "2026年6月", [row | {"案件状态": "已撤销"}])
    ).sheets
    assert (sheet["rows"], sheet["changed"]) == (1, 1)
    assert office.village("青禾村")["indicators"]["criminal_case"] == NOTHING
    (incident,) = office.incidents()
    assert incident["counts"] is False


def test_a_sheet_sent_again_with_corrections_replaces_what_it_said(office):
    office.year()
    row = case("crime", 1, "2026-02-07", "青峪镇", "青禾村")
    path = office.month("crime", "2026年2月", [row])
    office.take_in()
    office.month("crime", "2026年2月", [row | {"村(社区)": "松岗村"}])
    (sheet,) = office.ask("incidents", "import", path).sheets
    assert sheet["changed"] == 1
    assert office.village("青禾村")["indicators"]["criminal_case"] == NOTHING
    assert office.village("松岗村")["indicators"]["criminal_case"]["low"] == 1


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("petition", {"是否越级": "否"}),
        ("crime", {"案件类型": "行政"}),
        ("crime", {"案件类型": "治安案件"}),
        ("crime", {"案件状态": "撤销案件"}),
        ("crime", {"案件状态": "已并案"}),
        ("suit", {"审级": "行政复议"}),
        ("suit", {"案号": "云政复〔2026〕3号", "审级": None}),
        ("suit", {"案号": "（2026）试9801行审3号", "审级": "非诉审查"}),
    ],
)
def test_what_does_not_count_is_read_listed_and_given_a_reason(office, kind, change):
    office.year()
    office.month(kind, "2026年3月", [case(kind, 1, "2026-03-07", "青峪镇", "青禾村") | change])
    answer = office.take_in()
    sheet = only(answer.sheets, period="2026-03")
    assert (sheet["rows"], sheet["ignored"]) == (1, 1)
    assert sheet["details"][0]["why"]
    (incident,) = office.incidents()
    assert (incident["counts"], incident["status"]) == (False, "not_counted")
    assert incident["reason"]
    assert office.village("青禾村")["verdict"] == "designated"
    table = office.run("incidents", "list")
    assert "不计" in table.out


# -- what cannot be placed --------------------------------------------------------------------------------


def _answers(office, kind):
    score = office.score()
    return {
        v["name"]: (v["indicators"][kind]["low"], v["indicators"][kind]["high"]) for v in score["villages"]
    }


@pytest.mark.parametrize("village", ["无此村", None])
def test_an_unknown_or_blank_village_is_held_and_widens_its_township(office, village):
    office.year()
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", village)])
    sheet = only(office.take_in().sheets, period="2026-03")
    assert (sheet["rows"], sheet["held"]) == (1, 1)
    found = _answers(office, "criminal_case")
    assert [found[name] for name in office.county.villages_of("青峪镇")] == [(0, 1)] * 3
    assert [found[name] for name in office.county.villages_of("白石镇")] == [(0, 0)] * 2
    assert office.village("青禾村")["verdict"] == "unknown"
    assert office.village("芦花村")["verdict"] == "designated"
    (incident,) = office.incidents()
    assert incident["status"] == "held"
    assert incident["counts"] is False
    assert incident["township_code"] == office.county.code("青峪镇")
    assert incident["area_code"] is None


def test_an_unknown_township_widens_every_village(office):
    office.year()
    office.month("petition", "2026年3月", [case("petition", 1, "2026-03-07", "不知镇", "不知村")])
    assert only(office.take_in().sheets, period="2026-03")["held"] == 1
    assert set(_answers(office, "skip_level_petition").values()) == {(0, 1)}


def test_held_rows_never_unsettle_what_is_decided(office):
    office.year([("crime", "青禾村", "2026-02-01")])
    office.month("crime", "2026年3月", [case("crime", 99, "2026-03-07", "青峪镇", "无此村")])
    office.take_in()
    village = office.village("青禾村")
    assert village["indicators"]["criminal_case"] == {"low": 1, "high": 2, "limit": 0, "answer": "not_met"}
    assert village["verdict"] == "not_designated"


def test_a_bad_date_holds_the_row_for_its_village(office):
    office.year()
    office.month("crime", "2026年3月", [case("crime", 1, "2026-02-30", "青峪镇", "青禾村")])
    answer = office.take_in()
    assert answer.status == 1
    assert only(answer.sheets, period="2026-03")["held"] == 1
    assert "VALUE-DATE" in answer.codes
    found = _answers(office, "criminal_case")
    assert (found["青禾村"], found["松岗村"]) == ((0, 1), (0, 0))


def test_a_held_row_is_settled_by_the_register_and_a_new_import(office):
    office.year()
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "无此村")])
    office.take_in()
    office.county.row("白鹭村")[8] = "无此村"
    office.save_areas()
    answer = office.take_in()
    sheet = only(answer.sheets, period="2026-03")
    assert sheet["rows"] == sum(sheet[name] for name in CLASSES) == 1
    assert sheet["held"] == 0
    found = _answers(office, "criminal_case")
    assert [found[name] for name in office.county.villages_of("青峪镇")] == [(0, 0), (0, 0), (1, 1)]


def test_a_suit_against_the_township_breaks_no_village(office):
    office.year()
    office.month("suit", "2026年3月", [case("suit", 1, "2026-03-07", "青峪镇", None)])
    sheet = only(office.take_in().sheets, period="2026-03")
    assert (sheet["new"], sheet["held"]) == (1, 0)
    assert set(_answers(office, "administrative_suit").values()) == {(0, 0)}
    (incident,) = office.incidents()
    assert incident["area_code"] == incident["township_code"] == office.county.code("青峪镇")


def test_a_case_of_two_villages_is_charged_to_both_and_is_one_case(office):
    office.year()
    row = case("petition", 1, "2026-03-07", "青峪镇", "青禾村")
    office.month("petition", "2026年3月", [row, row | {"村(社区)": "松岗村"}])
    office.take_in()
    found = _answers(office, "skip_level_petition")
    assert (found["青禾村"], found["松岗村"], found["白鹭村"]) == ((1, 1), (1, 1), (0, 0))
    assert len(office.incidents()) == 1
    assert "shared_case" in office.village("松岗村")["flags"]


# -- span and coverage ------------------------------------------------------------------------------------


def _missing(office, village):
    return office.village(village)["missing"]


@pytest.mark.parametrize(
    ("title", "unit"),
    [("青峪镇2026年3月刑事案件台账", ""), ("2026年3月刑事案件台账", "青峪镇人民政府")],
)
def test_one_townships_sheet_covers_only_that_township(office, title, unit):
    office.year()
    (office.path / "inbox" / "2026" / "crime.xlsx").unlink()
    office.month("crime", "2026年1—2月")
    office.month("crime", "2026年4—12月")
    office.sheet("crime", [], to="某某/3月.xlsx", title=title, unit=unit)
    office.take_in()
    assert _missing(office, "青禾村") == []
    assert _missing(office, "芦花村") == ["crime:2026-03"]
    assert office.village("青禾村")["verdict"] == "designated"
    assert office.village("芦花村")["verdict"] == "unknown"


def test_a_county_department_covers_the_whole_county(office):
    office.year()
    (office.path / "inbox" / "2026" / "crime.xlsx").unlink()
    office.sheet("crime", [], to="a/x.xlsx", title="2026年1—12月刑事案件台账", unit="云岭县公安局")
    office.take_in()
    assert [village["missing"] for village in office.score()["villages"]] == [[]] * 6


@pytest.mark.parametrize("span", ["1—10月", "1-10月", "1～10月", "1至10月", "1月至10月"])
def test_a_span_in_the_title_reports_its_months(office, span):
    office.sheet("crime", [], to="x.xlsx", title=f"云岭县2026年{span}刑事案件台账")
    answer = office.take_in()
    assert [month for month in _missing(office, "青禾村") if month.startswith("crime")] == [
        "crime:2026-11",
        "crime:2026-12",
    ]
    assert answer.sheets[0]["rows"] == 0


@pytest.mark.parametrize("place", ["option", "title", "page", "file", "folder", "rows"])
def test_the_span_is_found_in_the_promised_places(office, place):
    rows = [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")]
    path = office.sheet(
        "crime",
        rows,
        to={"file": "公安局2026年3月.xlsx", "folder": "2026-03/公安局.xlsx"}.get(place, "公安局.xlsx"),
        title="2026年3月刑事案件台账" if place == "title" else None,
        page="2026年3月" if place == "page" else "Sheet1",
    )
    more = ["--period", "2026-03"] if place == "option" else []
    (sheet,) = office.ask("incidents", "import", path, *more).sheets
    assert sheet["period"] == "2026-03"


def test_the_span_is_taken_in_the_promised_order_and_a_conflict_is_a_finding(office):
    path = office.sheet("crime", [], to="2026-05/公安局2026年4月.xlsx", title="2026年3月刑事案件台账")
    answer = office.ask("incidents", "import", path, "--dry-run")
    assert answer.sheets[0]["period"] == "2026-03"
    conflict = answer.finding("PERIOD-CONFLICT")
    assert "2026年3月" in conflict["message"]
    forced = office.ask("incidents", "import", path, "--period", "2026-06", "--dry-run")
    assert forced.sheets[0]["period"] == "2026-06"


def test_rows_of_several_months_do_not_make_a_span(office):
    rows = [case("crime", n, f"2026-0{n}-07", "青峪镇", "青禾村") for n in (3, 4)]
    office.sheet("crime", rows, to="公安局.xlsx")
    answer = office.take_in()
    assert answer.sheets[0]["period"] is None
    assert "PERIOD-UNKNOWN" in answer.codes
    assert len([m for m in _missing(office, "青禾村") if m.startswith("crime")]) == 12
    assert office.village("青禾村")["indicators"]["criminal_case"]["low"] == 2


def test_a_case_filed_late_counts_in_the_year_of_its_filing_date(office):
    office.year()
    office.month("crime", "2026年12月", [case("crime", 1, "2027-01-02", "青峪镇", "青禾村")])
    answer = office.take_in()
    assert "ROW-OUTSIDE-PERIOD" in answer.codes
    assert office.village("青禾村")["indicators"]["criminal_case"] == NOTHING
    (village,) = [v for v in office.score(year=2027)["villages"] if v["name"] == "青禾村"]
    assert village["indicators"]["criminal_case"]["low"] == 1


# -- nil reports and counts -------------------------------------------------------------------------------


def test_nil_reports_by_month_by_span_and_for_all_indicators(office):
    rows = [
        {"月份": "2026年3月", "报送单位": "公安局", "指标": "刑事案件"},
        {"报送单位": "公安局", "指标": "刑事案件", "起止月份": "2026-05 至 2026-12"},
        {"报送单位": "司法局", "指标": "行政诉讼", "起止月份": "2026年1月—2026年12月"},
        {"月份": date(2026, 1, 1), "报送单位": "政法委", "指标": "全部指标"},
    ]
    office.sheet("nil_report", rows)
    answer = office.take_in()
    assert answer.status == 0, answer.out
    assert (answer.sheets[0]["rows"], answer.sheets[0]["new"]) == (4, 4)
    missing = _missing(office, "青禾村")
    assert [m for m in missing if m.startswith("crime")] == ["crime:2026-02", "crime:2026-04"]
    assert [m for m in missing if m.startswith("suit")] == []
    assert [m for m in missing if m.startswith("petition")] == [
        f"petition:2026-{month:02d}" for month in range(2, 13)
    ]


def test_a_nil_report_of_the_whole_year_and_everything_makes_everybody_designated(office):
    rows = [{"报送单位": "信访局", "指标": "全部指标", "起止月份": "2026-01 至 2026-12"}]
    office.sheet("nil_report", rows)
    assert office.take_in().status == 0
    verdicts = {v["name"]: v["verdict"] for v in office.score()["villages"]}
    farm = office.county.villages_of("红岭农场")
    assert verdicts == {
        name: "not_applicable" if name in farm else "designated" for _, name, _ in office.county.villages
    }


def test_a_townships_nil_report_covers_only_that_township(office):
    rows = [{"报送单位": "青峪镇", "指标": "全部指标", "起止月份": "2026-01 至 2026-12"}]
    office.sheet("nil_report", rows)
    office.take_in()
    assert _missing(office, "青禾村") == []
    assert len(_missing(office, "芦花村")) == 36


def _count_rows(office, **numbers):
    return [
        {"乡镇(街道)": office.township_of(name), "村(社区)": name} | dict(numbers)
        for _, name, _ in office.county.villages
    ]


def test_counts_are_exact_and_a_missing_column_is_not_a_zero(office):
    rows = _count_rows(office, 刑事案件=0)
    rows[0]["刑事案件"] = 3
    headers = ["乡镇(街道)", "村(社区)", "刑事案件"]
    office.month("indicator_count", "2026年1—12月", rows, headers=headers)
    answer = office.take_in()
    assert answer.status == 0, answer.out
    village = office.village("青禾村")
    assert village["indicators"]["criminal_case"] == {"low": 3, "high": 3, "limit": 0, "answer": "not_met"}
    assert village["indicators"]["skip_level_petition"] == UNREPORTED
    assert village["verdict"] == "not_designated"
    assert village["flags"] == ["may_be_disqualified"]
    other = office.village("松岗村")
    assert other["indicators"]["criminal_case"] == NOTHING
    assert other["verdict"] == "unknown"
    assert {m.partition(":")[0] for m in other["missing"]} == {"petition", "suit"}


def test_a_blank_count_is_missing_and_not_zero(office):
    rows = _count_rows(office, 越级上访=0, 行政诉讼=0, 刑事案件=0)
    rows[1]["刑事案件"] = None
    office.month("indicator_count", "2026年1—12月", rows)
    answer = office.take_in()
    assert "COUNT-BLANK" in answer.codes
    assert office.village("青禾村")["verdict"] == "designated"
    blank = office.village("松岗村")
    assert blank["indicators"]["criminal_case"] == UNREPORTED
    assert blank["verdict"] == "unknown"
    assert blank["missing"] == [f"crime:2026-{month:02d}" for month in range(1, 13)]


def test_a_village_left_out_of_the_counts_is_not_zero(office):
    rows = _count_rows(office, 越级上访=0, 行政诉讼=0, 刑事案件=0)
    office.month("indicator_count", "2026年1—12月", [r for r in rows if r["村(社区)"] != "松岗村"])
    office.take_in()
    assert office.village("松岗村")["verdict"] == "unknown"
    assert office.village("青禾村")["verdict"] == "designated"


def test_monthly_counts_add_up(office):
    for month in range(1, 13):
        rows = _count_rows(office, 越级上访=0, 行政诉讼=0, 刑事案件=1 if month in (3, 7) else 0)
        office.month("indicator_count", f"2026年{month}月", rows)
    assert office.take_in().status == 0
    assert office.village("青禾村")["indicators"]["criminal_case"]["low"] == 2
    assert office.village("青禾村")["indicators"]["criminal_case"]["high"] == 2


def test_counts_and_cases_that_disagree_keep_both_numbers(office):
    office.year()
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    rows = _count_rows(office, 刑事案件=0)
    headers = ["乡镇(街道)", "村(社区)", "刑事案件"]
    office.month("indicator_count", "2026年3月", rows, headers=headers)
    office.take_in()
    state = office.village("青禾村")["indicators"]["criminal_case"]
    assert (state["low"], state["high"], state["answer"]) == (0, 1, "unknown")


# -- the year's score -------------------------------------------------------------------------------------


def test_a_missing_month_is_named_and_leaves_the_verdict_open(office):
    office.year()
    (office.path / "inbox" / "2026" / "crime.xlsx").unlink()
    office.month("crime", "2026年1—2月")
    office.month("crime", "2026年4—12月")
    office.take_in()
    village = office.village("青禾村")
    assert village["missing"] == ["crime:2026-03"]
    assert village["indicators"]["criminal_case"] == UNREPORTED
    assert village["verdict"] == "unknown"
    assert village["flags"] == []


def test_nothing_reported_is_unknown_everywhere_and_earns_nothing(office):
    score = office.score()
    assert {v["verdict"] for v in score["villages"] if v["township"] != "649801403"} == {"unknown"}
    assert score["awards"] == {"townships": 0, "villages": 0, "total_yuan": 0}
    assert len(score["villages"][0]["missing"]) == 36


def test_the_years_document_is_the_promised_one(office):
    office.year([("suit", "松岗村", "2026-05-01")])
    office.attest()
    office.assess(青峪镇=96.5, 白石镇="95.25")
    office.take_in_all()
    answer = office.ask("score", "year", "--year", 2026)
    assert answer.status == 0, answer.out
    score = answer.json
    assert (score["schema"], score["year"], score["as_of"]) == ("sanwu/score-year/1", 2026, "2026-12-31")
    assert {
        "schema",
        "year",
        "as_of",
        "villages",
        "townships",
        "awards",
        "rulings",
        "findings",
        "counts",
    } == set(score)
    assert [v["code"] for v in score["villages"]] == [code for code, _, _ in office.county.villages]
    village = only(score["villages"], name="松岗村")
    expected = {
        "code": "649801101202",
        "name": "松岗村",
        "township": "649801101",
        "indicators": {
            "skip_level_petition": NOTHING,
            "administrative_suit": {"low": 1, "high": 1, "limit": 0, "answer": "not_met"},
            "criminal_case": NOTHING,
        },
        "verdict": "not_designated",
        "flags": [],
        "missing": [],
    }
    assert {key: village[key] for key in expected} == expected
    assert list(village["indicators"]) == list(INDICATORS)
    township = only(score["townships"], name="青峪镇")
    expected = {
        "code": "649801101",
        "name": "青峪镇",
        "competes": True,
        "village_count": 3,
        "unbreached": {"low": 2, "high": 2},
        "all_breached": {"low": 0, "high": 0},
        "conditions": {"binding_indicators": "met", "safety_rank": "met", "unbreached_share": "not_met"},
        "safety_score": "96.50",
        "safety_rank": 1,
        "verdict": "not_designated",
    }
    assert {key: township[key] for key in expected} == expected
    other = only(score["townships"], name="白石镇")
    assert (other["verdict"], other["safety_score"], other["safety_rank"]) == ("designated", "95.25", 2)
    assert score["awards"] == {"townships": 1, "villages": 4, "total_yuan": 220_000}


def test_all_three_breached_is_disqualified_even_when_months_are_missing(office):
    for kind in ("petition", "suit", "crime"):
        office.month(kind, "2026年3月", [case(kind, 1, "2026-03-07", "青峪镇", "青禾村")])
    office.take_in()
    village = office.village("青禾村")
    assert village["verdict"] == "disqualified"
    assert village["indicators"]["criminal_case"] == {
        "low": 1,
        "high": None,
        "limit": 0,
        "answer": "not_met",
    }


def test_breached_with_the_rest_unknown_may_be_disqualified(office):
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    office.take_in()
    village = office.village("青禾村")
    assert (village["verdict"], village["flags"]) == ("not_designated", ["may_be_disqualified"])


@pytest.mark.parametrize(
    ("villages", "breached", "answer"),
    [(10, 3, "met"), (10, 4, "not_met"), (13, 4, "not_met"), (13, 3, "met")],
)
def test_seventy_per_cent_is_compared_exactly(make_office, villages, breached, answer):
    office = make_office(青峪镇=villages, 白石镇=1)
    names = office.county.villages_of("青峪镇")
    office.year([("crime", name, "2026-04-01") for name in names[:breached]])
    office.attest()
    office.assess(青峪镇=95, 白石镇=94)
    office.take_in_all()
    township = office.township("青峪镇")
    assert township["village_count"] == villages
    assert township["unbreached"] == {"low": villages - breached, "high": villages - breached}
    assert township["conditions"]["unbreached_share"] == answer
    assert township["verdict"] == ("designated" if answer == "met" else "not_designated")


def test_more_than_seventy_can_be_asked_for(make_office):
    office = make_office(青峪镇=10, 白石镇=1)
    office.configure('[readings]\n"T-03" = "more_than"\n')
    office.year([("crime", name, "2026-04-01") for name in office.county.villages_of("青峪镇")[:3]])
    office.take_in()
    assert office.township("青峪镇")["conditions"]["unbreached_share"] == "not_met"


def test_limits_can_be_asked_for(office):
    office.configure('[readings]\n"T-02" = { criminal_case = 1 }\n')
    office.year(
        [
            ("crime", "青禾村", "2026-04-01"),
            ("crime", "松岗村", "2026-04-01"),
            ("crime", "松岗村", "2026-05-01"),
        ]
    )
    office.take_in()
    state = office.village("青禾村")["indicators"]["criminal_case"]
    assert state == {"low": 1, "high": 1, "limit": 1, "answer": "met"}
    assert office.village("松岗村")["indicators"]["criminal_case"]["answer"] == "not_met"


@pytest.mark.parametrize(("broken", "verdict"), [(2, "disqualified"), (1, "not_designated")])
def test_half_of_the_villages_all_breached_disqualifies_a_township(make_office, broken, verdict):
    office = make_office(青峪镇=4, 白石镇=1)
    names = office.county.villages_of("青峪镇")[:broken]
    office.year([(kind, n, "2026-04-01") for n in names for kind in ("petition", "suit", "crime")])
    office.take_in()
    township = office.township("青峪镇")
    assert township["all_breached"] == {"low": broken, "high": broken}
    assert township["verdict"] == verdict if broken == 2 else township["verdict"] in (verdict, "unknown")
    assert ("exactly_half" in township["flags"]) is (broken == 2)


def test_ties_share_a_rank_and_all_at_second_pass(make_office):
    office = make_office(青峪镇=1, 白石镇=1, 河湾乡=1, 北岗街道=1)
    office.year()
    office.attest()
    office.assess(青峪镇="96.5", 白石镇=95.2, 河湾乡="95.20", 北岗街道=90)
    office.take_in_all()
    score = office.score()
    ranks = {t["name"]: (t["safety_rank"], t["verdict"]) for t in score["townships"]}
    assert ranks == {
        "青峪镇": (1, "designated"),
        "白石镇": (2, "designated"),
        "河湾乡": (2, "designated"),
        "北岗街道": (4, "not_designated"),
    }
    flags = {t["name"]: "tied_rank" in t["flags"] for t in score["townships"]}
    assert flags == {"青峪镇": False, "白石镇": True, "河湾乡": True, "北岗街道": False}
    assert score["awards"] == {"townships": 3, "villages": 4, "total_yuan": 420_000}


def test_scores_are_compared_exactly_and_halves_are_weighed(make_office):
    office = make_office(青峪镇=1, 白石镇=1, 河湾乡=1)
    office.year()
    rows = [
        {"乡镇(街道)": "青峪镇", "一中心两所六进驻得分": 95.24, "其他得分": 95.24},
        {"乡镇(街道)": "白石镇", "一中心两所六进驻得分": "90", "其他得分": "80"},
        {"乡镇(街道)": "河湾乡", "一中心两所六进驻得分": 95.16, "其他得分": 95.16},
    ]
    office.sheet("assessment", rows, to="x.xlsx", title="2026年平安建设考核评分表")
    office.take_in_all()
    found = {t["name"]: (t["safety_score"], t["safety_rank"]) for t in office.score()["townships"]}
    assert found == {"青峪镇": ("95.24", 1), "白石镇": ("85.00", 3), "河湾乡": ("95.16", 2)}


def test_a_farm_is_judged_apart(office):
    office.year()
    office.attest()
    office.assess(青峪镇=96, 白石镇=95, 红岭农场=99)
    office.take_in_all()
    score = office.score()
    farm = only(score["townships"], name="红岭农场")
    assert (farm["competes"], farm["verdict"], farm["safety_rank"]) == (False, "not_applicable", None)
    assert only(score["townships"], name="青峪镇")["safety_rank"] == 1
    (village,) = [v for v in score["villages"] if v["township"] == farm["code"]]
    assert village["verdict"] == "not_applicable"
    assert score["awards"] == {"townships": 2, "villages": 5, "total_yuan": 350_000}


def test_a_village_that_does_not_compete_earns_nothing(office):
    office.county.row("青禾村")[4] = "否"
    office.save_areas()
    office.year()
    office.take_in()
    village = office.village("青禾村")
    assert (village["competes"], village["verdict"]) == (False, "not_applicable")
    assert office.score()["awards"]["villages"] == 4


def test_a_village_merged_in_the_year_hands_its_cases_on(office):
    office.county.row("青禾村")[6:8] = [date(2026, 6, 30), office.county.code("松岗村")]
    office.save_areas()
    office.year([("crime", "青禾村", "2026-02-01")])
    office.take_in()
    score = office.score()
    assert [v["name"] for v in score["villages"][:2]] == ["松岗村", "白鹭村"]
    village = score["villages"][0]
    assert (
        village["indicators"]["criminal_case"]["low"] == village["indicators"]["criminal_case"]["high"] == 1
    )
    assert "merged" in village["flags"]
    assert only(score["townships"], name="青峪镇")["village_count"] == 2


def test_a_case_of_both_merged_villages_counts_once(office):
    office.county.row("青禾村")[6:8] = [date(2026, 6, 30), office.county.code("松岗村")]
    office.save_areas()
    row = case("petition", 1, "2026-03-07", "青峪镇", "青禾村")
    office.year()
    office.month("petition", "2026年3月", [row, row | {"村(社区)": "松岗村"}])
    office.take_in()
    assert office.village("松岗村")["indicators"]["skip_level_petition"]["high"] == 1


def test_a_township_merged_in_the_year(make_office):
    office = make_office(青峪镇=2, 白石镇=2)
    county = office.county
    code, home = county.code("白石镇"), county.code("青峪镇")
    county.row("白石镇")[6:8] = [date(2026, 6, 30), home]
    for name in county.villages_of("白石镇"):
        old = county.row(name)
        new = f"{home}3{old[0][-2:]}"
        county.rows.append([new, name, "村", home, "是", date(2026, 7, 1), None, None, None])
        old[6:8] = [date(2026, 6, 30), new]
    office.save_areas()
    office.year()
    for kind in ("petition", "suit", "crime"):
        (office.path / "inbox" / "2026" / f"{kind}.xlsx").unlink()
    # Until June the old township sends its own sheets, from July the new one does.
    for kind in ("petition", "suit", "crime"):
        for town, span in (("白石镇", "1—6月"), ("青峪镇", "1—6月"), ("青峪镇", "7—12月")):
            rows = []
            if (kind, town, span) == ("crime", "白石镇", "1—6月"):
                rows = [case("crime", 1, "2026-02-03", "白石镇", "白鹭村")]
            office.sheet(
                kind, rows, to=f"{town}{span}/{kind}.xlsx", title=f"{town}2026年{span}{TITLES[kind]}"
            )
    answer = office.take_in()
    assert answer.status == 0, answer.out
    score = office.score()
    assert [t["code"] for t in score["townships"]] == [home]
    assert score["townships"][0]["village_count"] == 4
    assert "merged" in score["townships"][0]["flags"]
    found = {v["name"]: (v["township"], v["verdict"], v["missing"]) for v in score["villages"]}
    assert found["白鹭村"] == (home, "not_designated", [])
    assert found["芦花村"] == (home, "designated", [])
    assert code not in {v["township"] for v in score["villages"]}


def test_three_of_four_binding_findings_leave_the_township_open(office):
    office.year()
    office.attest(left_out=["指标丁"])
    office.assess(青峪镇=96, 白石镇=95)
    office.take_in_all()
    township = office.township("青峪镇")
    assert township["conditions"]["binding_indicators"] == "unknown"
    assert township["verdict"] == "unknown"


def test_a_blank_binding_finding_is_no_answer(office):
    office.year()
    office.attest(left_out=["指标丁"])
    office.assess(青峪镇=96, 白石镇=95)
    rows = [
        {"乡镇(街道)": "青峪镇", "指标名称": "指标丁", "是否突破": None, "依据文号": "云政法〔2026〕31号"}
    ]
    office.sheet("binding", rows, to="z/又一份.xlsx", title="2026年四项约束性指标认定表")
    office.take_in_all()
    assert office.township("青峪镇")["conditions"]["binding_indicators"] == "unknown"


def test_a_breached_binding_indicator_decides(office):
    office.year()
    office.attest(breached=[("青峪镇", "指标丙")], left_out=["指标丁"])
    office.assess(青峪镇=96, 白石镇=95)
    office.take_in_all()
    township = office.township("青峪镇")
    assert township["conditions"]["binding_indicators"] == "not_met"
    assert township["verdict"] == "not_designated"


def test_a_year_without_assessment_is_named_and_open(make_office):
    office = make_office(青峪镇=1, 白石镇=1, 河湾乡=1, 红岭农场=1)
    office.year()
    office.attest()
    office.take_in_all()
    answer = office.ask("score", "year", "--year", 2026)
    assert answer.status in (0, 1)
    finding = answer.finding("ASSESSMENT-MISSING")
    assert "2026" in finding["message"]
    assert finding["remedy"]
    assert answer.status == (1 if finding["severity"] == "error" else 0)
    for township in answer.json["townships"]:
        if township["competes"]:
            assert (township["safety_score"], township["safety_rank"]) == (None, None)
            assert township["conditions"]["safety_rank"] == "unknown"
            assert township["verdict"] == "unknown"


def test_as_of_is_kept_and_future_months_are_not_missing_yet(office):
    office.month("crime", "2026年1月")
    office.take_in()
    score = office.score("--as-of", "2026-02-28")
    assert score["as_of"] == "2026-02-28"
    village = only(score["villages"], name="青禾村")
    assert village["missing"] == [
        "petition:2026-01",
        "petition:2026-02",
        "suit:2026-01",
        "suit:2026-02",
        "crime:2026-02",
    ]
    assert village["verdict"] == "unknown"


# -- why --------------------------------------------------------------------------------------------------


def _walk(reasons):
    for reason in reasons:
        yield reason
        yield from _walk(reason["children"])


def test_explain_goes_down_to_file_sheet_and_row(office):
    office.year()
    rows = [case("crime", n, "2026-03-07", "青峪镇", v) for n, v in ((1, "松岗村"), (2, "青禾村"))]
    office.month("crime", "2026年3月", rows, page="三月")
    office.take_in()
    answer = office.ask("score", "explain", office.county.code("青禾村"), "--year", 2026)
    assert answer.status == 0
    assert answer.json["schema"] == "sanwu/explain/1"
    nodes = list(_walk(answer.json["reasons"]))
    for node in nodes:
        keys = {"rule", "title", "clause", "answer", "seen", "bound", "reading", "children", "evidence"}
        assert keys <= set(node)
        assert node["answer"] in ("met", "not_met", "unknown")
        assert node["clause"]
        assert isinstance(node["evidence"], list)
    evidence = [e for node in nodes for e in node["evidence"]]
    place = {"file": "inbox/2026年3月/crime.xlsx", "sheet": "三月", "row": 4, "case_number": "A64982"}
    assert place in evidence
    assert not any(e["case_number"] == "A64981" for e in evidence)
    assert any("T-02" in node["reading"] for node in nodes)
    by_name = office.ask("score", "explain", "青禾村", "--year", 2026)
    assert by_name.json == answer.json
    tree = office.run("score", "explain", "青禾村", "--year", 2026)
    assert "inbox/2026年3月/crime.xlsx" in tree.out
    assert "第4行" in tree.out
    assert "不符合" in tree.out


def test_explain_of_a_township_shows_conditions_and_villages(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.attest()
    office.assess(青峪镇=96, 白石镇=95)
    office.take_in_all()
    answer = office.ask("score", "explain", "青峪镇", "--year", 2026)
    nodes = list(_walk(answer.json["reasons"]))
    rules = {node["rule"] for node in nodes}
    assert {"township.binding_breached", "township.binding_indicators"} & rules
    share = only(nodes, rule="township.unbreached_share")
    assert (share["seen"], share["answer"]) == ("2/3", "not_met")
    evidence = [e for node in nodes for e in node["evidence"]]
    assert any(e["file"].endswith("assessment.xlsx") and e["row"] == 3 for e in evidence)
    assert any(e["file"].endswith("binding.xlsx") for e in evidence)
    assert any(e["case_number"] == "A64981" for e in evidence)


def test_explain_names_held_rows_and_missing_months(office):
    office.year()
    (office.path / "inbox" / "2026" / "suit.xlsx").unlink()
    office.month("suit", "2026年1—11月")
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "无此村")])
    office.take_in()
    text = office.run("score", "explain", "青禾村", "--year", 2026).out
    assert "2026年12月" in text
    assert "inbox/2026年3月/crime.xlsx" in text


def test_a_month_is_scored(office):
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    office.take_in()
    answer = office.ask("score", "month", "2026-03")
    assert answer.json["schema"] == "sanwu/score-month/1"
    village = only(answer.json["villages"], name="青禾村")
    assert village["indicators"]["criminal_case"]["month"] == {"low": 1, "high": 1}
    assert village["indicators"]["criminal_case"]["to_date"] == {"low": 1, "high": None}
    assert "crime:2026-03" not in village["missing"]
    assert "suit:2026-03" in village["missing"]
    table = office.run("score", "month", "2026-03")
    assert "青峪镇" in table.out
    with_option = office.ask("score", "month", "--month", "2026-03")
    assert with_option.status in (0, 2)


# -- the ledger as people need it ---------------------------------------------------------------------------


def test_incidents_are_listed_as_promised(office):
    _fill_mixed(office)
    office.take_in()
    answer = office.ask("incidents", "list")
    assert answer.json["schema"] == "sanwu/incidents/1"
    assert len(answer.json["incidents"]) == 11
    for incident in answer.json["incidents"]:
        keys = [
            "id",
            "indicator",
            "case_number",
            "filed_on",
            "area_code",
            "township_code",
            "status",
            "counts",
            "source",
        ]
        assert set(keys) <= set(incident)
        assert set(incident["source"]) == {"file", "sheet", "row"}
        assert isinstance(incident["counts"], bool)
        assert incident["indicator"] in INDICATORS
    found = only(answer.json["incidents"], case_number="A64981")
    assert found["source"] == {"file": "inbox/2026年3月/crime.xlsx", "sheet": "Sheet1", "row": 3}
    assert (found["filed_on"], found["counts"]) == ("2026-03-07", True)
    assert len(office.ask("incidents", "list", "--status", "held").json["incidents"]) == 3
    assert len(office.ask("incidents", "list", "--indicator", "刑事案件").json["incidents"]) == 5


def test_show_correct_withdraw_and_undo_leave_a_trace(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    assert "青禾村" in office.run("incidents", "show", "A64981").out
    ruling = ("--reason", "查明发案地", "--document", "云政法〔2026〕8号")
    target = office.county.code("松岗村")
    assert office.run("incidents", "correct", "A64981", "--area", target, *ruling).status == 0
    assert office.incidents()[0]["area_code"] == target
    assert _answers(office, "criminal_case")["青禾村"] == (0, 0)
    shown = office.run("incidents", "show", "A64981").out
    assert "云政法〔2026〕8号" in shown
    assert "查明发案地" in shown
    assert office.run("incidents", "withdraw", "A64981", *ruling).status == 0
    assert office.incidents()[0]["counts"] is False
    assert office.incidents()[0]["status"] == "withdrawn"
    assert office.run("incidents", "undo").status == 0
    assert office.incidents()[0]["counts"] is True
    assert office.run("incidents", "undo").status == 0
    assert office.incidents()[0]["area_code"] == office.county.code("青禾村")
    assert office.run("incidents", "undo").status == 0
    assert office.incidents() == []
    assert office.run("incidents", "undo").status == 66


def test_a_correction_survives_the_same_sheet_coming_again(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    ruling = ("--reason", "查明发案地", "--document", "云政法〔2026〕8号")
    office.run("incidents", "correct", "A64981", "--area", office.county.code("松岗村"), *ruling)
    answer = office.take_in()
    assert all(sheet["changed"] == sheet["new"] == 0 for sheet in answer.sheets)
    assert office.incidents()[0]["area_code"] == office.county.code("松岗村")


def test_an_undone_import_can_be_taken_in_again(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    score = office.score()
    office.run("incidents", "undo")
    assert _answers(office, "criminal_case")["青禾村"] == (0, None)
    office.take_in()
    assert office.score() == score


def test_the_ledger_is_append_only(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    with sqlite3.connect(office.path / "ledger.db") as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        filled = [name for name in tables if connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]]  # noqa: S608 - names from the file itself
        assert filled
        for name in filled:
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute(f"DELETE FROM {name}")  # noqa: S608 - the same


def test_the_ledger_is_exported_for_people(office, tmp_path):
    _fill_mixed(office)
    office.take_in()
    target = tmp_path / "导 出" / "三无台账.xlsx"
    assert office.run("incidents", "export", "-o", target).status == 0
    book = openpyxl.load_workbook(target)
    text = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    assert {"A64981", "A64982", "XF-2", "青禾村"} <= text


# -- roster and documents ---------------------------------------------------------------------------------


def _staff(office):
    people = [
        [f"F{n:02d}", f"法{name}", "法官", "云岭县人民法院", None, None, 4, "0951-1000000", None, None]
        for n, name in enumerate(("官甲", "官乙"), 1)
    ]
    people += [["J01", "检甲", "检察官", "云岭县人民检察院", None, None, None, None, None, None]]
    people += [["L01", "律甲", "律师", "云岭律师事务所", None, None, None, None, None, None]]
    office.register("人员", people, writer="pandas")
    days = [
        [office.county.code(name), "全部", rule, f"{name}综治中心", "9:00—17:00"]
        for name, rule in (
            ("青峪镇", "每月第2个周二"),
            ("白石镇", "每月15日"),
            ("红岭农场", "每月最后一个工作日"),
        )
    ]
    office.register("进驻日", days, writer="xlsxwriter")
    office.register("请假", [["J01", date(2026, 7, 10), "2026年7月20日", "学习"]])
    office.register("节假日", [[date(2026, 7, 15), "休", "县庆日", "云政发〔2026〕1号"]])


def test_a_roster_is_made_as_promised(office):
    _staff(office)
    answer = office.ask("roster", "generate", "--month", "2026-07")
    roster = answer.json
    assert roster["schema"] == "sanwu/roster/1"
    assert {"duties", "unfilled", "objective", "optimal", "findings", "counts"} <= set(roster)
    assert roster["optimal"] is True
    keys = {"date", "area_code", "role", "person_id", "person", "place", "moved_from", "frozen"}
    for duty in roster["duties"]:
        assert keys <= set(duty)
    for item in roster["objective"]:
        assert {"level", "value", "bound"} <= set(item)
    first = [duty for duty in roster["duties"] if duty["area_code"] == office.county.code("青峪镇")]
    assert {(d["date"], d["role"]) for d in first} == {("2026-07-14", "judge"), ("2026-07-14", "lawyer")}
    moved = [duty for duty in roster["duties"] if duty["area_code"] == office.county.code("白石镇")]
    assert {(d["date"], d["moved_from"]) for d in moved} == {("2026-07-16", "2026-07-15")}
    gaps = [(gap["area_code"], gap["role"], gap["month"]) for gap in roster["unfilled"]]
    assert sorted(gaps) == [
        (office.county.code(name), "prosecutor", "2026-07") for name in ("青峪镇", "白石镇")
    ]
    assert all(gap["reasons"] for gap in roster["unfilled"])
    pairs = [(duty["date"], duty["person_id"]) for duty in roster["duties"]]
    assert len(pairs) == len(set(pairs))
    made = {path.suffix for path in (office.path / "out" / "2026-07").iterdir()}
    assert made == {".xlsx", ".docx"}


def test_reports_are_rendered_as_word_files(office):
    _staff(office)
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    kinds = [kind["id"] for kind in office.ask("report", "list").json["kinds"]]
    answer = office.ask("report", "render", "--all", "--month", "2026-06")
    assert answer.status in (0, 1), answer.err
    assert len(answer.json["files"]) == len(kinds) >= 2
    for name in answer.json["files"]:
        document = docx.Document(name)
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert "云岭县" in text or "青峪镇" in text
        assert "清河市" not in text


def test_a_circular_of_a_month_without_reports_says_so(office):
    office.run("report", "render", "monthly_circular", "--month", "2026-06")
    (path,) = (office.path / "out" / "2026-06").glob("*.docx")
    text = read_everything(path.parent)
    assert "未报" in text or "待定" in text


def _fill_year(office):
    _staff(office)
    office.year([("crime", "青禾村", "2026-12-01"), ("suit", "芦花村", "2026-12-02")])
    office.attest()
    office.assess(青峪镇=96, 白石镇=95)


def _dump(office):
    with sqlite3.connect(office.path / "ledger.db") as connection:
        return list(connection.iterdump())


def test_month_end_twice_gives_the_same_bytes_and_the_same_ledger(office):
    _fill_year(office)
    first = office.ask("month-end", "2026-12")
    assert first.status in (0, 1), first.err
    assert first.json["schema"] == "sanwu/month-end/1"
    tree, ledger = hash_tree(office.path / "out"), _dump(office)
    assert any(name.endswith(".docx") for name in tree)
    second = office.ask("month-end", "2026-12")
    assert hash_tree(office.path / "out") == tree
    assert _dump(office) == ledger
    assert second.status == first.status
    shutil.rmtree(office.path / "out")
    office.run("month-end", "2026-12")
    assert hash_tree(office.path / "out") == tree


def test_month_end_is_the_same_elsewhere_with_another_seed_zone_and_clock(office, tmp_path):
    _fill_year(office)
    trees = []
    for number, zone in enumerate(("Asia/Shanghai", "America/Los_Angeles")):
        copy = tmp_path / f"抄本 {number}"
        shutil.copytree(office.path, copy)
        environment = os.environ | {
            "PYTHONHASHSEED": str(number + 1),
            "TZ": zone,
            "PYTHONIOENCODING": "utf-8",
        }
        done = subprocess.run(
            [sys.executable, "-m", "sanwu_cli", "-w", str(copy), "month-end", "2026-12"],
            capture_output=True,
            env=environment,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode in (0, 1), done.stderr.decode()
        trees.append(hash_tree(copy / "out"))
    assert trees[0] == trees[1]
    assert trees[0]


def test_a_month_end_without_staff_still_ends(office):
    office.year()
    answer = office.ask("month-end", "2026-06")
    assert answer.status in (0, 1)
    assert {path.suffix for path in (office.path / "out").rglob("*") if path.is_file()} >= {".docx", ".xlsx"}


# -- the workspace and the command line --------------------------------------------------------------------


def test_the_workspace_is_found_by_walking_up(office, monkeypatch):
    inner = office.path / "inbox" / "深 处"
    inner.mkdir()
    monkeypatch.chdir(inner)
    assert office.run_anywhere("incidents", "list", "--format", "json").status == 0


def test_the_workspace_is_found_by_environment_and_the_option_wins(make_office, monkeypatch, tmp_path):
    first, second = make_office(青峪镇=1), make_office(白石镇=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANWU_WORKSPACE", str(first.path))
    score = ("score", "year", "--year", "2026", "--format", "json")
    assert first.run_anywhere(*score).json["townships"][0]["name"] == "青峪镇"
    assert first.run_anywhere("-w", second.path, *score).json["townships"][0]["name"] == "白石镇"
    assert first.run_anywhere(*score, "--workspace", second.path).json["townships"][0]["name"] == "白石镇"


def test_inbox_means_the_workspaces_inbox_from_anywhere(office, monkeypatch, tmp_path):
    office.year([("crime", "青禾村", "2026-03-01")])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    answer = office.ask("incidents", "import", "inbox")
    assert answer.status == 0, answer.err
    assert {file["file"] for file in answer.json["files"]} == {
        f"inbox/2026/{kind}.xlsx" for kind in ("petition", "suit", "crime")
    }


def test_a_relative_workspace_gives_the_same_addresses(office, monkeypatch):
    office.year([("crime", "青禾村", "2026-03-01")])
    monkeypatch.chdir(office.path.parent)
    name = office.path.name
    answer = office.run_anywhere("-w", name, "incidents", "import", "inbox", "--format", "json")
    assert {file["file"] for file in answer.json["files"]} == {
        f"inbox/2026/{kind}.xlsx" for kind in ("petition", "suit", "crime")
    }
    again = office.run_anywhere("-w", name, "incidents", "import", f"{name}/inbox", "--format", "json")
    assert all(sheet["new"] == sheet["changed"] == 0 for sheet in again.sheets)


def test_the_command_runs_as_a_process(office, tmp_path):
    office.year([("crime", "青禾村", "2026-03-01")])
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sanwu_cli",
            "-w",
            str(office.path),
            "incidents",
            "import",
            "inbox",
            "--format",
            "json",
        ],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr.decode()
    document = json.loads(done.stdout.decode("utf-8"))
    assert document["schema"] == "sanwu/import/1"
    assert done.stderr.decode("utf-8") == ""


@pytest.mark.parametrize(
    "command",
    [
        ("incidents", "list"),
        ("score", "year", "--year", "2026"),
        ("score", "month", "2026-03"),
        ("report", "list"),
        ("incidents", "import", "inbox"),
        ("check",),
        ("sheet", "list"),
    ],
)
def test_csv_is_one_table_with_chinese_headers(office, command):
    _fill_mixed(office)
    office.take_in()
    answer = office.run(*command, "--format", "csv")
    rows = list(csv.reader(io.StringIO(answer.out.lstrip("\ufeff"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert any("\u4e00" <= letter <= "\u9fff" for letter in "".join(rows[0]))


def test_data_goes_to_stdout_and_everything_else_to_stderr(office):
    _fill_mixed(office)
    answer = office.take_in()
    assert json.loads(answer.out)
    table = office.run("incidents", "list", "--format", "csv")
    assert "共" not in table.out.splitlines()[-1]


def test_a_folder_is_shared_between_the_two_commands(office):
    office.year()
    office.attest()
    answer = office.take_in()
    left = answer.finding("SHEET-FOR-OTHER-COMMAND")
    assert "records import" in left["remedy"]
    assert {sheet["id"] for sheet in answer.sheets if sheet["new"]} == set()
    assert answer.status == 0
    assert sum(sheet["rows"] for sheet in answer.sheets) == 0
    records = office.ask("records", "import", office.path / "inbox")
    assert records.json["schema"] == "sanwu/import/1"
    assert only(records.sheets, id="binding")["new"] == 8


# -- no file on anybody -------------------------------------------------------------------------------------

SECRETS = {
    "信访人": "欧阳隐",
    "信访人姓名": "司徒匿",
    "当事人": "上官藏",
    "身份证号": "649801199001011237",
    "联系电话": "13900001234",
    "住址": "云岭县青峪镇青禾村三组七号",
    "户籍地址": "云岭县白石镇芦花村九号",
    "信访内容": "反映邻里土地纠纷的长篇情况",
    "原告": "诸葛潜",
    "原告姓名": "令狐潜",
    "第三人": "皇甫秘",
    "简要案情": "深夜入室的详细经过",
    "案件名称": "夏侯某被盗案",
    "受害人": "夏侯隐",
    "嫌疑人": "公孙匿",
    "发案地点": "白石镇老街门牌十二号",
    "备注": "宇文某已搬走",
    "主办侦查员": "端木警官",
}


@pytest.mark.parametrize("writer", ["openpyxl", "xlwt"])
def test_no_value_of_a_personal_column_is_kept_or_printed(office, writer):
    suffix = WRITERS[writer][0]
    for kind in ("petition", "suit", "crime"):
        row = case(kind, 1, "2026-12-07", "青峪镇", "青禾村") | SECRETS
        held = case(kind, 2, "2026-12-08", "青峪镇", "无此村") | SECRETS
        office.month(kind, "2026年12月", [row, held], writer=writer, to=f"2026-12/{kind}{suffix}")
    _staff(office)
    printed = []
    commands = [
        ("check", "-v"),
        ("check", "--format", "json"),
        ("incidents", "import", "inbox", "--dry-run"),
        ("incidents", "import", "inbox", "-v"),
        ("incidents", "list"),
        ("incidents", "list", "--format", "json"),
        ("incidents", "list", "--format", "csv"),
        ("incidents", "show", "A64981"),
        ("incidents", "export"),
        ("score", "explain", "青禾村", "--year", "2026"),
        ("score", "year", "--year", "2026"),
        ("month-end", "2026-12"),
    ]
    for command in commands:
        answer = office.run(*command)
        assert answer.status in (0, 1), (command, answer.err)
        printed.append(answer.out + answer.err)
    assert len(office.incidents()) == 6
    kept = read_everything(office.path / "out") + (office.path / "ledger.db").read_bytes().decode(
        "utf-8", "replace"
    )
    for header, secret in SECRETS.items():
        assert not any(secret in text for text in printed), header
        assert secret not in kept, header


def test_personal_numbers_in_columns_that_are_kept_are_not_kept(office):
    row = case("crime", 1, "2026-03-07", "青峪镇", "青禾村")
    row |= {
        "归属依据": "嫌疑人649801199001011237户籍",
        "办案单位": "某所 13900001234",
        "案件状态": "侦查13900005678",
    }
    office.month("crime", "2026年3月", [row])
    answer = office.take_in()
    kept = (office.path / "ledger.db").read_bytes().decode("utf-8", "replace") + answer.out + answer.err
    for secret in ("649801199001011237", "13900001234", "13900005678"):
        assert secret not in kept


def test_narratives_in_a_status_column_of_petitions_are_not_kept(office):
    row = case("petition", 1, "2026-03-07", "青峪镇", "青禾村") | {"办理状态": "已答复欧阳隐本人"}
    office.month("petition", "2026年3月", [row])
    answer = office.take_in()
    kept = (office.path / "ledger.db").read_bytes().decode("utf-8", "replace") + answer.out + answer.err
    assert "欧阳隐" not in kept


# -- harder cases -------------------------------------------------------------------------------------------


def test_one_case_number_in_two_spellings_is_one_case(office):
    row = case("suit", 1, "2026-02-07", "青峪镇", "青禾村")
    assert "（" in row["案号"]
    other = row["案号"].replace("（", "(").replace("）", ")").replace("1号", " 1 号")
    office.month("suit", "2026年2月", [row])
    office.month("suit", "2026年3月", [row | {"案号": other}])
    office.take_in()
    assert len(office.incidents()) == 1
    assert office.village("青禾村")["indicators"]["administrative_suit"]["low"] == 1
    assert office.run("incidents", "show", office.incidents()[0]["case_number"]).status == 0


def test_one_number_in_two_indicators_is_two_cases(office):
    petition = case("petition", 1, "2026-02-07", "青峪镇", "青禾村") | {"信访编号": "202600001"}
    crime = case("crime", 1, "2026-02-07", "青峪镇", "青禾村") | {"案件编号": "202600001"}
    office.month("petition", "2026年2月", [petition])
    office.month("crime", "2026年2月", [crime])
    office.take_in()
    assert len(office.incidents()) == 2
    answer = office.run("incidents", "show", "202600001")
    assert answer.status == 2
    assert "--indicator" in answer.err
    assert office.run("incidents", "show", "202600001", "--indicator", "刑事案件").status == 0


def test_rows_without_a_number_are_cases_of_their_own_and_stay_so(office):
    row = case("petition", 1, "2026-02-07", "青峪镇", "青禾村") | {"信访编号": None}
    office.month("petition", "2026年2月", [row, row, row | {"村(社区)": "松岗村"}])
    office.take_in()
    before = office.incidents()
    assert len(before) == 3
    again = office.take_in()
    assert sum(sheet["new"] + sheet["changed"] for sheet in again.sheets) == 0
    assert office.incidents() == before


def test_a_cumulative_sheet_after_the_monthly_ones_adds_nothing(office):
    rows = [case("crime", n, f"2026-0{n}-07", "青峪镇", "青禾村") for n in (1, 2, 3)]
    for number, row in enumerate(rows, 1):
        office.month("crime", f"2026年{number}月", [row])
    office.take_in()
    score = office.score()
    path = office.month("crime", "2026年1—3月", rows)
    (sheet,) = office.ask("incidents", "import", path).sheets
    assert (sheet["rows"], sheet["same"]) == (3, 3)
    assert office.score() == score


def test_a_withdrawn_case_stays_withdrawn_when_its_sheet_comes_again(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    office.run("incidents", "withdraw", "A64981", "--reason", "重复登记", "--document", "云政法〔2026〕9号")
    copy = office.path / "inbox" / "2026" / "再发.xlsx"
    shutil.copyfile(office.path / "inbox" / "2026" / "crime.xlsx", copy)
    office.take_in()
    assert office.incidents()[0]["counts"] is False
    assert office.village("青禾村")["verdict"] == "designated"


def test_a_held_row_is_settled_by_a_correction(office):
    office.year()
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "无此村")])
    office.take_in()
    ruling = ("--reason", "查明发案地", "--document", "云政法〔2026〕8号")
    assert office.run("incidents", "correct", "A64981", "--area", "松岗村", *ruling).status == 0
    found = _answers(office, "criminal_case")
    assert (found["青禾村"], found["松岗村"], found["白鹭村"]) == ((0, 0), (1, 1), (0, 0))


def test_a_held_date_is_settled_by_a_correction(office):
    office.year()
    office.month("crime", "2026年3月", [case("crime", 1, "说不清", "青峪镇", "青禾村")])
    office.take_in()
    ruling = ("--reason", "补查", "--document", "云政法〔2026〕8号")
    assert office.run("incidents", "correct", "A64981", "--filed-on", "2025-12-30", *ruling).status == 0
    assert _answers(office, "criminal_case")["青禾村"] == (0, 0)
    assert office.run("incidents", "correct", "A64981", "--filed-on", "2026-03-30", *ruling).status == 0
    assert _answers(office, "criminal_case")["青禾村"] == (1, 1)


def test_a_correction_may_say_that_a_case_does_not_count(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    ruling = ("--reason", "已撤", "--document", "云政法〔2026〕8号")
    assert (
        office.run("incidents", "correct", "A64981", "--not-counted", "case_withdrawn", *ruling).status == 0
    )
    assert office.village("青禾村")["verdict"] == "designated"


def test_an_early_import_can_be_undone_by_its_number(office):
    office.year()
    path = office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    run = office.ask("incidents", "import", path).json["run"]
    office.take_in()
    assert office.run("incidents", "undo", run).status == 0
    assert office.incidents() == []
    assert office.village("青禾村")["verdict"] == "designated"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("crime", {"案件类别": "危险驾驶"}),
        ("suit", {"案由": "危险驾驶"}),
    ],
)
def test_excluded_causes_do_not_count(office, kind, change):
    office.configure('[count]\nexclude_causes = ["危险驾驶"]\n')
    office.year()
    office.month(kind, "2026年3月", [case(kind, 1, "2026-03-07", "青峪镇", "青禾村") | change])
    assert only(office.take_in().sheets, period="2026-03")["ignored"] == 1
    assert office.incidents()[0]["counts"] is False
    assert office.village("青禾村")["verdict"] == "designated"


def test_township_suits_can_be_held_instead(office):
    office.configure('[readings]\n"T-19" = "hold"\n')
    office.year()
    office.month("suit", "2026年3月", [case("suit", 1, "2026-03-07", "青峪镇", None)])
    office.take_in()
    assert _answers(office, "administrative_suit")["青禾村"] == (0, 1)


def test_a_name_in_two_townships_is_found_by_the_township_and_held_without(make_office):
    office = make_office(青峪镇=2, 白石镇=2)
    office.county.row("白鹭村")[1] = "青禾村"
    office.save_areas()
    office.year()
    rows = [
        case("crime", 1, "2026-03-07", "白石镇", "青禾村"),
        case("crime", 2, "2026-03-08", None, "青禾村"),
    ]
    office.month("crime", "2026年3月", rows)
    answer = office.take_in()
    assert answer.status in (0, 1)
    sheet = only(answer.sheets, period="2026-03")
    assert (sheet["new"], sheet["held"]) == (1, 1)
    states = {
        v["code"]: (v["indicators"]["criminal_case"]["low"], v["indicators"]["criminal_case"]["high"])
        for v in office.score()["villages"]
    }
    assert states == {
        "649801101201": (0, 1),
        "649801101202": (0, 0),
        "649801102201": (1, 2),
        "649801102202": (0, 0),
    }
    twice = office.run("score", "explain", "青禾村", "--year", 2026)
    assert twice.status == 2
    assert "649801101201" in twice.err


def test_a_nil_report_does_not_hide_a_case(office):
    office.year()
    office.sheet("nil_report", [{"月份": "2026-03", "报送单位": "公安局", "指标": "刑事案件"}])
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    office.take_in()
    assert office.village("青禾村")["indicators"]["criminal_case"]["low"] == 1


def test_a_case_under_a_merged_villages_old_name_goes_to_the_successor(office):
    office.county.row("青禾村")[6:8] = [date(2026, 6, 30), office.county.code("松岗村")]
    office.save_areas()
    office.year()
    office.month("crime", "2026年9月", [case("crime", 1, "2026-09-07", "青峪镇", "青禾村")])
    office.take_in()
    found = _answers(office, "criminal_case")
    assert found["松岗村"][0] == 1
    assert found["白鹭村"] == (0, 0)


def test_a_village_founded_in_the_year_needs_no_reports_before(office):
    office.county.row("青禾村")[5] = date(2026, 7, 1)
    office.save_areas()
    for kind in ("petition", "suit", "crime"):
        office.month(kind, "2026年7—12月")
    office.take_in()
    village = office.village("青禾村")
    assert (village["missing"], village["verdict"], village["flags"]) == ([], "designated", ["new_this_year"])
    assert office.village("松岗村")["verdict"] == "unknown"


@pytest.mark.parametrize(("last", "count"), [(date(2026, 12, 31), 3), (date(2026, 12, 30), 2)])
def test_the_denominator_is_the_villages_of_the_last_day(office, last, count):
    office.county.row("青禾村")[6] = last
    office.save_areas()
    assert office.township("青峪镇")["village_count"] == count


def test_a_township_without_villages_is_open(make_office):
    office = make_office(青峪镇=1, 白石镇=0)
    office.year()
    office.attest()
    office.assess(青峪镇=90, 白石镇=95)
    office.take_in_all()
    township = office.township("白石镇")
    assert township["village_count"] == 0
    assert township["conditions"]["unbreached_share"] == "unknown"
    assert township["verdict"] == "unknown"


def test_villages_of_a_disqualified_township_still_earn(make_office):
    office = make_office(青峪镇=2, 白石镇=1)
    office.year([(kind, "青禾村", "2026-04-01") for kind in ("petition", "suit", "crime")])
    office.take_in()
    score = office.score()
    assert only(score["townships"], name="青峪镇")["verdict"] == "disqualified"
    assert score["awards"] == {"townships": 0, "villages": 2, "total_yuan": 60_000}


def test_a_township_that_does_not_compete_takes_its_villages_along(office):
    office.county.row("白石镇")[4] = "否"
    office.save_areas()
    office.year()
    office.take_in()
    score = office.score()
    assert {v["verdict"] for v in score["villages"] if v["township"] == office.county.code("白石镇")} == {
        "not_applicable"
    }
    assert only(score["townships"], name="白石镇")["competes"] is False
    assert score["awards"]["villages"] == 3


def test_a_townships_own_sum_bounds_its_villages(office):
    rows = [
        {"乡镇(街道)": "青峪镇", "越级上访": 0, "行政诉讼": 0, "刑事案件": 2},
        {"乡镇(街道)": "白石镇", "越级上访": 0, "行政诉讼": 0, "刑事案件": 0},
    ]
    office.month("indicator_count", "2026年1—12月", rows)
    office.take_in()
    found = _answers(office, "criminal_case")
    assert [found[name] for name in office.county.villages_of("青峪镇")] == [(0, 2)] * 3
    assert [found[name] for name in office.county.villages_of("白石镇")] == [(0, 0)] * 2
    assert office.village("芦花村")["verdict"] == "designated"


def test_a_count_of_an_unknown_village_is_held_and_widens(office):
    rows = _count_rows(office, 越级上访=0, 行政诉讼=0, 刑事案件=0)
    rows[0] |= {"村(社区)": "无此村", "刑事案件": 2}
    office.month("indicator_count", "2026年1—12月", rows)
    (sheet,) = office.take_in().sheets
    assert (sheet["rows"], sheet["new"], sheet["held"]) == (6, 5, 1)
    village = office.village("青禾村")
    assert village["verdict"] == "unknown"
    assert village["indicators"]["criminal_case"]["answer"] == "unknown"
    assert office.village("芦花村")["verdict"] == "designated"


def test_totals_footers_and_column_numbers_are_no_rows(office):
    row = case("crime", 1, "2026-03-07", "青峪镇", "青禾村")
    rows = [
        dict(zip(SHEETS["crime"], range(1, 11), strict=True)),
        row,
        {"立案日期": "合计", "案件编号": 1},
        {"立案日期": "填表人：某某"},
    ]
    office.month("crime", "2026年3月", rows)
    (sheet,) = office.take_in().sheets
    assert (sheet["rows"], sheet["new"], sheet["header_row"]) == (1, 1, 2)
    assert office.incidents()[0]["source"]["row"] == 4


def test_pages_named_by_township_cover_their_townships(office):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, name in enumerate(("青峪镇", "白石镇"), 1):
        page = book.create_sheet(name)
        page.append([f"{name}2026年3月刑事案件台账"])
        page.append(SHEETS["crime"])
        village = office.county.villages_of(name)[0]
        row = case("crime", number, "2026-03-07", name, village)
        page.append([row.get(header) for header in SHEETS["crime"]])
    (office.path / "inbox" / "各乡镇.xlsx").parent.mkdir(exist_ok=True)
    book.save(office.path / "inbox" / "各乡镇.xlsx")
    answer = office.take_in()
    assert [(sheet["sheet"], sheet["rows"]) for sheet in answer.sheets] == [("青峪镇", 1), ("白石镇", 1)]
    assert "crime:2026-03" not in _missing(office, "芦花村")
    assert "crime:2026-03" in _missing(office, office.county.villages_of("红岭农场")[0])


def test_the_inbox_is_never_modified(office):
    _fill_mixed(office)
    _staff(office)
    before = hash_tree(office.path / "inbox"), hash_tree(office.path / "registers")
    office.run("check", "--format", "json")
    office.take_in()
    office.run("month-end", "2026-03")
    assert (hash_tree(office.path / "inbox"), hash_tree(office.path / "registers")) == before


def test_owner_files_and_deep_folders(office):
    office.sheet("crime", [], to="a b/c/d/2026-03/公安.xlsx")
    (office.path / "inbox" / "~$公安.xlsx").write_bytes(b"x")
    (office.path / "inbox" / ".DS_Store").write_bytes(b"x")
    answer = office.take_in()
    assert answer.status == 0
    assert [file["file"] for file in answer.json["files"]] == ["inbox/a b/c/d/2026-03/公安.xlsx"]


def test_incidents_can_be_filtered(office):
    _fill_mixed(office)
    office.month("crime", "2026年5月", [case("crime", 8, "2026-05-07", "白石镇", "芦花村")])
    office.take_in()
    may = office.ask("incidents", "list", "--month", "2026-05").json["incidents"]
    assert "A64988" in {i["case_number"] for i in may}
    assert not {i["case_number"] for i in may} & {"A64981", "A64982", "XF-1"}
    area = office.ask("incidents", "list", "--area", office.county.code("芦花村")).json["incidents"]
    assert {i["case_number"] for i in area} >= {"A64988"}
    assert all(i["township_code"] == office.county.code("白石镇") for i in area)
    town = office.ask("incidents", "list", "--area", office.county.code("白石镇")).json["incidents"]
    assert len(town) == 4


def test_check_writes_nothing_and_says_what_it_saw(office):
    _fill_mixed(office)
    before = hash_tree(office.path)
    answer = office.ask("check")
    assert hash_tree(office.path) == before
    assert answer.status == 1
    assert {sheet["id"] for sheet in answer.json["sheets"]} == {"petition", "suit", "crime"}
    assert {"findings", "counts"} <= set(answer.json)
    one = office.ask("check", office.path / "inbox" / "2026年3月" / "suit.xlsx")
    assert [sheet["id"] for sheet in one.json["sheets"]] == ["suit"]


def test_every_switch_of_a_reading_is_kept_or_refused_in_words(office):
    office.year([("crime", "青禾村", "2026-04-01")])
    office.attest()
    office.assess(青峪镇=96, 白石镇=95)
    office.take_in_all()
    for reading in load_plan().readings:
        if reading.kind != "choice":
            continue
        for choice in reading.choices:
            office.configure(f'[readings]\n"{reading.id}" = "{choice.value}"\n')
            answer = office.ask("score", "year", "--year", 2026)
            assert answer.status in (0, 2), (reading.id, choice.value, answer.err)
            if answer.status == 2:
                assert reading.id in answer.err
                assert "修复" in answer.err


def test_the_event_date_is_used_when_the_office_says_so(office):
    office.configure('[readings]\n"T-12" = "event_on"\n')
    office.year()
    row = case("crime", 1, "2026-01-07", "青峪镇", "青禾村") | {"发案日期": date(2025, 12, 30)}
    office.month("crime", "2026年1月", [row])
    answer = office.take_in()
    if answer.status == 2:  # refused in words: not built yet
        assert "T-12" in answer.err
        return
    assert office.village("青禾村")["indicators"]["criminal_case"] == NOTHING


def test_a_verdict_that_hangs_on_an_unconfirmed_reading_says_so(make_office):
    office = make_office(青峪镇=10, 白石镇=1, 河湾乡=1)
    office.year([("crime", name, "2026-04-01") for name in office.county.villages_of("青峪镇")[:3]])
    office.attest()
    office.assess(青峪镇=96, 白石镇=95, 河湾乡=94)
    office.take_in_all()
    assert "reading_assumed" in office.township("青峪镇")["flags"]
    office.configure('[readings]\n"T-03" = "at_least"\n"T-04" = "none"\n')
    assert "reading_assumed" not in office.township("青峪镇")["flags"]


def test_output_survives_a_terminal_without_utf8(office, tmp_path):
    _fill_mixed(office)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-m", "sanwu_cli", "-w", str(office.path), "incidents", "import", "inbox"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=environment | {"LC_ALL": "C"},
    )
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    assert "挂起".encode() in done.stdout


# -- what must not happen silently --------------------------------------------------------------------------


def _is_silent_about(answer, unit):
    """Say whether nothing of warning level names the unit."""
    return not any(
        finding["severity"] in ("error", "warning") and unit in finding["message"]
        for finding in answer.json["findings"]
    )


@pytest.mark.parametrize(
    "unit",
    [
        "青裕镇人民政府",  # one letter wrong
        "青峪派出所",
        "云岭县公安局青峪派出所",
        "青禾村村委会",
        "青峪镇、白石镇",
        "青裕镇",
    ],
)
@pytest.mark.parametrize("road", ["unit", "title", "nil"])
def test_part_of_the_county_never_speaks_silently_for_all_of_it(make_office, unit, road):
    office = make_office(青峪镇=2, 白石镇=1, 河湾乡=1)
    if road == "nil":
        office.sheet("nil_report", [{"报送单位": unit, "指标": "刑事案件", "起止月份": "2026-01 至 2026-12"}])
    else:
        title = f"{unit}2026年1—12月刑事案件台账" if road == "title" else "2026年1—12月刑事案件台账"
        office.sheet("crime", [], title=title, unit=unit if road == "unit" else "")
    answer = office.take_in()
    village = office.county.villages_of("河湾乡")[0]
    assert "crime:2026-03" in _missing(office, village) or not _is_silent_about(answer, unit[:2])


def test_a_nil_report_without_a_unit_speaks_for_nobody(office):
    office.sheet("nil_report", [{"指标": "刑事案件", "起止月份": "2026-01 至 2026-12"}])
    answer = office.take_in()
    assert answer.status == 1
    assert "crime:2026-03" in _missing(office, "青禾村")


def test_two_cases_under_one_number_do_not_become_one_without_a_word(office):
    office.year()
    for month, village in (("3", "青禾村"), ("4", "松岗村")):
        row = case("petition", 1, f"2026-0{month}-02", "青峪镇", village) | {"信访编号": 1}
        office.month("petition", f"2026年{month}月", [row])
    answer = office.take_in()
    assert len(office.incidents()) == 2 or any(
        finding["severity"] in ("error", "warning") for finding in answer.json["findings"]
    )


def test_a_workbook_with_nothing_in_it_is_named(office):
    path = office.path / "inbox" / "公安局3月.xlsx"
    openpyxl.Workbook().save(path)
    answer = office.take_in()
    assert any(finding["file"] == "inbox/公安局3月.xlsx" for finding in answer.json["findings"])
    assert "以前都导入过" not in office.run("incidents", "import", path).err


def test_an_empty_inbox_is_not_called_known(office):
    answer = office.run("incidents", "import", "inbox")
    assert "以前都导入过" not in answer.err


def test_a_village_that_only_changes_its_township_or_name_is_not_new(office):
    code = office.county.code("青禾村")
    office.county.row("青禾村")[6] = date(2026, 6, 30)
    row = [code, "新禾村", "村", office.county.code("白石镇"), "是", date(2026, 7, 1), None, None, None]
    office.county.rows.append(row)
    office.save_areas()
    for kind in ("petition", "suit", "crime"):
        for town, span in (("青峪镇", "1—6月"), ("白石镇", "7—12月")):
            office.sheet(kind, [], to=f"{town}/{kind}.xlsx", title=f"{town}2026年{span}{TITLES[kind]}")
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-02", "青峪镇", "青禾村")])
    office.take_in()
    village = only(office.score()["villages"], code=code)
    assert (village["name"], village["township"]) == ("新禾村", office.county.code("白石镇"))
    assert village["missing"] == []
    assert village["indicators"]["criminal_case"]["low"] == 1
    assert "new_this_year" not in village["flags"]


def test_a_chain_of_mergers_ends_at_the_last(make_office):
    office = make_office(青峪镇=4)
    code = office.county.code
    office.county.row("青禾村")[6:8] = [date(2026, 3, 31), code("松岗村")]
    office.county.row("松岗村")[6:8] = [date(2026, 9, 30), code("白鹭村")]
    office.save_areas()
    office.year([("crime", "青禾村", "2026-02-02")])
    office.take_in()
    assert _answers(office, "criminal_case") == {"白鹭村": (1, 1), "芦花村": (0, 0)}


def test_a_number_is_the_same_as_text_as_number_and_in_xls(office):
    office.year()
    row = case("petition", 1, "2026-03-02", "青峪镇", "青禾村")
    number = 202603090001
    office.month("petition", "2026年3月", [row | {"信访编号": number}])
    office.month("petition", "2026年4月", [row | {"信访编号": number}], writer="xlwt", to="2026-04/p.xls")
    office.month("petition", "2026年5月", [row | {"信访编号": str(number)}])
    office.take_in()
    assert [incident["case_number"] for incident in office.incidents()] == [str(number)]


def test_the_other_date_system_is_read_right(office):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    row = case("crime", 1, "2026-03-02", "青峪镇", "青禾村")
    book.active.append(SHEETS["crime"])
    book.active.append([row.get(header) for header in SHEETS["crime"]])
    book.save(office.path / "inbox" / "mac.xlsx")
    assert office.take_in().status == 0
    assert office.incidents()[0]["filed_on"] == "2026-03-02"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_file_is_a_sheet_too(office, encoding):
    row = case("crime", 1, "2026-03-02", "青峪镇", "青禾村")
    path = office.path / "inbox" / "2026-03" / "公安局.csv"
    path.parent.mkdir()
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerows([SHEETS["crime"], [row.get(header) for header in SHEETS["crime"]]])
    assert office.take_in().status == 0
    assert office.incidents()[0]["area_code"] == office.county.code("青禾村")


def test_text_that_looks_like_a_formula_is_never_one_in_what_is_written(office, tmp_path):
    for number, text in enumerate(("=1+1", "+cmd", "-2+3", "@SUM(1)")):
        row = case("crime", 1, "2026-03-02", "青峪镇", "青禾村") | {"案件编号": f"{text}{number}"}
        path = office.path / "inbox" / "2026-03" / f"{number}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([SHEETS["crime"], [row.get(header) for header in SHEETS["crime"]]])
    office.take_in()
    assert len(office.incidents()) == 4
    office.run("incidents", "export", "-o", tmp_path / "x.xlsx")
    cells = [c for page in openpyxl.load_workbook(tmp_path / "x.xlsx") for row in page for c in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    rows = csv.reader(io.StringIO(office.run("incidents", "list", "--format", "csv").out))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_brackets_in_names_are_printed_as_they_stand(office):
    rows = [
        case("crime", "[/red]", "2026-03-02", "青峪镇", "[/x]村"),
        case("crime", 2, "[/]", "青峪镇", "青禾村"),
    ]
    office.month("crime", "2026年3月", rows, to="2026-03/公安[/bold]局.xlsx")
    for command in (
        ("check", "-v"),
        ("incidents", "import", "inbox"),
        ("incidents", "list"),
        ("score", "explain", "青禾村", "--year", "2026"),
        ("month-end", "2026-03"),
    ):
        answer = office.run(*command)
        assert answer.status in (0, 1), (command, answer.err)
        if command[0] in ("check", "month-end"):
            assert "公安[/bold]局.xlsx" in answer.out + answer.err


def test_two_imports_at_once_leave_the_ledger_whole(office):
    for month in range(1, 7):
        rows = [case("crime", f"{month}-{n}", f"2026-{month:02d}-03", "青峪镇", "青禾村") for n in range(20)]
        office.month("crime", f"2026年{month}月", rows)
    command = [sys.executable, "-m", "sanwu_cli", "-w", str(office.path), "incidents", "import", "inbox"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [run.communicate()[1].decode("utf-8", "replace") for run in runs]
    assert {run.returncode for run in runs} <= {0, 75}, errors
    assert 0 in {run.returncode for run in runs}
    assert len(office.incidents()) == 120
    with sqlite3.connect(office.path / "ledger.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# -- an oracle of its own -----------------------------------------------------------------------------------


def _make_world(office, dice):
    """Report at random; gives what is reported, by (kind, month, township), and the cases."""
    reported, cases = set(), {}
    towns = [name for _, name, _ in office.county.townships]
    nils = []
    for kind, month in itertools.product(("petition", "suit", "crime"), range(1, 13)):
        road = dice.choices(("county", "towns", "nil", "none"), (14, 3, 3, 1))[0]
        if road == "none":
            continue
        chosen = towns if road != "towns" else [town for town in towns if dice.random() < 0.8]
        reported |= {(kind, month, town) for town in chosen}
        if road == "nil":
            label = {"petition": "越级上访", "suit": "行政诉讼", "crime": "刑事案件"}[kind]
            nils.append({"月份": f"2026-{month:02d}", "报送单位": "某局", "指标": label})
            continue
        rows = {town: [] for town in chosen}
        for town in chosen:
            for village in office.county.villages_of(town):
                if dice.random() < 0.06:
                    number = f"{kind}{len(cases)}"
                    cases[number] = (kind, village)
                    rows[town].append(case(kind, number, f"2026-{month:02d}-05", town, village))
        title = f"2026年{month}月{TITLES[kind]}"
        if road == "county":
            every = [row for town in chosen for row in rows[town]]
            office.sheet(kind, every, to=f"{month}/{kind}.xlsx", title=f"云岭县{title}")
        else:
            for town in chosen:
                office.sheet(kind, rows[town], to=f"{month}/{kind}{town}.xlsx", title=f"{town}{title}")
    office.sheet("nil_report", nils)
    return reported, cases


@pytest.mark.parametrize("seed", range(4))
def test_a_random_world_is_judged_as_by_hand(make_office, seed):
    office = make_office(青峪镇=3, 白石镇=2, 河湾乡=2)
    reported, cases = _make_world(office, random.Random(seed))  # noqa: S311 - a world, no secret
    assert office.take_in().status == 0
    score = office.score()
    kinds = dict(zip(("petition", "suit", "crime"), INDICATORS, strict=True))
    for village in score["villages"]:
        town = office.township_of(village["name"])
        answers = []
        missing = []
        for kind, indicator in kinds.items():
            gaps = [m for m in range(1, 13) if (kind, m, town) not in reported]
            low = sum(1 for k, name in cases.values() if (k, name) == (kind, village["name"]))
            answer = "not_met" if low else "unknown" if gaps else "met"
            expected = {"low": low, "high": None if gaps else low, "limit": 0, "answer": answer}
            assert village["indicators"][indicator] == expected
            answers.append(answer)
            missing += [f"{kind}:2026-{month:02d}" for month in gaps]
        assert village["missing"] == missing
        verdict = (
            "not_designated" if "not_met" in answers else "unknown" if "unknown" in answers else "designated"
        )
        if set(answers) == {"not_met"}:
            verdict = "disqualified"
        assert village["verdict"] == verdict
        flagged = "met" not in answers and "unknown" in answers and "not_met" in answers
        assert ("may_be_disqualified" in village["flags"]) is flagged
    for township in score["townships"]:
        own = [v for v in score["villages"] if v["township"] == township["code"]]
        sure = sum(v["verdict"] == "designated" for v in own)
        maybe = sum(v["verdict"] == "unknown" for v in own)
        assert township["unbreached"] == {"low": sure, "high": sure + maybe}
        all_sure = sum(v["verdict"] == "disqualified" for v in own)
        all_maybe = sum("met" not in {state["answer"] for state in v["indicators"].values()} for v in own)
        assert township["all_breached"] == {"low": all_sure, "high": all_maybe}
        share = (
            "met"
            if 10 * sure >= 7 * len(own)
            else "not_met"
            if 10 * (sure + maybe) < 7 * len(own)
            else "unknown"
        )
        assert township["conditions"]["unbreached_share"] == share
    awarded = sum(v["verdict"] == "designated" for v in score["villages"])
    assert score["awards"] == {"townships": 0, "villages": awarded, "total_yuan": 30_000 * awarded}


def test_a_circular_never_prints_a_held_case_as_an_exact_zero(office):
    office.year()
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-03", "青峪镇", "无此村")])
    office.take_in()
    answer = office.ask("report", "render", "monthly_circular", "--month", "2026-03")
    tables = docx.Document(answer.json["files"][0]).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    (township,) = [row for row in rows if "青峪镇" in row]
    assert township[-1] != "0/0"
    (county,) = [row for row in rows if row[0].startswith("刑事案件")]
    assert county[1:] != ["0", "0"]


def test_a_circular_never_prints_a_missing_month_as_an_exact_zero(office):
    office.month("crime", "2026年2月")
    office.take_in()
    answer = office.ask("report", "render", "monthly_circular", "--month", "2026-03")
    tables = docx.Document(answer.json["files"][0]).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    (township,) = [row for row in rows if "青峪镇" in row]
    assert "0/0" not in township[-3:]


@pytest.mark.parametrize("word", ["刑亊", "？", "待定"])
def test_a_case_type_nobody_knows_does_not_drop_the_case_without_a_word(office, word):
    office.year()
    office.month(
        "crime", "2026年3月", [case("crime", 1, "2026-03-03", "青峪镇", "青禾村") | {"案件类型": word}]
    )
    answer = office.take_in()
    named = any(finding["severity"] in ("error", "warning") for finding in answer.json["findings"])
    assert named or office.village("青禾村")["verdict"] != "designated"


def test_a_skip_level_mark_nobody_can_read_decides_nothing(office):
    office.year()
    row = case("petition", 1, "2026-03-03", "青峪镇", "青禾村") | {"是否越级": "待核实", "到访层级": None}
    office.month("petition", "2026年3月", [row])
    assert office.take_in().status == 1
    assert office.village("青禾村")["indicators"]["skip_level_petition"]["answer"] == "unknown"
