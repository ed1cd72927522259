"""Police stations and judicial offices by township: up to standard or not, 枫桥式 or not (三2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Interval
from sanwu_cli.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.activities import OfficeRecord
    from sanwu_cli.grassroots.terrain import Terrain
    from sanwu_cli.model import Area, Finding


class OfficeKind(Term):
    """The two kinds of offices (三2); a record that does not say is known by its name."""

    POLICE_STATION = "police_station", "派出所"
    JUDICIAL_OFFICE = "judicial_office", "司法所"


class OfficeCounts(Struct, frozen=True):
    """How many offices of a kind are recorded, how many are up to standard and 枫桥式, for sure … at most.

    `staff` is open above where some office gave no number.
    """

    kind: OfficeKind
    total: int
    standard: Interval
    fengqiao: Interval
    staff: Interval


class OfficeStanding(Struct, frozen=True):
    """What one township has of each kind by the records of the year; none recorded is not none there."""

    township: Area
    offices: dict[OfficeKind, tuple[OfficeRecord, ...]]

    @property
    def unrecorded(self) -> tuple[OfficeKind, ...]:
        """The kinds no record speaks of."""
        return tuple(kind for kind in OfficeKind if not self.offices[kind])


class OfficeReport(Struct, frozen=True):
    """All offices of a year; `unplaced` are those whose township or kind nobody can say."""

    townships: tuple[OfficeStanding, ...]
    counts: tuple[OfficeCounts, ...]
    unplaced: tuple[OfficeRecord, ...]
    findings: tuple[Finding, ...]


def judge_offices(records: Iterable[OfficeRecord], terrain: Terrain, year: int) -> OfficeReport:
    """Sort the year's offices by township and kind; several of one kind in a township are all kept."""
    found: dict[tuple[str, OfficeKind], list[OfficeRecord]] = {}
    unplaced = []
    for record in records:
        if record.year not in (None, year):
            continue
        township, kind = terrain.find_township(record.place), find_kind(record)
        if township is None or kind is None or record.year is None:
            unplaced.append(record)
        else:
            found.setdefault((township.code, kind), []).append(record)
    townships = tuple(
        OfficeStanding(area, {kind: tuple(found.get((area.code, kind), ())) for kind in OfficeKind})
        for area in terrain.townships
    )
    placed = [record for own in found.values() for record in own]
    counts = tuple(_count(kind, [r for r in placed if find_kind(r) is kind]) for kind in OfficeKind)
    return OfficeReport(townships, counts, tuple(unplaced), tuple(map(_report_unplaced, unplaced)))


def find_kind(record: OfficeRecord) -> OfficeKind | None:
    """Say which kind an office is: as its record says, else by its name; None where neither tells."""
    told = next((kind for kind in OfficeKind if kind.value == record.office_type), None)
    named = [kind for kind in OfficeKind if kind.label in record.name]
    return told or (named[0] if len(named) == 1 else None)


def _report_unplaced(record: OfficeRecord) -> Finding:
    source = record.source
    return make_finding(
        "OFFICE-UNPLACED", file=source.file, sheet=source.sheet, cell=f"A{source.row}", name=record.name
    )


def _count(kind: OfficeKind, offices: Sequence[OfficeRecord]) -> OfficeCounts:
    told = [office.staff_count for office in offices]
    staff = sum(number for number in told if number is not None)
    return OfficeCounts(
        kind,
        len(offices),
        _count_flags([office.is_standard for office in offices]),
        _count_flags([office.is_fengqiao for office in offices]),
        Interval(staff, None if None in told else staff),
    )


def _count_flags(flags: Sequence[bool | None]) -> Interval:
    """Count the yes … the yes and those nobody spoke of."""
    return Interval(flags.count(True), flags.count(True) + flags.count(None))
