"""An invented office with township roles and mediators of two judicial offices, for tests of roster files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
from text_tables import TABLE, make_workspace

from sanwu_cli.jobs.rostering import list_groups, make_rosters
from sanwu_cli.jobs.workspace import open_workspace, read_registers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from sanwu_cli.jobs.rostering import Rosters
    from sanwu_cli.periods import Month

AREAS = [
    ["代码", "名称", "层级", "上级代码", "参评", "启用日期", "停用日期", "并入代码", "别名"],
    ["649901101", "甲镇", "乡镇", "649901", "是"],
    *(["649901101" + str(200 + n), f"甲{n}村", "村", "649901101", "是"] for n in range(1, 4)),
    ["649901102", "乙镇", "乡镇", "649901", "是"],
    *(["649901102" + str(200 + n), f"乙{n}村", "村", "649901102", "是"] for n in range(1, 3)),
    ["649901103", "丙镇", "乡镇", "649901", "是"],
]  # fmt: skip
PERSONS = [
    ["编号", "姓名", "角色", "派驻单位", "对口区域代码", "回避区域代码", "每月上限", "办公电话",
     "启用日期", "停用日期"],
    ["F01", "林知远", "法官", "人民法院", "", "649901103", "2", "000-00000001"],
    ["F02", "周明谦", "法官", "人民法院", "", "", "3", "000-00000002"],
    ["J01", "韩立群", "检察官", "人民检察院", "", "", "", "000-00000003"],
    ["J02", "许文澜", "检察官", "人民检察院", "649901102、649901103", "", "", "000-00000004"],
    ["L01", "陆景行", "律师", "司法局", "", "", "", "000-00000005"],
    ["L02", "程雨桐", "律师", "司法局", "", "", "", "000-00000006", "2026-01-01", "2026-10-31"],
    ["M01", "方守拙", "人民调解员", "甲镇司法所"],
    ["M02", "宁可为", "人民调解员", "甲镇司法所"],
    ["M03", "安若素", "人民调解员", "乙镇司法所"],
]  # fmt: skip
DAYS = [
    ["区域代码", "角色", "规则", "地点", "时间"],
    ["649901101", "全部", "每月第2个周二", "甲镇综治中心", "9:00—12:00"],
    ["649901102", "全部", "每月15日", "乙镇综治中心", "9:00—12:00"],
    ["649901103", "法官", "每月10日、25日", "丙镇综治中心", "9:00—12:00"],
    ["649901103", "检察官", "每月10日", "丙镇综治中心", "14:00—17:00"],
    ["649901103", "律师", "每月10日", "丙镇司法所", "9:00—12:00"],
    ["649901101", "人民调解员", "每月5日", "村委会", "全天"],
    ["649901102", "人民调解员", "每月第1个周三", "村委会", "全天"],
    ["649901101202", "人民调解员", "每月6日", "村调解室", "9:00—12:00"],
]  # fmt: skip
LEAVES = [["编号", "开始日期", "结束日期", "事由"], ["J01", "2026-07-14", "2026-07-15", "年休假"]]
REGISTERS = {"区划": AREAS, "人员": PERSONS, "进驻日": DAYS, "请假": LEAVES}


def make_office(folder: Path, described: TABLE | None = None, **registers: list[list[object]]) -> Path:
    """Make the office's workspace; registers given by name stand in place of ours."""
    books = [
        {"file": f"registers/{name}.xlsx", "rows": rows} for name, rows in (REGISTERS | registers).items()
    ]
    return make_workspace(folder, {"book": books} | (described or {}))


def generate(workspace: Path, *months: Month) -> Rosters:
    """Make the months' rosters of all groups for which the office has people."""
    opened = open_workspace(workspace)
    registers = read_registers(opened)
    return make_rosters(opened, registers, months, groups=list_groups(registers))


def edit(path: Path, change: Callable[[Worksheet], object], sheet: int = 0) -> None:
    """Open a workbook as Excel would, change one sheet, save it."""
    workbook = openpyxl.load_workbook(path)
    change(workbook.worksheets[sheet])
    workbook.save(path)


def find_cell(sheet: Worksheet, row_word: str, header: str) -> str:
    """Give the address of a cell: in the first row that holds a word, below a header."""
    cells = {str(cell.value): cell for row in sheet.iter_rows(max_row=4) for cell in row}
    column = cells[header].column_letter
    number = next(row[0].row for row in sheet.iter_rows(min_row=cells[header].row + 1) if any(
        str(cell.value) == row_word for cell in row
    ))  # fmt: skip
    return f"{column}{number}"
