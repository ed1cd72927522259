"""Reading by columns gives what reading line by line and cell by cell gives; only the speed differs."""

# ruff: noqa: E501 - the cells are read across

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanwu_cli.grid import Book, Grid, Merge
from sanwu_cli.sheets import lines as lines_module
from sanwu_cli.sheets.layout import Layout, identify
from sanwu_cli.sheets.lines import SheetLines
from sanwu_cli.sheets.subject import Table
from tests.sheet_tables import PLACES, SCHEMAS

HEADERS = {
    "petition": (
        "序号",
        "登记日期",
        "信访编号",
        "信访人",
        "乡镇(街道)",
        "村(社区)",
        "是否越级",
        "人次",
        "备注",
    ),
    "crime": ("登记日期", "案件编号", "案件类型", "办案单位", "案件状态", "乡镇(街道)", "村(社区)", "嫌疑人"),
    "indicator_count": ("乡镇(街道)", "村(社区)", "越级上访", "行政诉讼", "刑事案件", "备注"),
}
CELLS = st.sampled_from([
    None, None, None, "", " ", "\u3000", 0, 1, 2, 3, 12, 3.5, True, date(2026, 3, 9), date(1905, 7, 1), "2026.3.9", "3月9日", "2026/6/31",
    "XF1", "XF2", "A1001", "ABCDEFGH", "刑事", "行政案件", "青禾镇", "上渠村", "下渠村", "白杨镇", "白杨镇小计", "合计", "合 计", "共3件",
    "本月共登记3件", "无", "本月无", "/", "—", "零报告", "填表人：", "说明", "说明：本表每月报送", "备注", "登记日期", "信访编号", "案件编号",
    "乡镇(街道)", "村(社区)", "是否越级", "人次", "越级上访", "是", "否", "√", "件", "人次（人）", "一、青禾镇", "以下空白", "第2页 共2页",
    "11010519491231002X", "13900001111", "另有一件", "1", "甲", "（1）", "累计", "约3件",
])  # fmt: skip


def make_lines(kind: str, rows: list[list], *, merges=(), special=()) -> SheetLines:
    header = HEADERS[kind]
    title = {
        "petition": "2026年3月越级上访台账",
        "crime": "2026年3月刑事案件台账",
        "indicator_count": "2026年3月三无指标月报表",
    }[kind]
    width = len(header)
    grid = Grid(
        "表",
        ((title, *[None] * (width - 1)), header, *(tuple(row) for row in rows)),
        merges=tuple(merges),
        error_cells=dict.fromkeys(special, "#N/A"),
    )
    layout = identify(grid, SCHEMAS)
    assert isinstance(layout, Layout)
    assert (layout.schema.id, layout.top) == (kind, 1)
    book = Book("表.xlsx", "0" * 64, "xlsx", (grid,))
    return SheetLines(
        Table(book, grid, layout, PLACES, None, None, layout.schema.record.blank_village, "", len(grid.rows))
    )


@st.composite
def sheets(draw):
    kind = draw(st.sampled_from(sorted(HEADERS)))
    width = len(HEADERS[kind])
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12))
    if draw(st.booleans()):  # mostly one value a column, as real sheets have it
        column, value = draw(st.integers(0, width - 1)), draw(CELLS)
        rows = [[value if index == column else cell for index, cell in enumerate(row)] for row in rows]
    merges, special = [], []
    if draw(st.booleans()):
        top = draw(st.integers(2, len(rows) + 1))
        bottom = draw(st.integers(top, len(rows) + 1))
        merges = (
            [Merge(top, column := draw(st.integers(0, width - 1)), bottom, column)] if bottom > top else []
        )
    if draw(st.integers(0, 3)) == 0:
        special = [(draw(st.integers(2, len(rows) + 1)), draw(st.integers(0, width - 1)))]
    return kind, rows, merges, special


def read(monkeypatch: pytest.MonkeyPatch, sheet, *, closely: bool):
    kind, rows, merges, special = sheet
    with monkeypatch.context() as patch:
        if closely:  # every line is looked at, every row is read cell by cell
            patch.setattr(
                lines_module, "find_doubtful_lines", lambda columns, **_: set(range(len(columns[0])))
            )
            patch.setattr(SheetLines, "_list_special", lambda _, data: set(range(len(data))))
        lines = make_lines(kind, rows, merges=merges, special=special)
        lines.read()
    return lines


@settings(max_examples=300, deadline=None)
@given(sheets())
def test_columns_give_what_cells_give(sheet):
    patch = pytest.MonkeyPatch()
    quick, close = read(patch, sheet, closely=False), read(patch, sheet, closely=True)
    assert quick.next_header == close.next_header
    assert (quick.layout_rows, quick.nil_rows, quick.totals) == (
        close.layout_rows,
        close.nil_rows,
        close.totals,
    )
    assert sorted(map(repr, quick.findings)) == sorted(map(repr, close.findings))
    assert len(quick.rows) == len(close.rows)
    for one, other in zip(quick.rows, close.rows, strict=True):
        assert (one.source, one.place, one.unreadable, one.cells) == (
            other.source,
            other.place,
            other.unreadable,
            other.cells,
        )
        assert {k: v for k, v in one.values.items() if v is not None} == {
            k: v for k, v in other.values.items() if v is not None
        }
        assert {k: type(v) for k, v in one.values.items() if v is not None} == {
            k: type(v) for k, v in other.values.items() if v is not None
        }


def test_the_columns_hold_what_the_rows_say():
    rows = [[n, date(2026, 3, n), f"XF{n}", "某某", "青禾镇", "上渠村", "是", n, None] for n in range(1, 10)]
    rows[4][2] = "约几件"  # no digit: this one is read closely
    lines = make_lines("petition", rows)
    lines.read()
    for name in ("filed_on", "case_number", "township", "person_count"):
        assert list(lines.rows.column(name)) == [row.values.get(name) for row in lines.rows]
    assert list(lines.rows.exact) == [4]
    assert lines.rows[-1].cells["filed_on"] == "B11"
    assert [row.source.row for row in lines.rows[2:4]] == [5, 6]
    with pytest.raises(IndexError):
        lines.rows[9]
