"""Taking sheets in: read, held against the ledger, shown, then written in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError, gravest
from sanwu_cli.files import list_inputs
from sanwu_cli.findings import make_finding
from sanwu_cli.ledger.claims import make_claims
from sanwu_cli.ledger.derive import Choices, derive_records
from sanwu_cli.ledger.merge import RowResult, SheetDifference, foresee, merge
from sanwu_cli.periods import Period, parse_month
from sanwu_cli.sheets.coverage import Coverage
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import AreaLevel, IncidentStatus, Indicator, Intake, NotCounted, RowClass, Severity
from sanwu_cli.workbook import read_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, SheetReading
    from sanwu_cli.records import Incident, YearRecords


_NAMED_KEYS = 5
_WHOLE_COUNTY = ("全县", "全市", "全区", "county")


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file as read: its sheets, or none when it could not be opened."""

    file: str
    is_readable: bool
    sheets: tuple[SheetReading, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import found and did; `run` is None when nothing was written."""

    is_applied: bool
    run: int | None
    files: tuple[FileReading, ...]
    differences: tuple[SheetDifference, ...]
    findings: tuple[Finding, ...]
    status: ExitStatus


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the clerk may say of the sheets: span, coverage (全县 or a township), header row, sheet name."""

    period: Period | None = None
    coverage: str | None = None
    header_row: int | None = None
    sheet: str | None = None


def parse_span(text: str | None) -> Period | None:
    """Read a span given on the command line: 2026-03, or 2026-01..2026-10; raises SanwuError."""
    if text is None:
        return None
    first, _, last = text.partition("..")
    start, end = parse_month(first), parse_month(last or first)
    if end < start:
        raise SanwuError(f"月份“{text}”的结尾早于开头", remedy="请写成 2026-01..2026-10 的样子")
    return Period(start, end)


def read_files(
    workspace: Workspace,
    registers: RegisterReading,
    paths: Iterable[Path],
    *,
    options: ReadOptions | None = None,
    track: Callable[[Sequence[Path], str], Iterable[Path]] | None = None,
) -> tuple[FileReading, ...]:
    """Read every sheet of the files, or of the folders at any depth; nothing is written."""
    files = list_inputs(paths)
    tracked = track(files, "读表") if track else files
    return tuple(_read_file(workspace, registers, path, options or ReadOptions()) for path in tracked)


def _read_file(
    workspace: Workspace, registers: RegisterReading, path: Path, options: ReadOptions
) -> FileReading:
    shown = workspace.show(path)
    book, problems = read_book(path, shown_as=shown)
    if book is None:
        return FileReading(shown, is_readable=False, sheets=(), findings=problems)
    if options.sheet is not None:
        names = [grid.name for grid in book.grids]
        book = replace(book, grids=tuple(grid for grid in book.grids if grid.name == options.sheet))
        if not book.grids:
            absent = make_finding(
                "SHEET-NOT-THERE", file=shown, name=options.sheet, names="、".join(names) or "无"
            )
            return FileReading(shown, is_readable=True, sheets=(), findings=(*problems, absent))
    schemas = {i: s for i, s in load_schemas().items() if s.intake is not Intake.REGISTER}
    sheets = read_all(
        book,
        schemas=schemas,
        places=registers.places,
        county_name=workspace.settings.name,
        period_override=options.period,
        header_row=options.header_row,
        coverage_override=_find_coverage(registers, options.coverage),
    )
    if not any(sheet.schema_id or sheet.unread_rows or sheet.findings for sheet in sheets):
        problems = (*problems, make_finding("BOOK-NO-CONTENT", file=shown))
    return FileReading(shown, is_readable=True, sheets=sheets, findings=problems)


def _find_coverage(registers: RegisterReading, text: str | None) -> Coverage | None:
    """Read --coverage: 全县 (or 全市, 全区), or a township's code or name; raises SanwuError."""
    if text is None:
        return None
    if text in _WHOLE_COUNTY:
        return Coverage()
    townships = [a for a in registers.registers.areas if a.level is AreaLevel.TOWNSHIP]
    found = {area.code for area in townships if text in (area.code, area.name, *area.aliases)}
    if len(found) != 1:
        raise SanwuError(
            f"登记表里没有“{text}”这个乡镇(街道)", remedy="请写乡镇(街道)的代码或全名，管全县的写“全县”"
        )
    return Coverage(found.pop())


def import_files(
    workspace: Workspace,
    registers: RegisterReading,
    files: tuple[FileReading, ...],
    *,
    intake: Intake,
    as_of: str,
    is_dry_run: bool = False,
    is_strict: bool = False,
) -> ImportResult:
    """Take in the sheets of one intake from files that were read; sheets of the other are named and left.

    With `is_strict`, one error-level finding and nothing is written. Raises SanwuError for a ledger
    that is locked, damaged or cannot be written.
    """
    mine, chosen = _choose_sheets(files, intake)
    findings = (*registers.findings, *chosen)
    contents = workspace.ledger.read()
    schemas = load_schemas()
    differences = merge(
        contents, [make_claims(reading, schemas[reading.schema_id or ""]) for reading in mine]
    )
    records = derive_records(
        foresee(contents, differences),
        year=0,  # all years: what is asked of the records here does not depend on one
        areas=(),
        choices=choices_of(workspace),
        detail_indicators=detail_sheets(),
    )
    differences = _class_by_ledger(records, differences)
    findings += (*_find_gone_rows(differences), *_find_reused_numbers(differences))
    if intake is Intake.INCIDENTS:
        findings += tuple(_find_denied_cases(records))
    status = _find_status(files, findings)
    is_applied = not is_dry_run and not (is_strict and status is not ExitStatus.CLEAN)
    changing = [d for d in differences if d.added or not d.is_known]
    run = None
    if is_applied and changing:
        command = f"{intake} import"
        run = workspace.ledger.append(
            command=command,
            as_of=as_of,
            program=__version__,
            differences=changing,
            after=max((each.number for each in contents.runs), default=0),
        )
    return ImportResult(is_applied, run, files, differences, findings, status)


def detail_sheets() -> dict[str, Indicator]:
    """Map the sheets that report an indicator case by case to their indicator."""
    return {
        schema.id: schema.record.indicator
        for schema in load_schemas().values()
        if schema.intake is Intake.INCIDENTS and schema.record.indicator is not None
    }


def sheet_of(indicator: Indicator) -> str:
    """Give the sheet that reports an indicator case by case."""
    return next(sheet for sheet, reported in detail_sheets().items() if reported is indicator)


def choices_of(workspace: Workspace) -> Choices:
    """Give the settings that change what the ledger's records mean."""
    readings = workspace.settings.readings
    return Choices(
        workspace.settings.exclude_causes,
        uses_event_date=readings["T-12"] == "event_on",
        holds_township_suits=readings["T-19"] == "hold",
    )


def _find_gone_rows(differences: Sequence[SheetDifference]) -> Iterable[Finding]:
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


def _find_reused_numbers(differences: Sequence[SheetDifference]) -> Iterable[Finding]:
    """Say of changed rows that have another date and another place: perhaps it is another case."""
    for difference in differences:
        source = difference.claims.source
        for row in difference.rows:
            before = json.loads(row.before) if row.before else {}
            after = json.loads(row.after) if row.after else {}
            if before.get("kind") != "incident":
                continue
            if before["date"] != after["date"] and before["places"] != after["places"]:
                yield make_finding(
                    "CASE-NUMBER-REUSED",
                    file=source.file,
                    sheet=source.sheet,
                    cell=f"A{row.row}",
                    row=row.row,
                    key=row.key,
                )


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


def _find_denied_cases(records: YearRecords) -> Iterable[Finding]:
    """Say where somebody reported nothing and a case of that month is counted all the same."""
    by_indicator: dict[Indicator, list[Incident]] = {}
    for incident in records.incidents:
        if incident.counts:
            by_indicator.setdefault(incident.indicator, []).append(incident)
    for report in records.reports:
        if not report.is_nil:
            continue
        denied = [
            incident
            for incident in by_indicator.get(report.indicator, ())
            if incident.filed_on in report.period
            and (
                report.township_code is None
                or any(place.township_code == report.township_code for place in incident.places)
            )
        ]
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


def _class_row(row: RowResult, incident: Incident | None) -> RowResult:
    if incident is None or row.row_class not in (RowClass.NEW, RowClass.SAME):
        return row
    if incident.status is IncidentStatus.HELD:
        return replace(row, row_class=RowClass.HELD, why="归属的村(社区)没有确定")
    if incident.reason in (NotCounted.LATER_INSTANCE, NotCounted.EXCLUDED_CAUSE):
        return replace(row, row_class=RowClass.IGNORED, why=incident.reason.label)
    return row


def _find_status(files: Sequence[FileReading], findings: Iterable[Finding]) -> ExitStatus:
    statuses = [ExitStatus.PARTIAL for file in files if not file.is_readable]
    if any(finding.severity is Severity.ERROR for finding in findings):
        statuses.append(ExitStatus.FINDINGS)
    return gravest(*statuses)


def import_as_json(result: ImportResult) -> dict[str, object]:
    """Give the import as sanwu/import/1, without findings and counts."""
    by_sheet = {(d.claims.source.file, d.claims.source.sheet): d for d in result.differences}
    return {
        "schema": "sanwu/import/1",
        "applied": result.is_applied,
        "run": result.run,
        "files": [
            {
                "file": file.file,
                "readable": file.is_readable,
                "sheets": [
                    _sheet_as_json(sheet, by_sheet.get((sheet.file, sheet.sheet))) for sheet in file.sheets
                ],
            }
            for file in result.files
        ],
    }


def _sheet_as_json(reading: SheetReading, difference: SheetDifference | None) -> dict[str, object]:
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
            {"row": row.row, "class": row.row_class.value, "key": row.key, "why": row.why}
            for row in (difference.rows if difference else ())
            if row.row_class not in (RowClass.NEW, RowClass.SAME)
        ],
    }
