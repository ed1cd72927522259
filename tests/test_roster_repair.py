"""`sanwu roster repair` on the sample city: what is proposed, published, written and undone."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from text_tables import REGISTERS, make_workspace

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.repairing import publish_repair, repair_published
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.ledger.rosters import list_versions, read_published
from sanwu_cli.ledger.store import Ledger
from sanwu_cli.model import Leave
from sanwu_cli.periods import Month
from sanwu_cli.terms import RosterGroup

MARCH, AUGUST = Month(2026, 3), Month(2026, 8)
TOWNSHIP = RosterGroup.TOWNSHIP
LEAVE = ("--from", "2026-03-09", "--to", "2026-03-13")
TOLD = ("--publish", "--reason", "人员调整", "--as-of", "2026-03-05")
PLACE, NAME, DAY = "649901001", "清泉街道", date(2026, 3, 10)
SLOT = "2026-03-649901001-judge-1@roster.sanwu"
MERGED, SUCCESSOR = "649901200", "南塬镇"


def call(workspace, *arguments):
    """Run a command; give its status, what it printed, and what it said beside."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run(["-w", str(workspace), *map(str, arguments)])
    return status, out.getvalue(), err.getvalue()


def ask(workspace, *arguments):
    """Run a command with --format json, which ends clean."""
    status, out, err = call(workspace, *arguments, "--format", "json")
    assert status == ExitStatus.CLEAN, err
    return json.loads(out)


def edit(workspace, register, change):
    """Change a register's rows in place; `change` gets each row as a list of values."""
    path = workspace / "registers" / f"{register}.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.active
    for row in sheet.iter_rows(min_row=2):
        values = [cell.value for cell in row]
        for cell, value in zip(row, change(values) or values, strict=True):
            cell.value = value
    book.save(path)


def add(workspace, register, *values):
    path = workspace / "registers" / f"{register}.xlsx"
    book = openpyxl.load_workbook(path)
    book.active.append(values)
    book.save(path)


def read_ledger(workspace):
    return Ledger(workspace / "ledger.db").read()


def published(workspace, month=MARCH):
    return read_published(read_ledger(workspace))[month, TOWNSHIP]


def read_events(path):
    text = path.read_bytes().decode("utf-8").replace("\r\n ", "")
    return [
        dict(line.partition(":")[::2] for line in part.split("BEGIN:VALARM")[0].strip().split("\r\n"))
        for part in text.split("BEGIN:VEVENT")[1:]
    ]


@pytest.fixture(scope="module")
def published_city(tmp_path_factory):
    """The sample city with three published months; in August a township stands that is merged later."""
    path = tmp_path_factory.mktemp("样例") / "清河"
    call(path, "init", path, "--demo")
    register = path / "registers" / "区划.xlsx"
    original = register.read_bytes()
    edit(path, "区划", lambda row: [*row[:6], None, None, *row[8:]] if row[0] == MERGED else None)
    for month in ("2026-03", "2026-04", "2026-08"):
        assert call(path, "roster", "publish", "--month", month, "--as-of", "2026-02-27")[0] == 0
    register.write_bytes(original)
    return path


def judge_of(workspace):
    """Give the duty of the judge of one township in March."""
    (own,) = [d for d in published(workspace).roster.duties if (d.area_code, d.role) == (PLACE, "judge")]
    assert own.date == DAY
    return own


def repair_march(workspace, *more):
    """Repair March for a leave of that judge; gives the judge's duty and the document."""
    own = judge_of(workspace)
    return own, ask(
        workspace, "roster", "repair", "--person", own.person_id, *LEAVE, "--month", "2026-03", *more
    )


@pytest.fixture
def city(published_city, tmp_path):
    return Path(shutil.copytree(published_city, tmp_path / "清河"))


# --- a proposal ------------------------------------------------------------------------------------------


def test_a_leave_changes_one_duty_and_the_ledger_is_not_touched(city):
    before = (city / "ledger.db").read_bytes()
    own, told = repair_march(city)
    (new,) = told["changes"]
    status, out, _ = call(city, "roster", "repair", "--person", own.person, *LEAVE, "--month", "2026-03")
    assert status == 0
    assert f"3月10日 {NAME} 法官：{own.person} → {new['person']}（{own.person}请假）" in out
    assert "空缺0个，改动已公布的班1个，已证明不能再少" in out
    assert "台账没有动" in out
    assert (city / "ledger.db").read_bytes() == before


def test_the_document_for_programs(city):
    own, told = repair_march(city)
    assert told["schema"] == "sanwu/roster-repair/1"
    (change,) = told["changes"]
    assert change.pop("person_id") in {"F01", "F02", "F03", "F04"} - {own.person_id}
    assert change.pop("person") != own.person
    assert change == {
        "date": "2026-03-10", "new_date": "2026-03-10", "area_code": PLACE, "role": "judge", "kind": "person",
        "old_person_id": own.person_id, "old_person": own.person, "reason": f"{own.person}请假",
    }  # fmt: skip
    assert [level["level"] for level in told["objective"]][:2] == ["unfilled", "changed"]
    assert told["optimal"] is True
    assert told["published_run"] is None
    assert told["unfilled"] == []
    assert all(Path(name).is_file() for name in told["files"])


def test_as_csv_it_is_a_row_a_duty(city):
    own, told = repair_march(city)
    arguments = ("--person", own.person_id, *LEAVE, "--month", "2026-03", "--format", "csv")
    rows = call(city, "roster", "repair", *arguments)[1].splitlines()
    new = told["changes"][0]["person"]
    assert rows[1:] == [f"2026-03-10,2026-03-10,{PLACE},judge,{own.person},{new},{own.person}请假"]


def test_the_files_say_that_they_are_a_proposal(city):
    own, told = repair_march(city)
    new = told["changes"][0]["person"]
    made = {str(path.relative_to(city / "out")) for path in (city / "out").rglob("*") if path.is_file()}
    table = "2026-03/附件3 2026年3月值班表（拟更正）.xlsx"
    calendars = {f"2026-03/日历/{name}.ics" for name in (own.person, new, NAME)}
    assert made == {table, "2026-03/2026年3月进驻值班表更正通知.docx"} | calendars
    sheet = openpyxl.load_workbook(city / "out" / table).active
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("还没有公布" in text for text in texts)
    assert new in texts


def test_the_notice_never_says_why_somebody_cannot_come(city):
    own, told = repair_march(city)
    document = docx.Document(city / "out/2026-03/2026年3月进驻值班表更正通知.docx")
    (row,) = [[cell.text for cell in row.cells] for row in document.tables[0].rows][1:]
    new = told["changes"][0]["person"]
    assert row == ["1", NAME, "法官", f"3月10日 {own.person}", f"3月10日 {new}", "人员调整"]
    text = "".join(paragraph.text for paragraph in document.paragraphs) + "".join(row)
    assert "请假" not in text
    assert "2026年2月27日公布的2026年3月进驻值班表" in text


def test_a_registered_leave_needs_no_reminder_and_no_person(city):
    id_ = judge_of(city).person_id
    add(city, "请假", id_, date(2026, 3, 9), date(2026, 3, 10), "")
    add(city, "请假", id_, date(2026, 3, 11), date(2026, 3, 13), "")
    own, told = repair_march(city)
    assert "REPAIR-LEAVE-UNREGISTERED" not in {one["code"] for one in told["findings"]}
    plain = ask(city, "roster", "repair", "--from", "2026-03-01", "--month", "2026-03")
    assert [one["reason"] for one in plain["changes"]] == [f"{own.person}请假"]


def test_a_leave_only_partly_registered_is_reminded_of(city):
    add(city, "请假", judge_of(city).person_id, date(2026, 3, 9), date(2026, 3, 12), "")
    told = repair_march(city)[1]
    assert "REPAIR-LEAVE-UNREGISTERED" in {one["code"] for one in told["findings"]}


# --- published -------------------------------------------------------------------------------------------


def test_a_published_repair_is_a_version_and_one_undo_takes_it_back(city):
    own, first = judge_of(city), published(city)
    span = ("--person", own.person_id, "--from", "2026-03-09", "--to", "2026-04-30")
    told = ask(city, "roster", "repair", *span, *TOLD)
    assert {"2026-03", "2026-04"} <= {one["date"][:7] for one in told["changes"]}
    assert len(list_versions(read_ledger(city), MARCH, TOWNSHIP)) == 2
    now = published(city)
    assert now.run == published(city, Month(2026, 4)).run == told["published_run"]
    days = {one["date"] for one in told["changes"]}
    assert {str(duty.date) for duty in set(first.roster.duties) ^ set(now.roster.duties)} <= days
    runs = [one for one in read_ledger(city).runs if one.command == "roster repair"]
    assert [one.as_of for one in runs] == ["2026-03-05"]
    assert call(city, "incidents", "undo", told["published_run"])[0] == 0
    assert published(city).content == first.content


def test_after_publishing_there_is_nothing_left_to_change(city):
    own, _ = repair_march(city, *TOLD)
    before = (city / "ledger.db").read_bytes()
    again = ("roster", "repair", "--person", own.person_id, *LEAVE, "--month", "2026-03")
    status, out, _ = call(city, *again, *TOLD)
    assert status == 0
    assert "不用改" in out
    assert (city / "ledger.db").read_bytes() == before


def test_calendars_count_their_versions_and_call_off_what_went_to_another(city):
    folder = city / "out/2026-03/日历"
    own, told = repair_march(city, *TOLD)
    second = told["changes"][0]["person"]
    off, on = (find_slot(folder / f"{name}.ics") for name in (own.person, second))
    assert (off["SEQUENCE"], off["STATUS"]) == ("1", "CANCELLED")
    assert (on["SEQUENCE"], on["STATUS"], on["DTSTAMP"]) == ("1", "CONFIRMED", "20260305T000000Z")
    repair_march(city, *TOLD)  # now the other one cannot come, and nobody has registered the first leave
    off, on, place = (find_slot(folder / f"{name}.ics") for name in (second, own.person, NAME))
    assert (off["SEQUENCE"], off["STATUS"]) == ("2", "CANCELLED")
    assert (on["SEQUENCE"], on["STATUS"]) == (place["SEQUENCE"], place["STATUS"]) == ("2", "CONFIRMED")
    assert own.person in place["SUMMARY"]


def find_slot(path):
    """Give the one event of the slot."""
    (event,) = [one for one in read_events(path) if one["UID"] == SLOT]
    return event


def test_an_undone_repair_still_counts_for_the_calendars(city):
    own, told = repair_march(city, *TOLD)
    call(city, "incidents", "undo", told["published_run"])
    repair_march(city)
    assert {one["SEQUENCE"] for one in read_events(city / f"out/2026-03/日历/{own.person}.ics")} == {"3"}


def test_the_notice_can_be_rendered_again_from_the_ledger(city):
    repair_march(city, *TOLD)
    path = city / "out/2026-03/2026年3月进驻值班表更正通知.docx"
    first = path.read_bytes()
    path.unlink()
    assert call(city, "report", "render", "roster_correction", "--month", "2026-03")[0] == 0
    assert path.read_bytes() == first


def test_without_a_correction_there_is_no_notice_of_one(city):
    status, _, err = call(city, "report", "render", "roster_correction", "--month", "2026-04")
    assert status == ExitStatus.INPUT_MISSING
    assert "没有更正过" in err
    status, out, _ = call(city, "report", "render", "--all", "--month", "2026-04")
    assert status == 0
    assert "更正" not in out
    _, out, _ = call(city, "report", "list")
    (line,) = [line for line in out.splitlines() if line.startswith("roster_correction")]
    assert "有更正的月份才有" in line


def test_all_documents_of_a_corrected_month_have_its_notice(city):
    repair_march(city, *TOLD)
    made = ask(city, "report", "render", "--all", "--month", "2026-03")["files"]
    assert sum("更正通知" in name for name in made) == 1


# --- what registers break ----------------------------------------------------------------------------------


def test_a_merged_township_drops_out(city):
    told = ask(city, "roster", "repair", "--from", "2026-08-01")
    assert told["months"] == ["2026-08"]
    assert [(one["area_code"], one["role"], one["new_date"], one["kind"]) for one in told["changes"]] == [
        (MERGED, role, None, "area") for role in ("judge", "prosecutor", "lawyer")
    ]
    assert {one["reason"] for one in told["changes"]} == {f"已并入{SUCCESSOR}"}
    assert next(one["value"] for one in told["objective"] if one["level"] == "changed") == 3
    assert [one["STATUS"] for one in read_events(city / "out/2026-08/日历/石沟乡.ics")] == ["CANCELLED"] * 3
    _, out, _ = call(city, "roster", "repair", "--from", "2026-08-01")
    assert "石沟乡 法官：" in out
    assert "→ 取消（已并入南塬镇）" in out


def test_a_day_that_became_a_holiday_moves(city):
    add(city, "节假日", date(2026, 3, 10), "休", "示例节", "示例〔2026〕2号")
    name = judge_of(city).person
    _, out, _ = call(city, "roster", "repair", "--from", "2026-03-01", "--month", "2026-03")
    assert f"3月10日→3月11日 {NAME} 法官：{name} → {name}（3月10日是示例节）" in out
    told = ask(city, "roster", "repair", "--from", "2026-03-01", "--month", "2026-03")
    assert {(one["date"], one["new_date"], one["kind"]) for one in told["changes"]} == {
        ("2026-03-10", "2026-03-11", "day")
    }
    assert all(one["old_person_id"] == one["person_id"] for one in told["changes"])


def test_who_left_is_replaced_from_that_day_on(city):
    own, before = judge_of(city), published(city).roster
    edit(city, "人员", lambda row: [*row[:9], date(2026, 3, 9)] if row[0] == own.person_id else None)
    told = ask(city, "roster", "repair", "--from", "2026-03-10", "--month", "2026-03")
    left = {
        (str(d.date), d.area_code) for d in before.duties if d.person_id == own.person_id and d.date >= DAY
    }
    changed = {(one["date"], one["area_code"]): one for one in told["changes"]}
    assert left <= changed.keys()
    assert {changed[key]["reason"] for key in left} == {f"{own.person}当日不在岗"}
    assert all(day >= "2026-03-10" for day, _ in changed)
    assert own.person_id not in {one["person_id"] for one in told["changes"]}


def test_what_nobody_can_take_is_said(city):
    own = judge_of(city)
    for id_ in {"F01", "F02", "F03", "F04"} - {own.person_id}:
        add(city, "请假", id_, date(2026, 3, 10), date(2026, 3, 10), "")
    status, out, err = call(city, "roster", "repair", "--person", own.person_id, *LEAVE, "--month", "2026-03")
    assert status == 0
    assert f"{own.person} → 缺（{own.person}请假，没有人可以顶替）" in out
    assert "空缺：" in out
    assert "ROSTER-UNFILLED" in err


# --- what cannot be done -----------------------------------------------------------------------------------


def test_a_month_that_is_not_published_is_not_repaired(city):
    status, _, err = call(city, "roster", "repair", "--month", "2026-05", "--from", "2026-05-01")
    assert status == ExitStatus.INPUT_MISSING
    assert "roster generate" in err


def test_what_is_over_is_not_changed(city):
    status, _, err = call(city, "roster", "repair", "--as-of", "2026-10-01")
    assert status == ExitStatus.USAGE
    assert "--from" in err


def test_two_people_of_one_name_are_listed(city):
    edit(city, "人员", lambda row: [row[0], "方知远", *row[2:]] if row[0] == "J01" else None)
    status, _, err = call(city, "roster", "repair", "--person", "方知远", *LEAVE)
    assert status == ExitStatus.USAGE
    assert "F01（清河市人民法院，法官）" in err
    assert "J01（清河市人民检察院，检察官）" in err
    assert call(city, "roster", "repair", "--person", "J01", *LEAVE)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--person", "无此人", *LEAVE), "人员登记表里没有"),
        (("--person", "F01"), "从哪天到哪天"),
        (("--person", "F01", "--from", "2026-03-09"), "从哪天到哪天"),
        (("--to", "2026-03-09"), "--person"),
        (("--person", "F01", "--from", "2026-03-09", "--to", "2026-03-01"), "早于"),
        (("--publish",), "理由"),
        (("--reason", "人员调整"), "--publish"),
        (("--month", "2026-03", "--year", "2026"), "只能写一个"),
        (("--from", "三月"), "看不懂"),
    ],
)
def test_what_is_asked_wrongly_is_told(city, arguments, words):
    status, _, err = call(city, "roster", "repair", *arguments)
    assert status == ExitStatus.USAGE
    assert words in err
    assert not list((city / "out").rglob("*.ics"))


# --- other groups, other years -----------------------------------------------------------------------------


VILLAGES = (
    ["649901101201", "人民调解员", "每月10日", "村委会", "9:00—11:00"],
    ["649901101202", "人民调解员", "每月10日", "村委会", "9:00—11:00"],
)
MEDIATORS = (
    ["T01", "丁调解", "人民调解员", "甲镇司法所"],
    ["T02", "戊调解", "人民调解员", "甲镇司法所"],
    ["T03", "己调解", "人民调解员", "甲镇司法所"],
    ["T04", "庚调解", "人民调解员", "乙镇司法所"],
)


@pytest.fixture
def county(tmp_path):
    """A small county with mediators of two judicial offices."""
    books = [
        {"file": f"registers/{name}.xlsx", "rows": [*REGISTERS[name], *rows]}
        for name, rows in (("人员", MEDIATORS), ("进驻日", VILLAGES))
    ]
    return make_workspace(tmp_path / "县", {"book": books})


def test_mediators_are_replaced_within_their_office_and_alone_announced(county):
    assert call(county, "roster", "publish", "--month", "2026-03", "--as-of", "2026-02-27")[0] == 0
    versions = read_published(read_ledger(county))
    mediators = versions[MARCH, RosterGroup.MEDIATOR].roster.duties
    who = mediators[0].person_id
    told = ask(county, "roster", "repair", "--person", who, *LEAVE, *TOLD)
    ((change,),) = (told["changes"],)
    spare = {"T01", "T02", "T03"} - {duty.person_id for duty in mediators}
    assert ({change["person_id"]}, change["role"]) == (spare, "mediator")
    now = read_published(read_ledger(county))
    assert now[MARCH, TOWNSHIP] == versions[MARCH, TOWNSHIP]
    assert now[MARCH, RosterGroup.MEDIATOR].run == told["published_run"]
    names = {Path(name).name for name in told["files"]}
    assert {"2026年3月人民调解员值班表.xlsx", "2026年3月进驻值班表更正通知.docx"} <= names
    village = "甲镇东堤村" if change["area_code"].endswith("201") else "甲镇西渠村"
    assert f"{village}.ics" in names


def test_a_leave_into_the_next_year_is_told_of(county):
    for month in ("2025-12", "2026-01"):
        assert call(county, "roster", "publish", "--month", month, "--as-of", "2025-11-28")[0] == 0
    span = ("--person", "F01", "--from", "2025-12-01", "--to", "2026-01-31")
    told, _, err = call(county, "roster", "repair", *span)
    assert told == 0
    assert "--year 2026" in err
    assert "--year" not in call(county, "roster", "repair", *span, "--year", "2026")[2]


def test_a_repair_that_another_run_overtook_is_not_written(county):
    assert call(county, "roster", "publish", "--month", "2026-03", "--as-of", "2026-02-27")[0] == 0
    workspace = open_workspace(county)
    registers = read_registers(workspace)
    repaired = repair_published(workspace, registers, year=2026, first_day=DAY, leave=Leave("F01", DAY, DAY))
    assert repaired.groups
    assert call(county, "roster", "publish", "--month", "2026-04", "--as-of", "2026-02-27")[0] == 0
    with pytest.raises(SanwuError) as caught:
        publish_repair(workspace, registers, repaired, as_of=DAY, reason="人员调整")
    assert caught.value.status == ExitStatus.BUSY
