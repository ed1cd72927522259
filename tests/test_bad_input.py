"""Bad input: always a Chinese message with place and remedy, the promised exit status, never a traceback."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from workspaces import REGISTERS, County, Office, case, hash_tree, save_openpyxl

# Words that are names: file names, options, formats, codes, units; the rest of a message is Chinese.
_ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ '][A-Za-z]{2,}){2,}")
_COMMANDS = re.compile(r"sanwu [a-z -]+|records import|incidents import")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("SANWU_WORKSPACE", "NO_COLOR", "SANWU_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def office(tmp_path, capsys):
    county = County.of(青峪镇=2, 白石镇=1)
    return Office(tmp_path / "三无 工作", county, lambda: tuple(capsys.readouterr()))


def has_chinese(text):
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def assert_spoken(text):
    """No traceback, no English sentence, no Python."""
    assert "Traceback" not in text
    assert not _ENGLISH.search(_COMMANDS.sub("", text)), text
    for word in ("Error:", "Exception", "object at 0x", "No such file", "None", "errno"):
        assert word not in text, text


def assert_fails(answer, status, *places):
    """A failure that stops the run: status, message, remedy, and the place in either of them."""
    assert answer.status == status, (answer.status, answer.err, answer.out)
    assert has_chinese(answer.err)
    assert "修复：" in answer.err or "用法" in answer.err, answer.err
    for place in places:
        assert place in answer.err, answer.err
    assert_spoken(answer.err)


def assert_found(finding, *places):
    """A finding: Chinese message and remedy, with its place."""
    assert finding["severity"] == "error"
    assert has_chinese(finding["message"])
    assert has_chinese(finding["remedy"])
    assert finding["file"]
    for place in places:
        assert place in json.dumps(finding, ensure_ascii=False)
    assert_spoken(finding["message"] + finding["remedy"])


# -- files that are no workbooks ----------------------------------------------------------------------------

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _truncated(office):
    path = office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")] * 60)
    data = path.read_bytes()
    path.unlink()
    return data[: len(data) // 2]


def _foreign_zip(office):
    path = office.path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    data = path.read_bytes()
    path.unlink()
    return data


def _broken_part(office):
    path = office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    other = office.path / "y.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text[:200] if name.endswith("sheet1.xml") else text)
    data = other.read_bytes()
    other.unlink()
    path.unlink()
    return data


BAD_FILES = {
    "文字.xlsx": b"just some text, no workbook at all",
    "空的.xlsx": b"",
    "空的.xls": b"",
    "截断.xlsx": _truncated,
    "别的压缩包.xlsx": _foreign_zip,
    "坏了一页.xlsx": _broken_part,
    "加密.xlsx": _OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000,
    "残头.xls": _OLE + b"\xff" * 40,
    "网页.xls": b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    "网页带头.xls": "\ufeff<!DOCTYPE html><html><table></table></html>".encode(),
    "文件.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "图片.xlsx": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "乱码.xls": bytes(range(256)) * 8,
    "全零.xlsx": b"\0" * 4096,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_taken(office, name):
    data = BAD_FILES[name]
    data = data(office) if callable(data) else data
    office.month("crime", "2026年4月", [case("crime", 1, "2026-04-07", "青峪镇", "青禾村")])
    (office.path / "inbox" / name).write_bytes(data)
    answer = office.take_in()
    assert answer.status == 3, (answer.out, answer.err)
    found = [finding for finding in answer.json["findings"] if finding["file"] == f"inbox/{name}"]
    assert found
    assert_found(found[0])
    assert len(office.incidents()) == 1
    table = office.run("incidents", "import", "inbox")
    assert table.status == 3
    assert name in table.err
    assert_spoken(table.err)
    only = office.run("incidents", "import", office.path / "inbox" / name)
    assert only.status == 3
    assert_spoken(only.err)


def test_an_unreadable_file_with_strict_writes_nothing(office):
    office.month("crime", "2026年4月", [case("crime", 1, "2026-04-07", "青峪镇", "青禾村")])
    (office.path / "inbox" / "坏.xlsx").write_bytes(b"")
    before = hash_tree(office.path)
    answer = office.take_in("--strict")
    assert (answer.status, answer.json["applied"]) == (3, False)
    assert hash_tree(office.path) == before


def test_month_end_names_an_unreadable_file_and_goes_on(office):
    (office.path / "inbox" / "坏.xlsx").write_bytes(b"PK\x03\x04")
    answer = office.ask("month-end", "2026-03")
    assert answer.status == 3
    assert any(finding["file"] == "inbox/坏.xlsx" for finding in answer.json["findings"])
    assert list((office.path / "out").rglob("*.docx"))


def test_a_sheet_nobody_knows_is_a_finding(office):
    book = openpyxl.Workbook()
    book.active.append(["物资", "数量", "库房"])
    book.active.append(["帐篷", 3, "一号"])
    book.save(office.path / "inbox" / "库房.xlsx")
    answer = office.take_in()
    assert answer.status == 1
    assert_found(answer.finding("SHEET-UNKNOWN"), "inbox/库房.xlsx", "Sheet")
    (sheet,) = answer.sheets
    assert (sheet["id"], sheet["rows"]) == (None, 0)


def test_a_header_row_that_is_no_header_is_a_finding(office):
    path = office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    answer = office.ask("incidents", "import", path, "--header-row", "40")
    assert answer.status in (1, 2, 3)
    assert_spoken(answer.err)
    assert office.incidents() == []


def test_a_sheet_name_that_is_not_there_is_said(office):
    path = office.month("crime", "2026年3月", [case("crime", 1, "2026-03-07", "青峪镇", "青禾村")])
    answer = office.run("incidents", "import", path, "--sheet", "没有这页")
    assert answer.status in (1, 2, 66), "a page that is not there must not pass as clean"
    assert "没有这页" in answer.err + answer.out
    assert_spoken(answer.err)


def test_two_spans_that_disagree_are_a_finding(office):
    office.sheet("crime", [], to="2026-05/公安局.xlsx", title="2026年3月刑事案件台账")
    answer = office.take_in()
    finding = answer.finding("PERIOD-CONFLICT")
    assert "2026年3月" in finding["message"]
    assert "2026年5月" in finding["message"]
    assert "--period" in finding["remedy"]


# -- paths --------------------------------------------------------------------------------------------------


def test_a_path_that_is_not_there(office):
    assert_fails(office.run("incidents", "import", "没有 这里.xlsx"), 66, "没有 这里.xlsx")
    assert_fails(office.run("check", office.path / "不在"), 66, "不在")
    assert not (office.path / "ledger.db").exists()


def test_a_folder_without_sheets_is_said(office):
    empty = office.path / "空 文件夹"
    empty.mkdir()
    answer = office.run("incidents", "import", empty)
    assert answer.status in (0, 66)
    assert has_chinese(answer.err + answer.out)
    assert_spoken(answer.err)


def test_no_workspace_anywhere(office, tmp_path, monkeypatch):
    outside = tmp_path / "外面"
    outside.mkdir()
    monkeypatch.chdir(outside)
    for command in (
        ("incidents", "import", "x"),
        ("incidents", "list"),
        ("check",),
        ("score", "year", "--year", "2026"),
        ("month-end", "2026-03"),
        ("roster", "generate", "--month", "2026-03"),
        ("report", "render", "--all", "--month", "2026-03"),
    ):
        assert_fails(office.run_anywhere(*command), 66, "sanwu init")
    assert_fails(office.run_anywhere("-w", outside / "没有", "incidents", "list"), 66, "没有")
    assert_fails(office.run_anywhere("-w", outside, "incidents", "list"), 66, "外面")
    monkeypatch.setenv("SANWU_WORKSPACE", str(outside / "错的"))
    assert_fails(office.run_anywhere("incidents", "list"), 66, "错的")
    assert hash_tree(outside) == {}


def test_errors_are_one_json_line_too_when_json_is_asked_for(office, tmp_path):
    answer = office.run_anywhere("-w", tmp_path / "没有", "incidents", "list", "--format", "json")
    assert answer.status == 66
    assert answer.out == ""
    line = json.loads(answer.err.strip().splitlines()[-1])
    assert line["exit"] == 66
    assert has_chinese(line["message"])
    assert has_chinese(line["remedy"])


# -- registers ----------------------------------------------------------------------------------------------

_NEED_AREAS = [
    ("incidents", "import", "inbox"),
    ("score", "year", "--year", "2026"),
    ("score", "month", "2026-03"),
    ("score", "explain", "青禾村", "--year", "2026"),
    ("month-end", "2026-03"),
    ("roster", "generate", "--month", "2026-03"),
    ("check",),
]


@pytest.mark.parametrize("command", _NEED_AREAS)
def test_a_missing_area_register(office, command):
    (office.path / "registers" / "区划.xlsx").unlink()
    assert_fails(office.run(*command), 66, "区划")
    assert not (office.path / "ledger.db").exists()


@pytest.mark.parametrize("data", [b"", b"not a workbook", _OLE + b"\0" * 10])
def test_an_area_register_that_cannot_be_opened(office, data):
    (office.path / "registers" / "区划.xlsx").write_bytes(data)
    for command in _NEED_AREAS:
        assert_fails(office.run(*command), 66, "registers/区划.xlsx")


def test_an_area_register_without_rows(office):
    office.register("区划", [])
    for command in _NEED_AREAS:
        answer = office.run(*command)
        assert answer.status in (1, 66), (command, answer.out, answer.err)
        assert "区划" in answer.err
        assert_spoken(answer.err)


def test_an_area_register_with_foreign_headers(office):
    book = openpyxl.Workbook()
    book.active.append(["物资", "数量"])
    book.active.append(["帐篷", 3])
    book.save(office.path / "registers" / "区划.xlsx")
    for command in _NEED_AREAS:
        answer = office.run(*command)
        assert answer.status in (1, 66), (command, answer.out, answer.err)
        assert "区划" in answer.err
        assert_spoken(answer.err)


def test_two_registers_that_disagree(office):
    office.register("进驻日", [["649801199", "全部", "每月第2个周二", "某处", "9:00"]])
    answer = office.ask("score", "year", "--year", 2026)
    assert answer.status == 1
    finding = answer.finding("REG-DUTY-AREA")
    assert_found(finding, "registers/进驻日.xlsx", "registers/区划.xlsx", "649801199")
    assert finding["cell"] == "A2"
    office.register("人员", [["F01", "法官甲", "法官", "法院", "649801198", None, None, None, None, None]])
    office.register("请假", [["X99", date(2026, 3, 1), date(2026, 3, 2), "事假"]])
    answer = office.ask("incidents", "import", "inbox")
    assert answer.status == 1
    assert_found(answer.finding("REG-PERSON-AREA"), "registers/人员.xlsx", "649801198")
    assert_found(answer.finding("REG-LEAVE-PERSON"), "registers/请假.xlsx", "X99")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({0: "64980110"}, "REG-CODE-UNREADABLE"),
        ({2: "自然村"}, "VALUE-CHOICE"),
        ({2: "乡镇"}, "REG-LEVEL-CODE"),
        ({3: "649801177"}, "REG-PARENT-UNKNOWN"),
        ({5: date(2026, 5, 1), 6: date(2026, 4, 1)}, "REG-LIFE-REVERSED"),
        ({6: date(2026, 5, 1), 7: "649801101299"}, "REG-SUCCESSOR-UNKNOWN"),
        ({0: "649801101202"}, "REG-CODE-REPEATED"),
        ({1: None}, "REG-ROW-INCOMPLETE"),
        ({6: "改天"}, "REG-LIFE-LOST"),
    ],
)
def test_mistakes_in_the_area_register_are_findings_with_their_cell(office, change, code):
    row = office.county.row("青禾村")
    for column, value in change.items():
        row[column] = value
    office.save_areas()
    answer = office.ask("score", "year", "--year", 2026)
    assert answer.status in (0, 1)
    finding = next(f for f in answer.json["findings"] if f["code"] == code)
    assert finding["file"] == "registers/区划.xlsx"
    assert re.fullmatch(r"[A-Z]+\d+", finding["cell"])
    assert has_chinese(finding["remedy"])
    assert answer.status == (1 if answer.json["counts"]["error"] else 0)


def test_two_area_registers_that_disagree(office):
    rows = [row for row in office.county.rows if row[1] != "松岗村"]
    save_openpyxl(office.path / "registers" / "区划 - 副本.xlsx", [REGISTERS["区划"], *rows])
    answer = office.ask("score", "year", "--year", 2026)
    assert answer.status in (1, 2, 66), "one of the two was taken without a word"
    said = answer.err + "".join(f["message"] + f["file"] for f in answer.json["findings"] if answer.out)
    assert "副本" in said


@pytest.mark.parametrize("name", ["说明.txt", "区划.xlsx.bak", "Thumbs.db", "批复.pdf"])
def test_files_beside_the_registers_are_left_alone(office, name):
    (office.path / "registers" / name).write_bytes(b"%PDF-1.7 whatever")
    answer = office.ask("score", "year", "--year", 2026)
    assert answer.status in (0, 1), answer.err


def test_a_roster_without_staff(office):
    assert_fails(office.run("roster", "generate", "--month", "2026-03"), 66, "人员")


def test_a_year_without_assessment(office):
    office.year()
    office.take_in()
    answer = office.run("score", "year", "--year", "2026")
    assert answer.status in (0, 1)
    assert "平安建设考核评分表" in answer.err
    assert "records import" in answer.err
    assert "待定" in answer.out
    assert_spoken(answer.err)


# -- settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[readings]\n"T-99" = "at_least"\n', "T-99"),
        ('[readings]\n"T-03" = "roughly"\n', "T-03"),
        ('[readings]\n"T-02" = { criminal_case = -1 }\n', "T-02"),
        ('[readings]\n"T-02" = { criminal_case = "一" }\n', "T-02"),
        ('[readings]\n"T-02" = { traffic = 1 }\n', "T-02"),
        ('[readings]\n"T-01" = []\n', "T-01"),
        ('[readings]\n"T-01" = ["traffic"]\n', "T-01"),
        ('[readings]\n"T-03" = 70\n', "T-03"),
        ("readings = 3\n[readings]\n", "sanwu.toml"),
        ("[readings\n", "sanwu.toml"),
        ('[reading]\n"T-03" = "at_least"\n', "reading"),
        ('[documents]\nrecipient = ["a"]\n', "recipient"),
        ('[count]\nexclude_causes = "危险驾驶"\n', "exclude_causes"),
    ],
)
def test_settings_that_are_not_understood(office, text, place):
    office.configure(text)
    answer = office.run("score", "year", "--year", "2026")
    assert_fails(answer, 2, "sanwu.toml", place)


def test_settings_that_cannot_be_decoded_or_have_a_bad_code(office):
    file = office.path / "sanwu.toml"
    file.write_bytes('[office]\nname = "云岭县"\n'.encode("gbk"))
    assert_fails(office.run("incidents", "list"), 2, "UTF-8")
    file.write_text('[office]\nname = "云岭县"\ncode = "64"\n', "utf-8")
    assert_fails(office.run("incidents", "list"), 2, "sanwu.toml", "64")
    file.write_text("", "utf-8")
    answer = office.run("score", "year", "--year", "2026")
    assert answer.status in (0, 1, 2)
    assert_spoken(answer.err)


# -- the command line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (("incident", "list"), "incidents"),
        (("incidents", "imprt", "x"), "import"),
        (("incidents", "list", "--indicater", "刑事案件"), "--indicator"),
        (("incidents", "list", "--indicator", "火灾"), "火灾"),
        (("incidents", "import"), "文件或目录"),
        (("incidents", "list", "--month", "2026-13"), "2026-13"),
        (("incidents", "list", "--month", "三月"), "三月"),
        (("incidents", "import", "inbox", "--period", "2026-13"), "2026-13"),
        (("incidents", "import", "inbox", "--period", "2026-10..2026-03"), "2026-10..2026-03"),
        (("incidents", "import", "inbox", "--header-row", "0"), "--header-row"),
        (("incidents", "import", "inbox", "--header-row", "三"), "--header-row"),
        (("incidents", "list", "--format", "xml"), "xml"),
        (("score", "year"), "--year"),
        (("score", "year", "--year", "2019"), "2019"),
        (("score", "year", "--year", "今年"), "今年"),
        (("score", "year", "--year", "2026", "--as-of", "2026-02-30"), "2026-02-30"),
        (("score", "year", "--year", "2026", "--as-of", "昨天"), "昨天"),
        (("score", "month", "2026-13"), "2026-13"),
        (("score", "month", "2026-0"), "2026-0"),
        (("month-end", "2026-13"), "2026-13"),
        (("month-end", "12"), "12"),
        (("roster", "generate"), "--month"),
        (("roster", "generate", "--month", "2026-13"), "2026-13"),
        (("roster", "generate", "--month", "2026-03", "--role", "厨师"), "厨师"),
        (("report", "render", "monthly_circular"), "--month"),
        (("report", "render", "--month", "2026-03"), "report list"),
        (("report", "render", "monthly_circlar", "--month", "2026-03"), "monthly_circlar"),
        (("report", "render", "monthly_circular", "--month", "2026-13"), "2026-13"),
        (("sheet", "show", "crimes"), "crimes"),
        (("plan", "show", "九九"), "九九"),
        (("incidents", "correct", "A1"), "--reason"),
        (("incidents", "undo", "x"), "x"),
    ],
)
def test_a_wrong_command_line(office, arguments, place):
    answer = office.run(*arguments)
    assert_fails(
        answer, 2 if arguments[:2] not in (("plan", "show"), ("sheet", "show")) else answer.status, place
    )
    assert answer.status in (2, 66)
    assert answer.out == ""


def test_a_status_that_does_not_exist_is_refused(office):
    office.year()
    office.take_in()
    answer = office.run("incidents", "list", "--status", "helt")
    assert_fails(answer, 2, "helt")


def test_an_area_filter_that_does_not_exist_is_said(office):
    answer = office.run("incidents", "list", "--area", "999999999999")
    assert answer.status in (0, 2, 66)
    assert has_chinese(answer.err + answer.out)
    assert_spoken(answer.err)


def test_areas_and_numbers_that_do_not_exist(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    assert_fails(office.run("score", "explain", "青禾", "--year", "2026"), 66, "青禾村")
    assert_fails(office.run("score", "explain", "649801999999", "--year", "2026"), 66, "649801999999")
    assert_fails(office.run("incidents", "show", "没有这号"), 66, "没有这号")
    ruling = ("--reason", "x", "--document", "y")
    assert_fails(office.run("incidents", "withdraw", "没有这号", *ruling), 66, "没有这号")
    assert_fails(office.run("incidents", "correct", "A64981", "--area", "无此村", *ruling), 66, "无此村")
    assert_fails(office.run("incidents", "correct", "A64981", *ruling), 2, "--area")
    assert_fails(
        office.run("incidents", "correct", "A64981", "--filed-on", "2026-02-30", *ruling), 2, "2026-02-30"
    )
    assert_fails(office.run("incidents", "correct", "A64981", "--not-counted", "胡来", *ruling), 2, "胡来")
    assert_fails(office.run("incidents", "undo", "77"), 66, "77")
    assert [incident["counts"] for incident in office.incidents()] == [True]


def test_a_reason_and_a_document_may_not_be_blank(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    answer = office.run("incidents", "withdraw", "A64981", "--reason", " ", "--document", "")
    assert answer.status == 2
    assert office.incidents()[0]["counts"] is True


def test_init_over_a_file_and_without_a_name(office, tmp_path):
    file = tmp_path / "文件"
    file.write_text("x", "utf-8")
    answer = office.run_anywhere("init", file, "--name", "云岭县")
    assert answer.status in (2, 74, 77)
    assert_spoken(answer.err)
    assert_fails(office.run_anywhere("init", tmp_path / "新"), 2, "--name")
    assert not (tmp_path / "新").exists()


@pytest.mark.parametrize(
    ("name", "code"), [('云"岭\\县', "649801"), ("云岭县", "64"), ("云岭县", "六四"), ("云\n岭", "")]
)
def test_init_with_odd_names_never_leaves_a_workspace_that_cannot_be_opened(office, tmp_path, name, code):
    target = tmp_path / "新"
    answer = office.run_anywhere("init", target, "--name", name, "--code", code)
    assert_spoken(answer.err)
    if answer.status == 0:
        opened = office.run_anywhere("-w", target, "incidents", "list", "--format", "json")
        assert opened.status in (0, 1), opened.err
    else:
        assert answer.status == 2
        assert not (target / "sanwu.toml").exists()


# -- the ledger ---------------------------------------------------------------------------------------------


@pytest.fixture
def quick_lock(monkeypatch):
    """Do not wait the full five seconds for a lock in a test."""
    monkeypatch.setattr("sanwu_cli.ledger.store._WAIT_SECONDS", 0.05)


@pytest.mark.usefixtures("quick_lock")
def test_a_locked_ledger(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    path = office.month("crime", "2026年4月", [case("crime", 9, "2026-04-07", "青峪镇", "青禾村")])
    before = (office.path / "ledger.db").read_bytes()
    connection = sqlite3.connect(office.path / "ledger.db", isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        assert_fails(office.run("incidents", "import", path), 75, "ledger.db", "占用")
        ruling = ("--reason", "x", "--document", "y")
        assert_fails(office.run("incidents", "withdraw", "A64981", *ruling), 75, "ledger.db")
        assert_fails(office.run("incidents", "undo"), 75, "ledger.db")
        assert_fails(office.run("month-end", "2026-03"), 75, "ledger.db")
    finally:
        connection.execute("ROLLBACK")
        connection.close()
    assert (office.path / "ledger.db").read_bytes() == before
    assert office.run("incidents", "import", path).status == 0


_LEDGER_COMMANDS = [
    ("incidents", "import", "inbox"),
    ("incidents", "list"),
    ("incidents", "export"),
    ("incidents", "undo"),
    ("score", "year", "--year", "2026"),
    ("score", "explain", "青禾村", "--year", "2026"),
    ("month-end", "2026-03"),
]


@pytest.mark.parametrize("data", [b"garbage" * 300, b"SQLite format 3\0" + b"\xff" * 5000, b"words " * 12])
def test_a_ledger_that_is_garbage(office, data):
    office.year([("crime", "青禾村", "2026-03-01")])
    (office.path / "ledger.db").write_bytes(data)
    for command in _LEDGER_COMMANDS:
        assert_fails(office.run(*command), 65, "ledger.db", "备份")
    assert (office.path / "ledger.db").read_bytes() == data


def test_a_ledger_cut_short(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    data = (office.path / "ledger.db").read_bytes()
    (office.path / "ledger.db").write_bytes(data[: len(data) // 2])
    for command in _LEDGER_COMMANDS:
        assert_fails(office.run(*command), 65, "ledger.db")


def test_somebody_elses_database_is_left_alone(office):
    with sqlite3.connect(office.path / "ledger.db") as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
    connection.close()
    before = (office.path / "ledger.db").read_bytes()
    office.year()
    assert_fails(office.run("incidents", "import", "inbox"), 65, "ledger.db")
    assert (office.path / "ledger.db").read_bytes() == before


def test_a_newer_ledger(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    with sqlite3.connect(office.path / "ledger.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (office.path / "ledger.db").read_bytes()
    for command in _LEDGER_COMMANDS:
        assert_fails(office.run(*command), 65, "ledger.db", "升级")
    assert (office.path / "ledger.db").read_bytes() == before


def test_a_ledger_that_is_a_folder(office):
    office.year()
    (office.path / "ledger.db").mkdir()
    answer = office.run("incidents", "import", "inbox")
    assert_fails(answer, answer.status, "ledger.db")
    assert answer.status in (65, 74)


def test_an_entry_changed_behind_the_programs_back_is_a_damaged_ledger(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    connection = sqlite3.connect(office.path / "ledger.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE entry SET content = 'no json'")
    connection.commit()
    connection.close()
    for command in _LEDGER_COMMANDS:
        assert_fails(office.run(*command), 65, "ledger.db")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_ledger(office):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    path = office.month("crime", "2026年4月", [case("crime", 9, "2026-04-07", "青峪镇", "青禾村")])
    (office.path / "ledger.db").chmod(0o444)
    assert office.run("incidents", "list").status == 0
    assert_fails(office.run("incidents", "import", path), 74, "ledger.db")


def test_a_disk_that_is_full_leaves_the_ledger_whole(office, monkeypatch):
    office.year([("crime", "青禾村", "2026-03-01")])
    office.take_in()
    before = office.incidents()
    rows = [case("crime", n, "2026-04-07", "青峪镇", "青禾村") for n in range(100, 900)]
    path = office.month("crime", "2026年4月", rows)
    connect = sqlite3.connect

    def small(*arguments, **more):
        connection = connect(*arguments, **more)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {max(pages, 1)}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    assert_fails(office.run("incidents", "import", path), 74, "ledger.db")
    monkeypatch.setattr(sqlite3, "connect", connect)
    assert office.incidents() == before
    assert office.run("incidents", "import", path).status == 0


# -- output that cannot be written --------------------------------------------------------------------------


def test_an_output_place_that_is_a_file(office):
    office.year()
    office.take_in()
    target = office.path / "out" / "2026-03"
    target.write_text("x", "utf-8")
    answer = office.run("month-end", "2026-03")
    assert_fails(answer, answer.status, "2026-03")
    assert answer.status in (74, 77)
    answer = office.run("incidents", "export", "-o", office.path / "inbox")
    assert answer.status in (2, 74, 77)
    assert_spoken(answer.err)


def test_a_template_of_the_office_that_is_broken(office):
    (office.path / "templates").mkdir()
    (office.path / "templates" / "monthly_circular.md").write_text("{% if", "utf-8")
    answer = office.run("report", "render", "monthly_circular", "--month", "2026-03")
    assert_fails(answer, answer.status, "monthly_circular")
    assert answer.status in (2, 66)


# -- odd cells ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "\u3000",
        "x" * 5000,
        "=1+1",
        "#REF!",
        "\u202e反",
        "0",
        0,
        -1,
        1e300,
        True,
        "2026-02-30",
        99999999,
        "😀",
    ],
)
@pytest.mark.parametrize("kind", ["petition", "suit", "crime"])
def test_any_value_in_any_column_is_survived(office, kind, value):
    plain = case(kind, 1, "2026-03-07", "青峪镇", "青禾村")
    rows = [plain | {header: value} for header in plain]
    office.month(kind, "2026年3月", rows)
    answer = office.take_in()
    assert answer.status in (0, 1), answer.err
    (sheet,) = answer.sheets
    assert sheet["rows"] == sum(sheet[name] for name in ("new", "same", "changed", "held", "ignored"))
    assert sheet["rows"] >= len(rows) - 1
    assert_spoken(answer.err)
    for finding in answer.json["findings"]:
        assert_spoken(finding["message"].replace("#REF!", "") + finding["remedy"])
    again = office.take_in()
    assert sum(s["new"] + s["changed"] for s in again.sheets) == 0
    assert office.run("score", "year", "--year", "2026").status in (0, 1)


@pytest.mark.parametrize("value", ["x", -1, 1.5, "1.5", "约3", "三", "#DIV/0!", 1e12, "３", "3件", "无", "/"])
def test_odd_counts_never_become_zero_silently(office, value):
    rows = [{"乡镇(街道)": "青峪镇", "村(社区)": "青禾村", "刑事案件": value}]
    office.month("indicator_count", "2026年1—12月", rows, headers=["乡镇(街道)", "村(社区)", "刑事案件"])
    answer = office.take_in()
    assert answer.status in (0, 1)
    state = office.village("青禾村")["indicators"]["criminal_case"]
    expected = {"三": (3, 3), "３": (3, 3), "3件": (3, 3), "无": (0, 0), "/": (0, 0)}.get(value, (0, None))
    if value == 1e12:
        assert state["low"] in (0, 10**12)
        return
    assert (state["low"], state["high"]) == expected
    assert answer.status == (0 if value in ("三", "３", "3件", "无", "/") else 1)


@pytest.mark.parametrize("score", ["x", -3, 101, "九十", "#N/A", "95,5", "９５．５"])
def test_odd_scores_are_findings_or_plain_numbers(office, score):
    office.assess(青峪镇=score, 白石镇=90)
    answer = office.ask("records", "import", "inbox")
    assert answer.status in (0, 1)
    township = office.township("青峪镇")
    if township["safety_score"] is None:
        assert answer.status == 1
    else:
        assert re.fullmatch(r"\d+\.\d{2,}", township["safety_score"]), township["safety_score"]
        assert 0 <= float(township["safety_score"]) <= 100 or answer.json["counts"]["warning"]


@pytest.mark.parametrize("secret", ["649801199001011237", "13900001234"])
@pytest.mark.parametrize("kind", ["petition", "suit", "crime"])
def test_a_personal_number_is_printed_from_no_column_and_kept_from_none(office, kind, secret):
    plain = case(kind, 1, "2026-03-07", "青峪镇", "青禾村")
    number = next(header for header in plain if header in ("信访编号", "案号", "案件编号"))
    rows = [plain | {number: f"Q-{n}"} | {header: f"某{secret}"} for n, header in enumerate(plain)]
    office.month(kind, "2026年3月", rows)
    answer = office.take_in("-v")
    table = office.run("incidents", "list", "--format", "csv")
    checked = office.run("check", "-v")
    office.run("month-end", "2026-03")
    printed = "".join(a.out + a.err for a in (answer, table, checked))
    assert secret not in printed
    assert secret.encode() not in (office.path / "ledger.db").read_bytes()


# -- from outside -------------------------------------------------------------------------------------------


def test_a_process_of_its_own_fails_in_chinese_too(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "SANWU_WORKSPACE"} | {
        "PYTHONIOENCODING": "utf-8"
    }
    for arguments, status in (
        (["incidents", "list"], 66),
        (["incidens"], 2),
        (["score", "month", "2026-13"], 2),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "sanwu_cli", *arguments],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=environment,
        )
        text = done.stderr.decode("utf-8")
        assert done.returncode == status, text
        assert has_chinese(text)
        assert_spoken(text)
        assert done.stdout == b""


@pytest.mark.parametrize(
    "command",
    [
        ("score", "month", "2020-01"),
        ("score", "compare", "2020-01", "2020-02"),
        ("month-end", "2020-05"),
        ("report", "render", "monthly_circular", "--month", "2020-05"),
    ],
)
def test_a_month_before_the_plan_is_refused(office, command):
    answer = office.run(*command)
    assert answer.status == 2, (answer.out, answer.err)
    assert "2020年6月" in answer.err


def test_a_day_before_the_plan_is_no_fault_of_ours(office):
    for day in ("2020-02-01", "2020-06-02"):
        answer = office.run("score", "year", "--year", 2020, "--as-of", day)
        assert answer.status == 2, answer.err
    assert office.run("score", "year", "--year", 2020, "--as-of", "2020-06-08").status in (0, 1)


# -- days and months no calendar has -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("due", "--as-of", "9999-12-31"), "9999-12-31"),
        (("month-end", "9999-12"), "9999-12"),
        (("month-end", "2026-12", "--as-of", "2100-01-01"), "2100-01-01"),
        (("roster", "generate", "--month", "0001-01"), "0001-01"),
        (("roster", "generate", "--month", "2019-05"), "2020年6月"),
        (("report", "render", "duty_roster_notice", "--month", "2020-05"), "2020年6月"),
    ],
)
def test_a_month_outside_of_every_calendar_is_told(office, words, place):
    office.register("人员", [["P1", "赵一", "法官", "县法院", *[None] * 6]])
    before = hash_tree(office.path)
    assert_fails(office.run(*words), 2, place)
    assert hash_tree(office.path) == before


@pytest.mark.parametrize("today", [date(1970, 1, 1), date(2000, 1, 1), date(2106, 2, 7)])
def test_a_clock_that_cannot_be_right_is_told_before_it_dates_anything(office, monkeypatch, today):
    class Stopped:
        @staticmethod
        def now(zone):
            return datetime.combine(today, time(), zone)

    monkeypatch.setattr("sanwu_cli.cli.common.datetime", Stopped)
    assert_fails(office.run("backup"), 2, str(today), "--as-of")
    assert not (office.path / "backups").exists()
    assert office.run("backup", "--as-of", "2026-03-31").status == 0
