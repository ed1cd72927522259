"""Rosters in files held against the rules and against other rosters, and made the published ones."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from msgspec.structs import replace
from roster_office import LEAVES, PERSONS, edit, find_cell, make_office
from text_tables import call_json

from sanwu_cli.cli.app import run
from sanwu_cli.jobs.rostering import read_frozen
from sanwu_cli.jobs.workspace import open_workspace
from sanwu_cli.periods import Month
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from pathlib import Path

JULY = Month(2026, 7)
TOWNSHIP_BOOK, VILLAGE_BOOK = "附件3 2026年7月值班表.xlsx", "2026年7月人民调解员值班表.xlsx"


@pytest.fixture
def office(tmp_path: Path, capsys: Any) -> Path:
    """Make an office with its July workbooks written as `roster generate` writes them."""
    workspace = make_office(tmp_path / "w")
    assert run(["-w", str(workspace), "-q", "roster", "generate", "--month", "2026-07"]) == 0
    capsys.readouterr()
    return workspace


def book(office: Path, name: str = TOWNSHIP_BOOK) -> Path:
    return office / "out" / "2026-07" / name


def write(path: Path, row_word: str, header: str, value: object) -> str:
    """Write into a cell of a workbook; gives its address."""
    cell = find_cell(openpyxl.load_workbook(path).active, row_word, header)
    edit(path, lambda sheet: sheet.__setitem__(cell, value))
    return cell


def call(office: Path, capsys: Any, *words: str) -> tuple[int, dict[str, Any]]:
    return call_json(capsys, office, *words)


def told(document: dict[str, Any], *, least: str = "warning") -> list[tuple[str, str]]:
    wanted = {"error"} if least == "error" else {"error", "warning"}
    return [(one["code"], one["cell"]) for one in document["findings"] if one["severity"] in wanted]


# --- check ------------------------------------------------------------------------------------------------


def test_our_own_rosters_are_clean_but_for_the_gaps_they_state(office: Path, capsys: Any) -> None:
    status, document = call(
        office, capsys, "roster", "check", str(book(office)), str(book(office, VILLAGE_BOOK))
    )
    assert status == 0
    assert {code for code, _ in told(document)} == {"ROSTER-UNFILLED"}
    assert [(one["group"], one["errors"]) for one in document["rosters"]] == [
        ("township", 0),
        ("mediator", 0),
    ]
    assert document["schema"] == "sanwu/roster-check/1"
    assert all(one["value"] == one["best"] for one in document["levels"])


@pytest.mark.parametrize(
    ("row", "header", "value", "words"),
    [
        ("丙镇", "法官", "林知远", "回避"),
        ("甲镇", "检察官", "许文澜", "对口"),
        ("甲镇", "检察官", "韩立群", "请假"),
        ("甲镇", "法官", "陆景行", "不是该角色"),
    ],
)
def test_a_planted_violation_is_found_at_its_cell(  # noqa: PLR0917 (one row of a table)
    office: Path, capsys: Any, row: str, header: str, value: str, words: str
) -> None:
    cell = write(book(office), row, header, value)
    status, document = call(office, capsys, "roster", "check", str(book(office)))
    assert status == 1
    own = [one for one in document["findings"] if one["code"] == "ROSTER-RULE-BROKEN" and one["cell"] == cell]
    assert len(own) >= 1
    assert any(words in one["message"] and value in one["message"] for one in own)


def test_two_places_on_one_day_are_found_at_both_cells(office: Path, capsys: Any) -> None:
    sheet = openpyxl.load_workbook(book(office, VILLAGE_BOOK)).active
    other = find_cell(sheet, "甲1村", "人民调解员")
    cell = write(book(office, VILLAGE_BOOK), "甲2村", "人民调解员", sheet[other].value)
    _, document = call(office, capsys, "roster", "check", str(book(office, VILLAGE_BOOK)))
    broken = [one for one in document["findings"] if one["code"] == "ROSTER-RULE-BROKEN"]
    assert sorted(one["cell"] for one in broken) == sorted([cell, other])
    assert {one["clause"] for one in broken} == {"六(三)"}
    assert any("当日已派甲2村" in one["message"] for one in broken)


def test_a_mediator_of_another_office_is_found(office: Path, capsys: Any) -> None:
    cell = write(book(office, VILLAGE_BOOK), "甲3村", "人民调解员", "安若素")
    _, document = call(office, capsys, "roster", "check", str(book(office, VILLAGE_BOOK)))
    (broken,) = [one for one in document["findings"] if one["code"] == "ROSTER-RULE-BROKEN"]
    assert (broken["cell"], broken["clause"]) == (cell, "四9")


def test_beyond_the_limit_and_out_of_service_are_found(tmp_path: Path, capsys: Any) -> None:
    persons = [[*row] for row in PERSONS]
    persons[1][6] = "1"  # one visit a month
    persons[6] = [*persons[6][:8], "2026-01-01", "2026-07-14"]
    office = make_office(tmp_path / "w", 人员=persons)
    path = office / "inbox" / "值班表.xlsx"
    table = openpyxl.Workbook()
    for row in (
        ["2026年7月进驻值班表"],
        ["乡镇(街道)", "进驻日", "法官", "检察官", "律师"],
        ["丙镇", "7月10日", "周明谦", "许文澜", "程雨桐"],
        ["甲镇", "7月14日", "林知远", "缺", "程雨桐"],
        ["乙镇", "7月15日", "林知远", "许文澜", "程雨桐"],
        ["丙镇", "7月27日", "周明谦"],
    ):
        table.active.append(row)
    path.parent.mkdir(exist_ok=True)
    table.save(path)
    _, document = call(office, capsys, "roster", "check", str(path))
    broken = {
        one["cell"]: one["message"] for one in document["findings"] if one["code"] == "ROSTER-RULE-BROKEN"
    }
    assert set(broken) == {"C5", "E5"}
    assert "上限1次" in broken["C5"]
    assert "不在岗" in broken["E5"]


def test_a_deleted_row_a_day_off_and_a_visit_too_many_are_found(office: Path, capsys: Any) -> None:
    path = book(office)
    off = write(path, "甲镇", "进驻日", "7月18日")

    def change(sheet: Any) -> None:
        row = int(find_cell(sheet, "乙镇", "法官")[1:])
        sheet.delete_rows(row)
        last = next(r[0].row for r in sheet.iter_rows(min_row=4) if str(r[0].value).startswith("甲镇缺"))
        sheet.insert_rows(last)
        for column, value in ((2, "丙镇"), (3, "7月20日"), (5, "林知远")):
            sheet.cell(last, column, value)

    edit(path, change)
    status, document = call(office, capsys, "roster", "check", str(path))
    assert status == 1
    found = {}
    for one in document["findings"]:
        found.setdefault(one["code"], []).append(one)
    (missing,) = found["ROSTER-VISIT-MISSING"]
    assert "乙镇7月15日" in missing["message"]
    assert "法官、检察官、律师" in missing["message"]
    (day,) = found["ROSTER-VISIT-OFF"]
    assert day["cell"] == off
    assert [one["message"] for one in found["ROSTER-VISIT-EXTRA"]] == [
        "丙镇的法官写在7月20日，固定进驻日里没有这一次"
    ]


def test_a_gap_that_need_not_be_is_told_beside_the_best(office: Path, capsys: Any) -> None:
    write(book(office), "乙镇", "法官", "缺")
    _, document = call(office, capsys, "roster", "check", str(book(office)))
    (gap,) = [one for one in document["findings"] if one["code"] == "ROSTER-GAP-AVOIDABLE"]
    unfilled = next(one for one in document["levels"] if one["level"] == "unfilled")
    assert (unfilled["value"], unfilled["best"]) == (unfilled["bound"] + 1, unfilled["bound"])
    assert f"空缺{unfilled['value']}个，最少可以只缺{unfilled['best']}个" in gap["message"]


def test_a_part_of_a_group_is_said_to_be_one(office: Path, capsys: Any) -> None:
    def drop(sheet: Any) -> None:
        for row in range(sheet.max_row, 2, -1):
            if sheet.cell(row, 2).value == "乙镇":
                sheet.delete_rows(row)

    edit(book(office, VILLAGE_BOOK), drop)
    status, document = call(office, capsys, "roster", "check", str(book(office, VILLAGE_BOOK)))
    assert status == 0
    assert ("ROSTER-PART-MISSING", "") in told(document)


def test_what_cannot_be_opened_ends_in_three_and_names_the_file(office: Path, capsys: Any) -> None:
    path = office / "inbox" / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04nothing")
    status, document = call(office, capsys, "roster", "check", str(path))
    assert status == 3
    assert document["findings"][0]["file"] == "inbox/坏.xlsx"
    status, document = call(office, capsys, "roster", "check", str(office / "没有.xlsx"))
    assert (status, document) == (66, {})


def test_a_file_that_is_no_roster_is_told(office: Path, capsys: Any) -> None:
    status, document = call(office, capsys, "roster", "check", str(office / "registers" / "人员.xlsx"))
    assert status == 1
    assert told(document, least="error")[0][0] == "SHEET-UNKNOWN"
    assert document["rosters"] == []


# --- diff -------------------------------------------------------------------------------------------------


def test_a_file_is_held_against_what_the_registers_give_and_then_against_what_is_published(
    office: Path, capsys: Any
) -> None:
    path = book(office)
    write(path, "乙镇", "法官", "周明谦")
    write(path, "甲镇", "进驻日", "7月16日")
    status, document = call(office, capsys, "roster", "diff", str(path))
    assert status == 0
    assert document["schema"] == "sanwu/roster-diff/1"
    assert document["old"] == "现在排的"
    kinds = [(one["area"], one["role"], one["kind"]) for one in document["changes"]]
    assert kinds == [
        ("甲镇", "judge", "moved"),
        ("甲镇", "prosecutor", "moved"),
        ("甲镇", "lawyer", "moved"),
        ("乙镇", "judge", "replaced"),
    ]
    judge = document["changes"][-1]
    assert (judge["old"]["persons"], judge["new"]["persons"]) == (["林知远"], ["周明谦"])
    assert {one["person"]: one["new"] - one["old"] for one in document["persons"]} == {
        "林知远": -1,
        "周明谦": 1,
    }
    assert (
        run(["-w", str(office), "-q", "roster", "publish", "--month", "2026-07", "--as-of", "2026-06-30"])
        == 0
    )
    assert call(office, capsys, "roster", "diff", str(path))[1]["old"] == "已公布的"


def test_two_words_and_two_files_are_compared_in_their_order(office: Path, capsys: Any) -> None:
    changed = office / "改.xlsx"
    changed.write_bytes(book(office).read_bytes())
    write(changed, "乙镇", "法官", "周明谦")
    _, forth = call(office, capsys, "roster", "diff", str(book(office)), str(changed))
    _, back = call(office, capsys, "roster", "diff", str(changed), str(book(office)))
    assert [one["new"] for one in forth["changes"]] == [one["old"] for one in back["changes"]]
    run(["-w", str(office), "-q", "roster", "publish", "--month", "2026-07", "--as-of", "2026-06-30"])
    _, same = call(office, capsys, "roster", "diff", "公布", "现排", "--month", "2026-07")
    assert same["changes"] == []
    leaves = [*LEAVES, ["F01", "2026-07-15", "2026-07-15", "出庭"]]
    again = make_office(office.parent / "again", 请假=leaves)
    (again / "ledger.db").write_bytes((office / "ledger.db").read_bytes())
    _, moved = call(again, capsys, "roster", "diff", "公布", "现排", "--month", "2026-07")
    assert ("乙镇", "judge") in [(one["area"], one["role"]) for one in moved["changes"]]


def test_nothing_to_compare_is_said(office: Path, capsys: Any) -> None:
    assert run(["-w", str(office), "roster", "diff", "公布", "现排", "--month", "2026-07"]) == 66
    assert run(["-w", str(office), "roster", "diff", "公布", "公布"]) == 2
    err = capsys.readouterr().err
    assert "没法对照" in err
    assert "Traceback" not in err


# --- publish ----------------------------------------------------------------------------------------------


def publish(office: Path, *words: str) -> int:
    return run(["-w", str(office), "roster", "publish", "--as-of", "2026-06-30", *words])


def frozen(office: Path, month: Month = JULY) -> Any:
    return read_frozen(open_workspace(office)).get(month)


def test_a_file_becomes_the_roster_and_stays_it(office: Path, capsys: Any) -> None:
    path = book(office)
    write(path, "乙镇", "进驻日", "7月16日")
    assert publish(office, "--month", "2026-07", "--from", str(path)) == 0
    days = {d.date for d in frozen(office).duties if d.area_code == "649901102"}
    assert days == {date(2026, 7, 16)}
    assert publish(office, "--month", "2026-07", "--from", str(path)) == 0
    assert "没有变化" in capsys.readouterr().out
    run(["-w", str(office), "-q", "roster", "generate", "--month", "2026-07"])
    _, document = call(office, capsys, "roster", "diff", str(path))
    assert document["changes"] == []


def test_a_broken_rule_refuses_until_it_is_accepted_with_a_reason(office: Path, capsys: Any) -> None:
    path = book(office)
    write(path, "丙镇", "法官", "林知远")
    before = (office / "ledger.db").read_bytes() if (office / "ledger.db").exists() else b""
    assert publish(office, "--month", "2026-07", "--from", str(path)) == 77
    assert "ROSTER-RULE-BROKEN" in capsys.readouterr().err
    assert ((office / "ledger.db").read_bytes() if (office / "ledger.db").exists() else b"") == before
    assert publish(office, "--month", "2026-07", "--from", str(path), "--accept") == 2
    assert (
        publish(office, "--month", "2026-07", "--from", str(path), "--accept", "--reason", "院里只有他有空")
        == 0
    )
    assert any(duty.person == "林知远" and duty.area_code == "649901103" for duty in frozen(office).duties)


def test_a_line_nobody_could_read_refuses_whatever_is_accepted(office: Path, capsys: Any) -> None:
    path = book(office)
    write(path, "乙镇", "法官", "某某某")
    for more in ((), ("--accept", "--reason", "急")):
        assert publish(office, "--month", "2026-07", "--from", str(path), *more) == 77
    assert "ROSTER-PERSON-UNKNOWN" in capsys.readouterr().err
    assert frozen(office) is None


def test_a_part_of_a_group_is_not_frozen_as_the_whole(office: Path) -> None:
    edit(book(office, VILLAGE_BOOK), lambda sheet: sheet.delete_rows(6, 2))
    assert publish(office, "--month", "2026-07", "--from", str(book(office, VILLAGE_BOOK))) == 77


def test_another_roster_for_a_published_month_needs_replace(office: Path) -> None:
    assert publish(office, "--month", "2026-07") == 0
    path = book(office)
    write(path, "乙镇", "法官", "周明谦")
    assert publish(office, "--month", "2026-07", "--from", str(path)) == 77
    words = ("--from", str(path), "--replace", "--reason", "换人")
    assert publish(office, "--month", "2026-07", *words) == 0
    assert "周明谦" in {d.person for d in frozen(office).duties if d.area_code == "649901102"}


def test_a_file_of_another_month_is_not_taken_for_this_one(office: Path, capsys: Any) -> None:
    assert publish(office, "--month", "2026-08", "--from", str(book(office))) == 77
    assert "ROSTER-DAY-OUTSIDE" in capsys.readouterr().err
    assert publish(office, "--year", "2025", "--from", str(book(office))) == 66
    assert frozen(office) is None


def test_a_year_is_published_in_one_run_or_not_at_all(tmp_path: Path, capsys: Any) -> None:
    office = make_office(tmp_path / "w")
    assert publish(office, "--year", "2027") == 77  # the holidays of 2027 are not out
    assert not read_frozen(open_workspace(office))
    capsys.readouterr()
    status, document = call_json(
        capsys, office, "roster", "publish", "--year", "2026", "--as-of", "2026-01-01"
    )
    assert status == 0
    assert len(document["groups"]) == 24
    assert {one["changed"] for one in document["groups"]} == {True}
    assert len(read_frozen(open_workspace(office))) == 12
    run(["-w", str(office), "incidents", "undo", str(document["run"])])
    assert not read_frozen(open_workspace(office))


def test_a_year_goes_around_the_months_that_are_published(office: Path) -> None:
    path = book(office)
    write(path, "乙镇", "进驻日", "7月16日")
    assert publish(office, "--month", "2026-07", "--from", str(path)) == 0
    own = frozen(office)
    assert publish(office, "--year", "2026") == 0
    township = [duty for duty in frozen(office).duties if duty.role is not StationedRole.MEDIATOR]
    assert township == list(own.duties)
    assert publish(office, "--year", "2026", "--replace", "--reason", "重排") == 0
    assert [duty for duty in frozen(office).duties if duty.role is not StationedRole.MEDIATOR] != township


def test_a_year_of_files_becomes_the_year(tmp_path: Path, capsys: Any) -> None:
    office = make_office(tmp_path / "w")
    assert run(["-w", str(office), "-q", "roster", "export", "--year", "2026"]) == 0
    files = [word for path in sorted((office / "out" / "2026").iterdir()) for word in ("--from", str(path))]
    assert publish(office, "--year", "2026", *files) == 0
    from_files = read_frozen(open_workspace(office))
    other = make_office(tmp_path / "other")
    assert publish(other, "--year", "2026") == 0
    assert from_files == read_frozen(open_workspace(other))
    capsys.readouterr()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--month", "2026-07", "--year", "2026"),
        ("--month", "2026-07", "--accept", "--reason", "急"),
        ("--month", "2026-07", "--replace"),
        ("--month", "七月"),
    ],
)
def test_wrong_words_end_in_two(office: Path, words: tuple[str, ...]) -> None:
    assert publish(office, *words) == 2


def test_the_month_of_a_file_is_json_to_other_tools(office: Path, capsys: Any) -> None:
    path = book(office)
    status = run(
        [
            "-w",
            str(office),
            "--format",
            "json",
            "roster",
            "publish",
            "--month",
            "2026-07",
            "--from",
            str(path),
        ]
    )
    document = json.loads(capsys.readouterr().out)
    assert status == 0
    assert (document["month"], document["groups"][0]["group"]) == ("2026-07", "township")
    assert replace(frozen(office), unfilled=()).duties
