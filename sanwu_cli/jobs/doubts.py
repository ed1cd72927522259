"""What an import makes doubtful: cases gone from a corrected copy, numbers used twice, nil reports denied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sanwu_cli.findings import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.ledger.merge import SheetDifference
    from sanwu_cli.model import Finding
    from sanwu_cli.records import Incident, Report, YearRecords
    from sanwu_cli.terms import Indicator

_NAMED_KEYS = 5


def find_gone_rows(differences: Sequence[SheetDifference]) -> Iterable[Finding]:
    """Say of a corrected copy which cases of the earlier one it no longer has: they stay in the ledger."""
    for difference in differences:
        if difference.gone:
            source = difference.claims.source
            yield make_finding(
                "ROWS-GONE",
                file=source.file,
                sheet=source.sheet,
                count=len(difference.gone),
                keys="、".join(difference.gone[:_NAMED_KEYS])
                + ("……" if len(difference.gone) > _NAMED_KEYS else ""),
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
