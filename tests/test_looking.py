"""`sanwu check` says why it read a sheet the way it did, shortly or in full, and in an order that is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from text_tables import call_json, make_workspace, save_book

from sanwu_cli.cli.app import run
from sanwu_cli.console import measure_width
from sanwu_cli.jobs.balance import Balance, describe_balance
from sanwu_cli.terms import RowClass

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = [
    *("序号", "立案时间", "案件编号(A开头)", "案件类型", "乡镇(街道)", "村(社区)", "信访人", "身份证号"),
    *("督办领导", "联络员编号", "一个特别特别特别长的没有用到的表头", "再一列"),
]
VALUES = ["1", "2026-03-09", "A001", "刑事", "甲镇", "东堤村", "某某", "0", "x", "y", "z", "w"]
BOOK = {"file": "inbox/刑案.xlsx", "rows": [["2026年3月刑事案件台账"], HEADERS, VALUES]}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "w", {"book": [BOOK]})


def look(capsys: Any, workspace: Path, *more: str) -> str:
    capsys.readouterr()
    run(["-w", str(workspace), "check", "inbox", *more])
    return capsys.readouterr().out


def test_the_evidence_is_short_by_default(workspace: Path, capsys: Any) -> None:
    out = look(capsys, workspace)
    evidence = out.split("\n\n", 1)[1].splitlines()
    assert evidence[0] == "inbox/刑案.xlsx"
    assert evidence[1].startswith("  Sheet1：表头第2行，12列认得7列（标准表头4、别的写法2、不看括号1）")
    text = "".join(evidence)
    for said in ("标题有“刑事”", "没用到：督办领导、联络员编号、一个特别特别特别等4列", "月份看标题"):
        assert said in text
    assert "个人信息不读：信访人、身份证号" in text
    assert len(evidence) <= 6
    assert all(measure_width(line) <= 80 for line in evidence), evidence


def test_the_evidence_is_whole_when_asked(workspace: Path, capsys: Any) -> None:
    out = look(capsys, workspace, "-v")
    for said in (
        "B列“立案时间”：读取，“立案日期”（别的写法）",
        "C列“案件编号(A开头)”：读取，“案件编号”（不看括号）",
        "A列“序号”：认得，不保存，“序号”（标准表头）",
        "G列“信访人”：个人信息，不读取",
        "I列“督办领导”：没有用到",
        "其次像《",
        "范围：全县",
    ):
        assert said in out
    assert re.search(r"表头的指纹：h[0-9a-f]{10}", out)


@pytest.mark.parametrize("more", [["-q"], ["--format", "csv"]])
def test_quiet_and_csv_say_no_evidence(workspace: Path, capsys: Any, more: list[str]) -> None:
    assert "表头第2行" not in look(capsys, workspace, *more)


def test_what_stands_in_personal_columns_is_never_in_the_evidence(workspace: Path, capsys: Any) -> None:
    for more in ([], ["-v"], ["--format", "json"]):
        assert "某某" not in look(capsys, workspace, *more)


def test_the_evidence_for_programs_names_the_runner_up(workspace: Path, capsys: Any) -> None:
    _, document = call_json(capsys, workspace, "check", "inbox")
    (sheet,) = document["sheets"]
    evidence = sheet["evidence"]
    assert evidence["header_rows"] == [2, 2]
    assert evidence["title_words"] == ["刑事"]
    assert evidence["period_origin"] == "标题"
    assert evidence["runner_up"]["id"] != "crime"
    assert [column["column"] for column in evidence["columns"]] == list("ABCDEFGHIJKL")
    assert {"read", "not_kept", "personal", "unused"} == {column["use"] for column in evidence["columns"]}


def test_a_sheet_nobody_claims_names_what_is_nearest(workspace: Path, capsys: Any) -> None:
    rows = [["2026年3月"], ["立案日期", "案件编号"], ["2026-03-01", "A1"]]
    save_book(workspace / "inbox/缺.xlsx", {"rows": rows})
    _, document = call_json(capsys, workspace, "check", "inbox/缺.xlsx")
    runner_up = document["sheets"][0]["evidence"]["runner_up"]
    assert runner_up["columns"] == 2
    assert runner_up["lacks"]
    assert "最像《" in look(capsys, workspace)


def test_several_files_come_in_one_order_every_time(tmp_path: Path, capsys: Any) -> None:
    names = ["丙.xlsx", "甲.xlsx", "b/乙.xlsx", "a/丁.xlsx"]
    books = [{**BOOK, "file": f"inbox/{name}"} for name in names]
    workspace = make_workspace(tmp_path / "w", {"book": books})
    _, document = call_json(capsys, workspace, "check", "inbox")
    listed = [file["file"] for file in document["files"]]
    assert listed == ["inbox/a/丁.xlsx", "inbox/b/乙.xlsx", "inbox/丙.xlsx", "inbox/甲.xlsx"]
    assert look(capsys, workspace) == look(capsys, workspace)
    _, document = call_json(capsys, workspace, "check", "inbox/甲.xlsx", "inbox/丙.xlsx")
    assert [file["file"] for file in document["files"]] == ["inbox/甲.xlsx", "inbox/丙.xlsx"]


def test_no_bar_is_drawn_in_a_pipe(workspace: Path, capsys: Any) -> None:
    for command in (["check", "inbox"], ["incidents", "import", "inbox", "--dry-run"]):
        capsys.readouterr()
        run(["-w", str(workspace), *command])
        answer = capsys.readouterr()
        assert "读表" not in answer.err + answer.out


def test_an_uneven_balance_would_be_said() -> None:
    even = Balance(10, 2, 5, 1, 0, 2, 1, {RowClass.NEW: 5})
    assert even.is_even
    assert "不平" not in describe_balance(even)
    for wrong in (Balance(11, 2, 5, 1, 0, 2, 1), Balance(10, 2, 5, 1, 0, 2, 1, {RowClass.NEW: 4})):
        assert not wrong.is_even
        assert "数目不平" in describe_balance(wrong)
