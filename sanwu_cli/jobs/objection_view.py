"""Objections and drafted rulings as rows and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.annex import source_as_json
from sanwu_cli.jobs.objections import show_state
from sanwu_cli.jobs.rulings import number_of
from sanwu_cli.plan.evaluate import show_interval
from sanwu_cli.records import Count
from sanwu_cli.terms import IncidentStatus, Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sanwu_cli.jobs.deciding import Draft, Standing
    from sanwu_cli.jobs.objections import Objection
    from sanwu_cli.model import Interval
    from sanwu_cli.records import Change, Incident

HEADERS = ("编号", "指标", "提出单位", "提出日期", "清单发出", "期限到", "状态", "已等天数", "理由", "文号")
SHORT_HEADERS = ("编号", "提出单位", "提出日期", "期限到", "状态", "已等天数")
_SHORT = tuple(HEADERS.index(name) for name in SHORT_HEADERS)
STANDING_HEADERS = ("单位", "件数", "以后", "结论", "以后")
_UNTOLD = "（没有写）"
_UNKNOWN = "不明"


def objection_as_row(one: Objection, on: date) -> tuple[str, ...]:
    """Give an objection as a row under HEADERS."""
    window, waiting = one.window, one.count_waiting(on)
    return (
        one.number,
        Indicator(one.indicator).label if one.indicator else "",
        one.raised.unit or _UNTOLD,
        one.raised.day if one.raised.is_dated else _UNTOLD,
        window.opened_on.isoformat() if window.opened_on else _UNKNOWN,
        _show_end(one),
        show_state(one),
        "" if waiting is None else str(waiting),
        one.raised.reason or _UNTOLD,
        one.raised.document_number,
    )


def _show_end(one: Objection) -> str:
    """Say until when; of a year whose holidays are not published, that it is a draft."""
    if one.window.ends_on is None:
        return _UNKNOWN
    return one.window.ends_on.isoformat() + ("（草案）" if one.window.is_draft else "")


def shorten_row(row: tuple[str, ...]) -> tuple[str, ...]:
    """Give the cells of a row that stand under SHORT_HEADERS."""
    return tuple(row[position] for position in _SHORT)


def objection_as_json(one: Objection, on: date) -> dict[str, object]:
    """Give an objection as an element of sanwu/objections/1."""
    window = one.window
    return {
        "id": one.number,
        "indicator": one.indicator or None,
        "unit": one.raised.unit,
        "raised_on": one.raised.day if one.raised.is_dated else None,
        "recorded_on": one.raised.day,
        "area_codes": list(one.raised.before),
        "asked": list(one.raised.asked),
        "reason": one.raised.reason,
        "document_number": one.raised.document_number,
        "month": str(window.month) if window.month else None,
        "opened_on": window.opened_on.isoformat() if window.opened_on else None,
        "window_end": window.ends_on.isoformat() if window.ends_on else None,
        "window_draft": window.is_draft,
        "timing": one.timing.value,
        "state": _name_state(one),
        "decision": _answer_as_json(one.answer) if one.answer else None,
        "days_waiting": one.count_waiting(on),
        "source": source_as_json(one.raised.source),
    }


def _answer_as_json(answer: Change) -> dict[str, object]:
    return {
        "matter": answer.matter.value,
        "day": answer.day,
        "after": list(answer.after),
        "reason": answer.reason,
        "document_number": answer.document_number,
    }


def _name_state(one: Objection) -> str:
    if one.answer is not None:
        return "decided"
    if one.known is None:
        return "no_case"
    return "suspended" if one.is_suspended else "pending"


def draft_as_json(draft: Draft, names: Mapping[str, str]) -> dict[str, object]:
    """Give a draft as sanwu/ruling/1, without whether it was written; `names` maps codes to names."""
    said, change = draft.said, draft.change
    return {
        "schema": "sanwu/ruling/1",
        "id": number_of(draft.before),
        "indicator": draft.before.indicator.value,
        "matter": said.matter.value if said.matter else None,
        "day": said.decided_on.isoformat() if said.decided_on else None,
        "unit": said.unit,
        "reason": said.reason,
        "document_number": said.document_number,
        "same": draft.is_known,
        "replaces": draft.is_replacing,
        "overtaken": draft.is_overtaken,
        "before": list(change.before) if change else [],
        "after": list(change.after) if change else [],
        "stands_before": show_unit(draft.before, names),
        "stands_after": show_unit(draft.after, names),
        "standings": [_standing_as_json(one) for one in draft.standings],
    }


def _standing_as_json(one: Standing) -> dict[str, object]:
    return {
        "code": one.area.code,
        "name": one.area.name,
        "verdict_before": one.before.value,
        "verdict_after": one.after.value,
        "number_before": _interval_as_json(one.number_before),
        "number_after": _interval_as_json(one.number_after),
    }


def _interval_as_json(interval: Interval | None) -> dict[str, object] | None:
    return {"low": interval.low, "high": interval.high} if interval else None


def standing_as_row(one: Standing) -> tuple[str, ...]:
    """Give how an area stands as a row under STANDING_HEADERS."""
    numbers = [show_interval(number) if number else "—" for number in (one.number_before, one.number_after)]
    return (one.area.name, *numbers, one.before.label, one.after.label)


def show_unit(known: Incident | Count | None, names: Mapping[str, str]) -> str:
    """Say where a case is charged to now; that it does not count, or that it is open, stands behind."""
    if known is None:
        return "不作数"
    if isinstance(known, Count):
        where = names.get(known.area_code, known.area_code)
    else:
        codes = [place.area_code for place in known.places if place.area_code]
        where = "、".join(names.get(code, code) for code in codes) or "未定"
        where += f"（{_why_out(known)}）" if _is_out(known) else ""
    return where + ("（挂账）" if known.is_suspended else "（有异议）" if known.is_contested else "")


def _is_out(known: Incident) -> bool:
    return known.status in (IncidentStatus.NOT_COUNTED, IncidentStatus.WITHDRAWN)


def _why_out(known: Incident) -> str:
    return known.reason.label if known.reason else known.status.label
