"""Accepted readings of header rows, kept under a fingerprint, so that next month nothing is asked."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.sheets.cells import show_header
from sanwu_cli.sheets.heading import join_headers
from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.told import IGNORED, IGNORED_WORDS, PERSONAL_WORD
from sanwu_cli.sheets.values import fold
from sanwu_cli.sheets.values.text import plain_text
from sanwu_cli.terms import ColumnUse, HeaderMatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.grid import Grid
    from sanwu_cli.model import ColumnEvidence, Finding, LayoutEvidence, SheetReading

_LETTERS = 10
_FIRST_ROWS = 20
_FEWEST_HEADERS = 2
_MOST_LEVELS = 3
_TOLD = (HeaderMatch.TOLD, HeaderMatch.REMEMBERED)


class Remembered(Struct, frozen=True):
    """One accepted reading: which form it is, its header rows (1-based), its columns, where it came from.

    `columns` are (header as written, the field's Chinese header, or 忽略 or 个人信息), from left to right.
    """

    fingerprint: str
    schema_id: str
    header_rows: tuple[int, int]
    columns: tuple[tuple[str, str], ...]
    file: str
    sheet: str
    day: str

    @property
    def levels(self) -> int:
        """How many rows the header has."""
        return self.header_rows[1] - self.header_rows[0] + 1

    @property
    def origin(self) -> str:
        """The file and the day, as people read them."""
        return "，".join(part for part in (self.file, self.day) if part)


class Recalled(Struct, frozen=True):
    """A remembered reading found again in a sheet: its first header row there (1-based) and its mapping."""

    remembered: Remembered
    header_row: int
    mapping: Mapping[str, str]


class Memory(Struct, frozen=True):
    """Every accepted reading, by fingerprint."""

    entries: Mapping[str, Remembered] = field(default_factory=dict)

    def recall(self, grid: Grid) -> Recalled | None:
        """Find the reading whose headers stand among the first rows of the sheet, or None."""
        if not self.entries:
            return None
        near = _cut_merges(grid)
        depths = sorted({entry.levels for entry in self.entries.values()}, reverse=True)
        for top in _list_tops(grid, self.entries.values()):
            for levels in depths:
                headers = _read_headers(near, top, levels)
                entry = self.entries.get(fingerprint_of(headers)) if len(headers) >= _FEWEST_HEADERS else None
                if entry is not None and entry.levels == levels:
                    return Recalled(entry, top + 1, _apply(entry, headers))
        return None

    def add(self, entries: Iterable[Remembered]) -> Memory:
        """Give the memory with these readings, each in place of an older one of its fingerprint."""
        return Memory({**self.entries, **{entry.fingerprint: entry for entry in entries}})

    def forget(self, fingerprint: str) -> Memory:
        """Give the memory without the reading of this fingerprint."""
        return Memory({key: entry for key, entry in self.entries.items() if key != fingerprint})


def fingerprint_of(headers: Sequence[str]) -> str:
    """Name headers by a short digest: folded, in order, every number alike (3月 and 4月 agree)."""
    text = "\n".join(map(_plain, headers))
    # A letter first: a spreadsheet that opens the table leaves the name as it is.
    return "h" + hashlib.sha256(text.encode()).hexdigest()[:_LETTERS]


@lru_cache(maxsize=1 << 12)
def _plain(header: str) -> str:
    return re.sub(r"\d+", "0", header_key(header))


def _apply(entry: Remembered, headers: Sequence[str]) -> dict[str, str]:
    """Say the remembered fields of the headers as they stand now; a clerk may have moved or deleted lines."""
    told: dict[str, list[str]] = {}
    for header, word in entry.columns:
        told.setdefault(_plain(header), []).append(word)
    mapping: dict[str, str] = {}
    for header in headers:
        words = told.get(_plain(header))
        word = words.pop(0) if words else PERSONAL_WORD
        if word in IGNORED_WORDS:
            mapping.setdefault(header, IGNORED)
        elif word != PERSONAL_WORD and mapping.get(header, IGNORED) == IGNORED:
            mapping[header] = word  # of two columns headed alike, the one that is read goes first
    return mapping


def remember(reading: SheetReading, names: Mapping[str, str], *, day: str) -> Remembered | None:
    """Make the record of a sheet as it was read; None for a sheet that nothing claims.

    Args:
        reading: the sheet.
        names: the Chinese header of each field of its form.
        day: when, as it is to be shown.
    """
    evidence = reading.evidence
    if reading.schema_id is None or evidence is None or evidence.header_rows is None:
        return None
    columns = tuple((one.header, _word_of(one, names.get(one.field, ""))) for one in evidence.columns)
    rows, fingerprint = evidence.header_rows, evidence.fingerprint
    return Remembered(fingerprint, reading.schema_id, rows, columns, reading.file, reading.sheet, day)


def _word_of(column: ColumnEvidence, name: str) -> str:
    if column.use is ColumnUse.PERSONAL and column.match not in _TOLD:
        return PERSONAL_WORD
    return name or IGNORED_WORDS[0]


def mark_recalled(evidence: LayoutEvidence, recalled: Recalled, told: Iterable[str]) -> LayoutEvidence:
    """Say in the evidence that a remembered reading was followed; `told` are headers somebody names now."""
    now = {header_key(header) for header in told}
    columns = tuple(
        replace(column, match=HeaderMatch.REMEMBERED)
        if column.match is HeaderMatch.TOLD and header_key(column.header) not in now
        else column
        for column in evidence.columns
    )
    return replace(evidence, columns=columns, remembered=recalled.remembered.origin)


def check_changed(grid: Grid, reading: SheetReading, memory: Memory) -> Finding | None:
    """Name the columns that came or went since the reading remembered for a sheet of the same name."""
    known = [
        entry
        for entry in memory.entries.values()
        if _name_of(entry.file, entry.sheet) == _name_of(reading.file, reading.sheet)
        and reading.schema_id in (None, entry.schema_id)
    ]
    found = [(entry, _find_likeliest(grid, entry)) for entry in known]
    if not found:
        return None
    entry, headers = max(found, key=lambda pair: _count_alike(pair[0], pair[1]))
    now = {_plain(header): header for header in headers}
    before = {_plain(header): header for header, _ in entry.columns}
    new = [show_header(now[key]) for key in now if key not in before]
    gone = [show_header(before[key]) for key in before if key not in now]
    return make_finding(
        "HEADER-CHANGED",
        file=reading.file,
        sheet=reading.sheet,
        origin=entry.origin,
        changes=_list_changes(new, gone),
    )


def _find_likeliest(grid: Grid, entry: Remembered) -> list[str]:
    """Give the headers, among the first rows, that have most in common with the remembered ones."""
    near = _cut_merges(grid)
    tried = [
        [show_header(text) for text in _read_headers(near, top, entry.levels)]
        for top in _list_tops(grid, [entry])
    ]
    return max(tried, key=lambda headers: _count_alike(entry, headers), default=[])


def _list_tops(grid: Grid, entries: Iterable[Remembered]) -> list[int]:
    """List the first rows in which a remembered header, or a level of one, stands as a cell's text."""
    known = {
        _plain(part)
        for entry in entries
        for header, _ in entry.columns
        for part in (header, *header.split("/"))
    }
    return [
        row
        for row, cells in enumerate(grid.rows[:_FIRST_ROWS])
        if any(isinstance(cell, str | int | float) and _plain(plain_text(cell)) in known for cell in cells)
    ]


def _read_headers(grid: Grid, top: int, levels: int) -> list[str]:
    return ["/".join(parts) for _, parts in join_headers(grid, top, levels)]


def _count_alike(entry: Remembered, headers: Iterable[str]) -> int:
    return len({_plain(header) for header, _ in entry.columns} & set(map(_plain, headers)))


def _cut_merges(grid: Grid) -> Grid:
    """Leave out the merges far below: a sheet may have a hundred thousand."""
    return replace(grid, merges=tuple(one for one in grid.merges if one.top <= _FIRST_ROWS + _MOST_LEVELS))


def _name_of(file: str, sheet: str) -> tuple[str, str]:
    """Name a sheet by its file's and its own name, without numbers and what stands in brackets.

    （3月）, （更正）, （白杨镇）: the townships of one county send one form.
    """
    stem = PurePosixPath(file.replace("\\", "/")).stem
    return _plain(bare_key(fold(stem))), _plain(bare_key(fold(sheet)))


def _list_changes(new: Sequence[str], gone: Sequence[str]) -> str:
    parts = [f"多了{'、'.join(map(_quote, new))}"] if new else []
    parts += [f"少了{'、'.join(map(_quote, gone))}"] if gone else []
    return "，".join(parts) or "列的先后变了"


def _quote(header: str) -> str:
    return f"“{header}”"
