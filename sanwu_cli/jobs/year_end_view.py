"""The year end as JSON (sanwu/year-end/1), as sheets of a workbook, and as lines to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.influence_view import (
    ALONE,
    EFFECT_HEADERS,
    awards_as_json,
    effect_rows,
    influence_as_json,
    show_awards,
    why_untried,
)
from sanwu_cli.terms import AreaLevel
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.requests import Request
    from sanwu_cli.jobs.year_end import Award, Barred, YearEnd
    from sanwu_cli.model import Area
    from sanwu_cli.plan.needs import OpenArea

NAMED_HEADERS = ("序号", "代码", "单位", "级别", "乡镇(街道)")
GROUP_HEADERS = ("乡镇(街道)", "村数", "三无村(居)")
OPEN_HEADERS = ("代码", "单位", "级别", "待定的事", "还缺什么")
REQUEST_HEADERS = ("向谁", "要什么", "定下来的单位数", "涉及单位")
BARRED_HEADERS = ("代码", "单位", "级别", "计得", "线", "条文", "处理", "整改要求", "整改期限", "完成情况")
PAYMENT_HEADERS = ("序号", "代码", "单位", "级别", "奖励（元）", "状态")
CERTAIN, OPEN = "已定", "待定，命名才拨"
_DRAFT = "本表由程序按登记数据计算，供研究决定，不是认定结论。"
_FIRST = 3


def year_end_as_json(end: YearEnd) -> dict[str, object]:
    """Give a year's end as sanwu/year-end/1."""
    scoring = end.score.scoring
    numbers = {id(request): number for number, request in enumerate(end.requests, start=1)}
    return {
        "schema": "sanwu/year-end/1",
        "year": scoring.year,
        "as_of": scoring.as_of.isoformat(),
        "named": {
            f"{level.value}s": [_area_as_json(area) for area in end.named if area.level is level]
            for level in AreaLevel
        },
        "open": [_open_as_json(end, one) for one in end.open_areas],
        "requests": [
            {
                "sender": sender,
                "items": [
                    {"id": numbers[id(request)], **_request_as_json(request)}
                    for request in end.requests
                    if request.sender == sender
                ],
            }
            for sender in dict.fromkeys(request.sender for request in end.requests)
        ],
        "disqualified": [_barred_as_json(one) for one in end.barred],
        "awards": {
            **awards_as_json(end.awards),
            "units": [_award_as_json(payment) for payment in end.payments],
        },
        "readings": {
            key: value
            for key, value in influence_as_json(end.influence).items()
            if key in ("pairs_tried", "answers", "untried")
        },
    }


def _area_as_json(area: Area) -> dict[str, object]:
    return {"code": area.code, "name": area.name, "level": area.level.value, "township": _town_of(area)}


def _town_of(area: Area) -> str:
    return area.parent if area.level is AreaLevel.VILLAGE else area.code


def _open_as_json(end: YearEnd, one: OpenArea) -> dict[str, object]:
    asked = [n for n, r in enumerate(end.requests, start=1) if one.area.code in r.decides]
    return {**_area_as_json(one.area), "question": one.question.value, "needs": asked}


def _request_as_json(request: Request) -> dict[str, object]:
    return {
        "kind": request.kind.value,
        "text": request.text,
        "sheet": request.sheet,
        "indicator": request.indicator.value if request.indicator else None,
        "months": [str(month) for month in request.months],
        "townships": list(request.townships),
        "whole_county": request.is_county,
        "areas": list(request.areas),
        "case": request.case_id or None,
        "names": list(request.names),
        "decides": list(request.decides),
    }


def _barred_as_json(one: Barred) -> dict[str, object]:
    return {
        **_area_as_json(one.area),
        "seen": one.seen,
        "bound": one.bound,
        "clause": one.clause,
        "order": one.order,
    }


def _award_as_json(payment: Award) -> dict[str, object]:
    return {**_area_as_json(payment.area), "yuan": payment.yuan, "certain": payment.is_certain}


def named_rows(end: YearEnd) -> list[tuple[str | int, ...]]:
    """Lay out under NAMED_HEADERS who meets the conditions: townships, then villages."""
    names = _names(end)
    return [
        (number, area.code, area.name, area.level.label, names.get(_town_of(area), ""))
        for number, area in enumerate(end.named, start=1)
    ]


def group_named(end: YearEnd) -> list[tuple[str, int, str]]:
    """Lay out under GROUP_HEADERS the named villages by township; a named township is marked."""
    names = _names(end)
    grouped: dict[str, list[str]] = {}
    for area in end.named:
        mine = grouped.setdefault(_town_of(area), [])
        mine += [area.name] if area.level is AreaLevel.VILLAGE else []
    towns = {area.code for area in end.named if area.level is AreaLevel.TOWNSHIP}
    return [
        (names.get(code, code) + ("（三无乡镇）" if code in towns else ""), len(mine), "、".join(mine))
        for code, mine in sorted(grouped.items())
    ]


def open_rows(end: YearEnd) -> list[tuple[str, ...]]:
    """Lay out under OPEN_HEADERS what is open of whom, and the texts of what it lacks."""
    lacking: dict[str, list[str]] = {}
    for request in end.requests:
        for code in request.decides:
            lacking.setdefault(code, []).append(f"{request.sender}：{request.text}")
    return [
        (
            one.area.code,
            one.area.name,
            one.area.level.label,
            one.question.label,
            "；".join(lacking.get(one.area.code, ())),
        )
        for one in end.open_areas
    ]


def request_rows(end: YearEnd) -> list[tuple[str | int, ...]]:
    """Lay out under REQUEST_HEADERS what to ask of whom."""
    return [
        (request.sender, request.text, len(request.decides), _list_names(end, request.decides))
        for request in end.requests
    ]


def _list_names(end: YearEnd, codes: Sequence[str]) -> str:
    names = _names(end)
    shown = "、".join(names.get(code, code) for code in codes[:_FIRST])
    return f"{shown}等{len(codes)}个" if len(codes) > _FIRST else shown


def _names(end: YearEnd) -> dict[str, str]:
    book = end.score.scoring.case.book
    return {area.code: area.name for area in (*book.townships, *book.villages)}


def barred_rows(end: YearEnd) -> list[tuple[str, ...]]:
    """Lay out under BARRED_HEADERS who is at the line of the sanction; the last columns are people's."""
    return [
        (
            one.area.code,
            one.area.name,
            one.area.level.label,
            one.seen,
            one.bound,
            one.clause,
            one.order,
            *("", "", ""),
        )
        for one in end.barred
    ]


def payment_rows(end: YearEnd) -> list[tuple[str | int, ...]]:
    """Lay out under PAYMENT_HEADERS what each unit is to be given, and the sums."""
    rows: list[tuple[str | int, ...]] = [
        (
            number,
            payment.area.code,
            payment.area.name,
            payment.area.level.label,
            payment.yuan,
            CERTAIN if payment.is_certain else OPEN,
        )
        for number, payment in enumerate(end.payments, start=1)
    ]
    low, high = end.awards.yuan
    rows.append(("", "", "合计（已定）", "", low, CERTAIN))
    if high != low:
        rows.append(("", "", "合计（待定的全部命名时）", "", high, "上限"))
    return rows


def summary_lines(end: YearEnd) -> list[str]:
    """Say in a few lines how the year ends."""
    counts = [
        f"{level.label}{low}个" if low == high else f"{level.label}{low}…{high}个"
        for level, (low, high) in zip(AreaLevel, (end.awards.townships, end.awards.villages), strict=True)
    ]
    return [
        f"符合命名条件：{'，'.join(counts)}；奖励{show_awards(end.awards)}",
        f"到了取消评优的线：{len(end.barred)}个；待定：{len(end.open_areas)}个，要问{len(end.requests)}件事",
    ]


def year_end_sheets(end: YearEnd) -> tuple[TableSheet, ...]:
    """Give the sheets the year's workbook carries besides the verdicts themselves."""
    scoring = end.score.scoring
    head = f"{scoring.workspace.settings.name}{scoring.year}年"
    untried = [f"{r.id} {r.title}：{why_untried(r)}。" for r in end.influence.untried]
    made = (
        ("命名名单", NAMED_HEADERS, named_rows(end), "三无乡镇(街道)、三无村(居)建议命名名单", ()),
        ("待定", OPEN_HEADERS, open_rows(end), "待定单位和所缺的材料", ()),
        ("向谁要什么", REQUEST_HEADERS, request_rows(end), "定下待定单位要补的材料", ()),
        ("取消资格和整改", BARRED_HEADERS, barred_rows(end), "建议取消评优资格、责令整改名单", ()),
        ("奖励拨付清单", PAYMENT_HEADERS, payment_rows(end), "奖励预算和拨付清单", ()),
        ("口径影响", EFFECT_HEADERS, effect_rows(end.influence), "口径影响", (ALONE, *untried)),
    )
    return tuple(
        TableSheet(name, headers, tuple(rows), title=f"{head}{title}", notes=(_DRAFT, *notes))
        for name, headers, rows, title, notes in made
    )
