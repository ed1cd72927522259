"""The register of accepted header readings, registers/表头对照.csv: read, written, one entry forgotten."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import write_file
from sanwu_cli.findings import make_finding
from sanwu_cli.grid import address
from sanwu_cli.sheets.balance import count_filled
from sanwu_cli.sheets.remembered import Memory, Remembered, remember
from sanwu_cli.sheets.schema import header_key, load_schemas
from sanwu_cli.sheets.told import explain_refusal
from sanwu_cli.sheets.values import Unreadable, is_blank, parse_date
from sanwu_cli.sheets.values.text import plain_text
from sanwu_cli.terms import ColumnUse, HeaderMatch, Intake
from sanwu_cli.workbook.read import read_book

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sanwu_cli.grid import Grid
    from sanwu_cli.model import Finding, SheetReading

STEM = "表头对照"
HEADERS = ("指纹", "表式", "表头行", "原表头", "字段", "来源文件", "日期")
_SUFFIXES = (".csv", ".xlsx", ".xls", ".et")
_MOST_LEVELS = 3


def read_memory(folder: Path, *, shown_as: str) -> tuple[Memory, tuple[Finding, ...]]:
    """Read the accepted header readings of a folder; a line that cannot be followed is a finding.

    Args:
        folder: the register folder.
        shown_as: the path of that folder to report.
    """
    paths = _list_tables(folder)
    twice = tuple(
        make_finding("REG-FILE-TWICE", file=f"{shown_as}/{other.name}", title=STEM, used=paths[0].name)
        for other in paths[1:]
    )
    if not paths or _is_bare(paths[0]):
        return Memory(), twice
    memory, findings = _read_table(paths[0], shown_as=shown_as)
    return memory, (*findings, *twice)


def _list_tables(folder: Path) -> list[Path]:
    """List what may be the register, the one we write first: a clerk may have saved a workbook beside it."""
    return [path for end in _SUFFIXES if (path := folder / f"{STEM}{end}").is_file()]


def _is_bare(path: Path) -> bool:
    """Say whether nothing but our headings stands in the file: every reading was forgotten."""
    bare = _encode(())
    return path.stat().st_size == len(bare) and path.read_bytes() == bare


def _read_table(path: Path, *, shown_as: str) -> tuple[Memory, tuple[Finding, ...]]:
    book, problems = read_book(path, shown_as=f"{shown_as}/{path.name}")
    if book is None:
        return Memory(), problems
    grid = next((grid for grid in book.grids if count_filled(grid)), None)
    if grid is None:
        return Memory(), problems
    reader = _TableReader(book.file, grid)
    return reader.read(), (*problems, *reader.findings)


def write_memory(folder: Path, memory: Memory) -> bool:
    """Write the readings as a table that a spreadsheet opens; say whether anything changed."""
    path = folder / f"{STEM}.csv"
    if not memory.entries and _list_tables(folder) == [path]:
        path.unlink()
        return True
    return write_file(path, _encode(_sort(memory)))


def _encode(entries: Iterable[Remembered]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADERS)
    for entry in entries:
        writer.writerows([_disarm(str(cell)) for cell in line] for line in _list_lines(entry))
    # With the mark Excel takes the bytes for UTF-8, not for the code page of the machine.
    return stream.getvalue().encode("utf-8-sig")


def is_told(reading: SheetReading) -> bool:
    """Say whether somebody said something of the sheet's columns in this run."""
    columns = reading.evidence.columns if reading.evidence is not None else ()
    return any(one.match is HeaderMatch.TOLD or one.use is ColumnUse.IGNORED for one in columns)


def accept(
    memory: Memory, readings: Iterable[SheetReading], *, day: str
) -> tuple[Memory, dict[str, Remembered]]:
    """Take the readings that a form claims into the memory; give the memory, and what was taken.

    A reading that is remembered already in the same words keeps its day.
    """
    schemas = load_schemas()
    taken: dict[str, Remembered] = {}
    for reading in readings:
        schema = schemas.get(reading.schema_id or "")
        if schema is not None:
            entry = remember(reading, {spec.name: spec.header for spec in schema.fields}, day=day)
            taken |= {entry.fingerprint: entry} if entry is not None else {}
    known = {key: replace(entry, day="") for key, entry in memory.entries.items()}
    new = [entry for key, entry in taken.items() if known.get(key) != replace(entry, day="")]
    return memory.add(new), taken


def find_entry(memory: Memory, fingerprint: str) -> Remembered:
    """Find an entry by its fingerprint or an unmistakable beginning of it; raises SanwuError."""
    found = [entry for key, entry in memory.entries.items() if key.startswith(fingerprint.strip().lower())]
    if len(found) == 1 and fingerprint.strip():
        return found[0]
    raise SanwuError(
        f"没有指纹是“{fingerprint}”的表头对照" if not found else f"“{fingerprint}”不止一份表头对照",
        remedy="请用 sanwu sheet maps 查看，把指纹写全",
        status=ExitStatus.USAGE,
    )


def memory_as_json(memory: Memory) -> list[dict[str, object]]:
    """Give the readings as elements of sanwu/sheet-maps/1."""
    return [
        {
            "fingerprint": entry.fingerprint,
            "id": entry.schema_id,
            "header_rows": list(entry.header_rows),
            "columns": [{"header": header, "field": word} for header, word in entry.columns],
            "file": entry.file,
            "sheet": entry.sheet,
            "date": entry.day,
        }
        for entry in _sort(memory)
    ]


def memory_as_rows(memory: Memory, *, is_whole: bool) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """List the readings with their headings: a row each, or as the register has them, a row a column."""
    if is_whole:
        return HEADERS, [line for entry in _sort(memory) for line in _list_lines(entry)]
    titles = {schema.id: schema.title for schema in load_schemas().values()}
    return ("指纹", "表式", "列数", "来源", "日期"), [
        (entry.fingerprint, titles[entry.schema_id], len(entry.columns), _show_source(entry), entry.day)
        for entry in _sort(memory)
    ]


def _sort(memory: Memory) -> list[Remembered]:
    return sorted(memory.entries.values(), key=lambda one: (one.schema_id, one.file, one.fingerprint))


def _list_lines(entry: Remembered) -> list[tuple[object, ...]]:
    return [
        (entry.fingerprint, entry.schema_id, _show_rows(entry), header, word, _show_source(entry), entry.day)
        for header, word in entry.columns
    ]


def _show_rows(entry: Remembered) -> str:
    # Never 3-4: a spreadsheet would make a date of it.
    first, last = entry.header_rows
    return f"第{first}行" if first == last else f"第{first}至{last}行"


def _show_source(entry: Remembered) -> str:
    return f"{entry.file}:{entry.sheet}" if entry.sheet else entry.file


def _disarm(text: str) -> str:
    """Keep a spreadsheet from running a header as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


class _TableReader:
    """Reads the table line by line; an entry with a bad line is not used at all."""

    def __init__(self, file: str, grid: Grid) -> None:
        self.file = file
        self.grid = grid
        self.findings: list[Finding] = []
        self._columns: dict[str, int] = {}
        self._bad: set[str] = set()
        self._entries: dict[str, Remembered] = {}
        self._owners: dict[tuple[str, str], int] = {}

    def read(self) -> Memory:
        """Read every line; give what can be followed."""
        filled = [
            row for row, cells in enumerate(self.grid.rows) if any(not is_blank(cell) for cell in cells)
        ]
        start = filled[0]
        for column, cell in enumerate(self.grid.rows[start]):
            self._columns.setdefault(header_key(plain_text(cell)), column)
        absent = [name for name in HEADERS[:5] if name not in self._columns]
        if absent:
            self._report(start, "", f"没有“{'”“'.join(absent)}”", "整张表")
            return Memory()
        for row in filled[1:]:
            self._read_line(row)
        return Memory({key: entry for key, entry in self._entries.items() if key not in self._bad})

    def _cell(self, row: int, name: str) -> str:
        column = self._columns.get(name)
        cell = None if column is None else self.grid.at(row, column)
        text = "" if is_blank(cell) else plain_text(cell).strip()
        return re.sub(r"^'(?=[=+\-@])", "", text)

    def _read_line(self, row: int) -> None:
        fingerprint = self._cell(row, "指纹").lower()
        if not fingerprint:
            self._report(row, "指纹", "没有写指纹", "这一行")
            return
        fault = self._find_fault(row, fingerprint) or self._find_bad_field(row, fingerprint)
        if fault is not None:
            self._bad.add(fingerprint)
            self._report(row, *fault, f"这份对照（指纹{fingerprint}）")
            return
        entry = self._entries.get(fingerprint) or self._begin(row, fingerprint)
        line = (self._cell(row, "原表头"), self._cell(row, "字段"))
        self._entries[fingerprint] = replace(entry, columns=(*entry.columns, line))

    def _list_rows(self, row: int) -> list[int]:
        return [int(number) for number in re.findall(r"\d{1,4}", self._cell(row, "表头行"))]

    def _begin(self, row: int, fingerprint: str) -> Remembered:
        file, _, sheet = self._cell(row, "来源文件").rpartition(":")
        if not file:
            file, sheet = sheet, ""
        day = parse_date(self._cell(row, "日期"))
        shown = self._cell(row, "日期") if day is None or isinstance(day, Unreadable) else day.isoformat()
        rows = self._list_rows(row)
        return Remembered(fingerprint, self._cell(row, "表式"), (rows[0], rows[-1]), (), file, sheet, shown)

    def _find_fault(self, row: int, fingerprint: str) -> tuple[str, str] | None:
        """Give the column of a line that cannot be followed, and why; None when nothing is wrong so far."""
        schema_id, rows = self._cell(row, "表式"), self._list_rows(row)
        schema = load_schemas().get(schema_id)
        if schema is None or schema.intake is Intake.REGISTER:
            return "表式", f"的表式“{schema_id}”不认识"
        earlier = self._entries.get(fingerprint)
        if earlier is not None and earlier.schema_id != schema_id:
            return "表式", "与前面各行的表式不一样"
        if not rows or not 0 <= rows[-1] - rows[0] < _MOST_LEVELS:
            return "表头行", "看不出表头在第几行"
        return None if self._cell(row, "原表头") else ("原表头", "没有写原表头")

    def _find_bad_field(self, row: int, fingerprint: str) -> tuple[str, str] | None:
        """Say why the field of a line cannot be followed, as `_find_fault` does."""
        schema = load_schemas()[self._cell(row, "表式")]
        word = self._cell(row, "字段")
        if why := explain_refusal(schema, self._cell(row, "原表头"), word):
            return "字段", why
        spec = schema.find_field(word)
        first = self._owners.setdefault((fingerprint, spec.name), row) if spec and spec.is_read else row
        return None if first == row else ("字段", f"与第{first + 1}行是同一个字段“{word}”")

    def _report(self, row: int, name: str, why: str, entry: str) -> None:
        cell = address(row, self._columns.get(name, 0))
        found = make_finding("HEADER-LINE", file=self.file, cell=cell, row=row + 1, why=why, entry=entry)
        self.findings.append(found)
