"""What one roster of a month says differently from another, duty by duty: old → new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import Duty, Unfilled
from sanwu_cli.roster.standing import day_of
from sanwu_cli.terms import RosterChange, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from sanwu_cli.model import Roster

    _Item = Duty | Unfilled


class DutyChange(Struct, frozen=True):
    """A visit before and after; None where there was none before, or is none any more.

    A visit with a day and nobody to make it is an Unfilled.
    """

    before: Duty | Unfilled | None
    after: Duty | Unfilled | None

    @property
    def kind(self) -> RosterChange:
        """Say what changed: the place came or went, else the day moved, else the person is another."""
        if self.before is None or self.after is None:
            return RosterChange.AREA
        return RosterChange.DAY if day_of(self.before) != day_of(self.after) else RosterChange.PERSON

    @property
    def item(self) -> Duty | Unfilled:
        """What was published, else what is new: it tells place and role."""
        item = self.before or self.after
        if item is None:
            raise ValueError("a change is of something")
        return item

    @property
    def breaks_duty(self) -> bool:
        """Say whether somebody's published duty is changed; filling a gap changes nobody's."""
        return isinstance(self.before, Duty)


def compare_rosters(before: Roster, after: Roster) -> tuple[DutyChange, ...]:
    """List what changed, by day, place and role; visits of one place and role are paired by their days.

    A visit keeps its day where it can, then the day its rule named, then its turn. Changed places or hours
    alone are no change.
    """
    old, new = _group(before), _group(after)
    found = [
        change
        for slot in {**old, **new}
        for change in _pair(old.get(slot, []), new.get(slot, []))
        if _says(change.before) != _says(change.after)
    ]
    return tuple(sorted(found, key=_change_key))


def _pair(old: list[_Item], new: list[_Item]) -> Iterator[DutyChange]:
    """Pair the visits of one place and role, the surest likeness first."""
    rest, left = list(old), list(new)
    for alike in (_says, day_of, _named_day, _any_day):
        waiting = []
        for item in rest:
            found = next((one for one in left if alike(one) == alike(item)), None)
            if found is None:
                waiting.append(item)
            else:
                left.remove(found)
                yield DutyChange(item, found)
        rest = waiting
    yield from (DutyChange(item, None) for item in rest)
    yield from (DutyChange(None, item) for item in left)


def _named_day(item: _Item) -> date | None:
    return item.moved_from or day_of(item)


def _any_day(_item: _Item) -> None:
    """Hold any two visits for alike."""


def _group(roster: Roster) -> dict[tuple[str, StationedRole], list[_Item]]:
    items: Iterable[_Item] = (*roster.duties, *(gap for gap in roster.unfilled if gap.planned_on))
    found: dict[tuple[str, StationedRole], list[_Item]] = {}
    for item in sorted(items, key=lambda item: (str(day_of(item)), _person_of(item))):
        found.setdefault((item.area_code, item.role), []).append(item)
    return found


def _says(item: _Item | None) -> tuple[date | None, str] | None:
    return None if item is None else (day_of(item), _person_of(item))


def _person_of(item: _Item) -> str:
    return item.person_id if isinstance(item, Duty) else ""


def _change_key(change: DutyChange) -> tuple[str, str, int, str]:
    item = change.item
    return (
        str(day_of(item)),
        item.area_code,
        tuple(StationedRole).index(item.role),
        _person_of(item),
    )
