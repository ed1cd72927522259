"""`roster diff`: two rosters side by side, duty by duty: who goes where on which day instead of whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.roster_reading import read_rosters
from sanwu_cli.jobs.rostering import build_roster
from sanwu_cli.ledger.rosters import join_groups, read_published
from sanwu_cli.model import Duty, Unfilled
from sanwu_cli.roster.lines import make_roster
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, Roster
    from sanwu_cli.periods import Month

PUBLISHED, GENERATED = ("公布", "published"), ("现排", "generated")
_GAP, _NOBODY = "缺", "（没有）"
_Key = tuple["Month", RosterGroup]


class Side(Struct, frozen=True):
    """One of the two: its name, its rosters, and what was found on the way."""

    name: str
    rosters: Mapping[_Key, Roster]
    findings: tuple[Finding, ...] = ()
    is_readable: bool = True


class Change(Struct, frozen=True):
    """One visit that differs: the day and the persons before and after; no day where there is no visit."""

    month: Month
    area_code: str
    role: StationedRole
    old_day: date | None
    old: tuple[str, ...]
    new_day: date | None
    new: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What happened: added, dropped, moved, filled, emptied or replaced."""
        if self.old_day is None or self.new_day is None:
            return "added" if self.old_day is None else "dropped"
        if self.old_day != self.new_day:
            return "moved"
        if not self.old or not self.new:
            return "filled" if self.new else "emptied"
        return "replaced"


KINDS: Mapping[str, str] = {
    "replaced": "换人",
    "moved": "换日子",
    "filled": "补上空缺",
    "emptied": "变成空缺",
    "added": "多出来",
    "dropped": "去掉",
}


class Comparison(Struct, frozen=True):
    """Two rosters and what differs, by place; `loads` are visits before and after by person id and name."""

    old: Side
    new: Side
    months: tuple[Month, ...]
    changes: tuple[Change, ...]
    loads: tuple[tuple[str, str, int, int], ...]


def compare_rosters(
    workspace: Workspace,
    registers: RegisterReading,
    first: str,
    second: str | None = None,
    *,
    month: Month | None = None,
) -> Comparison:
    """Compare two rosters, each a file or a word: 公布 (as published) or 现排 (as the registers give it now).

    Of two the first is the earlier. One alone is held against what it would take the place of: what is
    published, month by month and table by table, else what the registers give. Raises SanwuError where there
    is nothing to compare.
    """
    files = {
        name: _open_file(workspace, registers, name, month) for name in (first, second) if _is_file(name)
    }
    keys = {key for side in files.values() for key in side.rosters}
    if not files:
        keys = _list_keys(workspace, registers, month)
    sides = [
        files.get(name) or _open_word(workspace, registers, name, keys) for name in (first, second or "")
    ]
    old, new = sides if second is not None else (sides[1], sides[0])
    shared = sorted(set(old.rosters) & set(new.rosters), key=_order)
    if not shared:
        raise SanwuError(
            f"{old.name}和{new.name}没有同一个月、同一种人员的值班表，没法对照",
            remedy="请核对月份，用 --month 指明；没有公布过的，请对照“现排”",
            status=ExitStatus.INPUT_MISSING,
        )
    changes = [c for key in shared for c in _list_changes(key[0], old.rosters[key], new.rosters[key])]
    months = tuple(dict.fromkeys(key[0] for key in shared))
    before = [old.rosters[key] for key in shared]
    after = [new.rosters[key] for key in shared]
    changes.sort(key=lambda one: (one.area_code, one.month, str(one.old_day or one.new_day), _rank(one.role)))
    return Comparison(old, new, months, tuple(changes), _count_loads(before, after))


def _is_file(name: str | None) -> bool:
    return name is not None and name not in (*PUBLISHED, *GENERATED)


def _open_file(
    workspace: Workspace, registers: RegisterReading, name: str | None, month: Month | None
) -> Side:
    reading = read_rosters(workspace, registers, [Path(name or "")], month=month)
    rosters = {(one.month, one.group): make_roster(one.month, one.entries) for one in reading.sheets}
    return Side(str(name), rosters, reading.findings, reading.is_readable)


def _list_keys(workspace: Workspace, registers: RegisterReading, month: Month | None) -> set[_Key]:
    """List what two words may be compared for: the month's groups with people, else all that is published."""
    if month is None:
        return set(read_published(workspace.ledger.read()))
    staffed = {person.role for person in registers.registers.persons}
    return {(month, group) for group in RosterGroup if staffed & set(group.roles)}


def _open_word(workspace: Workspace, registers: RegisterReading, word: str, keys: Collection[_Key]) -> Side:
    published = read_published(workspace.ledger.read())
    stands = {key: published[key].roster for key in keys if key in published}
    if word in PUBLISHED:
        return Side("已公布的", stands)
    left = set(keys) if word in GENERATED else set(keys) - set(stands)
    around = join_groups({key: one for key, one in published.items() if key not in left})
    built = {}
    staffed = {person.role for person in registers.registers.persons}
    for month, group in sorted(left, key=_order):
        if staffed & set(group.roles):
            built[month, group], _ = build_roster(workspace, registers, month, published=around, group=group)
    if word in GENERATED:
        return Side("现在排的", built)
    return Side(
        "已公布的" if not built else "公布的和现在排的" if stands else "现在排的", {**stands, **built}
    )


def _list_changes(month: Month, old: Roster, new: Roster) -> list[Change]:
    before, after = _index(old), _index(new)
    changes = []
    for slot in sorted({*before, *after}, key=lambda slot: (slot[0], _rank(slot[1]))):
        own, other = before[slot], after[slot]
        changes += [
            Change(month, *slot, day, own[day], day, other[day])
            for day in sorted(own.keys() & other.keys())
            if own[day] != other[day]
        ]
        gone, come = sorted(own.keys() - other.keys()), sorted(other.keys() - own.keys())
        changes += [
            Change(month, *slot, was, own[was] if was else (), now, other[now] if now else ())
            for was, now in zip_longest(gone, come)
        ]
    return changes


def _index(roster: Roster) -> defaultdict[tuple[str, StationedRole], dict[date, tuple[str, ...]]]:
    """Give by place and role, by day, the persons; none for a gap."""
    found: defaultdict[tuple[str, StationedRole], dict[date, tuple[str, ...]]] = defaultdict(dict)
    items: Sequence[Duty | Unfilled] = (*roster.unfilled, *roster.duties)
    for item in items:
        day = item.date if isinstance(item, Duty) else item.planned_on
        if day is not None:
            own = found[item.area_code, item.role]
            names = (*own.get(day, ()), *((item.person,) if isinstance(item, Duty) else ()))
            own[day] = tuple(sorted(names))
    return found


def _count_loads(old: Iterable[Roster], new: Iterable[Roster]) -> tuple[tuple[str, str, int, int], ...]:
    names: dict[str, str] = {}
    counts = []
    for rosters in (old, new):
        count: Counter[str] = Counter()
        for roster in rosters:
            count.update(duty.person_id for duty in roster.duties)
            names |= {duty.person_id: duty.person for duty in roster.duties}
        counts.append(count)
    return tuple((id_, names[id_], counts[0][id_], counts[1][id_]) for id_ in sorted(names))


def _order(key: _Key) -> tuple[Month, int]:
    return key[0], tuple(RosterGroup).index(key[1])


def _rank(role: StationedRole) -> int:
    return tuple(StationedRole).index(role)


def show_visit(day: date | None, persons: Sequence[str]) -> str:
    """Say a visit as people read it: 7月14日 甲某, 7月14日 缺, or that there is none."""
    if day is None:
        return _NOBODY
    return f"{day_label(day)} {'、'.join(persons) or _GAP}"


def comparison_as_json(comparison: Comparison, names: Mapping[str, str]) -> dict[str, object]:
    """Give a comparison as sanwu/roster-diff/1, without its findings."""
    kinds = Counter(change.kind for change in comparison.changes)
    return {
        "schema": "sanwu/roster-diff/1",
        "old": comparison.old.name,
        "new": comparison.new.name,
        "months": [str(month) for month in comparison.months],
        "changes": [
            {
                "month": str(one.month),
                "area_code": one.area_code,
                "area": names.get(one.area_code, one.area_code),
                "role": one.role.value,
                "kind": one.kind,
                "old": {"date": one.old_day.isoformat() if one.old_day else None, "persons": list(one.old)},
                "new": {"date": one.new_day.isoformat() if one.new_day else None, "persons": list(one.new)},
            }
            for one in comparison.changes
        ],
        "kinds": {kind: kinds[kind] for kind in KINDS},
        "persons": [
            {"person_id": id_, "person": name, "old": old, "new": new}
            for id_, name, old, new in comparison.loads
            if old != new
        ],
    }
