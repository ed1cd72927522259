"""The turns of a task within a span: their periods, their due days, and whether a deadline only reminds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sanwu_cli.due.records import Span, TaskPeriod
from sanwu_cli.periods import MONTHS_A_YEAR, Month
from sanwu_cli.plan.tasks import DueRule, Every

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.periods import WorkCalendar
    from sanwu_cli.plan.records import Obligation, Plan
    from sanwu_cli.plan.tasks import Task

_QUARTER = 3
_NUMERALS = "一二三四"


def list_periods(task: Task, span: Span, calendar: WorkCalendar) -> Iterator[TaskPeriod]:
    """Run over the task's periods that fall due (or, without a due day, end) within the span.

    What comes once has one period; it is given when it has begun by the end of the span, and left to the
    caller whether it is still of interest. What comes on occasion has none.
    """
    if task.every is Every.EVENT:
        return
    if task.every in (Every.ONCE, Every.STAGE):
        yield from _list_single(task, span)
        return
    size = {Every.MONTH: 1, Every.QUARTER: _QUARTER, Every.YEAR: MONTHS_A_YEAR}[task.every]
    # A period falls due at the earliest in the month before it, at the latest on its last day.
    for first in _first_months(span, size):
        period = make_period(first, size, task, calendar)
        if _is_asked(task, period) and (period.due_on or period.last) in span:
            yield period


def make_period(first: Month, size: int, task: Task, calendar: WorkCalendar) -> TaskPeriod:
    """Make the period of so many months with its due day."""
    last = first.plus(size - 1).last_day
    due_on = _find_due(task.due, first, last, calendar)
    if size == 1:
        return TaskPeriod(first.first_day, last, str(first), first.label, due_on)
    if size == MONTHS_A_YEAR:
        return TaskPeriod(first.first_day, last, f"{first.year}", f"{first.year}年", due_on)
    number = (first.number - 1) // _QUARTER + 1
    label = f"{first.year}年{_NUMERALS[number - 1]}季度"
    return TaskPeriod(first.first_day, last, f"{first.year}-Q{number}", label, due_on)


def is_lenient(plan: Plan, obligation: Obligation, due_on: date | None) -> bool:
    """Say whether the plan's beginning makes this deadline one that only reminds (O-44, T-27)."""
    return due_on is not None and any(
        days.first <= due_on <= days.last and (not days.obligations or obligation.id in days.obligations)
        for days in plan.duties.lenient
    )


def _list_single(task: Task, span: Span) -> Iterator[TaskPeriod]:
    is_stage = task.every is Every.STAGE
    period = TaskPeriod(task.first, task.due_on if is_stage else None, "", "", task.due_on)
    if task.first <= span.last and (not is_stage or task.due_on in span):
        yield period


def _first_months(span: Span, size: int) -> Iterator[Month]:
    """Run over the first months of the periods of that size that may fall due in the span."""
    first, last = Month.of(span.first), Month.of(span.last).plus(1)
    month = Month(first.year, (first.number - 1) // size * size + 1)
    while month <= last:
        yield month
        month = month.plus(size)


def _find_due(rule: str, first: Month, last: date, calendar: WorkCalendar) -> date | None:
    if rule == DueRule.NONE:
        return None
    if rule == DueRule.LAST_DAY:
        return last
    before = first.plus(-1)
    if rule == DueRule.DAY_BEFORE:
        return before.last_day
    if rule == DueRule.WORKDAY_BEFORE:
        # A month without a worked day is none that was ever published; its last day then.
        return next(reversed(calendar.workdays(before)), before.last_day)
    month, _, day = rule.partition("-")
    return _day_of_year(first.year, int(month), int(day))


def _day_of_year(year: int, month: int, day: int) -> date:
    """Give the day, the month's last one where the year has no such day (29 February)."""
    last = Month(year, month).last_day
    return min(last, Month(year, month).first_day + timedelta(days=day - 1))


def _is_asked(task: Task, period: TaskPeriod) -> bool:
    ends_too_soon = period.last is None or period.last < task.first
    # The first month's roster would have been due before anybody asked for one.
    if ends_too_soon or (period.due_on is not None and period.due_on < task.first):
        return False
    return task.last is None or period.last is None or period.last <= task.last
