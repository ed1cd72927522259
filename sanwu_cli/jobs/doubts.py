"""What an import makes doubtful: cases gone from a corrected copy, numbers used twice, nil reports denied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sanwu_cli.findings import make_finding
from sanwu_cli.ledger.alike import ALIKE, group_alike
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.ledger.merge import SheetDifference
    from sanwu_cli.model import Finding, Source
    from sanwu_cli.records import Incident, Report, YearRecords

_NAMED_KEYS = 5
# Span, area and indicator make the key of a counted number.
_COUNT_PARTS = 3


def find_gone_rows(differences: Sequence[SheetDifference], names: Mapping[str, str]) -> Iterable[Finding]:
    """Say of a corrected copy which cases of the earlier one it no longer has: they stay in the ledger.

    `names` maps area codes to names.
    """
    for difference in differences:
        if difference.gone:
            source = difference.claims.source
            yield make_finding(
                "ROWS-GONE",
                file=source.file,
                sheet=source.sheet,
                count=len(difference.gone),
                keys="、".join(_name_key(key, names) for key in difference.gone[:_NAMED_KEYS])
                + ("……" if len(difference.gone) > _NAMED_KEYS else ""),
            )


def _name_key(key: str, names: Mapping[str, str]) -> str:
    """Name a subject: a case by its number; a number somebody counted by area and indicator."""
    parts = key.split("|")
    if len(parts) != _COUNT_PARTS or not Indicator.is_defined(parts[2]):
        return key
    return names.get(parts[1], parts[1]) + Indicator(parts[2]).label


def find_alike_rows(records: YearRecords, differences: Sequence[SheetDifference]) -> Iterable[Finding]:
    """Name the rows that are held because another sheet has one alike, and neither has a number."""
    alike: dict[tuple[str, str], Source] = {}
    for group in group_alike(records.incidents):
        standing = next((incident for incident in group if incident.counts), group[0])
        for incident in group:
            if incident.why == ALIKE:
                alike[incident.indicator, incident.id] = standing.sources[0]
    for difference in differences:
        schema = load_schemas()[difference.claims.schema_id]
        source = difference.claims.source
        for row in difference.rows if alike and schema.record.indicator else ():
            rival = alike.get((str(schema.record.indicator), row.key))
            if rival is not None:
                yield make_finding(
                    "CASE-ALIKE",
                    file=source.file,
                    sheet=source.sheet,
                    cell=f"A{row.row}",
                    row=row.row,
                    rival=rival.file,
                    first=rival.row,
                    key=row.key,
                )


def find_superseded_rows(differences: Sequence[SheetDifference]) -> Iterable[Finding]:
    """Say of a copy that comes again alone which of its rows another file has replaced since."""
    for difference in differences:
        source = difference.claims.source
        newer: dict[str, list[str]] = {}
        for row in difference.rows:
            if row.newer is not None:
                newer.setdefault(row.newer.file, []).append(row.key)
        for file, keys in newer.items():
            yield make_finding(
                "ROWS-SUPERSEDED",
                file=source.file,
                sheet=source.sheet,
                count=len(keys),
                newer=file,
                keys="、".join(keys[:_NAMED_KEYS]) + ("……" if len(keys) > _NAMED_KEYS else ""),
            )


def find_lost_roots(records: YearRecords, differences: Sequence[SheetDifference]) -> Iterable[Finding]:
    """Name the later instances whose 原审案号 the ledger does not have: they count as cases of their own."""
    counted = {(case.indicator, case.id) for case in records.incidents if case.counts}
    known = {(case.indicator, case.case_number) for case in records.incidents}
    for difference in differences:
        for claim in difference.claims.claims:
            content = json.loads(claim.content) if '"original_case_number"' in claim.content else {}
            if content.get("kind") != "incident" or content["values"].get("instance") in (None, "first"):
                continue
            root = content["values"]["original_case_number"]
            indicator = content["indicator"]
            if (indicator, claim.key) in counted and (indicator, root) not in known:
                yield make_finding(
                    "SUIT-ROOT-UNKNOWN",
                    file=claim.source.file,
                    sheet=claim.source.sheet,
                    cell=f"A{claim.source.row}",
                    row=claim.source.row,
                    key=claim.key,
                    root=root,
                )


def find_reused_numbers(differences: Sequence[SheetDifference]) -> Iterable[Finding]:
    """Say of changed rows that have another date and another place: perhaps it is another case."""
    for difference in differences:
        source = difference.claims.source
        for row in difference.rows:
            if row.rival:
                yield make_finding(
                    "CASE-TOLD-TWICE",
                    file=source.file,
                    sheet=source.sheet,
                    cell=f"A{row.row}",
                    row=row.row,
                    key=row.key,
                    rival=row.rival,
                    adopted="这一份" if row.is_adopted else "名字里写明更正的那一份",
                )
            before = json.loads(row.before) if row.before else {}
            after = json.loads(row.after) if row.after else {}
            if before.get("kind") != "incident":
                continue
            if _is_another(before, after):
                yield make_finding(
                    "CASE-NUMBER-REUSED",
                    file=source.file,
                    sheet=source.sheet,
                    cell=f"A{row.row}",
                    row=row.row,
                    key=row.key,
                )


def _is_another(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether one number may stand for two cases: another month of filing, or another date and place."""
    days = (before["date"] or "", after["date"] or "")
    is_elsewhere = before["places"] != after["places"]
    return days[0][:7] != days[1][:7] or (days[0] != days[1] and is_elsewhere)


def find_denied_cases(records: YearRecords) -> Iterable[Finding]:
    """Say where somebody reported nothing and a case of that month is counted all the same."""
    by_indicator: dict[Indicator, list[Incident]] = {}
    for incident in records.incidents:
        if incident.counts:
            by_indicator.setdefault(incident.indicator, []).append(incident)
    for report in records.reports:
        if not report.is_nil:
            continue
        denied = [i for i in by_indicator.get(report.indicator, ()) if _is_denied(report, i)]
        if denied:
            yield make_finding(
                "NIL-DENIED",
                file=report.source.file,
                sheet=report.source.sheet,
                cell=f"A{report.source.row}" if report.source.row else "",
                period=report.period.label,
                indicator=report.indicator.label,
                count=len(denied),
                keys="、".join(incident.id for incident in denied[:_NAMED_KEYS]),
            )


def _is_denied(report: Report, incident: Incident) -> bool:
    """Say whether a nil report speaks of the month and the place of a case."""
    towns = {place.township_code for place in incident.places}
    return incident.filed_on in report.period and (
        report.township_code is None or report.township_code in towns
    )
