"""The documents about the assessment by the office's own rules."""

from __future__ import annotations

from sanwu_cli.assessment.items import Part as AssessmentPart
from sanwu_cli.assessment.scoring import Origin
from sanwu_cli.assessment.ways import Effect, Shape
from sanwu_cli.schemas.parts import AreaPart, Case, Checked, Day, Exact, ExactBounds, Pair, Part, Source, Year
from sanwu_cli.terms import Answer


class ItemPart(Part, frozen=True, kw_only=True):
    """细则的一项，程序怎么理解的；is_scored 为 false 的要改。"""

    number: str
    item: str
    part: AssessmentPart | None
    points: Exact | None
    way: str
    data_source: str
    measure: str | None
    effect: Effect | None
    basis: str
    is_scored: bool
    source: Source


class AssessmentCheck(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/assessment-check/1"):
    """检查过的考核细则。"""

    year: Year
    is_example: bool
    items: list[ItemPart]


class ItemPoints(Part, frozen=True, kw_only=True):
    """一项的得分，从哪里来，还缺什么。"""

    number: str
    points: ExactBounds | None
    veto: Answer | None
    origin: Origin
    amount: ExactBounds
    out_of: ExactBounds | None
    evidence: list[Case]
    gaps: list[str]


class TownshipPoints(AreaPart, frozen=True, kw_only=True):
    """一个乡镇(街道)的得分和名次。"""

    one_centre: ExactBounds
    other: ExactBounds
    total: ExactBounds
    unranked: Answer
    rank: Pair | None
    items: list[ItemPoints]


class AssessmentShown(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/assessment/1"):
    """按考核细则计的分。"""

    year: Year
    as_of: Day
    is_example: bool
    mark: str | None
    one_centre_share: Exact
    items: list[ItemPart]
    townships: list[TownshipPoints]


class AssessmentExplain(
    Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/assessment-explain/1"
):
    """一个乡镇(街道)的每一分。"""

    year: Year
    as_of: Day
    is_example: bool
    mark: str | None
    one_centre_share: Exact
    township: TownshipPoints


class MeasurePart(Part, frozen=True, kw_only=True):
    """一种数据来源。"""

    id: str
    label: str
    shape: Shape
    about: str
    is_taken: bool
    is_result: bool


class AssessmentMeasures(
    Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/assessment-measures/1"
):
    """数据来源可以写的名称。"""

    measures: list[MeasurePart]


class AssessmentExample(
    Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/assessment-example/1"
):
    """写出的示例细则。"""

    year: Year
    file: str
    mark: str
