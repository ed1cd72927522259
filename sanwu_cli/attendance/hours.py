"""Hours of duty and times of signing: late and left early, only where both sides can be read."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.attendance.records import Visit

_TIME = re.compile(r"(上午|早上|中午|下午|晚上)?(\d{1,2})(?:[:.时点](\d{1,2})?分?(半)?)")
_AFTER_NOON = frozenset({"下午", "晚上"})
_NOON, _HOURS, _MINUTES = 12, 24, 60


class Times(Struct, frozen=True):
    """What a day's signatures say: first arrival and last leaving as HH:MM, empty where one is not known."""

    signed_in_at: str = ""
    signed_out_at: str = ""
    is_late: bool = False
    left_early: bool = False
    is_known: bool = False


def parse_hours(text: str) -> tuple[str, str]:
    """Read hours such as 9:00—12:00 as (begin, end) in HH:MM; empty texts for what is not told or unclear.

    Of several stretches of a day the first begin and the last end count.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    part, times = "", []
    for match in _TIME.finditer(folded):
        part = match[1] or part
        hour, minute = int(match[2]), 30 if match[4] else int(match[3] or 0)
        hour += _NOON if part in _AFTER_NOON and hour < _NOON else 0
        if hour >= _HOURS or minute >= _MINUTES:
            return "", ""
        times.append(f"{hour:02d}:{minute:02d}")
    if len(times) == 1:
        return times[0], ""
    if not times or len(times) % 2 or times != sorted(times):
        return "", ""
    return times[0], times[-1]


def compare_times(visits: Sequence[Visit], hours: str) -> Times:
    """Hold the signatures of one person, place and day against the hours of duty.

    A line without a time, or one that runs backwards, leaves that side of the day unknown: never late.
    """
    begin, end = parse_hours(hours)
    arrivals = [visit.record.signed_in_at for visit in visits]
    leavings = [_leaving(visit) for visit in visits]
    first = min(arrivals) if all(arrivals) else ""
    last = max(leavings) if all(leavings) else ""
    return Times(
        first or min(filter(None, arrivals), default=""),
        last or max(filter(None, leavings), default=""),
        is_late=bool(begin and first and first > begin),
        left_early=bool(end and last and last < end),
        is_known=bool(begin and end and first and last),
    )


def _leaving(visit: Visit) -> str:
    record = visit.record
    return "" if record.signed_out_at < record.signed_in_at else record.signed_out_at
