"""Taking sheets in: read, held against the ledger, shown, then written in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, gravest
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.balance import balance_as_json, weigh_file
from sanwu_cli.jobs.changes import changes_as_json
from sanwu_cli.jobs.clashes import find_clashes_of_years
from sanwu_cli.jobs.doubts import (
    find_alike_rows,
    find_denied_cases,
    find_gone_rows,
    find_lost_roots,
    find_reused_numbers,
    find_superseded_rows,
)
from sanwu_cli.jobs.objections import find_faults_of_sheets
from sanwu_cli.jobs.reading import detail_sheets, pause_collector
from sanwu_cli.jobs.rulings import class_rulings, find_open_rulings, list_ruling_rows
from sanwu_cli.ledger.claims import make_claims
from sanwu_cli.ledger.derive import Choices, derive_records
from sanwu_cli.ledger.merge import RowResult, SheetDifference, foresee, merge
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import IncidentStatus, Intake, NotCounted, RowClass, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.jobs.balance import Balance
    from sanwu_cli.jobs.reading import FileReading
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, SheetReading, Source
    from sanwu_cli.records import Incident, YearRecords


class ImportResult(Struct, frozen=True):
    """What an import found and did; `run` is None when nothing was written, `seen` the last run before it."""

    intake: Intake
    files: tuple[FileReading, ...]
    differences: tuple[SheetDifference, ...]
    findings: tuple[Finding, ...]
    status: ExitStatus
    seen: int
    is_applied: bool = False
    run: int | None = None


def import_files(
    workspace: Workspace,
    registers: RegisterReading,
    files: tuple[FileReading, ...],
    *,
    intake: Intake,
    as_of: str,
) -> ImportResult:
    """Hold files against the ledger and write the difference. Raises as `write_import` does."""
    return write_import(workspace, compare_files(workspace, registers, files, intake=intake), as_of=as_of)


def compare_files(
    workspace: Workspace, registers: RegisterReading, files: tuple[FileReading, ...], *, intake: Intake
) -> ImportResult:
    """Hold the sheets of one intake against the ledger; sheets of the other are named and left.

    Nothing is written. Raises SanwuError for a ledger that is locked or damaged.
    """
    with pause_collector():
        return _compare_files(workspace, registers, files, intake)


def _compare_files(
    workspace: Workspace, registers: RegisterReading, files: tuple[FileReading, ...], intake: Intake
) -> ImportResult:
    mine, chosen = _choose_sheets(files, intake)
    findings = (*registers.findings, *chosen)
    contents = workspace.ledger.read()
    schemas = workspace.schemas
    differences = merge(
        contents,
        [make_claims(reading, schemas[reading.schema_id or ""], registers.places) for reading in mine],
    )
    foreseen = foresee(contents, differences)
    records = derive_records(
        foreseen,
        year=0,  # all years: what is asked of the records here does not depend on one
        areas=(),
        choices=choices_of(workspace),
        detail_indicators=detail_sheets(),
    )
    differences = class_rulings(records, _class_by_ledger(records, differences))
    findings += tuple(find_open_rulings(records, differences))
    if rulings := list_ruling_rows(differences):
        findings += find_faults_of_sheets(workspace, registers, foreseen, records, rulings)
    findings += (
        *find_gone_rows(differences, {area.code: area.name for area in registers.registers.areas}),
        *find_reused_numbers(differences),
        *find_superseded_rows(differences),
        *find_lost_roots(records, differences),
        *find_alike_rows(records, differences),
    )
    if intake is Intake.INCIDENTS:
        findings += tuple(find_denied_cases(records))
        areas = registers.registers.areas
        findings += tuple(find_clashes_of_years(records, areas, _list_count_cells(workspace, mine)))
    seen = max((each.number for each in contents.runs), default=0)
    return ImportResult(intake, files, differences, findings, _find_status(files, findings), seen)


def write_import(workspace: Workspace, compared: ImportResult, *, as_of: str) -> ImportResult:
    """Write the difference in one transaction; a sheet that says nothing new leaves no trace.

    Raises SanwuError when the ledger is locked, cannot be written, or was changed since it was compared.
    """
    changing = [d for d in compared.differences if d.added or not d.is_known]
    run = None
    if changing:
        run = workspace.ledger.append(
            command=f"{compared.intake} import",
            as_of=as_of,
            program=__version__,
            differences=changing,
            after=compared.seen,
        )
    return replace(compared, is_applied=True, run=run)


def choices_of(workspace: Workspace) -> Choices:
    """Give the settings that change what the ledger's records mean."""
    readings = workspace.settings.readings
    return Choices(
        workspace.settings.exclude_causes,
        uses_event_date=readings["T-12"] == "event_on",
        holds_township_suits=readings["T-19"] == "hold",
    )


def _list_count_cells(
    workspace: Workspace, readings: Iterable[SheetReading]
) -> dict[tuple[Source, str], str]:
    """Give the address of every number counted, by the row it stands in and the indicator."""
    counted = [reading for reading in readings if reading.schema_id == "indicator_count"]
    return {
        (row.source, indicator.value): row.cells[indicator.value]
        for reading in counted
        for row in reading.rows
        for indicator in workspace.schemas["indicator_count"].counted
        if indicator.value in row.cells
    }


def _choose_sheets(files: Sequence[FileReading], intake: Intake) -> tuple[list[SheetReading], list[Finding]]:
    """Pick the sheets of this intake, with the findings of what was picked and of what nobody claims."""
    mine: list[SheetReading] = []
    findings: list[Finding] = []
    schemas = load_schemas()
    for file in files:
        findings += file.findings
        for reading in file.sheets:
            schema = schemas.get(reading.schema_id or "")
            if schema is None:
                findings += reading.findings
            elif schema.intake is intake:
                mine.append(reading)
                findings += reading.findings
            else:
                findings.append(
                    make_finding(
                        "SHEET-FOR-OTHER-COMMAND",
                        file=reading.file,
                        sheet=reading.sheet,
                        title=schema.title,
                        command=schema.intake.label,
                    )
                )
    return mine, findings


def _class_by_ledger(
    records: YearRecords, differences: Sequence[SheetDifference]
) -> tuple[SheetDifference, ...]:
    """Class rows by what only the whole ledger and the settings show: what does not count, what is held."""
    known = {(incident.indicator, incident.id): incident for incident in records.incidents}
    classed = []
    for difference in differences:
        indicator = detail_sheets().get(difference.claims.schema_id)
        rows = difference.rows
        if indicator is not None:
            rows = tuple(_class_row(row, known.get((indicator, row.key))) for row in rows)
        classed.append(replace(difference, rows=rows))
    return tuple(classed)


def _class_row(row: RowResult, incident: Incident | None) -> RowResult:
    if incident is not None and row.row_class is RowClass.CHANGED and any(c.after for c in incident.changes):
        return replace(row, why=f"{row.why}，归属仍按认定")
    if incident is None or row.row_class not in (RowClass.NEW, RowClass.SAME):
        return row
    if incident.status is IncidentStatus.HELD:
        return replace(row, row_class=RowClass.HELD, why=incident.why)
    if incident.reason in (NotCounted.LATER_INSTANCE, NotCounted.EXCLUDED_CAUSE):
        return replace(row, row_class=RowClass.IGNORED, why=incident.reason.label)
    return row


def _find_status(files: Sequence[FileReading], findings: Iterable[Finding]) -> ExitStatus:
    statuses = [ExitStatus.PARTIAL for file in files if not file.is_readable]
    if any(finding.severity is Severity.ERROR for finding in findings):
        statuses.append(ExitStatus.FINDINGS)
    return gravest(*statuses)


def import_as_json(result: ImportResult, names: Mapping[str, str]) -> dict[str, object]:
    """Give the import as sanwu/import/1, without findings and counts; `names` maps area codes to names."""
    by_sheet = {(d.claims.source.file, d.claims.source.sheet): d for d in result.differences}
    return {
        "schema": "sanwu/import/1",
        "applied": result.is_applied,
        "run": result.run,
        "files": [
            {
                "file": file.file,
                "readable": file.is_readable,
                "balance": balance_as_json(weigh_import(result, file)),
                "sheets": [
                    _sheet_as_json(sheet, by_sheet.get((sheet.file, sheet.sheet)), names)
                    for sheet in file.sheets
                ],
            }
            for file in result.files
        ],
    }


def weigh_import(result: ImportResult, file: FileReading) -> Balance:
    """Add up the rows of one file of an import, with what became of those this command takes."""
    mine = {d.claims.source.sheet: d for d in result.differences if d.claims.source.file == file.file}
    classes = {one: sum(d.count(one) for d in mine.values()) for one in RowClass}
    return weigh_file(file, mine=mine, classes=classes)


def _sheet_as_json(
    reading: SheetReading, difference: SheetDifference | None, names: Mapping[str, str]
) -> dict[str, object]:
    counts = {row_class.value: difference.count(row_class) if difference else 0 for row_class in RowClass}
    return {
        "sheet": reading.sheet,
        "id": reading.schema_id,
        "header_row": reading.header_row,
        "period": str(reading.period) if reading.period else None,
        "coverage": reading.coverage,
        "rows": sum(counts.values()),
        **counts,
        "layout_rows": reading.layout_rows,
        "unread_rows": reading.unread_rows if difference or reading.schema_id is None else len(reading.rows),
        "details": [
            {
                "row": row.row,
                "class": row.row_class.value,
                "key": row.key,
                "why": row.why,
                **(changes_as_json(row, reading.schema_id or "", names) if row.before else {}),
            }
            for row in (difference.rows if difference else ())
            if row.row_class not in (RowClass.NEW, RowClass.SAME)
        ],
    }
