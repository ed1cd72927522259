"""What people decided in a year, all of it: the annex of the year-end list, as rows and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.jobs.rulings import list_known, number_of
from sanwu_cli.periods import Period
from sanwu_cli.plan.tally import may_lie_in
from sanwu_cli.records import Incident
from sanwu_cli.terms import Indicator, Matter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.model import Source
    from sanwu_cli.records import Change, Count, YearRecords

HEADERS = (
    "编号",
    "指标",
    "事项",
    "日期",
    "原单位",
    "新单位",
    "理由",
    "文号",
    "提出单位",
    "状态",
    "来源",
)
_NOT_COUNTED = "不计"
_UNPLACED = "未定"
_WAITING = "台账里没有这件案件"


class Decided(Struct, frozen=True):
    """One decision or objection of a year, with the number of what it is about; `state` in Chinese."""

    number: str
    indicator: str
    change: Change
    state: str


def list_decisions(records: YearRecords, year: int | None) -> tuple[Decided, ...]:
    """List every ruling, objection, correction and withdrawal of a year, or of all years, by day.

    Of the year is what is about a case of the year, and what was decided in it.
    """
    found = [
        Decided(number_of(known), known.indicator.value, change, _say_state(known, position))
        for known in list_known(records)
        for position, change in enumerate(known.changes)
        if year is None or change.day.startswith(f"{year}-") or _lies_in(known, year)
    ]
    found += [
        Decided(one.case_number, one.indicator, one.change, _WAITING)
        for one in records.waiting
        if year is None or one.change.day.startswith(f"{year}-")
    ]
    return tuple(sorted(found, key=lambda one: (one.change.day, one.indicator, one.number)))


def _lies_in(known: Incident | Count, year: int) -> bool:
    period = Period.of_year(year)
    if isinstance(known, Incident):
        return may_lie_in(known, period)
    return known.period.first <= period.last and period.first <= known.period.last


def _say_state(known: Incident | Count, position: int) -> str:
    """Say whether an objection is answered, and what was done since with any other decision."""
    change, later = known.changes[position], known.changes[position + 1 :]
    if change.matter is Matter.OBJECT:
        answer = next((one for one in later if not one.leaves_open), None)
        if answer is not None:
            return f"已{answer.matter.label}（{answer.day}）"
        return Matter.SUSPEND.label if known.is_suspended else "未决"
    if change.matter is Matter.SUSPEND:
        return "未决" if all(one.leaves_open for one in later) else "已有定论"
    return "又有异议" if any(one.matter is Matter.OBJECT for one in later) and known.is_contested else ""


def lay_out_decision(one: Decided, names: Mapping[str, str]) -> tuple[str, ...]:
    """Give a decision as a row under HEADERS; `names` maps codes to names."""
    change = one.change
    label = Indicator(one.indicator).label if one.indicator else ""
    return (
        one.number,
        label,
        change.matter.label,
        change.day if change.is_dated else f"{change.day}（导入日）",
        show_before(change, names),
        show_after(change, names),
        change.reason,
        change.document_number,
        change.unit,
        one.state,
        show_origin(change),
    )


def show_before(change: Change, names: Mapping[str, str]) -> str:
    """Say where a case was charged to before a decision, or that it did not count; its old date too."""
    where = "、".join(names.get(code, code) for code in change.before) or _UNPLACED
    dated = f" {change.dates[0] or '日期不明'}" if change.dates else ""
    return (where if change.was_counted else f"{where}（{_NOT_COUNTED}）") + dated


def show_after(change: Change, names: Mapping[str, str]) -> str:
    """Say where a case is charged to after a decision; an objection changes nothing but names its wish."""
    if change.matter is Matter.OBJECT:
        asked = "、".join(names.get(code, code) for code in change.asked)
        return f"（要求归{asked}）" if asked else ""
    where = "、".join(names.get(code, code) for code in change.after or change.before) or _UNPLACED
    dated = f" {change.dates[1] or '日期不明'}" if change.dates else ""
    return (where if change.is_counted else f"{where}（{_NOT_COUNTED}）") + dated


def show_origin(change: Change) -> str:
    """Say where a decision was read: file, sheet and row, or the run of the command."""
    source = change.source
    if source is None:
        return f"命令（第{change.run}次操作）"
    return f"{source.file}:{source.sheet}!第{source.row}行"


def decisions_as_json(records: YearRecords, year: int) -> list[dict[str, object]]:
    """Give a year's decisions as the `rulings` of sanwu/score-year/1."""
    return [_as_json(one) for one in list_decisions(records, year)]


def _as_json(one: Decided) -> dict[str, object]:
    change = one.change
    return {
        "id": one.number,
        "indicator": one.indicator or None,
        "matter": change.matter.value,
        "day": change.day,
        "dated": change.is_dated,
        "unit": change.unit,
        "before": list(change.before),
        "after": list(change.after),
        "asked": list(change.asked),
        "counted_before": change.was_counted,
        "counted_after": change.is_counted,
        "dates": list(change.dates),
        "reason": change.reason,
        "document_number": change.document_number,
        "state": one.state,
        "run": change.run,
        "source": source_as_json(change.source),
    }


def source_as_json(source: Source | None) -> dict[str, object] | None:
    """Give a row's address, None for what a command wrote."""
    return {"file": source.file, "sheet": source.sheet, "row": source.row} if source else None
