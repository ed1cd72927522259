"""Reading text with commas, tabs or semicolons (a CSV under any name) as a grid of text."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

from sanwu_cli.grid import Book, CellValue, Grid
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.encodings import decode_plain
from sanwu_cli.workbook.grids import assemble_grid, clean_text
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_VALUES,
    Refused,
    refuse_damaged,
    refuse_unsafe,
)
from sanwu_cli.workbook.sniff import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

# Best first: where two fit as well, the one that stands in texts less often.
_DELIMITERS = "\t,;，"
_SAMPLE_LETTERS = 1 << 16
_SAMPLE_ROWS = 50
# The first line by which spreadsheet programs are told the delimiter.
_DIRECTIVE = compile_later(r"sep=([\t,;，|])\r?\n", re.IGNORECASE)
_LINE = compile_later(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# How exports keep a spreadsheet program from eating leading zeros.
_KEPT_TEXT = compile_later(r'="([^"]*)"')
# A line no text holds: when it does not come back as a row of its own, a quotation mark was never closed.
_LAST = "\x1e"
# The longest text the reader takes for one cell has no more letters: so many delimiters divide columns.
_MAX_IN_LINE = 1 << 17


def read_delimited(data: bytes, *, file: str, sha256: str) -> Book:
    """Read delimited text: every cell is text, an empty one None; the one grid has no name.

    Raises Refused when it is prose and no table, when a quotation mark is never closed, or too large.

    Args:
        data: its bytes, in UTF-8, UTF-16 or GB18030.
        file: the path to report.
        sha256: of the bytes.
    """
    text = decode_plain(data)
    if text is None:
        raise refuse_damaged("文字编码有错，或夹有不是文字的内容")
    directive = _DIRECTIVE.match(text)
    start = directive.end() if directive else 0
    delimiter = directive[1] if directive else _find_delimiter(text)
    if delimiter is None:
        raise Refused("BOOK-NOT-A-TABLE", what=Kind.TEXT.label)
    return Book(file=file, sha256=sha256, kind="csv", grids=(_read_grid(text, start, delimiter),))


def _find_delimiter(text: str) -> str | None:
    """Choose the delimiter by which most of the first rows have one width; two rows at least have it."""
    sample = text[:_SAMPLE_LETTERS]
    scores = {mark: _score(sample, mark) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: scores[mark])
    return best if scores[best] > (0, 0, 0) else None


def _score(sample: str, delimiter: str) -> tuple[int, int, int]:
    """Rate a delimiter: rows of the most frequent width, rows that have it at all, that width."""
    widths = Counter(
        len(row)
        for row, _ in zip(csv.reader(_split_lines(sample, 0), delimiter=delimiter), range(_SAMPLE_ROWS))  # noqa: B905 - the sample ends first, or the rows do
        if len(row) > 1
    )
    split = widths.total()
    if split <= 1:
        return (0, 0, 0)
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    # A full-width comma divides sentences: only where every line has as many it divides a table.
    if delimiter == "，" and len(widths) > 1:
        return (0, 0, 0)
    return count, split, width


def _split_lines(text: str, start: int) -> Iterator[str]:
    """Give the lines with their ends one by one: a copy of the text would take its memory again."""
    return (match[0] for match in _LINE.finditer(text, start))


def _read_grid(text: str, start: int, delimiter: str) -> Grid:
    rows: list[tuple[CellValue, ...]] = []
    values = width = 0
    last: list[str] = []
    try:
        for row in csv.reader(_close(_split_lines(text, start), delimiter), delimiter=delimiter):
            last = row
            rows.append(tuple(map(_read_cell, row)))
            values, width = values + len(row), max(width, len(row))
            if values > MAX_VALUES or width > MAX_COLUMNS or width * len(rows) > MAX_AREA:
                raise refuse_unsafe("单元格过多")
            if len(rows) > MAX_ROWS:
                raise refuse_unsafe("行数超出表格的最大范围")
    except csv.Error as error:
        raise refuse_damaged("有一格文字过长，或引号不成对") from error
    if last != [_LAST]:
        raise refuse_damaged("有一处引号不成对，后面的行会并成一格")
    rows.pop()
    return assemble_grid("", rows)


def _close(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """Put the mark on a line of its own below; refuse a line of more columns than there can be."""
    for line in lines:
        if line.count(delimiter) > _MAX_IN_LINE:
            raise refuse_unsafe("单元格过多")
        yield line
    yield _LAST


def _read_cell(text: str) -> CellValue:
    if not text or text.isspace():
        return None
    kept = _KEPT_TEXT.fullmatch(text)
    return clean_text(kept[1] if kept else text)
