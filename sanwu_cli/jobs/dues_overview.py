"""Due items in the order in which somebody deals with them: what is overdue first, a line a task."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.groups import group_items, group_series
from sanwu_cli.due.records import ItemState

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.due.groups import ItemGroup, ItemSeries
    from sanwu_cli.jobs.dues import Dues

OVERVIEW_HEADERS = ("情况", "事项", "条款", "要办什么", "哪一期", "谁", "项数", "最近期限", "期限", "怎么办")

_SOON = timedelta(days=31)
_OPEN = (ItemState.OVERDUE, ItemState.DUE)


class DueSection(Struct, frozen=True):
    """Series of items told under one heading."""

    title: str
    series: tuple[ItemSeries, ...]

    @property
    def count(self) -> int:
        """How many items there are."""
        return sum(one.count for one in self.series)


def list_sections(
    dues: Dues, wanted: ItemState | None = None, *, is_all: bool = False
) -> tuple[DueSection, ...]:
    """List what is overdue first, then what is due soon, the rest only with `is_all`; or one state alone."""
    by_state: dict[ItemState, list[ItemGroup]] = {state: [] for state in ItemState}
    for group in group_items(dues.items, dues.whole):
        by_state[group.first.state].append(group)
    if wanted is not None:
        return (DueSection(wanted.label, group_series(by_state[wanted])),)
    overdue = group_series(by_state[ItemState.OVERDUE])
    due = by_state[ItemState.DUE]
    limit = dues.as_of + _SOON
    sections = [
        DueSection("逾期：方案写明的期限", tuple(series for series in overdue if not series.is_soft)),
        DueSection("过了本办公室建议的期限", tuple(series for series in overdue if series.is_soft)),
        DueSection("快到期", group_series(g for g in due if g.due_on is not None and g.due_on <= limit)),
        DueSection("没有写明期限，还没有办", group_series(g for g in due if g.due_on is None)),
    ]
    if is_all:
        later = group_series(g for g in due if g.due_on is not None and g.due_on > limit)
        sections.append(DueSection("以后到期", later))
        rest = (ItemState.DONE, ItemState.NOT_APPLICABLE, ItemState.PEOPLE)
        sections += [DueSection(state.label, group_series(by_state[state])) for state in rest]
    return tuple(sections)


def overview_rows(dues: Dues) -> list[tuple[str | int | date | None, ...]]:
    """Lay all items out as rows under OVERVIEW_HEADERS, a row a task and state."""
    return [
        _lay_out(section.title, series)
        for section in list_sections(dues, is_all=True)
        for series in section.series
    ]


def _lay_out(title: str, series: ItemSeries) -> tuple[str | int | date | None, ...]:
    first, due_on = series.first, series.last_due_on
    is_one = len(series.groups) == 1
    who = series.groups[0].who if is_one else series.who
    return (
        title,
        first.obligation.id,
        "、".join(first.obligation.clauses),
        first.what if is_one else first.task.what,
        first.period.label if is_one else series.periods,
        first.party.name if first.person else who,
        series.count,
        due_on,
        "" if due_on is None else "本办公室建议" if series.is_soft else "方案写明",
        first.task.todo if first.state in _OPEN else "",
    )
