"""The register of distances: how many kilometres from a sending unit to a place visited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.model import Distance
from sanwu_cli.places import normalise_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.model import Finding, Person
    from sanwu_cli.registers.rows import Entry
    from sanwu_cli.registers.staff import KnownAreas


def build_distances(
    entries: Sequence[Entry], known: KnownAreas, persons: Sequence[Person]
) -> tuple[tuple[Distance, ...], tuple[Finding, ...]]:
    """Turn rows into distances; one nobody can follow, or a second one for the same way, is left out.

    A unit from which the person register sends nobody is told of: a slip there would count no way at all.
    """
    units = {person.unit for person in persons}
    findings: list[Finding] = []
    kept: dict[tuple[str, str], tuple[Distance, int | None]] = {}
    for entry in entries:
        made = _read_distance(entry, known)
        if not isinstance(made, Distance):
            findings.append(made)
            continue
        way = (made.unit, made.area_code)
        if way in kept:
            findings.append(entry.report("REG-DISTANCE-REPEATED", "kilometres", first=kept[way][1]))
            continue
        kept[way] = (made, entry.row.source.row)
        if units and made.unit not in units:
            findings.append(entry.report("REG-DISTANCE-UNIT", "unit", unit=made.unit))
    return tuple(distance for distance, _ in kept.values()), tuple(findings)


def _read_distance(entry: Entry, known: KnownAreas) -> Distance | Finding:
    code = normalise_code(entry.text("area")) or entry.text("area")
    problem = entry.report_missing(unit="派驻单位", area="区域代码")
    if problem is None and known.misses(code):
        problem = entry.report("REG-DISTANCE-AREA", "area", area=code, other=known.file)
    if problem is not None:
        return problem
    kilometres = entry.number("kilometres")
    if kilometres is None:
        return entry.report("REG-DISTANCE-NUMBER", "kilometres")
    return Distance(entry.text("unit"), code, kilometres)
