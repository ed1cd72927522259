"""What a repair is written as: corrected tables, correction notices, calendars of whom it touches."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.files import sanitise_name, tell_apart
from sanwu_cli.jobs.corrections import Correction, name_place
from sanwu_cli.jobs.gate import guard_text
from sanwu_cli.jobs.reporting import render_correction
from sanwu_cli.jobs.roster_tables import name_book, write_roster
from sanwu_cli.roster.ics import DutyEvent, list_cancelled, list_events, write_duty_calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from sanwu_cli.jobs.repairing import Repaired, RepairedGroup
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Duty
    from sanwu_cli.periods import Month

CALENDARS = "日历"
_LONGEST_LABEL = 40
_SUFFIX = ".ics"
_PROPOSED = "（拟更正）"
_NOT_YET = "本表是更正建议，还没有公布，在公布以前以已公布的为准"

_File = tuple[Path, bytes]


def write_repair(
    workspace: Workspace, registers: RegisterReading, repaired: Repaired, *, as_of: date, is_published: bool
) -> list[_File]:
    """Make all files of a repair, by their paths below the output folder; nothing is written here."""
    files: list[_File] = []
    by_month: dict[Month, list[RepairedGroup]] = {}
    for group in repaired.groups:
        by_month.setdefault(group.after.month, []).append(group)
    for month, groups in by_month.items():
        folder = Path(str(month))
        for one in groups:
            name = Path(name_book(one.before.group, month.label))
            roster = one.after
            if not is_published:
                name = name.with_stem(name.stem + _PROPOSED)
                roster = replace(roster, draft_reason=_NOT_YET)
            files.append((folder / name, write_roster(workspace, registers, one.before.group, [roster])))
        corrections = [Correction(one.before, one.after) for one in groups]
        notice = render_correction(workspace, registers, month, corrections)
        files.append((folder / notice.name, notice.data))
        files += [
            (folder / CALENDARS / name, data)
            for name, data in _list_calendars(registers, month, groups, stamped_on=as_of)
        ]
    return files


def _list_calendars(
    registers: RegisterReading, month: Month, groups: Iterable[RepairedGroup], *, stamped_on: date
) -> Iterator[tuple[str, bytes]]:
    """Make the month's calendar of each person and each place that something changes for."""
    areas = registers.registers.areas
    known = tuple(groups)
    events = [event for one in known for event in _list_all(one)]
    codes = dict.fromkeys(event.duty.area_code for event in events)
    names = {code: name_place(areas, code, month.first_day) for code in codes}
    people, places = _find_touched(known)
    titles = {id_: f"{name}{month.label}值班" for id_, name in people.items()}
    first = list(
        write_calendars(
            events, people, titles, lambda event: event.duty.person_id, stamped_on=stamped_on, names=names
        )
    )
    yield from first
    own = {code: names[code] for code in sorted(places) if code in names}
    titles = {code: f"{name}{month.label}进驻值班" for code, name in own.items()}
    yield from write_calendars(
        events,
        own,
        titles,
        lambda event: event.duty.area_code,
        stamped_on=stamped_on,
        names=names,
        beside=[name for name, _ in first],
    )


def _list_all(one: RepairedGroup) -> tuple[DutyEvent, ...]:
    return (
        *list_events(one.after, sequence=one.sequence),
        *list_cancelled(one.before.roster, one.after, sequence=one.sequence),
    )


def _find_touched(groups: Iterable[RepairedGroup]) -> tuple[dict[str, str], set[str]]:
    """Find the persons (name by id) and the areas whose duties differ."""
    people: dict[str, str] = {}
    places: set[str] = set()
    for one in groups:
        old, new = ({_key(duty): duty for duty in r.duties} for r in (one.before.roster, one.after))
        for key in old.keys() ^ new.keys():
            duty: Duty = old.get(key) or new[key]
            people[duty.person_id] = duty.person
            places.add(duty.area_code)
    return dict(sorted(people.items())), places


def _key(duty: Duty) -> tuple[date, str, str, str]:
    return duty.date, duty.area_code, duty.role.value, duty.person_id


def write_calendars(
    events: Iterable[DutyEvent],
    labels: Mapping[str, str],
    titles: Mapping[str, str],
    key_of: Callable[[DutyEvent], str],
    *,
    stamped_on: date,
    names: Mapping[str, str],
    beside: Iterable[str] = (),
) -> Iterator[tuple[str, bytes]]:
    """Make a calendar for each key of `labels` from its events; where two share a name the key is added.

    `beside` are the files made before for the same folder.
    """
    known = tuple(events)
    taken = [name.removesuffix(_SUFFIX) for name in beside]
    plain = {key: sanitise_name(label[:_LONGEST_LABEL]) for key, label in labels.items()}
    shared = Counter(name.casefold() for name in plain.values())
    stems = [name if shared[name.casefold()] == 1 else f"{name}-{key}" for key, name in plain.items()]
    for key, name in zip(labels, tell_apart(stems, beside=taken), strict=True):
        own = [event for event in known if key_of(event) == key]
        data = write_duty_calendar(own, title=titles[key], stamped_on=stamped_on, names=names)
        guard_text(f"{name}{_SUFFIX}", data.decode())
        yield f"{name}{_SUFFIX}", data
