"""Fixed duty days: reading a rule such as 每月第2个周二, and the day it gives in a month (T-25)."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.periods import Month, WorkCalendar

    _Day = date  # for the record that has a field called `date`

_WEEKDAYS = "一二三四五六日"
_DIGITS = "〇一二三四五六七八九"
_LONGEST_MONTH = 31

_NUMBER = r"(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})"
_RULE = compile_later(
    rf"(?:每个?月)?的?(?:"
    rf"(?:第?(?P<day>{_NUMBER})[日号天]|(?P<end>最后[一1][日天]|月?[末底]))"
    rf"|(?:第(?P<nth>{_NUMBER})个?|(?P<first>首)个?|(?P<last>最后(?:[一1]个?)?)|倒数第(?P<back>{_NUMBER})个?)的?"
    rf"(?:(?P<workday>工作日)|(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-7]))"
    rf")"
)
# What T-25 does anyway is often written behind the rule: (遇节假日顺延).
_JOINTS = compile_later(r"[、,，;；和及]")
_MOVE_CLAUSE = compile_later(r"[(,;。]*[如若凡]?[遇逢][^()]*(?:顺延|提前)[^()]*\)?。?$")


class DutyUnit(Enum):
    """What a rule counts: days, one weekday, or worked days of a month; the value is the highest ordinal."""

    DAY = _LONGEST_MONTH
    WEEKDAY = 5
    WORKDAY = 23


class DutyRule(Struct, frozen=True):
    """A rule as read: the unit, its ordinal from 1 (from -1 backwards), and the weekday (Monday is 0)."""

    unit: DutyUnit
    ordinal: int
    weekday: int | None = None


class DutyDate(Struct, frozen=True):
    """A month's duty day: the real date, the day off the rule named, and whether the month was too short."""

    date: date
    moved_from: _Day | None = None
    is_shortened: bool = False


def parse_rule(text: str) -> DutyRule | None:
    """Read a rule in any spelling, whatever its blanks and full-width forms; None when it is none."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    match = _RULE.fullmatch(_MOVE_CLAUSE.sub("", folded))
    if match is None:
        return None
    if match["end"]:
        return DutyRule(DutyUnit.DAY, -1)
    if match["day"]:
        return _check_ordinal(DutyRule(DutyUnit.DAY, _read_number(match["day"])))
    ordinal = _read_ordinal(match)
    if match["workday"]:
        return _check_ordinal(DutyRule(DutyUnit.WORKDAY, ordinal))
    return _check_ordinal(DutyRule(DutyUnit.WEEKDAY, ordinal, _read_weekday(match["weekday"])))


@cache
def parse_rules(text: str) -> tuple[DutyRule, ...]:
    """Read one rule, or several joined as in 每月10日、25日; empty when any part is none."""
    whole = parse_rule(text)
    if whole is not None:
        return (whole,)
    rules = [parse_rule(part) for part in _JOINTS.split(text)]
    return tuple(dict.fromkeys(rule for rule in rules if rule is not None)) if all(rules) else ()


def duty_date(
    rule: DutyRule, month: Month, calendar: WorkCalendar, *, moves_back: bool = False
) -> DutyDate | None:
    """Give the rule's day in the month, moved off a day that is not worked (T-25).

    The next workday of the same month, else the one before; with `moves_back` the one before, else the
    next. A day the month does not have (31日 in
    February, a fifth Friday) is the month's last of its kind. None when no day of the month is worked.
    """
    workdays = calendar.workdays(month)
    if not workdays:
        return None
    choices = _list_choices(rule, month, workdays)
    is_shortened = abs(rule.ordinal) > len(choices)
    position = min(abs(rule.ordinal), len(choices))
    named = choices[position - 1] if rule.ordinal > 0 else choices[-position]
    if calendar.is_workday(named):
        return DutyDate(named, None, is_shortened)
    later = next((day for day in workdays if day > named), workdays[-1])
    earlier = next((day for day in reversed(workdays) if day < named), workdays[0])
    real = earlier if moves_back else later
    return DutyDate(real, named, is_shortened)


def duty_dates(
    rules: Iterable[DutyRule], month: Month, calendar: WorkCalendar, *, moves_back: bool = False
) -> tuple[DutyDate, ...]:
    """Give the days several rules of one place name in the month, each day once, in order."""
    found = [duty_date(rule, month, calendar, moves_back=moves_back) for rule in rules]
    days = {when.date: when for when in reversed([when for when in found if when is not None])}
    return tuple(days[day] for day in sorted(days))


def nth_weekday(number: int, weekday: int) -> DutyRule:
    """Make the rule 每月第N个周X; Monday is 0."""
    return DutyRule(DutyUnit.WEEKDAY, number, weekday)


def write_rule(rule: DutyRule) -> str:
    """Write a rule that counts a weekday from the month's first, as the register has it."""
    return f"每月第{rule.ordinal}个周{_WEEKDAYS[rule.weekday or 0]}"


def weekday_label(day: date) -> str:
    """Give the Chinese weekday, such as 星期二."""
    return f"星期{_WEEKDAYS[day.weekday()]}"


def _list_choices(rule: DutyRule, month: Month, workdays: Sequence[date]) -> Sequence[date]:
    """List the days of the month among which the rule counts."""
    if rule.unit is DutyUnit.WORKDAY:
        return workdays
    return [day for day in month.days() if rule.weekday is None or day.weekday() == rule.weekday]


def _check_ordinal(rule: DutyRule) -> DutyRule | None:
    """Refuse an ordinal that no month can have."""
    return rule if 1 <= abs(rule.ordinal) <= rule.unit.value else None


def _read_ordinal(match: re.Match[str]) -> int:
    if match["first"]:
        return 1
    if match["last"]:
        return -1
    return _read_number(match["nth"]) if match["nth"] else -_read_number(match["back"])


def _read_weekday(text: str) -> int:
    return int(text) - 1 if text.isdigit() else _WEEKDAYS.index(text.replace("天", "日"))


def _read_number(text: str) -> int:
    """Read 1…99 in Arabic or Chinese digits; 0 when the Chinese digits make no number."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.replace("两", "二").rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    units = _DIGITS.index(ones) if ones else 0
    return (_DIGITS.index(tens) if tens else 1) * 10 + units if ten else units
