"""Reading any file a department may send: a Book, or the one finding that says why not."""

from __future__ import annotations

import hashlib
import os
import stat
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.workbook.refusal import MAX_FILE_BYTES, MEGABYTE, Refused
from sanwu_cli.workbook.sniff import Kind, sniff_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sanwu_cli.grid import Book
    from sanwu_cli.model import Finding

# Which module reads which kind: loaded when a file asks for it, for most months hold but one kind.
_READERS = {
    Kind.ZIP: ("xlsx", "read_xlsx"),
    Kind.XLS: ("legacy", "read_xls"),
    Kind.TEXT: ("delimited", "read_delimited"),
    Kind.HTML: ("hypertext", "read_html"),
    Kind.MHTML: ("mhtml", "read_mhtml"),
    Kind.SPREADSHEET_XML: ("spreadsheet_xml", "read_spreadsheet_xml"),
}
# What a spreadsheet program opens without a word, and the names that say so themselves.
_HONEST_SUFFIXES = {
    Kind.TEXT: {".csv", ".tsv", ".txt"},
    Kind.HTML: {".htm", ".html", ".xhtml"},
    Kind.MHTML: {".mht", ".mhtml"},
    Kind.SPREADSHEET_XML: {".xml"},
}


def read_book(path: Path, *, shown_as: str) -> tuple[Book | None, tuple[Finding, ...]]:
    """Read a workbook, told by its content: .xlsx, .xlsm, .xls, .et of either kind, or a table in disguise.

    In disguise are delimited text, a web page, a web page in a single file and XML Spreadsheet 2003.

    Never raises for what is in the file. Either a Book, with a warning when its name hides what it is,
    or no Book and exactly one finding.

    Args:
        path: the file.
        shown_as: the path to report.
    """
    try:
        data = _read_bytes(path)
    except Refused as refusal:
        return None, (make_finding(refusal.code, file=shown_as, **refusal.values),)
    return read_book_data(data, shown_as=shown_as)


def read_book_data(data: bytes, *, shown_as: str) -> tuple[Book | None, tuple[Finding, ...]]:
    """Read a workbook from its bytes, such as came through a pipe; else as `read_book`."""
    try:
        _check_size(data)
        kind = sniff_kind(data)
        book = _read_kind(kind, data, shown_as)
    except Refused as refusal:
        return None, (make_finding(refusal.code, file=shown_as, **refusal.values),)
    return book, _name_disguise(kind, shown_as)


def _name_disguise(kind: Kind, shown_as: str) -> tuple[Finding, ...]:
    """Say what a file really is whose name says something else."""
    honest = _HONEST_SUFFIXES.get(kind)
    if honest is None or PurePath(shown_as).suffix.lower() in honest:
        return ()
    if kind is Kind.TEXT:
        return (make_finding("BOOK-IS-CSV", file=shown_as),)
    return (make_finding("BOOK-DISGUISED", file=shown_as, what=kind.label),)


def _read_kind(kind: Kind, data: bytes, shown_as: str) -> Book:
    if kind is Kind.EMPTY:
        raise Refused("BOOK-EMPTY")
    if kind is Kind.ENCRYPTED:
        raise Refused("BOOK-ENCRYPTED")
    if kind not in _READERS:
        raise Refused("BOOK-NOT-A-TABLE", what=kind.label)
    return _load_reader(kind)(data, file=shown_as, sha256=hashlib.sha256(data).hexdigest())


def _load_reader(kind: Kind) -> Callable[..., Book]:
    module, name = _READERS[kind]
    reader: Callable[..., Book] = getattr(import_module(f"sanwu_cli.workbook.{module}"), name)
    return reader


def _read_bytes(path: Path) -> bytes:
    """Read a regular file of bearable size; a pipe or device would never end."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused("BOOK-UNREADABLE", why="不是普通文件")
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Refused("BOOK-UNREADABLE", why=_explain(error)) from error
    _check_size(data)
    return data


def _check_size(data: bytes) -> None:
    if len(data) > MAX_FILE_BYTES:
        raise Refused("BOOK-TOO-LARGE", limit=str(MAX_FILE_BYTES // MEGABYTE))


def _explain(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不在"
    if isinstance(error, PermissionError):
        return "没有权限，或正被别的程序打开着"
    return os.strerror(error.errno) if error.errno else "读取出错"
