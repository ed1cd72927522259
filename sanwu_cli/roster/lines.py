"""A roster as somebody wrote it: each duty and gap with the cell it stands in, and a roster made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import Duty, Roster, Unfilled
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.periods import Month


class Spot(Struct, frozen=True):
    """Where something stands: file, sheet and cell; empty for what stands in no file."""

    file: str = ""
    sheet: str = ""
    cell: str = ""


class RosterEntry(Struct, frozen=True):
    """A duty or a gap with the cell of its name and the cell of its day."""

    item: Duty | Unfilled
    spot: Spot = Spot()
    day_spot: Spot = Spot()

    @property
    def day(self) -> date | None:
        """The day it is for; None for a gap without one."""
        return self.item.date if isinstance(self.item, Duty) else self.item.planned_on


def enter_roster(roster: Roster) -> tuple[RosterEntry, ...]:
    """Give a roster that stands in no file as entries."""
    return (*map(RosterEntry, roster.duties), *map(RosterEntry, roster.unfilled))


def make_roster(month: Month, entries: Iterable[RosterEntry], *, draft_reason: str = "") -> Roster:
    """Make a roster of entries: duties and gaps in the order rosters have, nothing said of levels."""
    items = [entry.item for entry in entries]
    duties = [item for item in items if isinstance(item, Duty)]
    gaps = [item for item in items if isinstance(item, Unfilled)]
    return Roster(
        month,
        tuple(sorted(duties, key=_duty_key)),
        tuple(sorted(gaps, key=_gap_key)),
        (),
        optimal=False,
        draft_reason=draft_reason,
    )


def _duty_key(duty: Duty) -> tuple[str, str, int, str]:
    return str(duty.date), duty.area_code, _rank(duty.role), duty.person_id


def _gap_key(gap: Unfilled) -> tuple[bool, str, str, int]:
    return gap.planned_on is None, str(gap.planned_on), gap.area_code, _rank(gap.role)


def _rank(role: StationedRole) -> int:
    return tuple(StationedRole).index(role)
