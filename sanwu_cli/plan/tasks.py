"""What an obligation comes to: who has to have done what by which day, and by which check that is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.terms import Term

if TYPE_CHECKING:
    from datetime import date


class Every(Term):
    """How often a task comes: each period anew, once until done, within one stage only, or on occasion."""

    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    YEAR = "year", "每年"
    ONCE = "once", "一次"
    STAGE = "stage", "只在阶段内"
    EVENT = "event", "有则办理"


class DueRule(Term):
    """Where in or before its period a task falls due; a day of the year is written as 12-20 instead."""

    LAST_DAY = "last_day", "期末"
    DAY_BEFORE = "day_before", "期初前一天"
    WORKDAY_BEFORE = "workday_before", "期初前最后一个工作日"
    NONE = "none", "没有期限"


class PlanUnit(Struct, frozen=True):
    """Somebody the plan binds; by `words` a unit's name as somebody wrote it is known to be this one."""

    id: str
    name: str
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()

    def is_named_in(self, text: str) -> bool:
        """Say whether a unit's name, as somebody wrote it, means this unit."""
        return any(word in text for word in self.words) and not any(word in text for word in self.not_words)


class DueCheck(Struct, frozen=True):
    """A named check: what it looks for, and the sheet (or register) that carries the evidence."""

    id: str
    title: str
    sheet: str


class Topic(Struct, frozen=True):
    """A matter the quarterly meeting hears, and the words by which its minutes show it."""

    name: str
    words: tuple[str, ...]


class Lenience(Struct, frozen=True):
    """Days on which a deadline only reminds: of some obligations, or of all when none is named."""

    cites: str
    first: date
    last: date
    obligations: tuple[str, ...] = ()


class Task(Struct, frozen=True):
    """One thing to be done by each unit it binds, at each place of the level `at` when that is given.

    `due` is a DueRule or a day of the year (12-20); `due_on` a fixed day for what comes once. It is asked in
    every period that ends on or after `first` and no later than `last`. `checks` are tried in order, the
    first that finds evidence will do; without any, `people` says why nobody can compute it. `count` names
    the plan's value, or the reading, that says how many are wanted. A paper that does not say which period
    it is for belongs to the period of its date, moved back by `lag_months`.
    """

    binds: tuple[str, ...]
    every: Every
    due: str
    is_soft: bool
    first: date
    what: str
    todo: str = ""
    at: str = ""
    due_on: date | None = None
    last: date | None = None
    checks: tuple[str, ...] = ()
    people: str = ""
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    role: str = ""
    items: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kind: str = ""
    steps: tuple[str, ...] = ()
    hears_topics: bool = False
    count: str = ""
    lag_months: int = 0


class DutyBook(Struct, frozen=True):
    """What all tasks share: the units bound, the checks there are, the topics, the lenient days."""

    begins: date
    units: tuple[PlanUnit, ...] = ()
    checks: tuple[DueCheck, ...] = ()
    topics: tuple[Topic, ...] = ()
    lenient: tuple[Lenience, ...] = ()

    def unit(self, unit_id: str) -> PlanUnit:
        """Give a unit by its id; the loader has made sure that it is there."""
        return next(unit for unit in self.units if unit.id == unit_id)

    def check(self, check_id: str) -> DueCheck:
        """Give a check by its id; the loader has made sure that it is there."""
        return next(check for check in self.checks if check.id == check_id)
