"""The zip around an .xlsx: its parts, inflated within limits, and a checked copy for the value reader."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING

from sanwu_cli.workbook.refusal import (
    MAX_ENTRIES,
    MAX_PART_BYTES,
    MAX_SMALL_PART_BYTES,
    MAX_TOTAL_BYTES,
    MEGABYTE,
    Refused,
    refuse_damaged,
    refuse_unsafe,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Above this the copy is deflated: memory counts more than time there.
_STORED_UP_TO = 64 * MEGABYTE
# What zipfile raises on damage; NotImplementedError (a rare compression) is a RuntimeError.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    IndexError,
    struct.error,
)
_FOREIGN = (
    ("xl/workbook.bin", "BOOK-KIND", "Excel 二进制工作簿（.xlsb）"),
    ("content.xml", "BOOK-KIND", "OpenDocument 文档（.ods、.odt）"),
    ("word/document.xml", "BOOK-NOT-A-TABLE", "Word 文档"),
    ("ppt/presentation.xml", "BOOK-NOT-A-TABLE", "PowerPoint 演示文稿"),
)


class Package:
    """The parts of a workbook by name; a part is inflated when asked for, never beyond the limits.

    Names are compared as Office does: slashes either way, no leading slash, any case.
    Raises Refused on a broken zip, on two entries of one name, and on sizes beyond the limits.
    """

    def __init__(self, data: bytes) -> None:
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            raise refuse_unsafe("压缩包里的文件过多")
        self._zip = _open_zip(data)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._inflated = 0
        self._small: dict[str, bytes] = {}
        for entry in self._zip.infolist():
            if self._entries.setdefault(fold_name(entry.filename), entry) is not entry:
                raise refuse_unsafe("压缩包里有两个同名的文件")
        if "xl/workbook.xml" not in self._entries:
            raise self._refuse_content()

    def __contains__(self, name: str) -> bool:
        return fold_name(name) in self._entries

    def read(self, name: str, *, limit: int = MAX_SMALL_PART_BYTES) -> bytes:
        """Inflate one part, at most `limit` bytes of it; the sum over all parts is limited as well."""
        entry = self._admit(name, limit)
        if limit > MAX_SMALL_PART_BYTES:
            return self._inflate(entry)
        # A small part is asked for twice: for what it says, and for the copy.
        if entry.filename not in self._small:
            self._small[entry.filename] = self._inflate(entry)
        return self._small[entry.filename]

    def open(self, name: str, *, limit: int) -> IO[bytes]:
        """Open one part within the same limits, to be inflated piece by piece and then, if need be, anew.

        Reading the stream raises one of ZIP_FAULTS on damage.
        """
        entry = self._admit(name, limit)
        with _refuse_faults():
            return self._zip.open(entry)

    def read_anew(self, name: str) -> bytes:
        """Inflate the whole of a part that was opened and is counted."""
        return self._inflate(self._entries[fold_name(name)])

    def _admit(self, name: str, limit: int) -> zipfile.ZipInfo:
        entry = self._entries.get(fold_name(name))
        if entry is None:
            raise refuse_damaged("缺少组成部分")
        if entry.flag_bits & 1:
            raise Refused("BOOK-ENCRYPTED")
        self._inflated += entry.file_size
        if entry.file_size > min(limit, MAX_PART_BYTES) or self._inflated > MAX_TOTAL_BYTES:
            raise refuse_unsafe("解压后过大")
        return entry

    def size(self, name: str) -> int:
        """Give the declared size of a part; what is inflated is never more."""
        entry = self._entries.get(fold_name(name))
        return entry.file_size if entry else 0

    def _inflate(self, entry: zipfile.ZipInfo) -> bytes:
        # Asked for everything, it would inflate what is there before it counts what was declared.
        with _refuse_faults(), self._zip.open(entry) as stream:
            return stream.read(entry.file_size)

    def _refuse_content(self) -> Refused:
        for name, code, what in _FOREIGN:
            if name in self._entries:
                return Refused(code, what=what)
        return Refused("BOOK-NOT-A-TABLE", what="压缩包（ZIP）")


class CheckedCopy:
    """A zip of exactly the bytes that were checked, so that no reader can see other ones; to be closed."""

    def __init__(self, total: int) -> None:
        self.stream = io.BytesIO()
        method = zipfile.ZIP_STORED if total <= _STORED_UP_TO else zipfile.ZIP_DEFLATED
        self._zip = zipfile.ZipFile(self.stream, "w", method, compresslevel=1)

    def add(self, name: str, content: bytes) -> None:
        """Put a checked part under this name."""
        self._zip.writestr(zipfile.ZipInfo(name), content, self._zip.compression, 1)

    def finish(self) -> io.BytesIO:
        """Close the zip and give its stream, at the start."""
        self.close()
        self.stream.seek(0)
        return self.stream

    def close(self) -> None:
        """Close the zip, finished or not: left open, it would complain on the screen when it is swept up."""
        self._zip.close()


@lru_cache(maxsize=256)
def fold_name(name: str) -> str:
    """Fold a part's name to the form names are compared in."""
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()


@contextmanager
def _refuse_faults() -> Iterator[None]:
    """Refuse a part that cannot be inflated."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise refuse_damaged("压缩数据不完整") from error


def _open_zip(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except ZIP_FAULTS as error:
        raise refuse_damaged("压缩包不完整，可能没有传完") from error
