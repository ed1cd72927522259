"""The documents about why: reasons, readings tried, the end of a year, two months compared."""

from __future__ import annotations

from sanwu_cli.plan.needs import NeedKind, Question
from sanwu_cli.schemas.parts import (
    Bounds,
    Case,
    Checked,
    Code,
    Count,
    Day,
    IndicatorId,
    MonthText,
    Pair,
    Part,
    PeriodText,
    Year,
)
from sanwu_cli.schemas.scores import AwardSum, VillageStatus
from sanwu_cli.terms import Answer, AreaLevel, Verdict


class Reason(Part, frozen=True, kw_only=True):
    """理由的一层：规则、条款、看到的、标准、口径、下一层、依据。"""

    rule: str
    title: str
    clause: str
    answer: Answer
    seen: str
    bound: str
    reading: str
    gaps: list[str]
    children: list[Reason]
    evidence: list[Case]


class View(Part, frozen=True, kw_only=True):
    """一个单位的结论和依据的数；当年不在册的没有结论。"""

    verdict: Verdict | None
    numbers: list[str]


class UnitChange(Part, frozen=True, kw_only=True):
    """换一种答案，一个单位的结论怎么变。"""

    code: Code
    name: str
    level: AreaLevel
    township: str
    here: View
    there: View


class AwardEnds(Part, frozen=True, kw_only=True):
    """奖励的两头：已定的，待定的都命名了的。"""

    low: AwardSum
    high: AwardSum


class ReadingEffect(Part, frozen=True, kw_only=True):
    """一条口径换一种答案：哪些单位变，奖励差多少。"""

    id: str
    title: str
    clause: str
    confirmed: bool
    chosen: str | list[str] | dict[str, int]
    chosen_label: str
    answer: str | list[str] | dict[str, int]
    answer_label: str
    units: list[UnitChange]
    named: list[Code]
    not_named: list[Code]
    awards: AwardEnds
    change_yuan: Pair


class Untried(Part, frozen=True, kw_only=True):
    """没有试算的口径，为什么。"""

    id: str
    title: str
    clause: str
    why: str


class Readings(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/readings/1"):
    """口径影响：各条分别试算，pairs_tried 恒为 false。"""

    year: Year
    as_of: Day
    awards: AwardEnds
    pairs_tried: bool
    answers: list[ReadingEffect]
    untried: list[Untried]


class Explain(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/explain/1"):
    """一个地方的结论和理由，以及口径一换就变的结论。"""

    year: Year
    as_of: Day
    code: Code
    name: str
    verdict: Verdict
    reasons: list[Reason]
    deciding_readings: list[ReadingEffect]


class LeveledArea(Part, frozen=True, kw_only=True):
    """一个地方，连同级别和所属乡镇(街道)。"""

    code: Code
    name: str
    level: AreaLevel
    township: Code


class Named(Part, frozen=True, kw_only=True):
    """够条件命名的。"""

    townships: list[LeveledArea]
    villages: list[LeveledArea]


class OpenArea(LeveledArea, frozen=True, kw_only=True):
    """待定的单位；needs 是 requests 里的序号。"""

    question: Question
    needs: list[Count]


class Asked(Part, frozen=True, kw_only=True):
    """要问的一件事，和它定得下来的单位。"""

    id: Count
    kind: NeedKind
    text: str
    sheet: str
    indicator: IndicatorId | None
    months: list[MonthText]
    townships: list[Code]
    whole_county: bool
    areas: list[Code]
    case: str | None
    names: list[str]
    decides: list[Code]


class SenderAsked(Part, frozen=True, kw_only=True):
    """向一个部门要问的。"""

    sender: str
    items: list[Asked]


class Barred(LeveledArea, frozen=True, kw_only=True):
    """到了取消评优的线的单位。"""

    seen: str
    bound: str
    clause: str
    order: str


class Payment(LeveledArea, frozen=True, kw_only=True):
    """一个单位的奖励（元）；certain 为 false 的命名了才拨。"""

    yuan: Count
    certain: bool


class YearEndAwards(AwardEnds, frozen=True, kw_only=True):
    """奖励的两头和每个单位。"""

    units: list[Payment]


class ReadingsTried(Part, frozen=True, kw_only=True):
    """试算过的口径。"""

    pairs_tried: bool
    answers: list[ReadingEffect]
    untried: list[Untried]


class YearEnd(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/year-end/1"):
    """年终收口。"""

    year: Year
    as_of: Day
    named: Named
    open: list[OpenArea]
    requests: list[SenderAsked]
    disqualified: list[Barred]
    awards: YearEndAwards
    readings: ReadingsTried


class ComparedMonth(Part, frozen=True, kw_only=True):
    """对照的一个月，看到哪一天。"""

    month: MonthText
    as_of: Day


class NumberPair(Part, frozen=True, kw_only=True):
    """一个数在两个月；change 为 null 表示说不准。"""

    first: Bounds | None
    second: Bounds | None
    change: int | None


class AnswerPair(Part, frozen=True, kw_only=True):
    """一个答案在两个月；不参评的没有。"""

    first: Answer | None
    second: Answer | None


class StatusPair(Part, frozen=True, kw_only=True):
    """村(社区)的状态在两个月；不在册的没有。"""

    first: VillageStatus | None
    second: VillageStatus | None


class TownshipCompared(Part, frozen=True, kw_only=True):
    """一个乡镇(街道)两个月的对照。"""

    code: Code
    name: str
    cases: dict[str, NumberPair]
    breached: NumberPair
    all_breached: NumberPair
    share_reachable: AnswerPair


class NewBreach(Part, frozen=True, kw_only=True):
    """新突破的指标，原来的答案。"""

    indicator: IndicatorId
    was: Answer | None


class VillageCompared(Part, frozen=True, kw_only=True):
    """一个有变化的村(社区)。"""

    code: Code
    name: str
    township: Code
    status: StatusPair
    to_date: dict[str, NumberPair]
    new_breaches: list[NewBreach]


class LateReport(Part, frozen=True, kw_only=True):
    """次月过完才到的一张表。"""

    taken_in_on: Day
    id: str
    file: str
    sheet: str
    period: PeriodText


class Compare(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/compare/1"):
    """两个月的对照。"""

    first: ComparedMonth
    second: ComparedMonth
    county: dict[str, NumberPair]
    townships: list[TownshipCompared]
    villages: list[VillageCompared]
    late_reports: list[LateReport]
