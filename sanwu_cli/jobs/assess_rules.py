"""The office's assessment rules found: in the ledger, or in files nobody took in yet; the example written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sanwu_cli.assessment.example import HEADERS, load_example
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.gate import write_public
from sanwu_cli.jobs.reading import read_files
from sanwu_cli.jobs.scores import ITEM_SHEET
from sanwu_cli.ledger.activities import Line, read_assessment_item
from sanwu_cli.ledger.claims import make_claims
from sanwu_cli.ledger.entries import read_json
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import AreaLevel
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sanwu_cli.activities import AssessmentItem
    from sanwu_cli.jobs.reading import FileReading, Piped
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Area, Finding


def find_rules(
    workspace: Workspace,
    registers: RegisterReading,
    *,
    year: int,
    paths: Sequence[Path],
    piped: Piped | None = None,
) -> tuple[list[AssessmentItem], list[Finding]]:
    """Give a year's items and what reading them told: of these files, else of the ledger.

    Raises SanwuError where there is none.
    """
    findings = list(registers.findings)
    if paths or piped:
        inputs = [workspace.resolve_input(path) for path in paths]
        files = read_files(workspace, registers, inputs, piped=piped)
        findings += [finding for file in files for finding in file.findings]
        findings += [f for file in files for sheet in file.sheets for f in sheet.findings]
        told = list(_list_items_of(files, registers))
    else:
        told = list(open_activities(workspace, registers).assessment_items)
    found = [item for item in told if item.year == year]
    if not found:
        raise need_rules(year, is_file=bool(paths or piped))
    return found, findings


def need_rules(year: int, *, is_file: bool = False) -> SanwuError:
    """Make the error that says where the rules can come from."""
    where = "这些文件里" if is_file else "台账里"
    return SanwuError(
        f"{where}没有{year}年的考核细则",
        remedy="请用 sanwu records import 导入《考核细则》（标题要写年份）；"
        "空白表用 sanwu sheet form assessment_item -o 生成，样子看 sanwu assess example",
        status=ExitStatus.INPUT_MISSING,
    )


def _list_items_of(files: Iterable[FileReading], registers: RegisterReading) -> Iterable[AssessmentItem]:
    """Give the items of sheets that were only read, as an import would take them."""
    schema = load_schemas()[ITEM_SHEET]
    for file in files:
        for sheet in file.sheets:
            if sheet.schema_id == ITEM_SHEET:
                for claim in make_claims(sheet, schema, registers.places).claims:
                    yield read_assessment_item(Line(claim.key, claim.source, read_json(claim.content)))


def list_competing(registers: RegisterReading, day: date) -> list[Area]:
    """Give the townships that are ranked on a day, by code."""
    areas = registers.registers.areas
    found = [a for a in areas if a.level is AreaLevel.TOWNSHIP and a.exists_on(day) and a.competes]
    return sorted(found, key=lambda area: area.code)


def write_example(year: int) -> bytes:
    """Write the example of the rules as a workbook that can be taken in; it says in every row what it is."""
    example = load_example()
    table = TableSheet("示例", HEADERS, example.rows, f"{year}年{example.title}", notes=example.notes)
    return write_public(table.title, (table,), dated=date(year, 1, 1))
