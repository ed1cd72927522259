"""What a month's state leaves room for: plain facts per township, village and sender; nothing is forecast."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.jobs.reading import sheet_of
from sanwu_cli.jobs.requests import find_sender
from sanwu_cli.jobs.scoring import completeness, village_competes
from sanwu_cli.plan.margins import Margin, Warned, list_perils, measure_margin
from sanwu_cli.terms import Answer
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.model import Area
    from sanwu_cli.periods import Month
    from sanwu_cli.terms import Indicator

MARGIN_HEADERS = ("乡镇(街道)", "村数", "最多可破", "还可突破", "命名占比", "取消线", "距取消线")
PERIL_HEADERS = ("村(社区)", "乡镇(街道)", "情况", "指标", "案件")
SILENT_HEADERS = ("部门", "指标", "月份", "乡镇(街道)")
_REACH = {Answer.MET: "够得着", Answer.NOT_MET: "已够不着", Answer.UNKNOWN: "看待定的村"}
# Of a township that does not compete nothing is to say.
NO_MARGIN: Mapping[str, object] = MappingProxyType(
    {"may_still_be_breached": None, "share_reachable": None, "to_barred_line": None}
)
_DRAFT = "截至本月的登记数据，只列事实，不作预测。“还可突破”是从最坏到最好。"


class Silent(Struct, frozen=True):
    """A month an indicator's department has not reported, and for which townships; all: none has."""

    sender: str
    indicator: Indicator
    month: Month
    townships: tuple[str, ...]
    is_county: bool


class Warnings(Struct, frozen=True):
    """A month's early warning: each competing township's distances, villages on the brink, who is silent."""

    scoring: Scoring
    townships: tuple[tuple[Area, Margin | None], ...]
    villages: tuple[Warned, ...]
    silent: tuple[Silent, ...]


def warn_early(scoring: Scoring) -> Warnings:
    """Gather the warnings of a year opened up to a month."""
    case, book = scoring.case, scoring.case.book
    plan = scoring.workspace.plan
    townships = tuple((area, measure_margin(plan, case, area)) for area in book.townships if area.competes)
    villages = [area for area in book.villages if village_competes(book, area)]
    return Warnings(scoring, townships, list_perils(case, villages), tuple(_list_silent(scoring)))


def _list_silent(scoring: Scoring) -> list[Silent]:
    with_villages = set(scoring.case.book.by_township)
    return [
        Silent(find_sender(scoring, indicator)[0], indicator, month, towns, set(towns) >= with_villages)
        for indicator, gaps in completeness(scoring)
        for month, towns in gaps.items()
    ]


def margins_as_json(warnings: Warnings) -> dict[str, Mapping[str, object]]:
    """Give what each township's entry of sanwu/score-month/1 gains, by code; null where nothing is to say."""
    found: dict[str, Mapping[str, object]] = {}
    for area, margin in warnings.townships:
        found[area.code] = NO_MARGIN
        if margin is not None:
            found[area.code] = {
                "may_still_be_breached": _bounds(margin.may_still),
                "share_reachable": margin.reachable.value,
                "to_barred_line": _bounds(margin.to_line),
            }
    return found


def _bounds(pair: tuple[int, int]) -> dict[str, int]:
    return {"low": max(pair[0], 0), "high": max(pair[1], 0)}


def warnings_as_json(warnings: Warnings) -> dict[str, object]:
    """Give the villages on the brink and the silent departments, additions to sanwu/score-month/1."""
    return {
        "villages_at_risk": [
            {
                "code": one.area.code,
                "name": one.area.name,
                "township": one.area.parent,
                "why": one.peril.value,
                "indicators": [indicator.value for indicator in one.indicators],
                "cases": [incident.id for incident in one.incidents],
            }
            for one in warnings.villages
        ],
        "unreported": [
            {
                "sender": one.sender,
                "sheet": sheet_of(one.indicator),
                "month": str(one.month),
                "townships": list(one.townships),
                "whole_county": one.is_county,
            }
            for one in warnings.silent
        ],
    }


def margin_rows(warnings: Warnings) -> list[tuple[str | int, ...]]:
    """Lay out under MARGIN_HEADERS every competing township's distances."""
    return [_margin_row(area, margin) for area, margin in warnings.townships]


def _margin_row(area: Area, margin: Margin | None) -> tuple[str | int, ...]:
    if margin is None:
        return area.name, 0, "—", "—", "—", "—", "—"
    return (
        area.name,
        margin.village_count,
        margin.allowed,
        _show(margin.may_still),
        _REACH[margin.reachable],
        margin.line,
        "已到线" if margin.to_line[1] <= 0 else _show(margin.to_line),
    )


def _show(pair: tuple[int, int]) -> str:
    low, high = (max(number, 0) for number in pair)
    return str(low) if low == high else f"{low}…{high}"


def peril_rows(warnings: Warnings) -> list[tuple[str, ...]]:
    """Lay out under PERIL_HEADERS the villages one step from losing."""
    names = {area.code: area.name for area in warnings.scoring.case.book.townships}
    return [
        (
            one.area.name,
            names.get(one.area.parent, ""),
            one.peril.label,
            "、".join(indicator.label for indicator in one.indicators),
            "、".join(incident.case_number or incident.id for incident in one.incidents),
        )
        for one in warnings.villages
    ]


def silent_rows(warnings: Warnings) -> list[tuple[str, ...]]:
    """Lay out under SILENT_HEADERS who has not reported which month."""
    names = {area.code: area.name for area in warnings.scoring.case.book.townships}
    return [
        (
            one.sender,
            one.indicator.label,
            one.month.label,
            "全部" if one.is_county else "、".join(names.get(code, code) for code in one.townships),
        )
        for one in warnings.silent
    ]


def warning_sheets(warnings: Warnings) -> tuple[TableSheet, ...]:
    """Give the warning list's sheets."""
    scoring = warnings.scoring
    head = f"{scoring.workspace.settings.name}截至{scoring.case.book.period.last.label}"
    made = (
        ("离线还有多远", MARGIN_HEADERS, margin_rows(warnings), "各乡镇(街道)离两条线的村(社区)数"),
        ("只差一步的村", PERIL_HEADERS, peril_rows(warnings), "只差一步的村(社区)"),
        ("谁没有报", SILENT_HEADERS, silent_rows(warnings), "没有报的月份"),
    )
    return tuple(
        TableSheet(name, headers, tuple(rows), title=f"{head}{title}", notes=(_DRAFT,))
        for name, headers, rows, title in made
    )


def write_warnings(warnings: Warnings, *, dated: date) -> bytes:
    """Write the warning list, for the office's own use."""
    return write_internal("预警清单", warning_sheets(warnings), dated=dated)
