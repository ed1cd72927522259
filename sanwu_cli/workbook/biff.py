"""The old workbook's records as xlrd reads them, with those left out that we do not need or cannot bound."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from xlrd.biffh import XL_WORKBOOK_GLOBALS, XLRDError
from xlrd.book import SUPPORTED_VERSIONS, Book
from xlrd.compdoc import SIGNATURE

from sanwu_cli.workbook.grids import clean_text
from sanwu_cli.workbook.refusal import (
    MAX_MERGES,
    MAX_SHEETS,
    MAX_VALUES,
    refuse_damaged,
    refuse_unsafe,
)

if TYPE_CHECKING:
    from xlrd.sheet import Sheet

_NOTHING = (0xFFFF, 0, b"")
_RECORD_HEAD = struct.Struct("<HH")
_RANGE_BYTES = 8
# What xlrd gets through within some seconds.
_MAX_RECORDS = 3 * MAX_VALUES // 2
# Before Excel 5 each cell may bring a format of its own, which costs a kilobyte and a half.
_MAX_OLD_RECORDS = 1 << 16
_MAX_FORMATS = 1 << 16
_EXCEL_5, _EXCEL_4_BOOK = 50, 45
# Records by number. Cells: numbers, texts, results, truth values and errors, of every version.
_CELLS = frozenset(
    (0x02, 0x03, 0x04, 0x05, 0x06, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x7E, 0x027E, 0xFD, 0xD6)
)
_MULTIPLE_CELLS, _BOUNDSHEET, _MERGES, _STRINGS = 0xBD, 0x85, 0xE5, 0xFC
_DIMENSIONS = frozenset((0x00, 0x0200))
_FORMATS = frozenset((0x31, 0x0231, 0x1E, 0x041E, 0xE0, 0x43, 0x0243, 0x0443, 0x0293))
_OTHERS = frozenset(
    {0x09, 0x0209, 0x0409, 0x0809, 0x0A, 0x42, 0x22, 0x8C, 0x2F}  # begin, end, code page, epoch, password
    | {0x3C, 0x07, 0x0207}  # what continues a record, results that are texts
    | {0x21, 0x0221, 0x04BC, 0x36, 0x37, 0x0236}  # arrays and the like, which may stand before a result
    | {0x08, 0x0208, 0x7D, 0x24, 0x44, 0x56, 0x8E, 0x8F}  # rows, columns; what only Excel 2 and 4 have
)
_SECTOR_SHIFTS = {9, 12}
_MAX_TABLE_SECTORS = 64


class BoundedBook(Book):  # type: ignore[misc]  # xlrd has no types
    """A workbook that takes in only the records we need, so many of them, and no names.

    Left out are, among others, links (one record may claim every cell), names (a chain of them doubles a
    text at each step), repeated dimensions (each makes all rows anew) and cells without a value.
    """

    _sharedstrings: list[str]

    def __init__(self) -> None:
        super().__init__()
        self._records = self._cells = self._merges = self._formats = self._dimensions = self._strings = 0

    def load(self, data: bytes) -> None:
        """Read what the workbook consists of."""
        self.biff2_8_load(
            file_contents=data, logfile=_Silence(), formatting_info=True, ragged_rows=True, on_demand=True
        )
        self.biff_version = self.getbof(XL_WORKBOOK_GLOBALS)
        if self.biff_version not in SUPPORTED_VERSIONS:
            raise XLRDError("version not supported")
        self.on_demand = self.biff_version >= _EXCEL_5
        if self.biff_version < _EXCEL_4_BOOK:
            self.fake_globals_get_sheet()
        else:
            self.parse_globals()
        if self.on_demand:
            self._sheet_list = [None] * len(self._sheet_names)
        self.nsheets = len(self._sheet_list)
        if len(set(self._sh_abs_posn)) != len(self._sh_abs_posn):
            raise refuse_unsafe("几张工作表共用一份内容")

    def get_record_parts(self) -> tuple[int, int, bytes]:
        """Give the next record: number, length, content; one left out comes as an unknown, empty one."""
        self._records += 1
        record: tuple[int, int, bytes] = super().get_record_parts()
        number, _, content = record
        if number in _CELLS:
            self._cells += 1
        elif number == _MULTIPLE_CELLS:
            self._cells += len(content) // 6
        elif not self._admits(number, content):
            return _NOTHING
        if self._cells > MAX_VALUES or self._records > self._limit:
            raise refuse_unsafe("单元格过多")
        return record

    def get_sheet(self, sh_number: int, update_pos: bool = True) -> Sheet:  # noqa: FBT001, FBT002 - xlrd's own signature
        """Read a worksheet, with dimensions of its own."""
        self._dimensions = 0
        return super().get_sheet(sh_number, update_pos)

    def handle_sst(self, data: bytes) -> None:
        """Read the shared strings, unless there are more than cells could hold."""
        self._strings += abs(struct.unpack("<i", data[4:8])[0])
        if self._strings > MAX_VALUES:
            raise refuse_unsafe("文字条目过多")
        super().handle_sst(data)
        # Once here: cleaned in each cell, a text that stands in many would be copied as often.
        self._sharedstrings = [clean_text(text) or "" for text in self._sharedstrings]

    def names_epilogue(self) -> None:
        """Leave the formulas of names alone."""

    @property
    def _limit(self) -> int:
        return _MAX_RECORDS if self.biff_version >= _EXCEL_5 else _MAX_OLD_RECORDS

    def _admits(self, number: int, content: bytes) -> bool:
        if number in _FORMATS:
            self._formats += 1
            if self._formats > _MAX_FORMATS:
                raise refuse_unsafe("格式过多")
        elif number == _MERGES:
            self._merges += len(content) // _RANGE_BYTES
            if self._merges > MAX_MERGES:
                raise refuse_unsafe("合并单元格过多，或超出表格的最大范围")
        elif number in _DIMENSIONS:
            self._dimensions += 1
            return self._dimensions == 1
        elif number == _BOUNDSHEET:
            if len(self._sheet_names) >= MAX_SHEETS:
                raise refuse_unsafe("工作表过多")
        elif number != _STRINGS:
            return number in _OTHERS
        return True


class _Silence:
    """A log that keeps nothing: xlrd may complain of every record."""

    def write(self, _: str) -> int:
        return 0

    def flush(self) -> None:
        """Do nothing."""


def open_book(data: bytes) -> BoundedBook:
    """Open an old workbook; the sheets of Excel 5 and later are read when asked for.

    Raises Refused, or whatever xlrd raises on damage.
    """
    _check_sectors(data)
    book = BoundedBook()
    book.load(data)
    return book


def _check_sectors(data: bytes) -> None:
    """Refuse a compound file whose table of sectors would be larger than the file could need."""
    if not data.startswith(SIGNATURE):
        return
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SECTOR_SHIFTS:
        raise refuse_damaged("内容有错")
    (sector,) = struct.unpack_from("<i", data, 68)
    size = 1 << shift
    for _ in range(_MAX_TABLE_SECTORS):
        end = 512 + (sector + 1) * size
        if sector < 0 or end > len(data):
            return
        (sector,) = struct.unpack_from("<i", data, end - 4)
    raise refuse_unsafe("内部的分配表过大")
