"""A year's fixed days as rows, lines and JSON."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sanwu_cli.jobs.roster_days import list_unstaffed, name_areas
from sanwu_cli.periods import MONTHS_A_YEAR
from sanwu_cli.roster.days import write_rule
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.jobs.roster_days import SuggestedDays, YearDays
    from sanwu_cli.roster.days import DutyDate
    from sanwu_cli.roster.place_days import PlaceDays

DAY_HEADERS = ("乡镇(街道)", "村(社区)", "角色", "规则", *(f"{n}月" for n in range(1, MONTHS_A_YEAR + 1)))
SUGGESTION_HEADERS = (*DAY_HEADERS[:2], "现在的规则", "建议的规则", "改不改", *DAY_HEADERS[4:])
_FIGURES = {
    "over": "同一天超过人数的班",
    "moved": "因放假移动的日子",
    "date_squares": "同一天的地方数平方和（越小越分散）",
    "changed": "要改的规则",
}
_NO_RULE = "（没有登记）"


def day_rows(days: YearDays) -> list[tuple[str, ...]]:
    """Give a row a place: its rule and the dates of the twelve months, a moved one with a star."""
    return [
        (
            *_name_place(days, place),
            "、".join(role.label for role in place.roles),
            place.row.rule if place.row else _NO_RULE,
            *_month_cells(place),
        )
        for place in days.places
    ]


def suggestion_rows(found: SuggestedDays) -> list[tuple[str, ...]]:
    """Give a row a place: today's rule, the suggested one and its dates."""
    today: dict[str, dict[str, None]] = defaultdict(dict)
    for place in found.today.places:
        today[place.area.code][place.row.rule if place.row else _NO_RULE] = None
    return [
        (
            *_name_place(found.suggested, place),
            "；".join(today[place.area.code]),
            write_rule(found.rules[place.area.code]),
            _tell_change(found, place.area.code),
            *_month_cells(place),
        )
        for place in found.suggested.places
    ]


def move_lines(days: YearDays) -> list[str]:
    """Say which days are moved, off what and whose, one line a move."""
    moves: dict[tuple[date, date], dict[str, None]] = defaultdict(dict)
    for place in days.places:
        for when in place.days:
            if when.moved_from is not None:
                moves[when.moved_from, when.date][place.area.code] = None
    return [
        f"{day_label(named)}（{_tell_cause(days, named)}）{_tell_way(named, real)}到{day_label(real)}："
        f"{name_areas(days, tuple(codes))}"
        for (named, real), codes in sorted(moves.items())
    ]


def collision_lines(days: YearDays) -> list[str]:
    """Say on which dates more places share a day than there are people."""
    return [
        f"{day_label(one.day)}{len(one.places)}个地方要{one.role.label}，能去的{one.people}人："
        f"{name_areas(days, one.places)}"
        for one in days.collisions
    ]


def summary_lines(days: YearDays) -> list[str]:
    """Say in a few lines what the days come to."""
    figures, collisions = days.figures, days.collisions
    dates = len({one.day for one in collisions})
    lines = [
        f"{days.year}年因放假移动的日子{figures.moved}个；地方比人多的日期{dates}个，超过人数的班{figures.over}个"
    ]
    return [*lines, *list_unstaffed(days), *([days.draft_reason] if days.draft_reason else [])]


def suggestion_lines(found: SuggestedDays) -> list[str]:
    """Say what the suggestion comes to, beside today, and what is proven."""
    before = found.today.figures
    is_comparable = all(place.days for place in found.today.places)
    own = {"over": before.over, "moved": before.moved, "date_squares": before.squares}
    lines = []
    for level in found.levels:
        proof = "已证明最少" if level.value == level.bound else f"下界{level.bound}，没有证完"
        was = f"现在{own[level.rule]}，" if level.rule in own and is_comparable else ""
        lines.append(f"{_FIGURES[level.rule]}：{was}建议{level.value}（{proof}）")
    return [*lines, *list_unstaffed(found.today), *filter(None, [found.today.draft_reason])]


def days_as_json(days: YearDays, found: SuggestedDays | None = None) -> dict[str, object]:
    """Give a year's fixed days, and what is suggested, as sanwu/roster-days/1."""
    document: dict[str, object] = {
        "schema": "sanwu/roster-days/1",
        "year": days.year,
        "roles": [role.value for role in days.roles],
        "draft_reason": days.draft_reason,
        "places": [_place_as_json(days, place) for place in days.places],
        "figures": _figures_as_json(days),
        "collisions": _collisions_as_json(days),
        "suggestion": None,
    }
    if found is not None:
        document["suggestion"] = {
            "places": [
                _place_as_json(found.suggested, place)
                | {
                    "rule": write_rule(found.rules[place.area.code]),
                    "kept": place.area.code in found.kept,
                }
                for place in found.suggested.places
            ],
            "figures": _figures_as_json(found.suggested),
            "collisions": _collisions_as_json(found.suggested),
            "objective": [
                {"level": level.rule, "value": level.value, "bound": level.bound} for level in found.levels
            ],
            "optimal": found.is_optimal,
        }
    return document


def _place_as_json(days: YearDays, place: PlaceDays) -> dict[str, object]:
    return {
        "area_code": place.area.code,
        "name": place.area.name,
        "roles": [role.value for role in place.roles],
        "rule": place.row.rule if place.row else None,
        "dates": [_date_as_json(days, when) for when in place.days],
    }


def _date_as_json(days: YearDays, when: DutyDate) -> dict[str, object]:
    return {
        "date": when.date.isoformat(),
        "moved_from": when.moved_from.isoformat() if when.moved_from else None,
        "cause": _tell_cause(days, when.moved_from) if when.moved_from else "",
    }


def _figures_as_json(days: YearDays) -> dict[str, int]:
    figures = days.figures
    return {"over": figures.over, "moved": figures.moved, "date_squares": figures.squares}


def _collisions_as_json(days: YearDays) -> list[dict[str, object]]:
    return [
        {
            "date": one.day.isoformat(),
            "role": one.role.value,
            "area_codes": list(one.places),
            "people": one.people,
        }
        for one in days.collisions
    ]


def _name_place(days: YearDays, place: PlaceDays) -> tuple[str, str]:
    if place.area.level is AreaLevel.TOWNSHIP:
        return place.area.name, ""
    return name_areas(days, (place.area.parent,)), place.area.name


def _tell_change(found: SuggestedDays, code: str) -> str:
    if code in found.unruled:
        return "新定"
    return "不改" if code in found.kept else "改"


def _month_cells(place: PlaceDays) -> tuple[str, ...]:
    cells: list[list[str]] = [[] for _ in range(MONTHS_A_YEAR)]
    for when in place.days:
        cells[when.date.month - 1].append(f"{when.date.day}{'*' if when.moved_from else ''}")
    return tuple("、".join(own) for own in cells)


def _tell_cause(days: YearDays, named: date) -> str:
    return days.staffing.calendar.name_of(named) or "休息日"


def _tell_way(named: date, real: date) -> str:
    return "顺延" if real > named else "提前"
