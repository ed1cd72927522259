"""Governance centres item by item: complete, lacking, not verified, no record; and where (三1)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Interval
from sanwu_cli.terms import AreaLevel, Term
from sanwu_cli.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.activities import CentreRecord
    from sanwu_cli.grassroots.terrain import Terrain
    from sanwu_cli.model import Area, Finding, Source

_BOTH = "both"


class Completeness(Term):
    """What is known of a centre, all its items taken together."""

    COMPLETE = "complete", "齐全"
    LACKING = "lacking", "缺项"
    NOT_VERIFIED = "not_verified", "有项未核实"
    NO_RECORD = "no_record", "没有记录"


class CentreItem(Struct, frozen=True):
    """One thing a centre must have; `level` is township, village or both, `group` place or mechanism."""

    name: str
    label: str
    level: str
    group: str
    clause: str


class CentreStanding(Struct, frozen=True):
    """What an area's centre has by the records of the year; items by their names.

    `held` it has, `lacking` somebody said no to, `unverified` nobody spoke of, or two records contradict each
    other. A number is None where nobody gave one or two differ. `told_before` is the last earlier year with a
    record, which proves nothing for this one.
    """

    area: Area
    state: Completeness
    held: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    staff_count: int | None = None
    camera_count: int | None = None
    sources: tuple[Source, ...] = ()
    told_before: int | None = None


class CentreCoverage(Struct, frozen=True):
    """A township's own centre, and how many of its villages have a complete one: at least … at most."""

    township: Area
    own: CentreStanding
    villages: tuple[CentreStanding, ...]
    complete: Interval

    def count(self, state: Completeness) -> int:
        """Count the villages in a state."""
        return sum(1 for village in self.villages if village.state is state)


class CentreReport(Struct, frozen=True):
    """All centres of a year; `unplaced` are records nobody can say whose they are."""

    townships: tuple[CentreCoverage, ...]
    unplaced: tuple[CentreRecord, ...]
    findings: tuple[Finding, ...]


@cache
def load_items() -> tuple[CentreItem, ...]:
    """Load what a centre must have, in the order of the plan."""
    return tuple(CentreItem(**entry) for entry in load_toml("grassroots", "items")["item"])


def list_items(level: AreaLevel) -> tuple[CentreItem, ...]:
    """List what a centre of this level must have."""
    return tuple(item for item in load_items() if item.level in (level.value, _BOTH))


def judge_centres(records: Iterable[CentreRecord], terrain: Terrain, year: int) -> CentreReport:
    """Judge every township's and village's centre by the records of the year.

    Of several records of one area what they agree on stands, what they contradict each other in is not
    verified, and a finding names both.
    """
    owners: dict[str, list[CentreRecord]] = {}
    before: dict[str, int] = {}
    unplaced = []
    findings = []
    for record in records:
        area = _find_owner(record, terrain)
        if record.year is None or (area is None and record.year == year):
            unplaced.append(record)
            findings.append(_report(record, "CENTRE-UNPLACED", name=record.name))
        elif area is not None and record.year == year:
            owners.setdefault(area.code, []).append(record)
        elif area is not None and record.year < year:
            before[area.code] = max(record.year, before.get(area.code, 0))
    for code, own in owners.items():
        findings += _report_twice(own, terrain.name_of(code))
    townships = tuple(_cover(area, terrain, owners, before) for area in terrain.townships)
    return CentreReport(townships, tuple(unplaced), tuple(findings))


def _find_owner(record: CentreRecord, terrain: Terrain) -> Area | None:
    """Find whose centre a record is of: its level decides, without one the place does."""
    if record.level == AreaLevel.TOWNSHIP.value:
        return terrain.find_township(record.place)
    village = terrain.find_village(record.place)
    if village is not None or record.level == AreaLevel.VILLAGE.value:
        return village
    place = record.place
    if place is None or place.area_code is None:  # a village nobody found is not the township's own centre
        return None
    return terrain.find_township(place)


def _report(record: CentreRecord, code: str, **values: object) -> Finding:
    source = record.source
    return make_finding(code, file=source.file, sheet=source.sheet, cell=f"A{source.row}", **values)


def _report_twice(own: Sequence[CentreRecord], area: str) -> list[Finding]:
    if len(own) == 1:
        return []
    names = "、".join(f"“{record.name}”（第{record.source.row}行）" for record in own)
    return [_report(own[-1], "CENTRE-TWICE", area=area, names=names)]


def _cover(
    township: Area,
    terrain: Terrain,
    owners: Mapping[str, Sequence[CentreRecord]],
    before: Mapping[str, int],
) -> CentreCoverage:
    villages = tuple(
        _judge(area, owners.get(area.code, ()), before.get(area.code))
        for area in terrain.villages_of(township.code)
    )
    own = _judge(township, owners.get(township.code, ()), before.get(township.code))
    low = sum(1 for village in villages if village.state is Completeness.COMPLETE)
    lacking = sum(1 for village in villages if village.state is Completeness.LACKING)
    return CentreCoverage(township, own, villages, Interval(low, len(villages) - lacking))


def _judge(area: Area, records: Sequence[CentreRecord], told_before: int | None) -> CentreStanding:
    if not records:
        return CentreStanding(area, Completeness.NO_RECORD, told_before=told_before)
    names = [item.name for item in list_items(area.level)]
    answers = {name: _agree(record.items.get(name) for record in records) for name in names}
    lacking = tuple(name for name in names if answers[name] is False)
    unverified = tuple(name for name in names if answers[name] is None)
    state = Completeness.NOT_VERIFIED if unverified else Completeness.COMPLETE
    return CentreStanding(
        area,
        Completeness.LACKING if lacking else state,
        tuple(name for name in names if answers[name]),
        lacking,
        unverified,
        _agree(record.staff_count for record in records),
        _agree(record.camera_count for record in records),
        tuple(record.source for record in records),
        told_before,
    )


def _agree(told: Iterable[bool | int | None]) -> bool | int | None:
    """Give what all who spoke say; None where nobody did, or two say otherwise."""
    said = {value for value in told if value is not None}
    return said.pop() if len(said) == 1 else None
