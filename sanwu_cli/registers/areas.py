"""The area register: rows into areas, and everything in it that contradicts itself."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.model import Area
from sanwu_cli.places import normalise_code
from sanwu_cli.places.index import COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS
from sanwu_cli.places.names import fold_name
from sanwu_cli.registers.rows import Entry, overlap
from sanwu_cli.terms import AreaKind, AreaLevel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sanwu_cli.model import Finding

_Found = list[tuple[Entry, Area]]
_Lives = dict[str, tuple[Area, ...]]

_DIGITS = {AreaLevel.TOWNSHIP: TOWNSHIP_DIGITS, AreaLevel.VILLAGE: VILLAGE_DIGITS}
_PARENT_DIGITS = {AreaLevel.TOWNSHIP: COUNTY_DIGITS, AreaLevel.VILLAGE: TOWNSHIP_DIGITS}


def build_areas(
    entries: tuple[Entry, ...], *, farms_compete: bool = False
) -> tuple[tuple[Area, ...], tuple[Finding, ...]]:
    """Turn the register's rows into areas in its order.

    A row that cannot be used (no code, name or level; code and level that contradict; dates that run
    backwards; a code twice at one time) is left out with a finding; everything else is kept.
    """
    findings: list[Finding] = []
    found: _Found = []
    for entry in entries:
        area = _read_area(entry, findings, farms_compete=farms_compete)
        if area is not None:
            found.append((entry, area))
    found = _drop_repeated(found, findings)
    found = _settle_successors(found, findings)
    found = _settle_competing(found, findings)
    findings += [*_check_parents(found), *_check_names(found)]
    if entries and not found:
        findings.append(entries[0].report("REG-AREAS-EMPTY"))
    return tuple(area for _, area in found), tuple(findings)


def _read_area(entry: Entry, findings: list[Finding], *, farms_compete: bool) -> Area | None:
    incomplete = entry.report_missing(code="代码", name="名称", kind="层级")
    kind = entry.term("kind", AreaKind)
    code = normalise_code(entry.text("code"))
    problem = incomplete
    if problem is None and (kind is None or code is None):
        problem = _report_unknown(entry, code)
    if problem is None and kind is not None and code is not None:
        area = _make_area(entry, code, kind, farms_compete=farms_compete)
        problem = _find_unusable(entry, area)
    if problem is not None:
        findings.append(problem)
        return None
    findings += _check_dates(entry, area)
    return area


def _report_unknown(entry: Entry, code: str | None) -> Finding:
    if code is None:
        return entry.report("REG-CODE-UNREADABLE", "code", area=entry.text("code"))
    return entry.report("REG-KIND-UNKNOWN", "kind", kind=entry.text("kind"))


def _make_area(entry: Entry, code: str, kind: AreaKind, *, farms_compete: bool) -> Area:
    village = kind in (AreaKind.VILLAGE, AreaKind.COMMUNITY)
    above = code[:TOWNSHIP_DIGITS] if village else code[:COUNTY_DIGITS]
    competes = entry.flag("competes")
    return Area(
        code=code,
        name=entry.text("name"),
        kind=kind,
        parent=normalise_code(entry.text("parent")) or entry.text("parent") or above,
        competes=(farms_compete or kind is not AreaKind.FARM) if competes is None else competes,
        valid_from=entry.day("valid_from"),
        valid_to=entry.day("valid_to"),
        successor=normalise_code(entry.text("successor")) or entry.text("successor") or None,
        aliases=tuple(alias for alias in entry.items("aliases") if alias != entry.text("name")),
    )


def _find_unusable(entry: Entry, area: Area) -> Finding | None:
    if len(area.code) != _DIGITS[area.level]:
        return entry.report(
            "REG-LEVEL-CODE",
            "code",
            name=area.name,
            area=area.code,
            kind=area.kind.label,
            digits=_DIGITS[area.level],
        )
    return entry.report_reversed("valid_from", "valid_to", "REG-LIFE-REVERSED", name=area.name)


def _check_dates(entry: Entry, area: Area) -> Iterator[Finding]:
    """Find dates that are lost, and a successor without the day of the merge."""
    for field in ("valid_from", "valid_to"):
        if entry.is_lost(field):
            yield entry.report("REG-LIFE-LOST", field, name=area.name)
    if area.successor and area.valid_to is None and not entry.is_lost("valid_to"):
        yield entry.report("REG-SUCCESSOR-NO-DATE", "successor", name=area.name)


def _life(area: Area) -> tuple[date | None, date | None]:
    return area.valid_from, area.valid_to


def _drop_repeated(found: _Found, findings: list[Finding]) -> _Found:
    """Leave out a code that stands a second time for the same days."""
    kept: _Found = []
    by_code: defaultdict[str, _Found] = defaultdict(list)
    for entry, area in found:
        earlier = next((e for e, a in by_code[area.code] if overlap(_life(a), _life(area))), None)
        if earlier is not None:
            first = earlier.row.source.row
            findings.append(entry.report("REG-CODE-REPEATED", "code", area=area.code, first=first))
            continue
        by_code[area.code].append((entry, area))
        kept.append((entry, area))
    return kept


def _group(found: _Found) -> _Lives:
    lives: _Lives = {}
    for _, area in found:
        lives[area.code] = (*lives.get(area.code, ()), area)
    return lives


def _settle_successors(found: _Found, findings: list[Finding]) -> _Found:
    """Drop successors that lead nowhere, in a circle or to the other level: the area keeps its cases."""
    lives = _group(found)
    settled: _Found = []
    for entry, area in found:
        problem = _find_lost_successor(entry, area, lives)
        if problem is not None:
            findings.append(problem)
        settled.append((entry, area if problem is None else replace(area, successor=None)))
    return settled


def _find_lost_successor(entry: Entry, area: Area, lives: _Lives) -> Finding | None:
    successor = area.successor
    if successor is None:
        return None
    values = {"name": area.name, "successor": successor}
    if successor not in lives:
        return entry.report("REG-SUCCESSOR-UNKNOWN", "successor", **values)
    if lives[successor][0].level is not area.level:
        return entry.report("REG-SUCCESSOR-LEVEL", "successor", **values)
    return (
        entry.report("REG-SUCCESSOR-CYCLE", "successor", **values) if _runs_in_circle(area, lives) else None
    )


def _runs_in_circle(area: Area, lives: _Lives) -> bool:
    seen: set[str] = set()
    pending = [area.successor]
    while pending:
        code = pending.pop()
        if code == area.code:
            return True
        if code is not None and code not in seen:
            seen.add(code)
            pending += [life.successor for life in lives.get(code, ())]
    return False


def _settle_competing(found: _Found, findings: list[Finding]) -> _Found:
    """Take the villages of a unit that does not compete out of the competition (T-18)."""
    lives = _group(found)
    settled: _Found = []
    for entry, area in found:
        parents = lives.get(area.parent, ())
        if area.competes and parents and not any(parent.competes for parent in parents):
            if entry.flag("competes"):
                findings.append(
                    entry.report("REG-COMPETES", "competes", name=area.name, parent=parents[-1].name)
                )
            settled.append((entry, replace(area, competes=False)))
        else:
            settled.append((entry, area))
    return settled


def _check_parents(found: _Found) -> Iterator[Finding]:
    townships = {area.code: area for _, area in found if area.level is AreaLevel.TOWNSHIP}
    for entry, area in found:
        values = {"name": area.name, "area": area.code, "parent": area.parent}
        village = area.level is AreaLevel.VILLAGE
        if len(area.parent) != _PARENT_DIGITS[area.level] or (village and area.parent not in townships):
            yield entry.report("REG-PARENT-UNKNOWN", "parent", **values)
        elif not area.code.startswith(area.parent):
            yield entry.report("REG-CODE-PREFIX", "parent", **values)


def _check_names(found: _Found) -> Iterator[Finding]:
    """Find two villages of one township (two townships of the county) with one name at one time."""
    named: defaultdict[tuple[str, str], _Found] = defaultdict(list)
    for entry, area in found:
        earlier = named[area.parent, fold_name(area.name)]
        clash = next((e for e, a in earlier if overlap(_life(a), _life(area))), None)
        if clash is not None:
            yield entry.report("REG-NAME-REPEATED", "name", name=area.name, first=clash.row.source.row)
        earlier.append((entry, area))
