"""Rosters in the office's own Excel form: named cells and tags filled, the pattern row once for each duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.forms.texts import FileText
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import sanitise_name
from sanwu_cli.jobs.gate import guard_file_texts
from sanwu_cli.jobs.roster_export import Exported
from sanwu_cli.jobs.roster_tables import lay_out_month, name_book
from sanwu_cli.jobs.rostering import list_groups, make_rosters
from sanwu_cli.terms import RosterGroup
from sanwu_cli.workbook.form_filling import fill_own_form
from sanwu_cli.workbook.form_slots import PATTERN_NAMES, find_slots
from sanwu_cli.workbook.form_texts import list_book_texts
from sanwu_cli.workbook.own_form import MAX_FORM_BYTES, open_own_form

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sanwu_cli.jobs.roster_export import ExportOrder
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Roster
    from sanwu_cli.workbook.form_slots import Slots
    from sanwu_cli.workbook.own_form import OwnForm
    from sanwu_cli.workbook.write import TableSheet

Value = str | int


class FormName(Struct, frozen=True):
    """A name a form may use: in Chinese, in English, what it says; `in_line` once for each duty."""

    name: str
    identifier: str
    meaning: str
    in_line: bool = False


_SINGLE = (
    FormName("标题", "title", "表的标题，没有公布的注明“未公布”或“草案”"),
    FormName("县市区", "county", "县（市、区）的名称"),
    FormName("单位", "issuer", "发文机关（sanwu.toml 里的 issuer）"),
    FormName("月份", "month", "月份，如 2026年7月"),
    FormName("年", "year", "年份（数）"),
    FormName("月", "month_number", "月份（数）"),
    FormName("状态", "state", "没有公布的是“未公布”或“草案”，公布了的是空的"),
    FormName("次数", "count", "一共几行（数）"),
    FormName("说明", "notes", "缺岗的原因和草案的原因，一条一行；没有就是空的"),
)
_COMMON = (
    FormName("序号", "number", "第几行（数）", in_line=True),
    FormName("乡镇", "township", "乡镇（街道）", in_line=True),
    FormName("日期", "date", "进驻日、值班日，如 7月9日", in_line=True),
    FormName("星期", "weekday", "星期几", in_line=True),
    FormName("地点", "place", "地点", in_line=True),
    FormName("时间", "hours", "时间", in_line=True),
    FormName("备注", "note", "原来是哪一天", in_line=True),
)
_TOWNSHIP = (
    FormName("法官", "judge", "姓名，没有人可派的写“缺”", in_line=True),
    FormName("检察官", "prosecutor", "同上", in_line=True),
    FormName("律师", "lawyer", "同上", in_line=True),
)
_VILLAGE = (
    FormName("村", "village", "村（社区）", in_line=True),
    FormName("姓名", "person", "人民调解员等的姓名，没有人可派的写“缺”", in_line=True),
    FormName("派驻单位", "unit", "派驻单位", in_line=True),
)
# The names of a line in the order of the table's own columns.
_COLUMNS = {
    True: ("序号", "乡镇", "日期", "星期", "法官", "检察官", "律师", "地点", "时间", "备注"),
    False: ("序号", "乡镇", "村", "日期", "星期", "姓名", "派驻单位", "地点", "时间", "备注"),
}
_IDENTIFIERS = {one.name: one.identifier for one in (*_SINGLE, *_COMMON, *_TOWNSHIP, *_VILLAGE)}


def list_form_names() -> tuple[tuple[str, FormName], ...]:
    """List the names there are, each with the rosters that have it."""
    return (
        *(("单个", one) for one in _SINGLE),
        *(("每次值班", one) for one in _COMMON),
        *(("每次值班：法官、检察官、律师", one) for one in _TOWNSHIP),
        *(("每次值班：到村(社区)的", one) for one in _VILLAGE),
    )


def export_in_form(
    workspace: Workspace, registers: RegisterReading, order: ExportOrder, form_path: Path
) -> Exported:
    """Fill the form with the rosters of the months, one file a month.

    Which rosters is told by the role, else by the names the form uses. Raises SanwuError, with the place,
    for a form that cannot be filled, and (REFUSED) where something personal would stand in the file.
    """
    if order.view is not None:
        raise SanwuError("自己的表样只按样板行填", remedy="请去掉 --by")
    shown = workspace.show(form_path)
    form = open_own_form(_read(form_path, shown), place=shown)
    groups = list_groups(registers, order.role)
    slots, group = _choose_group(form, groups, is_told=order.role is not None)
    made = make_rosters(workspace, registers, order.months, groups=(group,), role=order.role)
    if group not in made.groups:
        raise SanwuError(
            f"{order.span}没有{group.label}的值班",
            remedy="请登记值班日，或者用 --role 写明要哪种人员",
            status=ExitStatus.INPUT_MISSING,
        )
    files = []
    for roster in made.groups[group]:
        is_published = (roster.month, group) in made.published
        table = lay_out_month(workspace, registers, group, roster, mark="" if is_published else "（未公布）")
        state = "草案" if roster.draft_reason else "" if is_published else "未公布"
        values = _list_values(workspace, roster, table, state)
        lines = _list_lines(group, table)
        data = fill_own_form(form, slots, values=values, rows=lines, dated=roster.month.first_day)
        is_told = slots.names & {"标题", "title", "状态", "state"}
        mark = "" if is_told or not state else f"（{state}）"
        stem = f"（{sanitise_name(form_path.stem)}）{mark}"
        name = name_book(group, roster.month.label).replace(".xlsx", f"{stem}.xlsx")
        guard_file_texts(name, [FileText(*pair) for pair in list_book_texts(data, place=shown)])
        files.append((name, data))
    return Exported(tuple(files), made.findings)


def _read(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_FORM_BYTES + 1)
    except OSError as error:
        raise SanwuError(
            "表样打不开：文件不在，或者没有读的权限",
            place=shown,
            remedy="请核对路径和文件名，关掉正在编辑它的程序再试",
            status=ExitStatus.INPUT_MISSING,
        ) from error


def _choose_group(
    form: OwnForm, groups: Sequence[RosterGroup], *, is_told: bool
) -> tuple[Slots, RosterGroup]:
    """Choose the first of the groups that has every name the form uses."""
    if is_told:
        return _find(form, [groups[0]]), groups[0]
    slots = _find(form, groups)
    for group in groups:
        if slots.names <= _all_names([group]):
            return slots, group
    raise SanwuError(
        "表样里既有法官、检察官、律师的名称，又有到村(社区)人员的名称",
        place=form.place,
        remedy="两种值班分两张表样填；写明要哪种的用 --role",
    )


def _find(form: OwnForm, groups: Sequence[RosterGroup]) -> Slots:
    slots = find_slots(form, row_names=_line_names(groups), names=_all_names(groups))
    if not slots.names:
        raise SanwuError(
            "表样里没有要填的名称",
            place=form.place,
            remedy=f"请在单元格里写 {{{{ 月份 }}}}、{{{{ 法官 }}}} 这样的标记，或者给单元格起名称、给样板行"
            f"起名称“{PATTERN_NAMES[0]}”；名称用 sanwu roster form-fields 查看",
        )
    return slots


def _line_names(groups: Sequence[RosterGroup]) -> set[str]:
    listed = [*_COMMON]
    if RosterGroup.TOWNSHIP in groups:
        listed += _TOWNSHIP
    if any(group is not RosterGroup.TOWNSHIP for group in groups):
        listed += _VILLAGE
    return {name for one in listed for name in (one.name, one.identifier)}


def _all_names(groups: Sequence[RosterGroup]) -> set[str]:
    return _line_names(groups) | {name for one in _SINGLE for name in (one.name, one.identifier)}


def _list_values(workspace: Workspace, roster: Roster, table: TableSheet, state: str) -> dict[str, Value]:
    """List what stands once in the form."""
    return _name_both({
        "标题": table.title,
        "县市区": workspace.settings.name,
        "单位": workspace.settings.issuer or "",
        "月份": roster.month.label,
        "年": roster.month.year,
        "月": roster.month.number,
        "状态": state,
        "次数": len(table.rows),
        "说明": "\n".join(table.notes),
    })  # fmt: skip


def _list_lines(group: RosterGroup, table: TableSheet) -> list[dict[str, Value]]:
    """List what stands once for each duty."""
    columns = _COLUMNS[group is RosterGroup.TOWNSHIP]
    return [
        _name_both({
            name: cell if isinstance(cell, int) else str(cell or "")
            for name, cell in zip(columns, row, strict=True)
        })
        for row in table.rows
    ]  # fmt: skip


def _name_both(values: dict[str, Value]) -> dict[str, Value]:
    """Give values under both names."""
    return {key: value for name, value in values.items() for key in (name, _IDENTIFIERS[name])}
