"""Due items as a calendar file for a phone (RFC 5545): all-day events with an alarm the day before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sanwu_cli.due.groups import group_items
from sanwu_cli.due.records import ItemState
from sanwu_cli.ical import escape_text, join_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.due.groups import ItemGroup
    from sanwu_cli.due.records import Item

_OPEN = (ItemState.OVERDUE, ItemState.DUE)
_SOFT_MARK = "（本办公室建议期限）"
# Nine o'clock of the day before a day that begins at midnight.
_ALARM = "-PT15H"


def write_calendar(
    items: Iterable[Item],
    *,
    as_of: date,
    title: str,
    scope: str = "",
    whole: Iterable[Item] | None = None,
) -> bytes:
    """Write the open items that have a day, as UTF-8; same items, same bytes.

    Items that differ only in who are one event, so that a month of a hundred villages stays readable. Its
    UID is the obligation's, its task's and the period's, and `scope` where only somebody's items were asked
    for, so that a later file replaces the earlier one. `whole` are the items of everybody bound, as in
    `group_items`; without it the items are all there are.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//sanwu//due//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape_text(title)}",
    ]
    known = tuple(items)
    opened = (item for item in known if item.state in _OPEN and item.due_on)
    for group in group_items(opened, known if whole is None else whole):
        lines += _list_event(group, as_of, scope)
    lines.append("END:VCALENDAR")
    return join_lines(lines)


def _list_event(group: ItemGroup, as_of: date, scope: str) -> list[str]:
    first, day = group.first, group.due_on
    if day is None:
        return []
    mark = _SOFT_MARK if first.is_soft else ""
    summary = f"{group.told}{mark}"
    about = [f"{first.obligation.id} {'、'.join(first.obligation.clauses)} {first.obligation.what}"]
    about += [f"{item.party.name}：{item.why}" for item in group.items if item.why]
    about += [f"怎么办：{first.task.todo}"] if first.task.todo else []
    return [
        "BEGIN:VEVENT",
        f"UID:{_make_uid(group, scope)}",
        f"DTSTAMP:{as_of:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape_text(summary)}",
        f"DESCRIPTION:{escape_text(chr(10).join(about))}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escape_text(summary)}",
        f"TRIGGER:{_ALARM}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _make_uid(group: ItemGroup, scope: str) -> str:
    first = group.first
    code = first.party.code if len(group.items) == 1 and first.person else ""
    day = f"{group.due_on:%Y%m%d}" if first.person else ""
    # One person may have two steps due on one day, for two days of absence.
    step = "".join(f"{ord(character):x}" for character in first.deed)
    parts = (first.obligation.id, f"{first.task_number}", first.period.name, code, day, step, scope)
    return "-".join(part for part in parts if part) + "@due.sanwu"
