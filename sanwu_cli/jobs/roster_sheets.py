"""The sheets of roster files: read by the two descriptions of rosters, told apart by month and group."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.reading import ReadOptions, read_files
from sanwu_cli.jobs.roster_names import OWN_SHEETS
from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import Unreadable, parse_date
from sanwu_cli.terms import RosterGroup, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from sanwu_cli.jobs.reading import FileReading, Piped
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, SheetReading
    from sanwu_cli.sheets.schema import SheetSchema

_TOWNSHIP_SHEET, _VILLAGE_SHEET = "duty_roster", "mediator_roster"
PERSON_FIELD = "mediator"  # in a village role's table: the one who is stationed, whatever the role
_MONTH_UNKNOWN = frozenset({"PERIOD-UNKNOWN", "PERIOD-PART"})


class RosterSheet(Struct, frozen=True):
    """A sheet that is a group's roster, and the months it speaks for."""

    group: RosterGroup
    months: tuple[Month, ...]
    reading: SheetReading


class RosterSheets(Struct, frozen=True):
    """The roster sheets of some files; `is_readable` is false where a file could not be opened."""

    sheets: tuple[RosterSheet, ...]
    findings: tuple[Finding, ...]
    is_readable: bool


def read_roster_sheets(
    workspace: Workspace,
    registers: RegisterReading,
    paths: Iterable[Path],
    *,
    month: Month | None = None,
    piped: Piped | None = None,
) -> RosterSheets:
    """Read every sheet of the files that is a roster.

    A sheet is for the months its title, its name or its file's name gives; with `month`, the sheets that
    speak for it are taken, else all of them as if they did. Raises SanwuError for a path that is not there.
    """
    listed = [workspace.resolve_input(path) for path in paths]
    schemas = {schema.id: schema for schema, _ in _list_schemas()}
    files = read_files(workspace, registers, listed, options=ReadOptions(schemas=schemas), piped=piped)
    told = _choose_sheets(files, month)
    if month is not None and not told:
        span = Period(month, month)
        options = ReadOptions(period=span, schemas=schemas)
        files = read_files(workspace, registers, listed, options=options, piped=piped)
        told = _choose_sheets(files, month)
    findings = [finding for file in files for finding in (*file.findings, *_gather_findings(file, told))]
    groups = {schema.id: group for schema, group in _list_schemas()}
    sheets = []
    for reading in told:
        months = _find_months(reading, month)
        if not months:
            findings.append(make_finding("ROSTER-MONTH-UNKNOWN", file=reading.file, sheet=reading.sheet))
        sheets.append(RosterSheet(groups[reading.schema_id or ""], months, reading))
    return RosterSheets(
        tuple(sheet for sheet in sheets if sheet.months),
        tuple(findings),
        is_readable=all(file.is_readable for file in files),
    )


@cache
def _list_schemas() -> tuple[tuple[SheetSchema, RosterGroup], ...]:
    """Give the two descriptions as a month's roster needs them: with remarks, one a village role."""
    township, village = load_schemas()[_TOWNSHIP_SHEET], load_schemas()[_VILLAGE_SHEET]
    found = [(_adapt(township), RosterGroup.TOWNSHIP)]
    for group in RosterGroup:
        if group is RosterGroup.MEDIATOR:
            found.append((_adapt(village), group))
        elif group is not RosterGroup.TOWNSHIP:
            found.append((_adapt(_name_role(village, group)), group))
    return tuple(found)


def _adapt(schema: SheetSchema) -> SheetSchema:
    """Let a roster be for a month, let a name be missing, and keep the remarks, which tell of moved days."""
    fields = tuple(
        replace(spec, stored=True)
        if spec.name == "remark"
        else replace(spec, required=spec.required and spec.name != PERSON_FIELD)
        for spec in schema.fields
    )
    return replace(schema, fields=fields, record=replace(schema.record, period="month"))


def _name_role(schema: SheetSchema, group: RosterGroup) -> SheetSchema:
    """Turn the mediators' description into that of another village role."""
    label = group.label
    aliases = (f"{label}姓名", f"进驻{label}", f"值班{label}")
    fields = tuple(
        replace(spec, header=label, aliases=aliases) if spec.name == PERSON_FIELD else spec
        for spec in schema.fields
    )
    evidence = replace(schema.evidence, title=(label, "进驻", "值班"))
    return replace(
        schema,
        id=f"{group.value}_roster",
        title=group.table_title,
        fields=fields,
        evidence=evidence,
    )


def _choose_sheets(files: Sequence[FileReading], month: Month | None) -> list[SheetReading]:
    """Choose the rosters among the sheets; with a month those that may be for it."""
    rosters = [sheet for file in files for sheet in file.sheets if sheet.schema_id is not None]
    if month is None:
        return rosters
    return [sheet for sheet in rosters if sheet.period is None or month in sheet.period]


def _gather_findings(file: FileReading, told: Sequence[SheetReading]) -> list[Finding]:
    """Gather what the reader says of a file's sheets; a sheet beside rosters that is none is only named."""
    own = [sheet for sheet in told if sheet.file == file.file]
    has_rosters = any(sheet.schema_id for sheet in file.sheets)
    findings: list[Finding] = []
    for sheet in file.sheets:
        if sheet.schema_id is None and has_rosters:
            is_lost = any(finding.severity is Severity.ERROR for finding in sheet.findings)
            if is_lost and not sheet.sheet.startswith(OWN_SHEETS):
                findings.append(make_finding("ROSTER-SHEET-LEFT", file=sheet.file, sheet=sheet.sheet))
        elif sheet.schema_id is None or sheet in own:
            findings += [finding for finding in sheet.findings if finding.code not in _MONTH_UNKNOWN]
    return findings


def _find_months(reading: SheetReading, month: Month | None) -> tuple[Month, ...]:
    """Say which months a sheet is for: as told, as it says itself, else the one all its dates lie in."""
    if month is not None:
        return (month,)
    if reading.period is not None:
        return reading.period.months()
    dated = {Month.of(day) for row in reading.rows if (day := _read_date(row.values)) is not None}
    return tuple(dated) if len(dated) == 1 else ()


def _read_date(values: Mapping[str, object]) -> date | None:
    text = values.get("rule")
    day = parse_date(text, period=None) if isinstance(text, str) else None
    return day if day is not None and not isinstance(day, Unreadable) else None
