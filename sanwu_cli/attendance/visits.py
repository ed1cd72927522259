"""Sign-in lines with the persons they name, and for which places and days the sheets speak."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sanwu_cli.attendance.match import mark_sheet
from sanwu_cli.attendance.names import Signature, match_name
from sanwu_cli.attendance.records import SheetSpan, Visit
from sanwu_cli.findings import make_finding
from sanwu_cli.model import UNKNOWN_PART
from sanwu_cli.sheets.values import split_names
from sanwu_cli.terms import TOWNSHIP_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.activities import SignIn
    from sanwu_cli.attendance.names import NameMatch
    from sanwu_cli.model import Finding, Person, Source
    from sanwu_cli.periods import Period


def read_visit(record: SignIn, persons: Sequence[Person]) -> tuple[Visit, tuple[Finding, ...]]:
    """Find the persons of one line; what keeps it from being used in full is told once a name or field."""
    known: list[str] = []
    candidates: list[str] = []
    doubtful: list[str] = []
    findings: list[Finding] = []
    for name in split_names(record.person):
        signature = Signature(name, record.unit, record.role, record.place, record.day)
        match = match_name(signature, persons)
        if match.person is not None:
            known.append(match.person.id)
            continue
        doubtful.append(name)
        candidates += [person.id for person in match.candidates]
        findings.append(tell_name(name, match, record.source))
    lacking = _list_lacking(record)
    if lacking:
        findings.append(
            _report("SIGN-IN-HELD", record.source, person=record.person or "（空）", what=lacking)
        )
    problem = "；".join([*(f"“{name}”没有认准" for name in doubtful), *([f"缺{lacking}"] if lacking else [])])
    ids = tuple(dict.fromkeys(known))
    return Visit(record, ids, tuple(dict.fromkeys(candidates)), tuple(doubtful), problem), tuple(findings)


def tell_name(name: str, match: NameMatch, source: Source) -> Finding:
    """Tell of a name nobody bears, or several may mean, with those it may be."""
    shown = "、".join(f"{p.name}（{p.id}，{p.unit or p.role.label}）" for p in match.candidates)
    if match.is_shared:
        return _report("PERSON-AMBIGUOUS", source, name=name, persons=shown)
    hint = f"是不是{shown}；" if shown else ""
    return _report("PERSON-UNKNOWN", source, name=name, hint=hint)


def _report(code: str, source: Source, **values: object) -> Finding:
    where = f"第{source.row}行的" if source.row else ""
    cell = f"A{source.row}" if source.row else ""
    return make_finding(code, file=source.file, sheet=source.sheet, cell=cell, where=where, **values)


def _list_lacking(record: SignIn) -> str:
    place = record.place
    is_placed = place is not None and (place.area_code is not None or place.township_code is not None)
    parts = [] if record.day else ["日期"]
    parts += [] if record.person else ["姓名"]
    return "、".join(parts + ([] if is_placed else ["地点"]))


def list_spans(
    sheets: Iterable[tuple[Source, Period | None, str | None]],
    visits: Iterable[Visit],
    persons: Mapping[str, Person],
) -> tuple[SheetSpan, ...]:
    """Say for which places and days each sheet speaks; `sheets` are (source, period, coverage).

    A sheet with a period speaks for its whole months, else from its first day to its last. It speaks for
    the township it names, else for those its lines lie in: for the township's own duties where somebody
    stationed there signed, for its villages where somebody stationed in villages did. A sheet of which
    nobody can tell what part it is for speaks only for the villages in it; one without a line for nobody.
    """
    by_sheet: dict[tuple[str, str, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        by_sheet[mark_sheet(visit.record.source)].append(visit)
    spans: dict[SheetSpan, None] = {}
    for source, period, coverage in sheets:
        own = by_sheet.get(mark_sheet(source), [])
        days = _find_days(period, own)
        if days is None:
            continue
        for area, of_villages in _list_areas(own, coverage, persons):
            spans[SheetSpan(area, of_villages, days[0], days[1], source)] = None
    return tuple(spans)


def _find_days(period: Period | None, visits: Sequence[Visit]) -> tuple[date, date] | None:
    if period is not None:
        return period.first.first_day, period.last.last_day
    days = [visit.record.day for visit in visits if visit.record.day is not None]
    return (min(days), max(days)) if days else None


def _list_areas(
    visits: Iterable[Visit], coverage: str | None, persons: Mapping[str, Person]
) -> list[tuple[str, bool]]:
    areas: dict[tuple[str, bool], None] = {}
    for visit in visits:
        place = visit.record.place
        if place is None or place.township_code is None:
            continue
        is_village = place.area_code not in (None, place.township_code)
        if coverage == UNKNOWN_PART:
            if is_village and place.area_code is not None:
                areas[place.area_code, False] = None
            continue
        if coverage in (None, place.township_code):
            roles = {persons[one].role in TOWNSHIP_ROLES for one in visit.person_ids if one in persons}
            for is_of_township in roles or {not is_village}:
                areas[place.township_code, not is_of_township] = None
    return sorted(areas)
