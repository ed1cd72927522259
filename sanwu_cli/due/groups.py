"""Items that differ only in who, told together: one line for twelve townships."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.records import Item, ItemState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.due.records import TaskPeriod

_SHOWN_NAMES = 5
_UNITS = "单位"
_SHOWN_PERIODS = 3
_STILL = {
    ItemState.OVERDUE: "还没有",
    ItemState.DUE: "还没有",
    ItemState.DONE: "已办",
    ItemState.NOT_APPLICABLE: "不适用",
    ItemState.PEOPLE: "由人判断",
}


class ItemGroup(Struct, frozen=True):
    """The items of one task and period in one state, and the names of the kinds of parties it binds.

    `bound` is how many parties the task binds in that period in all, `noun` what they are called together.
    """

    items: tuple[Item, ...]
    bound: int
    noun: str

    @property
    def first(self) -> Item:
        """The item that stands for the rest."""
        return self.items[0]

    @property
    def due_on(self) -> date | None:
        """The day they are due."""
        return self.first.due_on

    @property
    def told(self) -> str:
        """Say what is to be done and who stands how; of one person's step, who is to take it for whom."""
        first = self.first
        if first.person:
            return f"{first.party.name}：{first.what}"
        return f"{first.period.label}{first.what}：{self.who}"

    @property
    def who(self) -> str:
        """Say who, and how they stand: 12个乡镇(街道)都还没有; names as long as they are few."""
        still = _STILL[self.first.state]
        if self.bound == 1 or not self._can_be_counted:
            return f"{'、'.join(item.party.name for item in self.items)}{still}"
        if len(self.items) == self.bound and self.first.state is not ItemState.NOT_APPLICABLE:
            return f"{self.bound}个{self.noun}都{still}"
        names = [_short_name(item) for item in self.items]
        shown = "、".join(names[:_SHOWN_NAMES])
        more = "等" if len(names) > _SHOWN_NAMES else ""
        if self.first.state is ItemState.NOT_APPLICABLE:
            return f"{shown}{more}{still}"
        return f"{self.bound}个{self.noun}里有{len(names)}个{still}：{shown}{more}"

    def name_of(self, item: Item) -> str:
        """Name one of them: its place alone, where all who are bound are of one kind."""
        return item.party.name if self.noun == _UNITS else _short_name(item)

    @property
    def why(self) -> str:
        """The reason, where all have the same; else empty."""
        whys = {item.why for item in self.items}
        return self.first.why if len(whys) == 1 else ""

    @property
    def _can_be_counted(self) -> bool:
        return self.first.party.area is not None or len({i.party.unit.id for i in self.items}) > 1


class ItemSeries(Struct, frozen=True):
    """Groups of one task in one state, one a period, by due day."""

    groups: tuple[ItemGroup, ...]

    @property
    def first(self) -> Item:
        """The item that stands for the rest: one of the earliest period."""
        return self.groups[0].first

    @property
    def last_due_on(self) -> date | None:
        """The day the latest of them is due."""
        return self.groups[-1].due_on

    @property
    def count(self) -> int:
        """How many items there are."""
        return sum(len(group.items) for group in self.groups)

    @property
    def is_soft(self) -> bool:
        """Say whether every one of the deadlines is ours."""
        return all(item.is_soft for group in self.groups for item in group.items)

    @property
    def periods(self) -> str:
        """The periods, such as 2026年1月、2月 … or the first to the last where they are many."""
        known = [group.first.period for group in self.groups]
        first, last = known[0], known[-1]
        if len(known) <= _SHOWN_PERIODS:
            return "、".join([first.label, *(_label_after(b, a) for a, b in pairwise(known))])
        missing = "" if _is_unbroken(known) else f"里的{len(known)}期"
        return f"{first.label}到{_label_after(last, first)}{missing}"

    @property
    def who(self) -> str:
        """Say who lacks how many periods; all alike are told as one."""
        lacking: dict[str, int] = {}
        for group in self.groups:
            for item in group.items:
                name = _short_name(item)
                lacking[name] = lacking.get(name, 0) + 1
        if all(len(group.items) == group.bound for group in self.groups):
            return self.groups[-1].who
        ranked = sorted(lacking.items(), key=lambda pair: -pair[1])
        shown = "、".join(f"{name}{count}期" for name, count in ranked[:_SHOWN_NAMES])
        return f"{shown}{f'等{len(ranked)}个' if len(ranked) > _SHOWN_NAMES else ''}没有办齐"


def group_series(groups: Iterable[ItemGroup]) -> tuple[ItemSeries, ...]:
    """Put the periods of one task together: deadlines of the plan first, then by obligation and task."""
    series: dict[tuple[object, ...], list[ItemGroup]] = {}
    for group in groups:
        first = group.first
        # A step about a person is told alone.
        own = (first.person, first.party.code, first.due_on, first.deed) if first.person else ()
        key = first.obligation.id, first.task_number, first.state, first.is_soft, own
        series.setdefault(key, []).append(group)
    made = [ItemSeries(tuple(found)) for found in series.values()]
    return tuple(sorted(made, key=_order_series))


def _order_series(series: ItemSeries) -> tuple[bool, str, int]:
    first = series.first
    return series.is_soft and first.due_on is not None, first.obligation.id, first.task_number


def group_items(items: Iterable[Item], whole: Iterable[Item] | None = None) -> tuple[ItemGroup, ...]:
    """Group items of one task, period and state, in the order of the first of each.

    `whole` are the items of everybody bound, whatever their state; without it the items are all there are.
    """
    known = tuple(items)
    bound: dict[tuple[str, int, str], list[Item]] = {}
    for item in known if whole is None else whole:
        if item.state is not ItemState.NOT_APPLICABLE:
            bound.setdefault(item.turn, []).append(item)
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in known:
        own = (item.person, item.party.code, item.deed) if item.person else ()
        groups.setdefault((*item.turn, item.state, item.due_on, own), []).append(item)
    return tuple(_make_group(found, bound.get(found[0].turn, [])) for found in groups.values())


def _make_group(items: list[Item], bound: list[Item]) -> ItemGroup:
    everybody = bound or items
    area = everybody[0].party.area
    levels = {item.party.area.level if item.party.area else None for item in everybody}
    units = {item.party.unit.id for item in everybody}
    is_alike = len(units) == 1 and len(levels) == 1 and area is not None
    return ItemGroup(
        tuple(items), max(len(bound), len(items)), area.level.label if is_alike and area else _UNITS
    )


def _label_after(period: TaskPeriod, before: TaskPeriod) -> str:
    """Write a period behind another one: without the year they share."""
    year = f"{before.first.year}年"
    return period.label.removeprefix(year) if before.label.startswith(year) else period.label


def _is_unbroken(periods: list[TaskPeriod]) -> bool:
    """Say whether each period begins on the day after the one before it."""
    return all(a.last and a.last + timedelta(days=1) == b.first for a, b in pairwise(periods))


def _short_name(item: Item) -> str:
    return item.party.area.name if item.party.area else item.party.unit.name
