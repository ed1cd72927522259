"""Sheets in all spellings with planted faults: every fault is found at its cell, and nothing else is."""

from __future__ import annotations

import openpyxl
import pytest
import xlrd
from planted import PLACES, SCHEMAS, SECRETS, make_sheet, period_of, save

from sanwu_cli.periods import Period
from sanwu_cli.sheets.read import read_all
from sanwu_cli.terms import Intake
from sanwu_cli.workbook.read import read_book

DEPARTMENT = {name: schema for name, schema in SCHEMAS.items() if schema.intake is not Intake.REGISTER}
SEEDS = 400
BATCH = 25


def read_planted(sheet, path):
    save(sheet, path)
    book, problems = read_book(path, shown_as=sheet.file)
    assert problems == ()
    (reading,) = read_all(book, schemas=DEPARTMENT, places=PLACES, county_name="灵武市")
    return reading


def check(sheet, path):
    reading = read_planted(sheet, path)
    about = f"seed {sheet.seed} {sheet.kind} {path}"
    assert reading.schema_id == sheet.kind, (about, [f.message for f in reading.findings])
    assert sheet.header_row <= reading.header_row <= sheet.header_bottom, about
    month = period_of(sheet)
    assert reading.period == (Period(month, month) if month else None), about
    assert [row.source.row for row in reading.rows] == [line.row for line in sheet.rows], about
    check_values(sheet, reading, about)
    told = {(finding.code, finding.cell) for finding in reading.findings if finding.cell}
    assert told == sheet.findings, (about, told ^ sheet.findings)
    assert {finding.code for finding in reading.findings if not finding.cell} == sheet.sheet_codes, about
    assert {(f.file, f.sheet) for f in reading.findings} <= {(sheet.file, sheet.sheet)}, about
    assert not any(secret in repr(reading) for secret in SECRETS), about
    check_balance(sheet, reading, path, about)


def check_values(sheet, reading, about):
    for row, line in zip(reading.rows, sheet.rows, strict=True):
        assert dict(row.values) == line.values, (about, row.source.row)
        assert set(row.unreadable) == line.unreadable, (about, row.source.row)
        for name in row.values:
            assert row.cells[name] == sheet.address(line.row, name), about
        if line.place:
            assert row.place.area_code == line.place, (about, row.source.row)
        else:
            assert row.place.area_code is None, (about, row.source.row)
            assert row.place.candidates, (about, row.source.row)


def list_filled(path):
    """List the lines that hold anything, with another library than the reader's."""
    if path.read_bytes()[:2] == b"PK":
        lines = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    else:
        page = xlrd.open_workbook(path).sheet_by_index(0)
        lines = [page.row_values(number) for number in range(page.nrows)]
    return [
        number
        for number, cells in enumerate(lines, start=1)
        if any(cell is not None and str(cell).strip() for cell in cells)
    ]


def check_balance(sheet, reading, path, about):
    """Every line that holds anything is a row, a layout line, a header line or stands above the header."""
    filled = list_filled(path)
    assert len(filled) == sheet.filled_rows, about
    above = sum(1 for number in filled if number <= sheet.header_bottom)
    assert above + len(reading.rows) + reading.layout_rows == len(filled), about
    assert reading.layout_rows == sheet.layout_rows, about


@pytest.mark.parametrize("start", range(0, SEEDS, BATCH))
def test_every_planted_fault_is_found_and_nothing_else(start, tmp_path):
    for seed in range(start, start + BATCH):
        check(make_sheet(seed), tmp_path / f"{seed}.xlsx")
