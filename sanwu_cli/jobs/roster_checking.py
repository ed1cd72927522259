"""`roster check`: files with rosters read, held against the rules, and against the best there is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.roster_quality import QUIET_LEVELS
from sanwu_cli.jobs.roster_reading import read_rosters
from sanwu_cli.jobs.rostering import read_frozen
from sanwu_cli.model import Duty
from sanwu_cli.roster.quality import compare_year, tell_standing
from sanwu_cli.roster.review import review_sheet
from sanwu_cli.terms import RosterGroup, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sanwu_cli.jobs.reading import Piped
    from sanwu_cli.jobs.roster_reading import RosterReading
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.quality import Standing
    from sanwu_cli.roster.review import Sheet

CHECK_HEADERS = ("月份", "值班表", "班数", "空缺", "错误", "提示")


class RosterCheck(Struct, frozen=True):
    """What was read, what each sheet's review found, how good each group's year is, and all findings."""

    reading: RosterReading
    reviews: Mapping[tuple[Month, RosterGroup], tuple[Finding, ...]]
    standings: Mapping[tuple[int, RosterGroup], tuple[Standing, ...]]
    findings: tuple[Finding, ...]


def check_rosters(
    workspace: Workspace,
    registers: RegisterReading,
    paths: Iterable[Path],
    *,
    month: Month | None = None,
    groups: Iterable[RosterGroup] = tuple(RosterGroup),
    is_weighed: bool = True,
    piped: Piped | None = None,
) -> RosterCheck:
    """Read and check the rosters of some files; nothing is written.

    Where a line could not be read, or `is_weighed` is false, nothing is said of how good the rosters are.
    """
    reading = read_rosters(workspace, registers, paths, month=month, piped=piped)
    wanted = set(groups)
    sheets = [sheet for sheet in reading.sheets if sheet.group in wanted]
    reviews = {(one.month, one.group): review_sheet(one, reading.staffing) for one in sheets}
    standings: dict[tuple[int, RosterGroup], tuple[Standing, ...]] = {}
    told: list[Finding] = []
    if is_weighed and reading.is_whole:
        frozen = read_frozen(workspace)
        for (year, group), own in _group_years(sheets).items():
            standings[year, group] = compare_year(year, group, own, reading.staffing, frozen)
            label = own[0].month.label if len(own) == 1 else f"{year}年"
            told += tell_standing(label, standings[year, group])
    told += [
        make_finding("ROSTER-DRAFT", month=sheet.month.label, year=sheet.month.year)
        for sheet in sheets
        if not reading.staffing.calendar.is_published(sheet.month)
    ]
    findings = (*reading.findings, *(finding for own in reviews.values() for finding in own), *told)
    return RosterCheck(reading, reviews, standings, tuple(dict.fromkeys(findings)))


def _group_years(sheets: Iterable[Sheet]) -> dict[tuple[int, RosterGroup], list[Sheet]]:
    found: dict[tuple[int, RosterGroup], list[Sheet]] = {}
    for sheet in sheets:
        found.setdefault((sheet.month.year, sheet.group), []).append(sheet)
    return found


def check_rows(check: RosterCheck) -> list[tuple[str, str, int, int, int, int]]:
    """Give one line a month and group."""
    rows = []
    for sheet in check.reading.sheets:
        found = check.reviews.get((sheet.month, sheet.group))
        if found is None:
            continue
        count = Counter(finding.severity for finding in found)
        duties = sum(isinstance(entry.item, Duty) for entry in sheet.entries)
        rows.append(
            (
                sheet.month.label,
                sheet.group.label,
                duties,
                len(sheet.entries) - duties,
                count[Severity.ERROR],
                count[Severity.WARNING],
            )
        )
    return rows


def describe_standings(check: RosterCheck) -> list[str]:
    """Say of each year and group what every level comes to, beside the best there is."""
    lines = []
    for (year, group), standings in check.standings.items():
        told = "；".join(
            f"{one.figure}{one.value}（最好{one.best}）"
            for one in standings
            if one.value or one.level not in QUIET_LEVELS
        )
        lines.append(f"{year}年{group.label}，公布的照公布的、其余照最好的排法算：{told}")
    return lines


def check_as_json(check: RosterCheck) -> dict[str, object]:
    """Give the check as sanwu/roster-check/1, without its findings."""
    keys = ("duties", "unfilled", "errors", "warnings")
    shown = [sheet for sheet in check.reading.sheets if (sheet.month, sheet.group) in check.reviews]
    return {
        "schema": "sanwu/roster-check/1",
        "is_whole": check.reading.is_whole,
        "rosters": [
            {"month": str(sheet.month), "group": sheet.group.value, **dict(zip(keys, row[2:], strict=True))}
            for sheet, row in zip(shown, check_rows(check), strict=True)
        ],
        "levels": [
            {
                "year": year,
                "group": group.value,
                "level": one.level,
                "value": one.value,
                "best": one.best,
                "bound": one.bound,
            }
            for (year, group), standings in check.standings.items()
            for one in standings
        ],
    }
