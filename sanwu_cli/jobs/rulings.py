"""Rulings as they are taken in: which find their case, which wait for it, and which lack their grounds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.ledger.rulings import COUNTED, OF_COUNTS, match_key, name_count
from sanwu_cli.records import Incident
from sanwu_cli.terms import Matter, RowClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.ledger.merge import RowResult, SheetDifference
    from sanwu_cli.model import Finding, Source
    from sanwu_cli.records import Change, Count, YearRecords

_SHEET = "ruling"
_WAITING = "台账里还没有这件案件，等它导入以后生效"
_SEVERAL = "几项指标里都有这个编号，请写明指标"
_NOT_OF_COUNTS = "月报数只能剔除、维持、异议、挂账；改归、计入的，请报送更正的月报表"


def class_rulings(
    records: YearRecords, differences: Sequence[SheetDifference]
) -> tuple[SheetDifference, ...]:
    """Hold back the rulings whose case the ledger does not have, or has under several indicators."""
    if all(difference.claims.schema_id != _SHEET for difference in differences):
        return tuple(differences)
    cases = index_cases(records)
    return tuple(
        replace(difference, rows=tuple(_class_row(row, content, cases) for row, content in pairs))
        if (pairs := _pair_rows(difference))
        else difference
        for difference in differences
    )


def index_cases(records: YearRecords) -> dict[str, list[Incident | Count]]:
    """Index everything a ruling may name, cases and counted numbers, by its folded number."""
    cases: dict[str, list[Incident | Count]] = {}
    for known in list_known(records):
        cases.setdefault(match_key(number_of(known)), []).append(known)
    return cases


def list_known(records: YearRecords) -> tuple[Incident | Count, ...]:
    """List everything a ruling may name: cases, counted numbers, and those that were taken out."""
    counts: tuple[Incident | Count, ...] = (*records.counts, *records.voided)
    return (*records.incidents, *counts)


def number_of(known: Incident | Count) -> str:
    """Give the number by which rulings name a case or a counted number."""
    is_held_count = isinstance(known, Incident) and known.number is not None
    return name_count(known.id) if is_held_count else known.id


def list_ruling_rows(differences: Sequence[SheetDifference]) -> frozenset[Source]:
    """List the rows of sheets of rulings."""
    return frozenset(
        claim.source
        for difference in differences
        if difference.claims.schema_id == _SHEET
        for claim in difference.claims.claims
    )


def _pair_rows(difference: SheetDifference) -> list[tuple[RowResult, Mapping[str, Any]]]:
    """Pair each row of a sheet of rulings with what it says; other sheets have none."""
    if difference.claims.schema_id != _SHEET:
        return []
    said = {claim.source.row: json.loads(claim.content) for claim in difference.claims.claims}
    return [(row, said[row.row]) for row in difference.rows]


def _class_row(
    row: RowResult, content: Mapping[str, Any], cases: Mapping[str, list[Incident | Count]]
) -> RowResult:
    if content["matter"] is None:
        return row
    found = _find_cases(content, cases)
    if content["case_number"].startswith(COUNTED) and Matter(content["matter"]) not in OF_COUNTS:
        return replace(row, row_class=RowClass.HELD, why=_NOT_OF_COUNTS)
    if len(found) == 1:
        return row
    return replace(row, row_class=RowClass.HELD, why=_SEVERAL if found else _WAITING)


def _find_cases(
    content: Mapping[str, Any], cases: Mapping[str, list[Incident | Count]]
) -> list[Incident | Count]:
    known = cases.get(match_key(content["case_number"]), [])
    return [case for case in known if content["indicator"] in (None, case.indicator.value)]


def find_open_rulings(records: YearRecords, differences: Sequence[SheetDifference]) -> Iterable[Finding]:
    """Name every ruling that has no effect as yet, and every one that moves a placed case without grounds."""
    if all(difference.claims.schema_id != _SHEET for difference in differences):
        return
    cases = index_cases(records)
    for difference in differences:
        spots = {claim.source.row: claim.source for claim in difference.claims.claims}
        for row, content in _pair_rows(difference):
            if row.row_class is RowClass.HELD:
                yield _report("RULING-HELD", spots[row.row], content, why=row.why)
                continue
            changes = [change for case in _find_cases(content, cases) for change in case.changes]
            own = [change for change in changes if change.source == spots[row.row]]
            if content["matter"] is not None and any(_lacks_grounds(change) for change in own):
                yield _report("RULING-NO-GROUNDS", spots[row.row], content)


def _report(code: str, source: Source, content: Mapping[str, Any], **values: object) -> Finding:
    number = content["case_number"] or "（空）"
    cell = f"A{source.row}"
    return make_finding(
        code, file=source.file, sheet=source.sheet, cell=cell, row=source.row, number=number, **values
    )


def _lacks_grounds(change: Change) -> bool:
    """Say whether a case that was placed is moved without a reason or the number of a paper."""
    is_moved = change.matter is Matter.MOVE and change.before and set(change.before) != set(change.after)
    return bool(is_moved) and not (change.reason and change.document_number)
