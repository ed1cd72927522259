"""The townships' duty days of the year, by the rules of 进驻日.xlsx and the calendar with its overlay."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

import chinese_calendar

from city_maker.places import DUTY_RULES, OVERLAY, YEAR, Gazetteer


def list_duty_days(gazetteer: Gazetteer) -> dict[str, dict[str, dict[str, str]]]:
    """List, for each month, each township's duty day and the day its rule named."""
    days: dict[str, dict[str, dict[str, str]]] = {}
    for month in range(1, 13):
        existing = {place.code for place in gazetteer.existing(date(YEAR, month, 1), villages=False)}
        days[f"{YEAR}-{month:02d}"] = {
            code: _find_day(rule, month) for code, rule in DUTY_RULES.items() if code in existing
        }
    return days


def _find_day(rule: str, month: int) -> dict[str, str]:
    named = _named_day(rule, month)
    return {"date": _move(named).isoformat(), "rule_day": named.isoformat()}


def _named_day(rule: str, month: int) -> date:
    days = [date(YEAR, month, day) for day in range(1, monthrange(YEAR, month)[1] + 1)]
    if match := re.fullmatch(r"每月第(\d)个周(.)", rule):
        wanted = "一二三四五六日".index(match[2])
        return [day for day in days if day.weekday() == wanted][int(match[1]) - 1]
    if match := re.fullmatch(r"每月(\d+)日", rule):
        return days[int(match[1]) - 1]
    return [day for day in days if _is_worked(day)][-1]


def _move(day: date) -> date:
    """Move to the next working day within the month, else to the previous one."""
    for step in (timedelta(days=1), timedelta(days=-1)):
        moved = day
        while moved.month == day.month:
            if _is_worked(moved):
                return moved
            moved += step
    raise ValueError(day)


def next_workday(day: date) -> date:
    """Give the first worked day after a day."""
    following = day + timedelta(days=1)
    while not _is_worked(following):
        following += timedelta(days=1)
    return following


def _is_worked(day: date) -> bool:
    off = {line[0] for line in OVERLAY}
    return day not in off and bool(chinese_calendar.is_workday(day))
