"""Published rosters in the ledger: a month's duties frozen as JSON, and read back as they were announced."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.ledger.entries import EntryKind, canonical_json, order_of, read_json, settle
from sanwu_cli.model import Duty, Roster, Unfilled
from sanwu_cli.periods import Month
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from sanwu_cli.ledger.entries import Contents, Json

ROSTER_SCHEMA = "published_roster"


class PublishedRoster(Struct, frozen=True):
    """A month's roster as announced: its duties are frozen, `published_on` and `run` say by which command."""

    roster: Roster
    content: str
    published_on: date
    run: int


def freeze_roster(roster: Roster) -> str:
    """Write what a roster announces, duties and gaps, as canonical JSON; how it was optimised is left out."""
    content: dict[str, Json] = {
        "kind": "roster",
        "month": str(roster.month),
        "duties": [_freeze_duty(duty) for duty in roster.duties],
        "unfilled": [_freeze_gap(gap) for gap in roster.unfilled],
    }
    return canonical_json(content)


def read_published(contents: Contents) -> dict[Month, PublishedRoster]:
    """Give the published roster of each month: of several the one published last, undone ones left out."""
    days = {run.number: run.as_of for run in contents.runs}
    found = {}
    for subject in settle(contents).values():
        if subject.schema_id != ROSTER_SCHEMA:
            continue
        run = max((e for e in subject.entries if e.kind is EntryKind.CLAIM), key=order_of).run
        roster = _thaw(read_json(subject.content))
        on = date.fromisoformat(days[run])
        found[roster.month] = PublishedRoster(roster, subject.content, on, run)
    return found


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
