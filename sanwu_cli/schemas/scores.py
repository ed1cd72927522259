"""The documents about verdicts: a year, a month."""

from __future__ import annotations

from typing import Literal

from sanwu_cli.plan.margins import Peril
from sanwu_cli.schemas.parts import (
    Bounds,
    Checked,
    Code,
    Count,
    Day,
    IndicatorId,
    MonthText,
    Pair,
    Part,
    Source,
    Year,
)
from sanwu_cli.terms import Answer, Flag, Matter, Verdict


class IndicatorState(Part, frozen=True, kw_only=True):
    """一项指标：件数的范围、限额、够不够。"""

    low: Count
    high: Count | None
    limit: Count
    answer: Answer


class VillageYear(Part, frozen=True, kw_only=True):
    """一个村(社区)一年的结论；missing 是没有报的表和月份，如 crime:2026-03。"""

    code: Code
    name: str
    township: Code
    competes: bool
    indicators: dict[str, IndicatorState]
    verdict: Verdict
    flags: list[Flag]
    missing: list[str]


class Conditions(Part, frozen=True, kw_only=True):
    """乡镇命名的三个条件。"""

    binding_indicators: Answer
    safety_rank: Answer
    unbreached_share: Answer


class TownshipYear(Part, frozen=True, kw_only=True):
    """一个乡镇(街道)一年的结论。"""

    code: Code
    name: str
    competes: bool
    village_count: Count
    unbreached: Pair
    all_breached: Pair
    conditions: Conditions
    safety_score: str | None
    safety_rank: Count | None
    verdict: Verdict
    flags: list[Flag]


class AwardSum(Part, frozen=True, kw_only=True):
    """奖励的个数和金额（元）。"""

    townships: Count
    villages: Count
    total_yuan: Count


class YearRuling(Part, frozen=True, kw_only=True):
    """一年里的一次决定或异议。"""

    id: str
    indicator: IndicatorId | None
    matter: Matter
    day: str
    dated: bool
    unit: str
    before: list[str]
    after: list[str]
    asked: list[str]
    counted_before: bool
    counted_after: bool
    dates: list[str]
    reason: str
    document_number: str
    state: str
    run: Count
    source: Source | None


class ScoreYear(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/score-year/1"):
    """全年核算。"""

    year: Year
    as_of: Day
    villages: list[VillageYear]
    townships: list[TownshipYear]
    awards: AwardSum
    rulings: list[YearRuling]


class MonthState(Part, frozen=True, kw_only=True):
    """一项指标当月和本年累计的件数。"""

    month: Bounds
    to_date: Bounds
    limit: Count
    answer: Answer


VillageStatus = Literal["unbreached", "breached", "all_breached", "unknown"]


class VillageMonth(Part, frozen=True, kw_only=True):
    """一个村(社区)到这个月为止的情形。"""

    code: Code
    name: str
    township: Code
    competes: bool
    indicators: dict[str, MonthState]
    status: VillageStatus
    missing: list[str]


class TownshipMonth(Part, frozen=True, kw_only=True):
    """一个乡镇(街道)到这个月为止，离两条线还有几个村。"""

    code: Code
    name: str
    competes: bool
    village_count: Count
    unbreached: Pair
    all_breached: Pair
    may_still_be_breached: Pair | None
    share_reachable: Answer | None
    to_barred_line: Pair | None


class MonthGap(Part, frozen=True, kw_only=True):
    """一个月没有报的乡镇(街道)。"""

    month: MonthText
    townships: list[Code]


class Completeness(Part, frozen=True, kw_only=True):
    """一项指标的报送情况。"""

    id: str
    indicator: IndicatorId
    missing: list[MonthGap]


class VillageAtRisk(Part, frozen=True, kw_only=True):
    """只差一步的村(社区)。"""

    code: Code
    name: str
    township: Code
    why: Peril
    indicators: list[IndicatorId]
    cases: list[str]


class Unreported(Part, frozen=True, kw_only=True):
    """一个部门没有报的一个月。"""

    sender: str
    sheet: str
    month: MonthText
    townships: list[Code]
    whole_county: bool


class ScoreMonth(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/score-month/1"):
    """当月和本年累计。"""

    month: MonthText
    as_of: Day
    villages: list[VillageMonth]
    townships: list[TownshipMonth]
    completeness: list[Completeness]
    villages_at_risk: list[VillageAtRisk]
    unreported: list[Unreported]
