"""The office's own registers: rows into areas, persons, duty days, leave and the like, cross-checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.model import Registers
from sanwu_cli.registers.areas import build_areas
from sanwu_cli.registers.distances import build_distances
from sanwu_cli.registers.grids import build_grids
from sanwu_cli.registers.limits import build_limits
from sanwu_cli.registers.rows import list_entries, name_file
from sanwu_cli.registers.staff import (
    KnownAreas,
    build_duty_days,
    build_leaves,
    build_overrides,
    build_persons,
)
from sanwu_cli.terms import AreaLevel, Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.model import Finding, SheetReading

__all__ = ["REGISTER_FILES", "build_registers"]

# Sheet id of a register, and the name of its file in the workspace (product contract §4).
REGISTER_FILES = {
    "register_area": "区划.xlsx",
    "register_person": "人员.xlsx",
    "register_duty_day": "进驻日.xlsx",
    "register_leave": "请假.xlsx",
    "register_holiday": "节假日.xlsx",
    "register_limit": "限额.xlsx",
    "register_grid": "网格.xlsx",
    "register_distance": "里程.xlsx",
}


def build_registers(
    readings: Mapping[str, SheetReading],
    *,
    farms_compete: bool = False,
    indicators: Sequence[Indicator] = tuple(Indicator),
) -> tuple[Registers, tuple[Finding, ...]]:
    """Build the registers from their sheets as read, by sheet id; a missing one is empty.

    Every contradiction within one register or between two is a finding with its place. A row is left out
    only when it cannot be used. The readings' own findings are not repeated here. `farms_compete` says
    what an empty 参评 means for a farm (T-18); `indicators` are those a quota may be for.
    """
    entries = {register: list_entries(readings, register) for register in REGISTER_FILES}
    files = {register: name_file(readings, register, name) for register, name in REGISTER_FILES.items()}
    areas, area_findings = build_areas(entries["register_area"], farms_compete=farms_compete)
    known = KnownAreas(frozenset(area.code for area in areas) if areas else None, files["register_area"])
    persons, person_findings = build_persons(entries["register_person"], known)
    duty_days, duty_findings = build_duty_days(entries["register_duty_day"], known)
    leaves, leave_findings = build_leaves(
        entries["register_leave"], frozenset(person.id for person in persons), files["register_person"]
    )
    overrides, day_findings = build_overrides(entries["register_holiday"])
    limits, limit_findings = build_limits(entries["register_limit"], areas, indicators)
    villages = frozenset(area.code for area in areas if area.level is AreaLevel.VILLAGE)
    grids, grid_findings = build_grids(
        entries["register_grid"], KnownAreas(villages if areas else None, files["register_area"])
    )
    distances, distance_findings = build_distances(entries["register_distance"], known, persons)
    findings = (*area_findings, *person_findings, *duty_findings, *leave_findings, *day_findings)
    findings += (*limit_findings, *grid_findings, *distance_findings)
    read = [f for reading in readings.values() for f in reading.findings]
    told = {(f.file, f.sheet, f.cell) for f in read if f.cell and f.code != "VALUE-MISSING"}
    fresh = tuple(
        f for f in findings if f.code != "REG-ROW-INCOMPLETE" or (f.file, f.sheet, f.cell) not in told
    )
    return Registers(areas, persons, duty_days, leaves, overrides, limits, grids, distances), fresh
