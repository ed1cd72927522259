"""Reading .xls (BIFF) through xlrd, with merges, hidden parts and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanwu_cli.grid import Book, CellValue, Grid, Merge
from sanwu_cli.workbook.grids import assemble_grid, clean_text, drop_helpers, find_marks, tidy_value
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_ROWS,
    MAX_TEXT_BYTES,
    Refused,
    refuse_damaged,
    refuse_unsafe,
)

if TYPE_CHECKING:
    from datetime import datetime

    from xlrd.book import Book as XlrdBook
    from xlrd.sheet import Sheet

# Types of cells as xlrd numbers them.
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_LOST_DIGITS = 10**15


def read_xls(data: bytes, *, file: str, sha256: str) -> Book:
    """Read an old workbook; raises Refused, whatever is wrong with it.

    Args:
        data: its bytes.
        file: the path to report.
        sha256: of the bytes.
    """
    from xlrd.biffh import XLRDError  # noqa: PLC0415 - start-up: only a reading command pays for it

    try:
        grids = _load_grids(data)
    except (Refused, KeyboardInterrupt):
        raise
    except MemoryError as error:
        raise refuse_unsafe("内存不够") from error
    except XLRDError as error:
        raise (
            Refused("BOOK-ENCRYPTED") if "encrypted" in str(error) else refuse_damaged("内容有错")
        ) from error
    except Exception as error:
        # A damaged file shows as any error whatever: xlrd trusts the lengths it reads.
        raise refuse_damaged("内容有错") from error
    return Book(file=file, sha256=sha256, kind="xls", grids=drop_helpers(grids), marks=find_marks(grids))


def _load_grids(data: bytes) -> tuple[Grid, ...]:
    from sanwu_cli.workbook.biff import open_book  # noqa: PLC0415 - start-up, as above

    book = open_book(data)
    grids = []
    area = letters = rows = 0
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        rows += sheet.nrows
        if rows > MAX_ROWS:
            raise refuse_unsafe("行数过多")
        area += _measure(sheet)
        letters += _count_letters(sheet)
        if area > MAX_AREA or letters > MAX_TEXT_BYTES:
            raise refuse_unsafe("单元格过多，或相隔过远")
        grids.append(_load_grid(book, sheet))
        book.unload_sheet(index)
    return tuple(grids)


def _measure(sheet: Sheet) -> int:
    """Give the area up to the last cells with a value; what is only merged does not count."""
    filled = [(row, sheet.row_len(row)) for row in range(sheet.nrows) if any(sheet.row_types(row))]
    return (filled[-1][0] + 1) * max(width for _, width in filled) if filled else 0


def _count_letters(sheet: Sheet) -> int:
    """Add up the texts as they stand in the cells, where one may stand many times."""
    return sum(
        len(value)
        for row in range(sheet.nrows)
        for value in sheet.row_values(row)
        if value.__class__ is str and value
    )


def _load_grid(book: XlrdBook, sheet: Sheet) -> Grid:
    rows = []
    errors: dict[tuple[int, int], str] = {}
    digits: dict[tuple[int, int], str] = {}
    for index in range(sheet.nrows):
        types, raw = sheet.row_types(index), sheet.row_values(index)
        rows.append(
            tuple(_read_value(kind, value, book.datemode) for kind, value in zip(types, raw, strict=True))
        )
        for column, (kind, value) in enumerate(zip(types, raw, strict=True)):
            if kind == _ERROR:
                errors[index, column] = _name_error(value)
            elif kind == _NUMBER and abs(value) >= _LOST_DIGITS and value.is_integer():
                digits[index, column] = str(int(value))
    return assemble_grid(
        sheet.name,
        rows,
        merges=[Merge(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
        hidden=sheet.visibility != 0,
        hidden_rows={row for row, info in sheet.rowinfo_map.items() if info.hidden},
        hidden_columns={column for column, info in sheet.colinfo_map.items() if info.hidden},
        error_cells=errors,
        long_numbers=digits,
        is_1904=book.datemode == 1,
    )


def _read_value(kind: int, value: Any, datemode: int) -> CellValue:  # noqa: ANN401 - what xlrd hands over
    if kind == _TEXT:
        return clean_text(value)
    if kind == _NUMBER:
        return tidy_value(float(value))
    if kind == _DATE:
        return _read_date(float(value), datemode)
    return bool(value) if kind == _BOOLEAN else None


def _read_date(serial: float, datemode: int) -> CellValue:
    """Turn a serial into a date, or a time of day below 1; one that is no date stays a number."""
    from xlrd.xldate import xldate_as_datetime  # noqa: PLC0415 - start-up, as above

    try:
        moment: datetime = xldate_as_datetime(serial, datemode)
    except (OverflowError, ValueError):
        return tidy_value(serial)
    if serial < 0:
        return tidy_value(serial)
    return moment.time() if serial < 1 and not datemode else tidy_value(moment)


def _name_error(code: int) -> str:
    from xlrd.biffh import error_text_from_code  # noqa: PLC0415 - start-up, as above

    return str(error_text_from_code.get(code, "#N/A"))
