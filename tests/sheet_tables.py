"""Sheets written as plain tables, read through the real reader, for the tests of `sheets`."""

# The tables below are read across, with brackets and clock times as departments type them.
# ruff: noqa: E501

from __future__ import annotations

from sanwu_cli.grid import Book, Grid, Merge
from sanwu_cli.model import Area
from sanwu_cli.places import Places
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import AreaKind, Intake

AREAS = (
    Area("640181100", "青禾镇", AreaKind.TOWN, "640181"),
    Area("640181101", "白杨镇", AreaKind.TOWN, "640181"),
    Area("640181001", "沙枣街道", AreaKind.SUBDISTRICT, "640181"),
    Area("640181100201", "上渠村", AreaKind.VILLAGE, "640181100"),
    Area("640181100202", "下渠村", AreaKind.VILLAGE, "640181100"),
    Area("640181101201", "梁湾村", AreaKind.VILLAGE, "640181101"),
    Area("640181101202", "石桥村", AreaKind.VILLAGE, "640181101"),
    Area("640181001001", "兴业社区", AreaKind.COMMUNITY, "640181001"),
)
PLACES = Places.of(AREAS, county="灵武市")
SCHEMAS = {name: schema for name, schema in load_schemas().items() if schema.intake is not Intake.REGISTER}
SHA = "0" * 64


def make_grid(table, *, name="Sheet1", merges=(), cells=None, **facts):
    """Make a grid of a table: one line a row, | between cells, \\n for a line break; `cells` by (row, column)."""
    rows = [
        [cell.strip().replace("\\n", "\n") or None for cell in line.split("|")]
        for line in table.strip("\n").split("\n")
    ]
    for (row, column), value in (cells or {}).items():
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = value
    return Grid(name, tuple(map(tuple, rows)), tuple(Merge(*merge) for merge in merges), **facts)


def read_grids(*grids, file="inbox/2026-03/表.xlsx", marks=None, schemas=None, **options):
    """Read grids as one workbook."""
    book = Book(file, SHA, "xlsx", tuple(grids), marks or {})
    return read_all(book, schemas=schemas or SCHEMAS, places=PLACES, county_name="灵武市", **options)


def read_table(table, *, name="Sheet1", merges=(), cells=None, facts=None, **options):
    """Read one table as the only sheet of a workbook."""
    (reading,) = read_grids(
        make_grid(table, name=name, merges=merges, cells=cells, **(facts or {})), **options
    )
    return reading


def codes(reading):
    """List the codes of a reading's findings."""
    return [finding.code for finding in reading.findings]


def find(reading, code):
    """Give the findings of one code."""
    return [finding for finding in reading.findings if finding.code == code]


def filled_below(grid, header_row):
    """Count the non-empty rows below a 1-based header row, independently of the reader."""
    return sum(
        1 for cells in grid.rows[header_row:] if any(cell is not None and str(cell).strip() for cell in cells)
    )
