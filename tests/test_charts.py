"""Native charts under a table: they draw the cells they say, and the same bytes come out again."""

from __future__ import annotations

import io
import shutil
import subprocess

import openpyxl
import pytest

from sanwu_cli.workbook.chart import StackedBars
from sanwu_cli.workbook.read import read_book
from sanwu_cli.workbook.write import TableSheet, write_tables

BARS = StackedBars("情况", 1, ((2, "#4F9A63"), (3, "#B3261E")))
HEADERS = ("代码", "乡镇(街道)", "未突破", "突破")
ROWS = (("640999101", "东岭镇", 3, 1), ("640999102", "西岭'镇", 0, 2))


def table(**more) -> TableSheet:
    given = {"title": "题", "notes": ("注一", "注二"), "chart": BARS} | more
    return TableSheet("乡镇(街道)", HEADERS, given.pop("rows", ROWS), **given)


def cells_of(book, reference: str) -> list[object]:
    """Give the values of the cells a chart names."""
    name, _, span = reference.replace("$", "").rpartition("!")
    found = book[name.strip("'")][span]
    return [found.value] if not isinstance(found, tuple) else [cell.value for (cell,) in found]


def test_a_chart_draws_the_cells_of_its_table():
    book = openpyxl.load_workbook(io.BytesIO(write_tables((table(),))))
    (chart,) = book.worksheets[0]._charts
    assert chart.grouping == "stacked"
    read = [
        tuple(
            cells_of(book, part)
            for part in (
                one.tx.strRef.f,
                one.cat.strRef.f if one.cat.strRef else one.cat.numRef.f,
                one.val.numRef.f,
            )
        )
        for one in chart.series
    ]
    names = ["东岭镇", "西岭'镇"]
    assert read == [(["未突破"], names, [3, 0]), (["突破"], names, [1, 2])]
    # the title's row, the header, two rows, two notes, one row left free
    assert chart.anchor._from.row == 7


def test_a_table_without_rows_or_chart_has_none():
    for one in (table(rows=()), table(chart=None)):
        assert not openpyxl.load_workbook(io.BytesIO(write_tables((one,)))).worksheets[0]._charts


def test_the_same_table_gives_the_same_bytes_and_reads_back_the_same(tmp_path):
    data = write_tables((table(), table()))
    assert data == write_tables((table(), table()))
    with_chart, without = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with_chart.write_bytes(data)
    without.write_bytes(write_tables((table(chart=None), table(chart=None))))
    books = [read_book(path, shown_as="x")[0] for path in (with_chart, without)]
    assert [list(grid.rows) for grid in books[0].grids] == [list(grid.rows) for grid in books[1].grids]


@pytest.mark.office
@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="本机没有 LibreOffice 或 pdftotext"
)
def test_an_office_program_shows_the_chart(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_tables((table(),)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=120)  # fmt: skip
    text = subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "情况" in text, "the title stands in the chart alone"
    assert text.count("东岭镇") == 2
    assert text.count("未突破") == 2
