"""The month's and the year's result as workbooks: every village and township, its answers, the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.jobs.annex import HEADERS as DECISION_HEADERS
from sanwu_cli.jobs.annex import lay_out_decision, list_decisions
from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.jobs.ledger_view import name_areas
from sanwu_cli.jobs.score_json import village_status
from sanwu_cli.jobs.scoring import describe_choice, show_score
from sanwu_cli.plan.evaluate import show_interval
from sanwu_cli.terms import Answer, Indicator, Verdict
from sanwu_cli.workbook.chart import StackedBars
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.scoring import Scoring, YearScore
    from sanwu_cli.plan.evaluate import TownshipJudgement, VillageJudgement

_DRAFT = "本表由程序按登记数据计算，供研究决定，不是认定结论。"
TOWNSHIP_HEADERS = (
    "代码",
    "乡镇(街道)",
    "村(社区)数",
    "未突破",
    "全部突破",
    "约束性指标",
    "综合得分",
    "排名",
    "前列",
    "未突破占比",
    "结论",
    "标记",
)


def list_indicators(scoring: Scoring) -> tuple[Indicator, ...]:
    """List the indicators a table shows: the plan's three, judged or not, then what the office added."""
    return (*Indicator, *(i for i in scoring.case.indicators if i not in set(Indicator)))


def village_headers(score: YearScore) -> tuple[str, ...]:
    """Head the columns of village_rows."""
    labels = (indicator.label for indicator in list_indicators(score.scoring))
    return ("代码", "村(社区)", "乡镇(街道)", *labels, "结论", "标记", "未报")


def village_rows(score: YearScore) -> list[tuple[str, ...]]:
    """Lay out every village under village_headers."""
    names = {judged.area.code: judged.area.name for judged in score.townships}
    shown = list_indicators(score.scoring)
    return [_village_row(judged, names.get(judged.area.parent, ""), shown) for judged in score.villages]


def _village_row(judged: VillageJudgement, township: str, shown: Sequence[Indicator]) -> tuple[str, ...]:
    cells = []
    for indicator in shown:
        state = judged.indicators.get(indicator)
        cells.append("—" if state is None else _show_state(show_interval(state.interval), state.answer))
    return (
        judged.area.code,
        judged.area.name,
        township,
        *cells,
        judged.verdict.label,
        "、".join(flag.label for flag in judged.flags),
        "、".join(f"{indicator.label}{month}" for indicator, month in judged.missing),
    )


def _show_state(count: str, answer: Answer) -> str:
    return count if answer is not Answer.UNKNOWN else f"{count}待定"


def township_rows(score: YearScore) -> list[tuple[str | int, ...]]:
    """Lay out every township under TOWNSHIP_HEADERS."""
    return [_township_row(score.scoring, judged) for judged in score.townships]


def _township_row(scoring: Scoring, judged: TownshipJudgement) -> tuple[str | int, ...]:
    conditions = judged.conditions
    return (
        judged.area.code,
        judged.area.name,
        judged.village_count,
        _show_bounds(judged.unbreached),
        _show_bounds(judged.all_breached),
        conditions["binding_indicators"].label if judged.competes else "—",
        show_score(scoring.case.scores.get(judged.area.code)) or "—",
        "—" if judged.rank is None else judged.rank,
        conditions["safety_rank"].label if judged.competes else "—",
        conditions["unbreached_share"].label if judged.competes else "—",
        judged.verdict.label,
        "、".join(flag.label for flag in judged.flags),
    )


SUMMARY_HEADERS = ("乡镇(街道)", "村数", "未突破", "得分", "排名", "约束", "名次", "占比", "结论")


def summary_rows(score: YearScore) -> list[tuple[str | int, ...]]:
    """Lay out the townships under SUMMARY_HEADERS, narrow enough for a terminal."""
    rows = []
    for judged in score.townships:
        answers = [answer.label if judged.competes else "—" for answer in judged.conditions.values()]
        marks = show_score(score.scoring.case.scores.get(judged.area.code)) or "—"
        place = "—" if judged.rank is None else judged.rank
        bounds = _show_bounds(judged.unbreached)
        rows.append(
            (judged.area.name, judged.village_count, bounds, marks, place, *answers, judged.verdict.label)
        )
    return rows


def open_headers(score: YearScore) -> tuple[str, ...]:
    """Head the columns of open_rows: those of every village up to the verdict."""
    return village_headers(score)[:-2]


def open_rows(score: YearScore) -> list[tuple[str, ...]]:
    """Lay out under open_headers the competing villages that do not meet the conditions, or not yet."""
    names = {judged.area.code: judged.area.name for judged in score.townships}
    shown = list_indicators(score.scoring)
    closed = (Verdict.DESIGNATED, Verdict.NOT_APPLICABLE)
    return [
        _village_row(judged, names.get(judged.area.parent, ""), shown)[:-2]
        for judged in score.villages
        if judged.verdict not in closed
    ]


def flag_lines(score: YearScore) -> list[str]:
    """Say which townships and villages carry which flags."""
    judged_all: list[TownshipJudgement | VillageJudgement] = [*score.townships, *score.villages]
    return [
        f"{judged.area.name}：{'、'.join(flag.label for flag in judged.flags)}"
        for judged in judged_all
        if judged.flags
    ]


def _show_bounds(bounds: tuple[int, int]) -> str:
    low, high = bounds
    return str(low) if low == high else f"{low}…{high}"


STATUS_LABELS = {"unbreached": "未突破", "breached": "突破", "all_breached": "全部突破", "unknown": "待定"}
MONTH_TOWNSHIP_HEADERS = ("代码", "乡镇(街道)", "村(社区)数", *STATUS_LABELS.values())


def month_village_headers(score: YearScore) -> tuple[str, ...]:
    """Head the columns of month_village_rows."""
    labels = (indicator.label for indicator in list_indicators(score.scoring))
    return ("代码", "村(社区)", "乡镇(街道)", *labels, "状态", "未报")


def month_village_rows(score: YearScore) -> list[tuple[str, ...]]:
    """Lay out every village under month_village_headers: the numbers and the status to date, no verdict."""
    return [
        (*row[:-3], STATUS_LABELS[village_status(judged)], row[-1])
        for row, judged in zip(village_rows(score), score.villages, strict=True)
    ]


# Of the statuses in their order: the colours of the overview.
_STATUS_COLOURS = ("#4F9A63", "#EA8C55", "#B3261E", "#C9CED6")


def month_township_rows(score: YearScore) -> list[tuple[str | int, ...]]:
    """Lay out every township under MONTH_TOWNSHIP_HEADERS."""
    rows: list[tuple[str | int, ...]] = []
    for judged in score.townships:
        own = [village_status(v) for v in score.villages if v.area.parent == judged.area.code]
        counts = [own.count(status) for status in STATUS_LABELS]
        rows.append((judged.area.code, judged.area.name, len(own), *counts))
    return rows


def write_month_list(score: YearScore) -> bytes:
    """Write how every village and township stands to date; nothing is decided before the year is over."""
    scoring = score.scoring
    head = f"{scoring.workspace.settings.name}截至{scoring.case.book.period.last.label}"
    sheets = (
        replace(
            _make_sheet(
                "乡镇(街道)", MONTH_TOWNSHIP_HEADERS, month_township_rows(score), f"{head}各乡镇(街道)情况"
            ),
            chart=_chart_statuses(head),
        ),
        _make_sheet(
            "村(社区)", month_village_headers(score), month_village_rows(score), f"{head}各村(社区)情况"
        ),
    )
    return write_internal(f"{head}三无情况", sheets, dated=scoring.case.book.day)


def _chart_statuses(head: str) -> StackedBars:
    """Draw how many villages of each township stand how."""
    first = MONTH_TOWNSHIP_HEADERS.index(STATUS_LABELS["unbreached"])
    parts = tuple(enumerate(_STATUS_COLOURS, start=first))
    return StackedBars(f"{head}各乡镇(街道)村(社区)情况", MONTH_TOWNSHIP_HEADERS.index("乡镇(街道)"), parts)


def write_year_list(score: YearScore, more: Sequence[TableSheet] = ()) -> bytes:
    """Write the year-end list: who meets the conditions, who does not, the award sum; then `more` sheets."""
    scoring = score.scoring
    year, name = scoring.year, scoring.workspace.settings.name
    awards = (
        ("符合条件的乡镇(街道)", score.award_townships),
        ("符合条件的村(社区)", score.award_villages),
        ("奖励测算（元）", score.award_yuan),
    )
    readings = [
        (
            reading.id,
            reading.title,
            describe_choice(scoring.workspace, reading.id),
            _status(scoring, reading.id),
        )
        for reading in scoring.workspace.plan.readings
    ]
    towns = [
        (judged.area.name, judged.verdict.label, "、".join(flag.label for flag in judged.flags))
        for judged in score.townships
        if judged.verdict in (Verdict.DESIGNATED, Verdict.DISQUALIFIED)
    ]
    head = f"{name}{year}年"
    records = scoring.case.book.records
    names = name_areas(records.areas)
    decisions = [lay_out_decision(one, names) for one in list_decisions(records, year)]
    sheets = (
        _make_sheet("乡镇(街道)", TOWNSHIP_HEADERS, township_rows(score), f"{head}三无乡镇(街道)核算表"),
        _make_sheet("村(社区)", village_headers(score), village_rows(score), f"{head}三无村(居)核算表"),
        _make_sheet("建议名单", ("乡镇(街道)", "结论", "标记"), towns, f"{head}乡镇(街道)建议名单"),
        _make_sheet("奖励测算", ("项目", "数"), awards, f"{head}奖励测算"),
        _make_sheet("认定和异议", DECISION_HEADERS, decisions, f"{head}认定、异议和更正"),
        _make_sheet("口径", ("编号", "事项", "采用", "状态"), readings, "计算所依据的口径"),
        *more,
    )
    return write_internal(f"{head}三无核算", sheets, dated=scoring.case.book.day)


def _make_sheet(
    name: str, headers: tuple[str, ...], rows: Sequence[tuple[str | int, ...]], title: str
) -> TableSheet:
    return TableSheet(name, headers, tuple(rows), title=title, notes=(_DRAFT,))


def _status(scoring: Scoring, reading_id: str) -> str:
    return "本单位已确认" if reading_id in scoring.workspace.settings.confirmed else "默认，待确认"
