"""The tasks of obligations.toml and what they share, read from their tables."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from sanwu_cli.errors import PlanError
from sanwu_cli.plan.tasks import DueCheck, DueRule, DutyBook, Every, Lenience, PlanUnit, Task, Topic

if TYPE_CHECKING:
    from sanwu_cli.plan.entry import Entry

_DAY_OF_YEAR = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2020


def read_duty_book(source: Entry) -> DutyBook:
    """Read what stands beside the obligations; raises PlanError."""
    return DutyBook(
        begins=source.day("begins"),
        units=tuple(_read_unit(entry) for entry in source.entries("unit")),
        checks=tuple(_read_check(entry) for entry in source.entries("check")),
        topics=tuple(_read_topic(entry) for entry in source.entries("topic", name="name")),
        lenient=tuple(_read_lenience(entry) for entry in source.entries("lenient", name="cites")),
    )


def read_tasks(obligation: Entry, *, what: str, is_soft: bool, begins: date) -> tuple[Task, ...]:
    """Read an obligation's tasks; what a task does not say itself is the obligation's."""
    return tuple(
        _read_task(entry, what=what, is_soft=is_soft, begins=begins)
        for entry in obligation.entries("task", name="what")
    )


def _read_task(entry: Entry, *, what: str, is_soft: bool, begins: date) -> Task:
    every = entry.term("every", Every)
    due_on = entry.maybe_day("due_on")
    task = Task(
        binds=entry.texts("binds"),
        every=every,
        due=_read_due(entry.text("due", DueRule.NONE.value)),
        is_soft=entry.flag("soft", default=is_soft),
        first=entry.maybe_day("first") or begins,
        what=entry.text("what", what),
        todo=entry.text("todo", ""),
        at=entry.text("at", ""),
        due_on=due_on,
        last=entry.maybe_day("last"),
        checks=entry.texts("checks"),
        people=entry.text("people", ""),
        words=entry.texts("words"),
        not_words=entry.texts("not_words"),
        role=entry.text("role", ""),
        items=entry.texts("items"),
        channels=entry.texts("channels"),
        kind=entry.text("kind", ""),
        steps=entry.texts("steps"),
        hears_topics=entry.flag("hears_topics", default=False),
        count=entry.text("count", ""),
        lag_months=entry.whole("lag_months", 0),
    )
    entry.close()
    return task


def _read_due(text: str) -> str:
    """Take a rule's word or a day of the year; raises PlanError for anything else."""
    day = _DAY_OF_YEAR.fullmatch(text)
    try:
        if day:
            date(_LEAP_YEAR, int(day[1]), int(day[2]))
        else:
            DueRule(text)
    except ValueError:
        raise PlanError(f"obligations.toml: unknown due {text}") from None
    return text


def _read_unit(entry: Entry) -> PlanUnit:
    unit = PlanUnit(entry.text("id"), entry.text("name"), entry.texts("words"), entry.texts("not_words"))
    entry.close()
    return unit


def _read_check(entry: Entry) -> DueCheck:
    check = DueCheck(entry.text("id"), entry.text("title"), entry.text("sheet", ""))
    entry.close()
    return check


def _read_topic(entry: Entry) -> Topic:
    topic = Topic(entry.text("name"), entry.texts("words"))
    entry.close()
    return topic


def _read_lenience(entry: Entry) -> Lenience:
    lenience = Lenience(
        entry.text("cites"), entry.day("first"), entry.day("last"), entry.texts("obligations")
    )
    entry.close()
    return lenience
