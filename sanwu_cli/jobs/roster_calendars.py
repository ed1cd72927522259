"""Published rosters as calendar files for a phone: one a person, one a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.repair_files import CALENDARS, write_calendars
from sanwu_cli.ledger.rosters import count_announcements, list_versions
from sanwu_cli.roster.ics import list_cancelled, list_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.ics import DutyEvent
    from sanwu_cli.terms import RosterGroup, StationedRole


def export_calendars(
    workspace: Workspace,
    registers: RegisterReading,
    months: Sequence[Month],
    groups: Iterable[RosterGroup],
    *,
    span: str,
    role: StationedRole | None,
    by_person: bool,
    by_place: bool,
) -> tuple[tuple[str, bytes], ...]:
    """Make the calendars of what was published of the months; raises SanwuError where nothing was.

    Who had a duty in an earlier version and has it no more gets it cancelled.
    """
    events, stamped_on = _list_events(workspace, months, groups)
    events = [event for event in events if role in (None, event.duty.role)]
    if stamped_on is None or not events:
        raise SanwuError(
            f"{span}的值班表还没有公布，日历只写公布了的班",
            remedy="请先用 sanwu roster publish 公布",
            status=ExitStatus.INPUT_MISSING,
        )
    areas = {area.code: area.name for area in registers.registers.areas}
    people = {event.duty.person_id: event.duty.person for event in events}
    places = {code: areas.get(code, code) for code in sorted({event.duty.area_code for event in events})}
    files: list[tuple[str, bytes]] = []
    if by_person:
        titles = {id_: f"{name}{span}值班" for id_, name in people.items()}
        files += write_calendars(
            events, people, titles, lambda e: e.duty.person_id, stamped_on=stamped_on, names=areas
        )
    if by_place:
        titles = {code: f"{name}{span}进驻值班" for code, name in places.items()}
        files += write_calendars(
            events,
            places,
            titles,
            lambda e: e.duty.area_code,
            stamped_on=stamped_on,
            names=areas,
            beside=[name for name, _ in files],
        )
    return tuple((f"{CALENDARS}/{name}", data) for name, data in files)


def _list_events(
    workspace: Workspace, months: Sequence[Month], groups: Iterable[RosterGroup]
) -> tuple[list[DutyEvent], date | None]:
    """List the events of the last versions, with what earlier ones had, and the day of the latest."""
    contents = workspace.ledger.read()
    events: list[DutyEvent] = []
    days: list[date] = []
    for group in groups:
        for month in months:
            versions = list_versions(contents, month, group)
            if not versions:
                continue
            last = versions[-1]
            days.append(last.published_on)
            sequence = count_announcements(contents, month, group) - 1
            events += list_events(last.roster, sequence=sequence)
            lost = [
                event
                for before in versions[:-1]
                for event in list_cancelled(before.roster, last.roster, sequence=sequence)
            ]
            events += {(event.uid, event.duty.person_id): event for event in lost}.values()
    return events, max(days, default=None)
