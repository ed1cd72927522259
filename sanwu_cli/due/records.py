"""What due items are made of: whom a task binds, what is known, what a check found, the item itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.activities import Activities
from sanwu_cli.periods import WorkCalendar
from sanwu_cli.terms import Term

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sanwu_cli.model import Area, DutyDay, Source
    from sanwu_cli.periods import Month
    from sanwu_cli.plan.records import Obligation
    from sanwu_cli.plan.tasks import PlanUnit, Task


class ItemState(Term):
    """Where a due item stands on the day of reference."""

    OVERDUE = "overdue", "逾期"
    DUE = "due", "待办"
    DONE = "done", "已办"
    NOT_APPLICABLE = "not_applicable", "不适用"
    PEOPLE = "people", "由人判断"


class Span(Struct, frozen=True):
    """The days that are asked about, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return day is not None and self.first <= day <= self.last  # type: ignore[operator]


class TaskPeriod(Struct, frozen=True):
    """One turn of a task: its days, a stable name (2026-03, 2026-Q1, 2026; empty for once), and its due day.

    `last` is None for what stays open until it is done.
    """

    first: date
    last: date | None
    name: str
    label: str
    due_on: date | None = None

    def __contains__(self, day: object) -> bool:
        """Say whether the day lies in it; what is open until it is done has no last day."""
        begun = day is not None and self.first <= day  # type: ignore[operator]
        return begun and (self.last is None or day <= self.last)  # type: ignore[operator]


class Party(Struct, frozen=True):
    """Whom a task binds: a unit of the plan and, where it acts at a place or is one, the area."""

    unit: PlanUnit
    area: Area | None = None
    is_area: bool = False

    @property
    def name(self) -> str:
        """The name people read, such as 青山镇, 法院, or 法院（青山镇）."""
        if self.area is None:
            return self.unit.name
        return self.area.name if self.is_area else f"{self.unit.name}（{self.area.name}）"

    @property
    def code(self) -> str:
        """The area's code, empty for a department that acts at no one place."""
        return self.area.code if self.area else ""


class RosterIssue(Struct, frozen=True):
    """That a month's roster of a role names an area; `issued_on` None where nobody wrote down the day."""

    month: Month
    role: str
    area_code: str
    issued_on: date | None
    source: Source


class Proposal(Struct, frozen=True):
    """A reminder, feedback or supervision that sign-ins held against rosters ask for (O-38, O-39).

    `deed` says in words what is to be done about whom and for which day, `why` the ground as a half sentence.
    """

    person_id: str
    person: str
    unit: str
    township_code: str
    step: str
    due_on: date | None
    state: ItemState
    clause: str
    evidence: tuple[Source, ...] = ()
    deed: str = ""
    why: str = ""


class Known(Struct, frozen=True):
    """Everything the checks look at, besides the plan: the year's work and what stands beside it.

    `roles` maps a folded name or number of the person register to the roles it is registered for; `assessed`
    maps a year to the townships that have a score; `numbers` gives what a reading asks for, by its id;
    `labels` the words of the centre ledger's items by field. `proposals` is None where sign-ins were not
    checked.
    """

    activities: Activities = field(default_factory=Activities)
    areas: tuple[Area, ...] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    issues: tuple[RosterIssue, ...] = ()
    duty_days: tuple[DutyDay, ...] = ()
    duty_day_source: Source | None = None
    assessed: Mapping[int, Mapping[str, Source]] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


class Ask(Struct, frozen=True):
    """One question to a check: has this party done this task of this period?

    `count` is how many are wanted (1 where the plan gives no number).
    """

    task: Task
    party: Party
    period: TaskPeriod
    count: int = 1


class Found(Struct, frozen=True):
    """What a check found; `done_on` None where nobody wrote down the day, `why` a half sentence.

    `is_void`: there is nothing the task could be about (a township without villages).
    """

    is_done: bool
    is_void: bool = False
    done_on: date | None = None
    evidence: tuple[Source, ...] = ()
    why: str = ""

    @classmethod
    def done(cls, done_on: date | None, evidence: tuple[Source, ...], why: str = "") -> Found:
        """Say that it is done, on a day or on one nobody wrote down."""
        return cls(is_done=True, done_on=done_on, evidence=evidence, why=why)

    @classmethod
    def void(cls, why: str) -> Found:
        """Say that there is nothing the task could be about."""
        return cls(is_done=False, is_void=True, why=why)

    @classmethod
    def missing(cls, evidence: tuple[Source, ...] = (), why: str = "") -> Found:
        """Say that it is not done as far as is known; the evidence is what there is of it."""
        return cls(is_done=False, evidence=evidence, why=why)


class Item(Struct, frozen=True):
    """One due item: what whom is bound to do for which period, by when, and how it stands.

    `task_number` counts the obligation's tasks from 1; `is_late` is True for what was done after its day;
    `deed` is what is to be done about the one `person`; `is_settled`: done once, before the span began.
    """

    obligation: Obligation
    task_number: int
    task: Task
    party: Party
    period: TaskPeriod
    is_soft: bool
    state: ItemState
    is_late: bool = False
    evidence: tuple[Source, ...] = ()
    why: str = ""
    person: str = ""
    deed: str = ""
    is_settled: bool = False

    @property
    def what(self) -> str:
        """What is to be done: of one person's step that step, else what the task says."""
        return self.deed or self.task.what

    @property
    def turn(self) -> tuple[str, int, str]:
        """What the items of everybody bound to do the same for the same period have in common."""
        return self.obligation.id, self.task_number, self.period.name

    @property
    def due_on(self) -> date | None:
        """The day it is due, None where nobody set one."""
        return self.period.due_on
