"""The documents about what is due, and about papers."""

from __future__ import annotations

from typing import Literal

from sanwu_cli.due.records import ItemState
from sanwu_cli.schemas.parts import Checked, Code, Count, Day, FindingPart, MonthText, Part, Source, Year
from sanwu_cli.terms import Severity


class DueSpan(Part, frozen=True, kw_only=True):
    """看的是哪些天；overdue_of_year 表示连同本年已经逾期的。"""

    first: Day
    last: Day
    overdue_of_year: bool


class DueItem(Part, frozen=True, kw_only=True):
    """一件到期事项。"""

    obligation: str
    task: Count
    clauses: list[str]
    who: str
    area_code: Code | None
    what: str
    person: str | None
    period: str | None
    due_on: Day | None
    soft: bool
    state: ItemState
    late: bool
    evidence: list[Source]
    why: str
    todo: str


class Unused(Source, frozen=True, kw_only=True):
    """说明不了哪一件事的一行。"""

    why: str


class DueCounts(Part, frozen=True, kw_only=True):
    """各种状态的事项和各级检查结果各有几个。"""

    overdue: Count
    due: Count
    done: Count
    not_applicable: Count
    people: Count
    error: Count
    warning: Count
    info: Count


class Due(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/due/1"):
    """方案要求的事项。"""

    as_of: Day
    span: DueSpan
    items: list[DueItem]
    unused: list[Unused]
    findings: list[FindingPart]
    counts: DueCounts


class KindPart(Part, frozen=True, kw_only=True):
    """一种公文。"""

    id: str
    name: str
    genre: str
    clause: str
    every: Literal["month", "quarter", "year"]
    sender: str
    each: str | None
    occasion: str | None
    obligations: list[str]
    asks_basis: bool


class Reports(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/reports/1"):
    """能生成的公文：定期的，有事才有的。"""

    kinds: list[KindPart]
    occasional: list[KindPart]


class DueKind(KindPart, frozen=True, kw_only=True):
    """谁该写、什么时候。"""

    who: str
    what: str | None
    due_on: Day | None
    soft: bool
    state: ItemState | None


class ReportDues(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/report-dues/1"):
    """一个月里谁该写哪种公文。"""

    month: MonthText
    kinds: list[DueKind]


class Render(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/render/1"):
    """生成的公文。"""

    files: list[str]


class FormFault(Part, frozen=True, kw_only=True):
    """格式不合规定的一处。"""

    rule: str
    title: str
    clause: str
    severity: Severity
    part: str
    places: list[str]
    excerpt: str
    expected: str
    found: str
    remedy: str


class FormChecked(Part, frozen=True, kw_only=True):
    """查过的一个文件；打不开的 format 为 null。"""

    file: str
    readable: bool
    format: str | None
    left_out: str
    faults: list[FormFault]


class PaperRule(Part, frozen=True, kw_only=True):
    """只有打印出来才看得清的一条。"""

    rule: str
    title: str
    clause: str


class ReportCheck(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/report-check/1"):
    """对照国家标准检查的公文。"""

    files: list[FormChecked]
    on_paper: list[PaperRule]


class Overview(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/overview/1"):
    """写成网页的一年。"""

    year: Year
    file: str


class FormField(Part, frozen=True, kw_only=True):
    """表样可以填的一项：英文、中文写法，短写法，是什么，例子；清单另有怎么逐个印。"""

    path: str
    chinese: str
    shortcut: str | None
    meaning: str
    example: str | None
    is_list: bool
    loop: str | None


class ReportFields(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/report-fields/1"):
    """一种公文可以填进自己表样的名称。"""

    kind: str
    fields: list[FormField]
