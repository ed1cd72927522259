"""Whom a task binds: departments, each competing township or village, a department at each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.due.records import Party
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sanwu_cli.due.records import Span, TaskPeriod
    from sanwu_cli.model import Area
    from sanwu_cli.plan.tasks import DutyBook, Task


def list_parties(task: Task, book: DutyBook, areas: Sequence[Area], span: Span) -> Iterator[Party]:
    """Run over everybody the task binds who exists on some day of the span, in the order of the register."""
    for unit_id in task.binds:
        unit = book.unit(unit_id)
        level = task.at or (unit_id if unit_id in list(AreaLevel) else "")
        if not level:
            yield Party(unit)
            continue
        for area in areas:
            if area.level == level and area.competes and _touches(area, span):
                yield Party(unit, area, is_area=unit_id == level)


def tell_why_free(party: Party, period: TaskPeriod) -> str:
    """Say why the party is not bound in the period, in a half sentence; empty when it is bound.

    A village or township is bound by a period it exists in from the first to the last day.
    """
    area, last = party.area, period.last
    if area is None or last is None:
        return ""
    if area.valid_from is not None and area.valid_from > period.first:
        return f"{area.name}{_day(area.valid_from)}才设立，从第一个完整的期算起"
    return tell_why_gone(party, last)


def tell_why_gone(party: Party, day: date) -> str:
    """Say that the party's area was no longer there on the day; empty when it was, or is still to come."""
    area = party.area
    if area is None or area.valid_to is None or area.valid_to >= day:
        return ""
    return f"{area.name}{_day(area.valid_to)}已停用"


def is_younger_than(party: Party, day: date) -> bool:
    """Say whether the party's area came into being after the day."""
    return party.area is not None and party.area.valid_from is not None and party.area.valid_from > day


def _touches(area: Area, span: Span) -> bool:
    begun = area.valid_from is None or area.valid_from <= span.last
    return begun and (area.valid_to is None or area.valid_to >= span.first)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
