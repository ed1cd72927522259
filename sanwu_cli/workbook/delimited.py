"""Reading text with commas or tabs (a CSV under any name) as a grid of text."""

from __future__ import annotations

import csv
import io

from sanwu_cli.grid import Book, CellValue, Grid
from sanwu_cli.workbook.grids import assemble_grid
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_VALUES,
    Refused,
    refuse_damaged,
    refuse_unsafe,
)
from sanwu_cli.workbook.sniff import Kind, decode_text

_DELIMITERS = "\t,;，"
_SAMPLE_LINES = 20


def read_delimited(data: bytes, *, file: str, sha256: str) -> Book:
    """Read delimited text: every cell is text, an empty one None; the one grid has no name.

    Raises Refused when it is prose and no table, or too large.

    Args:
        data: its bytes, in UTF-8, UTF-16 with a mark, or GB18030.
        file: the path to report.
        sha256: of the bytes.
    """
    text = decode_text(data) or ""
    delimiter = _find_delimiter(text)
    if delimiter is None:
        raise Refused("BOOK-NOT-A-TABLE", what=Kind.TEXT.label)
    return Book(file=file, sha256=sha256, kind="csv", grids=(_read_grid(text, delimiter),))


def _find_delimiter(text: str) -> str | None:
    """Choose the delimiter found most often; a table has it in two lines at least."""
    lines = [line for line in text[: 1 << 16].splitlines() if line.strip()][:_SAMPLE_LINES]
    found = [(sum(line.count(mark) for line in lines), mark) for mark in _DELIMITERS]
    count, best = max(found, key=lambda pair: pair[0])
    is_table = count and sum(best in line for line in lines) > 1
    return best if is_table else None


def _read_grid(text: str, delimiter: str) -> Grid:
    rows: list[tuple[CellValue, ...]] = []
    values = width = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(tuple(cell if cell.strip() else None for cell in row))
            values, width = values + len(row), max(width, len(row))
            if values > MAX_VALUES or width > MAX_COLUMNS or width * len(rows) > MAX_AREA:
                raise refuse_unsafe("单元格过多")
    except csv.Error as error:
        raise refuse_damaged("有一格文字过长，或引号不成对") from error
    return assemble_grid("", rows)
