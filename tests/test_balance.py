"""Every file ends in a balance: the rows that hold anything are counted twice, by us and without us."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from text_tables import call_json, make_workspace, save_book

from sanwu_cli.cli.app import run
from sanwu_cli.shipped import find_shipped

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["立案日期", "案件编号", "案件类型", "乡镇(街道)", "村(社区)"]
ROW = ["2026-03-09", "A001", "刑事", "甲镇", "东堤村"]
COUNTS = ["乡镇(街道)", "村(社区)", "越级上访", "行政诉讼", "刑事案件"]
BINDING = [["2026年四项约束性指标认定表"], ["乡镇(街道)", "指标名称", "是否突破"], ["甲镇", "粮食", "否"]]
TITLE = ["2026年3月刑事案件台账"]


def rows_of(*lines: list[object]) -> dict[str, Any]:
    return {"rows": [TITLE, HEAD, *lines]}


NASTY: dict[str, list[dict[str, Any]]] = {
    "合计、空行、落款、重复的表头": [
        rows_of(
            ROW, [], ROW, ["合计", 2], HEAD, [None, None], ROW, ["填表人：", "", "审核人："], ["说明：略"]
        )
    ],
    "只有空格的行": [rows_of(["  ", "\u3000", "\n"], ROW, [" "])],
    "公式和错误": [rows_of(["=A1", "A2", "刑事", "甲镇", "东堤村"], ["", "", "", "", "=1/0"], ["#N/A"])],
    "零和逻辑值算内容": [rows_of([0], [False], ["", 0])],
    "没有发生": [rows_of(["本月无"]), {"name": "二", "rows": [["零报告"], ["本月未发生"]]}],
    "两级表头": [
        {
            "rows": [
                TITLE,
                [],
                ["立案日期", "案件编号", "案件类型", "发生地", None],
                [None, None, None, "乡镇(街道)", "村(社区)"],
                ROW,
                ["小计", 1],
            ],
            "merged": ["D3:E3"],
        }
    ],
    "隐藏的和认不出的工作表": [
        rows_of(ROW),
        {"name": "隐", "hidden": True, "rows": [TITLE, [], HEAD, ROW]},
        {"name": "杂记", "rows": [["记一笔"], [], ["再记", 1]]},
        {"name": "空", "rows": []},
        {"name": "像而不是", "rows": [["说明"], ["立案日期", "案件编号"], ["2026-03-01", "A1"]]},
    ],
    "别的命令的表在一起": [rows_of(ROW, ROW), {"name": "认定", "rows": BINDING}],
    "隐藏的行": [{**rows_of(ROW, ROW, ["合计"]), "hidden_rows": [3, 5]}],
    "只有件数": [
        {
            "rows": [
                ["2026年3月月报"],
                COUNTS,
                ["甲镇", "东堤村", 1, 0, 0],
                ["甲镇", "小计", 1],
                ["合计", "", 1],
            ]
        }
    ],
    "空表": [{"rows": []}],
    "只有表头": [rows_of()],
    "编号行": [rows_of(["1", "2", "3", "4", "5"], ROW)],
}

COMMANDS = [["check"], ["incidents", "import", "--dry-run"], ["records", "import", "--dry-run"]]


def count_filled(path: Path, *, only: str | None = None) -> int:
    """Count the rows in which anything stands, by openpyxl alone."""
    book = openpyxl.load_workbook(path)
    return sum(
        any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in row)
        for sheet in book.worksheets
        if only in (None, sheet.title)
        for row in sheet.iter_rows(values_only=True)
    )


def assert_even(balance: dict[str, int], filled: int) -> None:
    parts = ("headings", "rows", "layout", "other_command", "unread")
    assert balance["filled"] == filled
    assert sum(balance[part] for part in parts) == filled, balance
    if "new" in balance:
        classes = ("new", "same", "changed", "held", "ignored")
        assert sum(balance[one] for one in classes) == balance["rows"], balance


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize(
    "command",
    [["check"], ["incidents", "import", "--dry-run"], ["records", "import", "--dry-run"]],
    ids=" ".join,
)
def test_a_nasty_workbook_is_even(name: str, command: list[str], tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    sheets = [{"name": f"表{number}", **sheet} for number, sheet in enumerate(NASTY[name])]
    save_book(workspace / "inbox/表.xlsx", {"sheet": sheets})
    filled = count_filled(workspace / "inbox/表.xlsx")
    _, document = call_json(capsys, workspace, *command, "inbox")
    assert_even(document["files"][0]["balance"], filled)
    assert run(["-w", str(workspace), *command, "inbox"]) in (0, 1)
    assert f"全部 {filled} 行" in capsys.readouterr().out


@pytest.mark.parametrize("sheet", ["表0", "隐", "杂记"])
def test_sheets_not_asked_for_are_counted_too(sheet: str, tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    sheets = [{"name": f"表{n}", **one} for n, one in enumerate(NASTY["隐藏的和认不出的工作表"])]
    save_book(workspace / "inbox/表.xlsx", {"sheet": sheets})
    _, document = call_json(capsys, workspace, "check", "inbox", "--sheet", sheet)
    assert_even(document["files"][0]["balance"], count_filled(workspace / "inbox/表.xlsx"))
    _, document = call_json(capsys, workspace, "check", "inbox", "--sheet", "没有这张")
    assert_even(document["files"][0]["balance"], count_filled(workspace / "inbox/表.xlsx"))


def test_the_sample_city_is_even_file_by_file(tmp_path: Path, capsys: Any) -> None:
    assert run(["init", str(tmp_path / "w"), "--demo"]) == 0
    workspace, seen = tmp_path / "w", 0
    for command in (["incidents", "import"], ["records", "import"], ["incidents", "import"], ["check"]):
        _, document = call_json(capsys, workspace, *command, "inbox")
        for file in document["files"]:
            if file["file"].endswith(".xlsx") and file["readable"]:
                assert_even(file["balance"], count_filled(workspace / file["file"]))
                seen += 1
    assert seen > 100
    assert find_shipped("sample_data").is_dir()


@pytest.mark.parametrize("seed", range(40))
def test_a_book_of_chance_is_even(seed: int, tmp_path: Path, capsys: Any) -> None:
    chance = random.Random(seed)  # noqa: S311 - a fixed seed, so that a failure comes back
    pieces: list[list[object]] = [
        *(ROW, ROW, ROW, [], ["合计", 3], ["东塔镇小计"], HEAD, ["填表人：", "甲"], ["本月无"], [None, " "]),
        *(
            ["序号"],
            ["备注：略"],
            [1, 2, 3, 4, 5],
            ["累计", 4],
            ["2026-13-45", "A9", "刑事"],
            ["", "", "", "", 0],
        ),
    ]
    sheets = []
    for number in range(chance.randint(1, 4)):
        lines = [chance.choice(pieces) for _ in range(chance.randint(0, 25))]
        start = [TITLE, HEAD] if chance.random() < 0.7 else []
        hidden = chance.random() < 0.2 and number > 0
        sheets.append({"name": f"{number}月", "rows": [*start, *lines], "hidden": hidden})
    workspace = make_workspace(tmp_path / "w", {})
    save_book(workspace / "inbox/表.xlsx", {"sheet": sheets})
    filled = count_filled(workspace / "inbox/表.xlsx")
    for command in (["check"], ["incidents", "import"], ["incidents", "import"]):
        _, document = call_json(capsys, workspace, *command, "inbox")
        assert_even(document["files"][0]["balance"], filled)


def test_an_unreadable_file_is_named_and_the_rest_is_even(tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    save_book(workspace / "inbox/好.xlsx", rows_of(ROW))
    (workspace / "inbox/坏.xlsx").write_bytes(b"PK\x03\x04nothing")
    _, document = call_json(capsys, workspace, "check", "inbox")
    told = {file["file"]: (file["readable"], file["balance"]["filled"]) for file in document["files"]}
    assert told == {"inbox/坏.xlsx": (False, 0), "inbox/好.xlsx": (True, 3)}
