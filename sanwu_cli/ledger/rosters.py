"""Published rosters in the ledger: a month's duties frozen as JSON, and read back as they were announced.

A month has one subject a group of roles: the township roles under the month's own name, each village role
under the month's and its own.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.ledger.entries import EntryKind, canonical_json, order_of, read_json, settle
from sanwu_cli.model import Duty, Roster, Unfilled
from sanwu_cli.periods import Month
from sanwu_cli.terms import RosterGroup, StationedRole

if TYPE_CHECKING:
    from sanwu_cli.ledger.entries import Contents, Json

ROSTER_SCHEMA = "published_roster"


class PublishedRoster(Struct, frozen=True):
    """A group's month as announced: its duties are frozen, `published_on` and `run` say by which command."""

    roster: Roster
    group: RosterGroup
    content: str
    published_on: date
    run: int


PublishedRosters = dict[tuple[Month, RosterGroup], PublishedRoster]


def name_subject(month: Month, group: RosterGroup) -> str:
    """Give the key under which a group's month stands in the ledger."""
    return str(month) if group is RosterGroup.TOWNSHIP else f"{month}/{group.value}"


def freeze_roster(roster: Roster, group: RosterGroup) -> str:
    """Write what a roster announces, duties and gaps, as canonical JSON; how it was optimised is left out."""
    content: dict[str, Json] = {
        "kind": "roster",
        "month": str(roster.month),
        "duties": [_freeze_duty(duty) for duty in roster.duties if duty.role in group.roles],
        "unfilled": [_freeze_gap(gap) for gap in roster.unfilled if gap.role in group.roles],
    }
    if group is not RosterGroup.TOWNSHIP:
        content["group"] = group.value
    return canonical_json(content)


def read_published(contents: Contents) -> PublishedRosters:
    """Give the published roster of each month and group: the one published last, undone ones left out."""
    found = {}
    for versions in _list_subjects(contents).values():
        last = versions[-1]
        found[last.roster.month, last.group] = last
    return found


def list_versions(contents: Contents, month: Month, group: RosterGroup) -> tuple[PublishedRoster, ...]:
    """List what was published of a group's month one after the other, undone ones left out."""
    return _list_subjects(contents).get((month, group), ())


def count_announcements(contents: Contents, month: Month, group: RosterGroup) -> int:
    """Count how often what is announced of a group's month has changed: each publishing, each undoing of one.

    It never falls, so that a calendar numbered by it is never older than one handed out before.
    """
    subject = name_subject(month, group)
    own = {e.run for e in contents.entries if e.schema_id == ROSTER_SCHEMA and e.key == subject}
    for run in contents.runs:
        if run.undoes in own:
            own.add(run.number)
    return len(own)


def join_groups(published: PublishedRosters) -> dict[Month, Roster]:
    """Give each month's published duties and gaps of all groups as one roster."""
    found: dict[Month, Roster] = {}
    for (month, _), one in sorted(published.items()):
        before = found.get(month)
        if before is None:
            found[month] = one.roster
            continue
        found[month] = Roster(
            month,
            (*before.duties, *one.roster.duties),
            (*before.unfilled, *one.roster.unfilled),
            (),
            optimal=True,
        )
    return found


def _list_subjects(contents: Contents) -> dict[tuple[Month, RosterGroup], tuple[PublishedRoster, ...]]:
    days = {run.number: run.as_of for run in contents.runs}
    found = {}
    for subject in settle(contents).values():
        if subject.schema_id != ROSTER_SCHEMA:
            continue
        entries = sorted((e for e in subject.entries if e.kind is EntryKind.CLAIM), key=order_of)
        versions = tuple(
            _read_version(entry.content, on=date.fromisoformat(days[entry.run]), run=entry.run)
            for entry in entries
        )
        found[versions[-1].roster.month, versions[-1].group] = versions
    return found


def _read_version(text: str, *, on: date, run: int) -> PublishedRoster:
    content = read_json(text)
    group = RosterGroup(content.get("group", RosterGroup.TOWNSHIP))
    return PublishedRoster(_thaw(content), group, text, on, run)


def _freeze_duty(duty: Duty) -> dict[str, Json]:
    return {
        "date": duty.date.isoformat(),
        "area": duty.area_code,
        "role": duty.role.value,
        "person_id": duty.person_id,
        "person": duty.person,
        "place": duty.place,
        "hours": duty.hours,
        "moved_from": duty.moved_from.isoformat() if duty.moved_from else None,
    }


def _freeze_gap(gap: Unfilled) -> dict[str, Json]:
    return {
        "area": gap.area_code,
        "role": gap.role.value,
        "reasons": list(gap.reasons),
        "planned_on": gap.planned_on.isoformat() if gap.planned_on else None,
        "place": gap.place,
        "hours": gap.hours,
        "moved_from": gap.moved_from.isoformat() if gap.moved_from else None,
    }


def _thaw(content: dict[str, Any]) -> Roster:
    month = Month.of_text(content["month"])
    return Roster(
        month,
        tuple(
            Duty(
                date=date.fromisoformat(duty["date"]),
                area_code=duty["area"],
                role=StationedRole(duty["role"]),
                person_id=duty["person_id"],
                person=duty["person"],
                place=duty["place"],
                hours=duty["hours"],
                moved_from=_day(duty["moved_from"]),
                frozen=True,
            )
            for duty in content["duties"]
        ),
        tuple(
            Unfilled(
                gap["area"],
                StationedRole(gap["role"]),
                month,
                tuple(gap["reasons"]),
                planned_on=_day(gap["planned_on"]),
                place=gap["place"],
                hours=gap["hours"],
                moved_from=_day(gap["moved_from"]),
            )
            for gap in content["unfilled"]
        ),
        (),
        optimal=True,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
