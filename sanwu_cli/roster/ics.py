"""Duties as calendar files for a phone (RFC 5545): one event a slot, whose UID outlives changes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.ical import escape_text, join_lines
from sanwu_cli.model import Duty
from sanwu_cli.patterns import compile_later
from sanwu_cli.roster.rows import note_move
from sanwu_cli.roster.standing import day_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sanwu_cli.model import Roster, Unfilled
    from sanwu_cli.terms import StationedRole

_ZONE = "Asia/Shanghai"
# China keeps one time all year.
_ZONE_LINES = (
    "BEGIN:VTIMEZONE",
    f"TZID:{_ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_CLOCK = compile_later(
    r"(上午|下午|中午|晚上?)?\s*(\d{1,2})\s*(?:[:\uff1a]\s*(\d{2})|[时点]\s*(?:(\d{1,2})分?|(半))?)"
)
_NOON, _MIDNIGHT = 12, 24
_ALARM_OF_DAY = "-PT15H"  # nine o'clock of the day before a day that begins at midnight
_ALARM_OF_HOUR = "-P1D"


class DutyEvent(Struct, frozen=True):
    """A duty as an event: its slot's UID, how often what was announced had changed, and whether it is off.

    `sequence` is the number of announcements before this one (`ledger.rosters.count_announcements`).
    """

    duty: Duty
    uid: str
    sequence: int = 0
    is_cancelled: bool = False


def list_events(roster: Roster, *, sequence: int) -> tuple[DutyEvent, ...]:
    """Give the event of every duty of a month.

    A slot is the month, the place, the role and the turn of the visit in the month, whoever makes it and
    whether somebody does: 2026-03-649901100-judge-1. Take the whole month here, and choose among the events
    afterwards, or the turns of places with several days are lost.
    """
    slots: dict[tuple[str, StationedRole], list[Duty | Unfilled]] = {}
    items: tuple[Duty | Unfilled, ...] = (*roster.duties, *(gap for gap in roster.unfilled if gap.planned_on))
    for item in sorted(items, key=_slot_order):
        slots.setdefault((item.area_code, item.role), []).append(item)
    return tuple(
        DutyEvent(item, f"{roster.month}-{code}-{role.value}-{turn}@roster.sanwu", sequence)
        for (code, role), own in sorted(slots.items(), key=lambda pair: (pair[0][0], pair[0][1].value))
        for turn, item in enumerate(own, start=1)
        if isinstance(item, Duty)
    )


def list_cancelled(before: Roster, after: Roster, *, sequence: int) -> tuple[DutyEvent, ...]:
    """Give, as cancelled, the events of `before` that another or nobody has in `after`."""
    now = {(event.uid, event.duty.person_id) for event in list_events(after, sequence=sequence)}
    return tuple(
        DutyEvent(event.duty, event.uid, sequence, is_cancelled=True)
        for event in list_events(before, sequence=sequence)
        if (event.uid, event.duty.person_id) not in now
    )


def write_duty_calendar(
    events: Iterable[DutyEvent], *, title: str, stamped_on: date, names: Mapping[str, str]
) -> bytes:
    """Write events as one calendar in UTF-8; same events, same bytes.

    `names` gives areas by code; `stamped_on` is the day the roster was announced. Duties whose hours can be
    read have them, in the zone Asia/Shanghai; others take the day. Of two events with one UID, one of which
    is cancelled, the other alone is written: the slot goes on.
    """
    known = sorted(events, key=lambda event: (event.uid, event.is_cancelled, event.duty.person_id))
    alive = {event.uid for event in known if not event.is_cancelled}
    kept = {e.uid: e for e in reversed(known) if not (e.is_cancelled and e.uid in alive)}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//sanwu//roster//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape_text(title)}",
        f"X-WR-TIMEZONE:{_ZONE}",
        *_ZONE_LINES,
    ]
    for event in sorted(kept.values(), key=lambda event: (event.duty.date, event.uid)):
        lines += _list_event(event, stamped_on, names)
    lines.append("END:VCALENDAR")
    return join_lines(lines)


def read_hours(text: str) -> tuple[time, time] | None:
    """Read from when to when: 9:00—12:00, 上午9时至下午5时; of several spans the first begin and last end.

    None where there are not a begin and a later end.
    """
    found = [_read_clock(match) for match in _CLOCK.finditer(text)]
    clocks = [one for one in found if one is not None]
    if len(clocks) < len(found) or len(clocks) % 2 or not clocks or clocks != sorted(set(clocks)):
        return None
    return clocks[0], clocks[-1]


def _read_clock(match: re.Match[str]) -> time | None:
    half, hour = match[1] or "", int(match[2])
    minute = 30 if match[5] else int(match[3] or match[4] or 0)
    if half.startswith(("下午", "晚")) and hour < _NOON:
        hour += _NOON
    return time(hour, minute) if hour < _MIDNIGHT and minute < 60 else None  # noqa: PLR2004 - minutes


def _list_event(event: DutyEvent, stamped_on: date, names: Mapping[str, str]) -> list[str]:
    duty = event.duty
    area = names.get(duty.area_code, duty.area_code)
    about = [text for text in (duty.hours, note_move(duty.date, duty.moved_from)) if text]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{stamped_on:%Y%m%d}T000000Z",
        *_list_times(duty),
        f"SUMMARY:{escape_text(f'{area}进驻值班：{duty.role.label}{duty.person}')}",
        f"LOCATION:{escape_text(duty.place or area)}",
    ]
    if about:
        lines.append(f"DESCRIPTION:{escape_text('；'.join(about))}")
    if event.is_cancelled:
        return [*lines, "STATUS:CANCELLED", "END:VEVENT"]
    return [*lines, "STATUS:CONFIRMED", *_list_alarm(duty, area), "END:VEVENT"]


def _list_times(duty: Duty) -> tuple[str, str]:
    hours = read_hours(duty.hours)
    if hours is None:
        end = duty.date + timedelta(days=1)
        return f"DTSTART;VALUE=DATE:{duty.date:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"
    begin, end_of = (datetime.combine(duty.date, clock) for clock in hours)
    return f"DTSTART;TZID={_ZONE}:{begin:%Y%m%dT%H%M%S}", f"DTEND;TZID={_ZONE}:{end_of:%Y%m%dT%H%M%S}"


def _list_alarm(duty: Duty, area: str) -> tuple[str, ...]:
    trigger = _ALARM_OF_DAY if read_hours(duty.hours) is None else _ALARM_OF_HOUR
    told = escape_text(f"明天到{area}值班")
    return "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{told}", f"TRIGGER:{trigger}", "END:VALARM"


def _slot_order(item: Duty | Unfilled) -> tuple[str, str]:
    return str(day_of(item)), item.person_id if isinstance(item, Duty) else ""
