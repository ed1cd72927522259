"""Workbooks described as rows in a TOML file, made real in a temporary workspace; runs of our commands."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import xlwt
from form_faults import text, write_sample

from sanwu_cli.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path

TABLE = dict[str, Any]

# The registers of an invented county, in force where a description brings none of its own under that name.
REGISTERS: dict[str, list[list[object]]] = {
    "区划": [
        ["代码", "名称", "层级", "上级代码", "参评", "启用日期", "停用日期", "并入代码", "别名"],
        ["649901101", "甲镇", "乡镇", "649901", "是", "", "", "", ""],
        ["649901101201", "东堤村", "村", "649901101", "是", "", "", "", ""],
        ["649901101202", "西渠村", "村", "649901101", "是", "", "", "", ""],
        ["649901102", "乙镇", "乡镇", "649901", "是", "", "", "", ""],
        ["649901102201", "南湾村", "村", "649901102", "是", "", "", "", ""],
    ],
    "人员": [
        ["编号", "姓名", "角色", "派驻单位", "对口区域代码", "回避区域代码", "每月上限", "办公电话"],
        ["F01", "甲法官", "法官", "人民法院"],
        ["J01", "乙检察官", "检察官", "人民检察院"],
        ["L01", "丙律师", "律师", "司法局"],
    ],
    "进驻日": [
        ["区域代码", "角色", "规则", "地点", "时间"],
        ["649901101", "全部", "每月第2个周二", "综治中心", "9:00"],
        ["649901102", "全部", "每月第2个周四", "综治中心", "9:00"],
    ],
    "请假": [["编号", "开始日期", "结束日期", "事由"]],
    "节假日": [["日期", "类型", "名称", "文号"]],
}  # fmt: skip


def make_workspace(folder: Path, described: TABLE) -> Path:
    """Make a workspace with our registers, then the settings and files described (`book`, `raw`, `word`).

    A `book` has a `file` and its `sheet`s, or the `rows` of one sheet; a `raw` has a `file` and its
    bytes as `text` (with `encoding`) or `hex`, blown up to `size` bytes.
    """
    for part in ("registers", "inbox", "templates", "out"):
        (folder / part).mkdir(parents=True)
    settings = '[office]\nname = "清河市"\ncode = "649901"\nissuer = "中共清河市委政法委员会"\n'
    (folder / "sanwu.toml").write_text(settings + described.get("settings", ""), "utf-8")
    for name, rows in REGISTERS.items():
        save_book(folder / f"registers/{name}.xlsx", {"rows": rows})
    for book in described.get("book", ()):
        save_book(folder / book["file"], book)
    for raw in described.get("raw", ()):
        save_bytes(folder / raw["file"], raw)
    for word in described.get("word", ()):
        save_word(folder / word["file"], word)
    return folder


def save_word(path: Path, word: TABLE) -> None:
    """Write one of our own documents with `old` in its main part replaced by `new` wherever it stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text(word["old"], word["new"], count=-1)(write_sample(word["kind"])))


def save_bytes(path: Path, raw: TABLE) -> None:
    """Write a file byte by byte as described."""
    data = bytes.fromhex(raw["hex"]) if "hex" in raw else raw["text"].encode(raw.get("encoding", "utf-8"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(data)
        stream.truncate(raw.get("size", len(data)))


def save_book(path: Path, book: TABLE) -> None:
    """Write a workbook, .xls or .xlsx; "" is an empty cell, "=…" a formula without a kept value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets = book.get("sheet") or [{"name": "Sheet1", **book}]
    path.write_bytes(_make_xls(sheets) if path.suffix == ".xls" else _make_xlsx(sheets))


def _make_xlsx(sheets: list[TABLE]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for described in sheets:
        sheet = workbook.create_sheet(described["name"])
        for number, row in enumerate(described["rows"], start=1):
            for column, value in enumerate(row, start=1):
                if value != "":
                    sheet.cell(number, column, value)
        for merged in described.get("merged", ()):
            sheet.merge_cells(merged)
        for number in described.get("hidden_rows", ()):
            sheet.row_dimensions[number].hidden = True
        for letters in described.get("hidden_columns", ()):
            sheet.column_dimensions[letters].hidden = True
        if described.get("hidden"):
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _make_xls(sheets: list[TABLE]) -> bytes:
    workbook = xlwt.Workbook()
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for described in sheets:
        sheet = workbook.add_sheet(described["name"])
        for number, row in enumerate(described["rows"]):
            for column, value in enumerate(row):
                if value != "":
                    sheet.write(number, column, value, *([style] if isinstance(value, date) else []))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def call_json(capsys: Any, workspace: Path, *arguments: str) -> tuple[int, TABLE]:
    """Run a command of ours in this process; give its exit status and its JSON document ({} without one)."""
    capsys.readouterr()
    status = run(["-w", str(workspace), "--format", "json", *arguments])
    printed = capsys.readouterr().out
    return status, json.loads(printed) if printed.strip() else {}
