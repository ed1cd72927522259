"""Items that differ only in who, told together: one line for twelve townships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.records import Item, ItemState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_SHOWN_NAMES = 5
_SHOWN_PERIODS = 3
_STILL = {
    ItemState.OVERDUE: "还没有",
    ItemState.DUE: "还没有",
    ItemState.DONE: "已办",
    ItemState.NOT_APPLICABLE: "不适用",
    ItemState.PEOPLE: "由人判断",
}


class ItemGroup(Struct, frozen=True):
    """The items of one task and period in one state; `bound` is how many parties it binds in all."""

    items: tuple[Item, ...]
    bound: int

    @property
    def first(self) -> Item:
        """The item that stands for the rest."""
        return self.items[0]

    @property
    def due_on(self) -> date | None:
        """The day they are due."""
        return self.first.due_on

    @property
    def what(self) -> str:
        """What is to be done for which period."""
        first = self.first
        what = f"{first.period.label}{first.task.what}"
        return f"{what}：{first.person}" if first.person else what

    @property
    def who(self) -> str:
        """Say who, and how they stand: 12个乡镇(街道)都还没有; names as long as they are few."""
        still = _STILL[self.first.state]
        if self.bound == 1 or not self._can_be_counted:
            return f"{'、'.join(item.party.name for item in self.items)}{still}"
        noun = self._noun
        if len(self.items) == self.bound and self.first.state is not ItemState.NOT_APPLICABLE:
            return f"{self.bound}个{noun}都{still}"
        names = [_short_name(item) for item in self.items]
        shown = "、".join(names[:_SHOWN_NAMES])
        more = "等" if len(names) > _SHOWN_NAMES else ""
        if self.first.state is ItemState.NOT_APPLICABLE:
            return f"{shown}{more}{still}"
        return f"{self.bound}个{noun}里有{len(names)}个{still}：{shown}{more}"

    @property
    def why(self) -> str:
        """The reason, where all have the same; else empty."""
        whys = {item.why for item in self.items}
        return self.first.why if len(whys) == 1 else ""

    @property
    def _can_be_counted(self) -> bool:
        return self.first.party.area is not None or len({i.party.unit.id for i in self.items}) > 1

    @property
    def _noun(self) -> str:
        units = {item.party.unit.id for item in self.items}
        area = self.first.party.area
        if len(units) > 1 or area is None:
            return "单位"
        return area.level.label


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
        labels = [group.first.period.label for group in self.groups]
        if len(labels) <= _SHOWN_PERIODS:
            return "、".join(labels)
        return f"{labels[0]}到{labels[-1]}里的{len(labels)}期"

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
        key = first.obligation.id, first.task_number, first.state, first.is_soft, first.person
        series.setdefault(key, []).append(group)
    made = [ItemSeries(tuple(found)) for found in series.values()]
    return tuple(
        sorted(made, key=lambda each: (each.is_soft, each.first.obligation.id, each.first.task_number))
    )


def group_items(items: Iterable[Item]) -> tuple[ItemGroup, ...]:
    """Group items of one task, period and state, in the order of the first of each."""
    known = tuple(items)
    bound: dict[tuple[str, int, str], int] = {}
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in known:
        turn = item.obligation.id, item.task_number, item.period.name
        if item.state is not ItemState.NOT_APPLICABLE:
            bound[turn] = bound.get(turn, 0) + 1
        groups.setdefault((*turn, item.state, item.due_on, item.person), []).append(item)
    return tuple(
        ItemGroup(
            tuple(found), max(bound.get((str(key[0]), found[0].task_number, str(key[2])), 0), len(found))
        )
        for key, found in groups.items()
    )


def _short_name(item: Item) -> str:
    return item.party.area.name if item.party.area else item.party.unit.name
