"""The sheets of an exported roster: by place, by person, statistics, levels, what was published."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.jobs.roster_figures import count_persons, count_places, count_units
from sanwu_cli.jobs.roster_names import (
    BY_PERSON_SHEET,
    LEVEL_SHEET,
    LOAD_SHEET,
    PERSON_YEAR_SHEET,
    RECORD_SHEET,
    YEAR_SHEET,
)
from sanwu_cli.jobs.roster_quality import describe_proof, list_levels
from sanwu_cli.model import Duty
from sanwu_cli.roster.days import weekday_label
from sanwu_cli.roster.quality import name_figure
from sanwu_cli.roster.rows import note_move
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import RosterGroup, StationedRole
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.jobs.mobiles import Contacts
    from sanwu_cli.jobs.workspace import RegisterReading
    from sanwu_cli.ledger.rosters import PublishedRoster
    from sanwu_cli.model import Roster, Unfilled
    from sanwu_cli.periods import Month

_GAP = "缺"
_NARROW, _NUMBER, _MONTH, _MONTHS = 9.0, 7.0, 13.0, 6.0


class GroupBook(Struct, frozen=True):
    """A group's rosters to be laid out: `span` as people write it, what was published of which month."""

    group: RosterGroup
    rosters: tuple[Roster, ...]
    registers: RegisterReading
    published: Mapping[Month, PublishedRoster]
    span: str
    office: str
    contacts: Contacts | None = None

    @property
    def names(self) -> dict[str, str]:
        """The areas' names."""
        return {area.code: area.name for area in self.registers.registers.areas}

    def title(self, what: str) -> str:
        """Name a sheet about all the months."""
        return f"{self.office}{self.span}{self.group.label}{what}"

    def mark(self, month: Month) -> str:
        """Say what a month's sheet must bear: nothing where it is published."""
        return "" if month in self.published else "（未公布）"


def lay_out_year(book: GroupBook) -> TableSheet:
    """Lay the months side by side: one line a place and role, who comes on which day."""
    cells: dict[tuple[str, StationedRole], dict[Month, list[str]]] = defaultdict(lambda: defaultdict(list))
    for roster in book.rosters:
        items: Sequence[Duty | Unfilled] = (*roster.duties, *roster.unfilled)
        for item in sorted(items, key=lambda item: str(_day_of(item))):
            day = _day_of(item)
            who = item.person if isinstance(item, Duty) else _GAP
            cells[item.area_code, item.role][roster.month].append(f"{day.day}日{who}" if day else who)
    parents = {area.code: area.parent for area in book.registers.registers.areas}
    months = [roster.month for roster in book.rosters]
    is_of_villages = book.group is not RosterGroup.TOWNSHIP
    heads = ("乡镇(街道)", "村(社区)") if is_of_villages else ("乡镇(街道)", "角色")
    rows = []
    for area, role in sorted(cells, key=lambda key: (key[0], _rank(key[1]))):
        name = book.names.get(area, area)
        place = (book.names.get(parents.get(area, ""), ""), name) if is_of_villages else (name, role.label)
        rows.append((*place, *("、".join(cells[area, role].get(month, ())) for month in months)))
    return TableSheet(
        YEAR_SHEET,
        (*heads, *(f"{month.number}月" for month in months)),
        tuple(rows),
        title=book.title("值班表（全年）"),
        notes=tuple(_list_unpublished(book)),
        widths=(12.0, 12.0 if is_of_villages else _NARROW, *(_MONTH for _ in months)),
        landscape=True,
    )


def lay_out_persons(book: GroupBook) -> TableSheet:
    """List the duties by person, one line each."""
    rows = []
    persons = {person.id: person for person in reversed(book.registers.registers.persons)}
    duties = [duty for roster in book.rosters for duty in roster.duties]
    duties.sort(key=lambda duty: (_rank(duty.role), duty.person_id, duty.date, duty.area_code))
    for duty in duties:
        row = persons.get(duty.person_id)
        unit, phone = (row.unit, row.office_phone) if row else ("", "")
        mobile = () if book.contacts is None else (book.contacts.mobiles.get(duty.person_id, ""),)
        place = book.names.get(duty.area_code, duty.area_code)
        rows.append(
            (
                duty.person,
                duty.role.label,
                unit,
                phone,
                *mobile,
                day_label(duty.date),
                weekday_label(duty.date),
                place,
                duty.place,
                duty.hours,
                note_move(duty.date, duty.moved_from),
            )
        )
    heads = () if book.contacts is None else ("手机号",)
    return TableSheet(
        BY_PERSON_SHEET,
        ("姓名", "角色", "派驻单位", "办公电话", *heads, "进驻日", "星期", "去哪里", "地点", "时间", "备注"),
        tuple(rows),
        title=book.title("值班表（按人）"),
        notes=tuple(_list_unpublished(book)),
        landscape=True,
    )


def lay_out_person_year(book: GroupBook) -> TableSheet:
    """Count everybody's visits month by month."""
    months = [roster.month for roster in book.rosters]
    count = Counter((d.person_id, d.role, r.month) for r in book.rosters for d in r.duties)
    rows: list[tuple[str | int, ...]] = [
        (
            one.person,
            one.role.label,
            one.unit,
            *(count[one.person_id, one.role, month] for month in months),
            one.visits,
        )
        for one in count_persons(book.rosters, book.registers.registers.persons)
    ]
    return TableSheet(
        PERSON_YEAR_SHEET,
        ("姓名", "角色", "派驻单位", *(f"{month.number}月" for month in months), "合计"),
        tuple(rows),
        title=book.title("每人每月次数"),
        widths=(_NARROW, 12.0, 18.0, *(_MONTHS for _ in months), _NUMBER),
        number_columns=frozenset(range(3, 4 + len(months))),
        landscape=True,
    )


def lay_out_figures(book: GroupBook) -> tuple[TableSheet, TableSheet]:
    """Lay out the statistics: by person with the units' sums below, and by place."""
    loads = count_persons(book.rosters, book.registers.registers.persons)
    units = [
        f"{one.unit or '没有登记单位'}（{one.role.label}）：{one.people}人，共{one.visits}次，"
        f"最多{one.most}次，最少{one.least}次，相差{one.most - one.least}次"
        for one in count_units(loads)
    ]
    by_person = TableSheet(
        LOAD_SHEET,
        ("派驻单位", "角色", "编号", "姓名", "次数", "去几个地方", "其中日子挪动"),
        tuple((o.unit, o.role.label, o.person_id, o.person, o.visits, o.places, o.moved) for o in loads),
        title=book.title("值班统计（按人）"),
        notes=tuple(units),
        number_columns=frozenset({4, 5, 6}),
        landscape=True,
    )
    places = count_places(book.rosters)
    pairs = sum(len(one.persons) for one in places)
    told = f"共{sum(one.visits for one in places)}次，空缺{sum(one.gaps for one in places)}次，"
    told += f"日子挪动{sum(one.moved for one in places)}次；"
    told += f"人和地方的搭配{pairs}对，越少越是同一个人去同一个地方"
    by_place = TableSheet(
        f"{LOAD_SHEET}（地方）",
        ("地方", "角色", "次数", "空缺", "日子挪动", "来过几个人", "来过的人"),
        tuple(
            (
                book.names.get(one.area_code, one.area_code),
                one.role.label,
                one.visits,
                one.gaps,
                one.moved,
                len(one.persons),
                "、".join(one.persons),
            )
            for one in places
        ),
        title=book.title("值班统计（按地方）"),
        notes=(told,),
        number_columns=frozenset({2, 3, 4, 5}),
        landscape=True,
    )
    return by_person, by_place


def lay_out_levels(book: GroupBook) -> TableSheet:
    """Lay out what was optimised: each level, its value, the bound proven, and what that means."""
    levels = list_levels(book.rosters)
    year = book.rosters[0].month.year
    return TableSheet(
        LEVEL_SHEET,
        ("先后", "目标", "数值", "已证明的下限", "结论"),
        tuple(
            (number, name_figure(level), value, bound, describe_proof(value, bound))
            for number, (level, value, bound) in enumerate(levels, start=1)
        ),
        title=f"{book.office}{year}年{book.group.label}值班表各级目标",
        notes=("先看排在前面的；一级一级都在前面各级不变坏的条件下取最少，按全年算，公布过的月份照公布的。",),
        number_columns=frozenset({2, 3}),
    )


def lay_out_record(book: GroupBook) -> TableSheet:
    """Lay out which months were published when, and by which run of the ledger."""
    rows: list[tuple[str | int, ...]] = []
    for roster in book.rosters:
        one = book.published.get(roster.month)
        state = ("草案" if roster.draft_reason else "未公布") if one is None else one.published_on.isoformat()
        run = one.run if one else ""
        rows.append((roster.month.label, state, run, len(roster.duties), len(roster.unfilled)))
    return TableSheet(
        RECORD_SHEET,
        ("月份", "公布日期", "操作序号", "班数", "空缺"),
        tuple(rows),
        title=book.title("值班表公布记录"),
        number_columns=frozenset({2, 3, 4}),
    )


def _list_unpublished(book: GroupBook) -> list[str]:
    """Say which of the months are not published, and which are drafts."""
    drafts = [one.month for one in book.rosters if one.draft_reason]
    others = [one.month for one in book.rosters if one.month not in book.published and not one.draft_reason]
    told = [f"未公布：{'、'.join(f'{month.number}月' for month in others)}"] if others else []
    return [*told, *([f"草案：{'、'.join(f'{month.number}月' for month in drafts)}"] if drafts else [])]


def _day_of(item: Duty | Unfilled) -> date | None:
    return item.date if isinstance(item, Duty) else item.planned_on


def _rank(role: StationedRole) -> int:
    return tuple(StationedRole).index(role)
