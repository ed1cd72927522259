"""The frozen records of the plan as data: clauses, rules, bounds, values, readings, obligations, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from sanwu_cli.errors import PlanError
from sanwu_cli.terms import AreaLevel, Term, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.plan.tasks import DutyBook, Task

BoundNumber = int | Fraction
ReadingValue = str | tuple[str, ...] | Mapping[str, int]


class Comparison(Term):
    """How a fact is held against its bound."""

    AT_MOST = "at_most", "不超过"
    AT_LEAST = "at_least", "不少于"


class ReadingKind(Term):
    """What shape the choice of a reading has in sanwu.toml."""

    CHOICE = "choice", "选一个"
    LIST = "list", "选若干个"
    LIMITS = "limits", "填整数"


class ObligationKind(Term):
    """When an obligation falls due."""

    RECURRING = "recurring", "定期"
    ONCE = "once", "一次性"
    CONTINUOUS = "continuous", "长期"
    EVENT = "event", "有则办理"


class CoverageKind(Term):
    """Where a part of a clause is looked after."""

    RULE = "rule", "计算"
    SHEET = "sheet", "读表"
    DOCUMENT = "document", "成文"
    ROSTER = "roster", "排班"
    OBLIGATION = "obligation", "职责清单"
    PEOPLE = "people", "由人判断"
    LATER = "later", "本版尚未"


class Clause(Struct, frozen=True):
    """A numbered clause; the id is its label (such as 三1), `asks` what it asks, in our words."""

    id: str
    title: str
    asks: str
    units: tuple[str, ...]
    valid_from: date


class Bound(Struct, frozen=True):
    """A number in force from a day on (until a last day, if it ends without a successor), with its clause."""

    valid_from: date
    number: BoundNumber
    clause: str
    valid_to: date | None = None


class Rule(Struct, frozen=True):
    """A condition: one fact held against a dated bound, or several rules that must all be met.

    `verdict` is what the year says of an area that meets the rule; None for a mere part of another rule.
    """

    id: str
    title: str
    clause: str
    level: AreaLevel
    fact: str | None = None
    test: Comparison | None = None
    bounds: tuple[Bound, ...] = ()
    all_of: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    verdict: Verdict | None = None

    def bound_on(self, day: date) -> Bound:
        """Give the bound in force on the day; raises PlanError when there is none."""
        return _find_bound(self.id, self.bounds, day)


class PlanValue(Struct, frozen=True):
    """A number of the plan that is no condition: an amount, a share, a count; `unit` in Chinese."""

    id: str
    title: str
    clause: str
    unit: str
    bounds: tuple[Bound, ...]
    readings: tuple[str, ...] = ()

    def bound_on(self, day: date) -> Bound:
        """Give the bound in force on the day; raises PlanError when there is none."""
        return _find_bound(self.id, self.bounds, day)


class Choice(Struct, frozen=True):
    """One answer of a reading; of kind limits: one whole number to set, not below `least`."""

    value: str
    label: str
    least: int = 0


class Reading(Struct, frozen=True):
    """How an unclear place of the plan is understood (口径), and what else may be chosen.

    `default` is a value (choice), a tuple of values (list) or whole numbers by value (limits).
    `in_use` False: nothing in this release follows the switch, so it may not be set.
    """

    id: str
    title: str
    question: str
    clause: str
    kind: ReadingKind
    default: ReadingValue
    choices: tuple[Choice, ...]
    why: str
    status: str
    in_use: bool = True

    def label_of(self, value: str) -> str:
        """Give the Chinese label of a value; raises PlanError for a value the reading has not."""
        choice = next((choice for choice in self.choices if choice.value == value), None)
        if choice is None:
            raise PlanError(f"reading {self.id} has no choice {value}")
        return choice.label


class Obligation(Struct, frozen=True):
    """What the plan asks of whom, and by when; `proposed`: the deadline is ours, not the plan's.

    The texts are for people; `tasks` say the same so that a day and a check can be computed.
    """

    id: str
    clauses: tuple[str, ...]
    who: tuple[str, ...]
    what: str
    kind: ObligationKind
    frequency: str
    due: str = ""
    proposed: bool = False
    evidence: str = ""
    consequence: str = ""
    readings: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def clause(self) -> str:
        """The clause that mainly asks for it."""
        return self.clauses[0]


class Coverage(Struct, frozen=True):
    """One answer to “what becomes of this clause”; `target` is empty where people judge."""

    clause: str
    kind: CoverageKind
    target: str
    why: str


class Plan(Struct, frozen=True):
    """The plan: its document, and everything that follows from it, in the order of the data files."""

    title: str
    number: str
    index: str
    issued_on: date
    last_checked: date
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]
    values: tuple[PlanValue, ...]
    readings: tuple[Reading, ...]
    obligations: tuple[Obligation, ...]
    coverage: tuple[Coverage, ...]
    duties: DutyBook

    def clause(self, clause_id: str) -> Clause:
        """Give the clause with this label; raises PlanError."""
        return _pick("clause", self.clauses, clause_id)

    def rule(self, rule_id: str) -> Rule:
        """Give the rule; raises PlanError."""
        return _pick("rule", self.rules, rule_id)

    def reading(self, reading_id: str) -> Reading:
        """Give the reading, such as T-03; raises PlanError."""
        return _pick("reading", self.readings, reading_id)

    def obligation(self, obligation_id: str) -> Obligation:
        """Give the obligation, such as O-29; raises PlanError."""
        return _pick("obligation", self.obligations, obligation_id)

    def value(self, value_id: str) -> PlanValue:
        """Give the value with all its dated bounds; raises PlanError."""
        return _pick("value", self.values, value_id)

    def value_on(self, value_id: str, day: date) -> BoundNumber:
        """Give the number in force on the day, in the unit of the value; raises PlanError."""
        return self.value(value_id).bound_on(day).number

    def coverage_of(self, clause_id: str) -> tuple[Coverage, ...]:
        """List where the clause is computed, checked, printed or judged."""
        return tuple(entry for entry in self.coverage if entry.clause == clause_id)


_Record = TypeVar("_Record", Clause, Rule, PlanValue, Reading, Obligation)


def _pick(kind: str, records: Iterable[_Record], record_id: str) -> _Record:
    for record in records:
        if record.id == record_id:
            return record
    raise PlanError(f"the plan has no {kind} {record_id}")


def _find_bound(record_id: str, bounds: tuple[Bound, ...], day: date) -> Bound:
    begun = [bound for bound in bounds if bound.valid_from <= day]
    if not begun or (begun[-1].valid_to is not None and begun[-1].valid_to < day):
        raise PlanError(f"{record_id} has no bound in force on {day}")
    return begun[-1]
