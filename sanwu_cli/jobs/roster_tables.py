"""Rosters as tables: 附件3 by township, the village roles' tables by judicial office or township."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.gate import write_public
from sanwu_cli.jobs.roster_names import show_names
from sanwu_cli.model import Duty
from sanwu_cli.roster.days import weekday_label
from sanwu_cli.roster.rows import note_move, roster_rows
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import AreaLevel, RosterGroup
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Roster, Unfilled

_Row = tuple[str | int, ...]
_TOWNSHIP_HEADERS = ("序号", "乡镇(街道)", "进驻日", "星期", "法官", "检察官", "律师", "地点", "时间", "备注")
_NAMED = ("法官", "检察官", "律师")
DUTY_HEADERS = (
    "月份",
    "日期",
    "乡镇(街道)",
    "村(社区)",
    "区域代码",
    "角色",
    "编号",
    "姓名",
    "地点",
    "时间",
    "原定日期",
    "空缺原因",
)
_GAP = "缺"


def roster_headers(group: RosterGroup, *, with_contacts: bool = False) -> tuple[str, ...]:
    """Give the headers of a group's table; in the office's own version each name has a telephone."""
    if group is RosterGroup.TOWNSHIP:
        if with_contacts:
            heads = [(head, f"{head}联系电话") if head in _NAMED else (head,) for head in _TOWNSHIP_HEADERS]
            return tuple(name for pair in heads for name in pair)
        return _TOWNSHIP_HEADERS
    return (
        "序号",
        "乡镇(街道)",
        "村(社区)",
        "值班日",
        "星期",
        group.label,
        *(("联系电话",) if with_contacts else ()),
        "派驻单位",
        "地点",
        "时间",
        "备注",
    )


def name_book(group: RosterGroup, span: str) -> str:
    """Name the workbook of a group's rosters; `span` is a month or a year as people write it."""
    return f"附件3 {span}值班表.xlsx" if group is RosterGroup.TOWNSHIP else f"{span}{group.label}值班表.xlsx"


def list_duties(rosters: Iterable[Roster], registers: RegisterReading) -> list[tuple[object, ...]]:
    """Lay rosters of any groups out under DUTY_HEADERS: a row a duty, then a row a gap with its reasons."""
    areas = {area.code: area for area in registers.registers.areas}
    rows: list[tuple[object, ...]] = []
    for roster in rosters:
        listed: list[Duty | Unfilled] = [*roster.duties, *roster.unfilled]
        for item in listed:
            area = areas[item.area_code]
            parent = areas.get(area.parent)
            place = (
                (parent.name, area.name) if area.level is AreaLevel.VILLAGE and parent else (area.name, "")
            )
            rows.append((
                roster.month,
                item.date if isinstance(item, Duty) else item.planned_on,
                *place,
                area.code,
                item.role.label,
                item.person_id if isinstance(item, Duty) else "",
                item.person if isinstance(item, Duty) else _GAP,
                item.place,
                item.hours,
                item.moved_from,
                "" if isinstance(item, Duty) else "；".join(item.reasons),
            ))  # fmt: skip
    return rows


def roster_rows_of(
    group: RosterGroup,
    roster: Roster,
    registers: RegisterReading,
    *,
    contacts: Mapping[str, str] | None = None,
) -> list[_Row]:
    """Lay a group's month out as rows under its headers; `contacts` are telephones by person's number."""
    if group is RosterGroup.TOWNSHIP:
        rows = _list_township_rows(roster, registers)
        return rows if contacts is None else _add_contacts(rows, roster, registers, contacts)
    return _list_village_rows(roster, registers, contacts)


def _add_contacts(
    rows: list[_Row], roster: Roster, registers: RegisterReading, contacts: Mapping[str, str]
) -> list[_Row]:
    """Put behind the names of each role how they are reached; a blank where nobody goes."""
    phones = {duty.person_id: contacts.get(duty.person_id, "") for duty in roster.duties}
    reached = roster_rows(roster, registers.registers.areas, phones)
    first = _TOWNSHIP_HEADERS.index(_NAMED[0])
    whole = []
    for row, told in zip(rows, reached, strict=True):
        pairs = zip(row[first : first + 3], (told.judge, told.prosecutor, told.lawyer), strict=True)
        named = (cell for name, phone in pairs for cell in (name, _drop_gap(phone)))
        whole.append((*row[:first], *named, *row[first + 3 :]))
    return whole


def _drop_gap(phones: str) -> str:
    return "、".join(part for part in phones.split("、") if part != _GAP)


def _list_township_rows(roster: Roster, registers: RegisterReading) -> list[_Row]:
    return [
        (
            number,
            row.township,
            f"{row.date.month}月{row.date.day}日" if row.date else "",
            row.weekday,
            row.judge,
            row.prosecutor,
            row.lawyer,
            row.place,
            row.hours,
            row.note,
        )
        for number, row in enumerate(
            roster_rows(roster, registers.registers.areas, show_names(registers.registers.persons)), start=1
        )
    ]


def _list_village_rows(
    roster: Roster, registers: RegisterReading, contacts: Mapping[str, str] | None = None
) -> list[_Row]:
    """One line a visit, township by township, village by village, day by day."""
    names = {area.code: area.name for area in registers.registers.areas}
    parents = {area.code: area.parent for area in registers.registers.areas}
    units = {person.id: person.unit for person in registers.registers.persons}
    shown = show_names(registers.registers.persons)
    lines: list[tuple[str, date | None, str, str, Duty | Unfilled]] = [
        (
            duty.area_code,
            duty.date,
            shown.get(duty.person_id, duty.person),
            units.get(duty.person_id, ""),
            duty,
        )
        for duty in roster.duties
    ]
    lines += [(gap.area_code, gap.planned_on, _GAP, "", gap) for gap in roster.unfilled]
    lines.sort(key=lambda line: (line[0], str(line[1]), line[2]))
    return [
        (
            number,
            names.get(parents.get(code, ""), ""),
            names.get(code, code),
            day_label(day) if day else "",
            weekday_label(day) if day else "",
            person,
            *(() if contacts is None else (contacts.get(getattr(item, "person_id", ""), ""),)),
            unit,
            item.place,
            item.hours,
            note_move(day, item.moved_from),
        )
        for number, (code, day, person, unit, item) in enumerate(lines, start=1)
    ]


def explain_gaps(roster: Roster, registers: RegisterReading) -> list[str]:
    """Say of every empty place why it is empty."""
    names = {area.code: area.name for area in registers.registers.areas}
    return [
        f"{names.get(gap.area_code, gap.area_code)}缺{gap.role.label}：{'；'.join(gap_reasons(gap))}"
        for gap in roster.unfilled
    ]


def gap_reasons(gap: Unfilled) -> list[str]:
    """Give a gap's reasons without the place and role they begin with, for where these stand already."""
    return [reason.partition("：")[2] or reason for reason in gap.reasons]


def write_roster(
    workspace: Workspace, registers: RegisterReading, group: RosterGroup, rosters: Sequence[Roster]
) -> bytes:
    """Write a group's rosters as a workbook, one sheet a month."""
    sheets = tuple(lay_out_month(workspace, registers, group, roster) for roster in rosters)
    return write_public(_name_table(group), sheets, dated=rosters[0].month.first_day)


def lay_out_month(
    workspace: Workspace,
    registers: RegisterReading,
    group: RosterGroup,
    roster: Roster,
    *,
    part: str = "",
    mark: str = "",
    contacts: Mapping[str, str] | None = None,
) -> TableSheet:
    """Lay a group's month out as a sheet; `part` names an office it is for, `mark` what is to be known.

    `contacts` are telephones by person's number, for the office's own version.
    """
    notes = [*explain_gaps(roster, registers), *([roster.draft_reason] if roster.draft_reason else [])]
    draft = "（草案）" if roster.draft_reason else mark
    return TableSheet(
        f"{part}{roster.month.label}",
        roster_headers(group, with_contacts=contacts is not None),
        tuple(roster_rows_of(group, roster, registers, contacts=contacts)),
        title=f"{workspace.settings.name}{part}{roster.month.label}{_name_table(group)}{draft}",
        notes=tuple(notes),
        landscape=True,
    )


def _name_table(group: RosterGroup) -> str:
    return "进驻法官、检察官、律师值班表" if group is RosterGroup.TOWNSHIP else group.table_title
