"""The documents about the plan: clauses, obligations, readings, what becomes of each."""

from __future__ import annotations

from msgspec import field

from sanwu_cli.plan.records import CoverageKind, ObligationKind, ReadingKind
from sanwu_cli.plan.tasks import Every
from sanwu_cli.schemas.parts import Day, Part


class BoundPart(Part, frozen=True, kw_only=True):
    """从哪天起是多少。"""

    from_: Day = field(name="from")
    is_: str = field(name="is")


class RulePart(Part, frozen=True, kw_only=True):
    """条款里的一条规则。"""

    id: str
    title: str
    bounds: list[BoundPart]
    readings: list[str]


class ValuePart(Part, frozen=True, kw_only=True):
    """条款里的一个数。"""

    id: str
    title: str
    unit: str
    bounds: list[BoundPart]


class CoveragePart(Part, frozen=True, kw_only=True):
    """条款由哪里落实，或者为什么由人判断。"""

    clause: str
    kind: CoverageKind
    target: str
    why: str


class ClausePart(Part, frozen=True, kw_only=True):
    """一条：要求什么，谁负责，怎么落实。"""

    id: str
    title: str
    asks: str
    units: list[str]
    rules: list[RulePart]
    values: list[ValuePart]
    coverage: list[CoveragePart]


class PlanShown(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/plan/1"):
    """实施方案的全部条款。"""

    number: str
    clauses: list[ClausePart]


class Clause(ClausePart, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/clause/1"):
    """一条条款。"""


class TaskCheck(Part, frozen=True, kw_only=True):
    """看办没办的一项检查。"""

    id: str
    title: str
    sheet: str


class TaskPart(Part, frozen=True, kw_only=True):
    """事项的一件任务。"""

    what: str
    binds: list[str]
    at: str | None
    every: Every
    due: str
    soft: bool
    checks: list[TaskCheck]
    people: str | None


class ObligationPart(Part, frozen=True, kw_only=True):
    """一个事项。"""

    id: str
    clauses: list[str]
    what: str
    kind: ObligationKind
    tasks: list[TaskPart]


class Obligation(ObligationPart, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/obligation/1"):
    """一个事项和它的任务。"""


class ReadingChoice(Part, frozen=True, kw_only=True):
    """口径的一种答案。"""

    value: str
    label: str


class ReadingShown(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/reading/1"):
    """一条口径：问题、各种答案、默认和理由；in_use 为 false 的本版还没有用到。"""

    id: str
    title: str
    clause: str
    question: str
    kind: ReadingKind
    default: str | list[str] | dict[str, int]
    choices: list[ReadingChoice]
    why: str
    in_use: bool


class Coverage(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/coverage/1"):
    """每条条款、每个事项由哪里落实。"""

    coverage: list[CoveragePart]
    obligations: list[ObligationPart]
