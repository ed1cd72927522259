"""The ledger's file: SQLite, append-only by triggers, one transaction a run."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.ledger.entries import Contents, Entry, EntryKind, Receipt, Run
from sanwu_cli.model import Source
from sanwu_cli.periods import Month, Period

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sanwu_cli.ledger.entries import SheetDifference

FORMAT = 1
_APPLICATION_ID = 0x53414E57
_WAIT_SECONDS = 5.0
_TABLES = ("run", "receipt", "entry")
_SCHEMA = """
CREATE TABLE run (
  number INTEGER PRIMARY KEY, command TEXT NOT NULL, as_of TEXT NOT NULL, program TEXT NOT NULL,
  undoes INTEGER REFERENCES run(number)
);
CREATE TABLE receipt (
  number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(number),
  file TEXT NOT NULL, sha256 TEXT NOT NULL, sheet TEXT NOT NULL, schema_id TEXT NOT NULL,
  header_row INTEGER NOT NULL, first_month TEXT, last_month TEXT, coverage TEXT,
  fields TEXT NOT NULL, row_count INTEGER NOT NULL
);
CREATE TABLE entry (
  number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(number),
  kind TEXT NOT NULL, schema_id TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL,
  receipt INTEGER REFERENCES receipt(number), row INTEGER,
  reason TEXT NOT NULL DEFAULT '', document_number TEXT NOT NULL DEFAULT ''
);
CREATE INDEX entry_subject ON entry (schema_id, key);
"""
# What is written stays as written: an entry is answered by a later entry, never edited.
_GUARD = """
CREATE TRIGGER {table}_kept_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


class Ledger:
    """A workspace's ledger.db; every method opens, works and closes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Contents:
        """Read everything; an absent ledger is empty. Raises SanwuError for a damaged or newer file."""
        if not self.path.exists():
            return Contents()
        with self._open() as connection:
            return _load(connection)

    def append(
        self,
        *,
        command: str,
        as_of: str,
        program: str,
        differences: Sequence[SheetDifference] = (),
        entries: Sequence[Entry] = (),
        undoes: int | None = None,
    ) -> int:
        """Write one run in one transaction and give its number: all of it is in the file, or nothing.

        Of `entries`, number and run are given here; `differences` bring their sheets' receipts and the
        claims not seen before. Raises SanwuError when the file is locked, full, read-only or damaged.
        """
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            run = connection.execute(
                "INSERT INTO run (command, as_of, program, undoes) VALUES (?, ?, ?, ?)",
                (command, as_of, program, undoes),
            ).lastrowid
            for difference in differences:
                _append_difference(connection, run, difference)
            for entry in entries:
                _append_entry(connection, run, entry, None)
            connection.execute("COMMIT")
            return int(run or 0)

    def check(self) -> None:
        """Check the file's integrity; raises SanwuError with LEDGER_DAMAGED."""
        if self.path.exists():
            with self._open() as connection:
                answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
                if answer != "ok":
                    raise _damaged(self.path)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                _prepare(connection, self.path)
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise _translate(error, self.path) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file; refuse a file that is not ours or is newer than the program."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == _APPLICATION_ID and version == FORMAT:
        return
    if application == _APPLICATION_ID and version > FORMAT:
        raise SanwuError(
            f"台账由更新版本的程序写成（格式{version}，本程序认识到{FORMAT}）",
            place=path.name,
            remedy="请升级 sanwu 后再运行",
            status=ExitStatus.LEDGER_DAMAGED,
        )
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        if connection.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION_ID:
            connection.execute("ROLLBACK")  # another run made the tables meanwhile
            return
        raise _damaged(path)
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    for table in _TABLES:
        for verb in ("UPDATE", "DELETE"):
            connection.execute(_GUARD.format(table=table, verb=verb))
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def _append_difference(connection: sqlite3.Connection, run: int | None, difference: SheetDifference) -> None:
    receipt = None
    if difference.added or not difference.is_known:
        receipt = _append_receipt(connection, run, difference)
    connection.executemany(
        "INSERT INTO entry (run, kind, schema_id, key, content, receipt, row) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (run, EntryKind.CLAIM.value, c.schema_id, c.key, c.content, receipt, c.source.row)
            for c in difference.added
        ],
    )


def _append_receipt(
    connection: sqlite3.Connection, run: int | None, difference: SheetDifference
) -> int | None:
    sheet = difference.claims
    source, period = sheet.source, sheet.period
    return connection.execute(
        "INSERT INTO receipt (run, file, sha256, sheet, schema_id, header_row, first_month, last_month,"
        " coverage, fields, row_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run,
            source.file,
            source.sha256,
            source.sheet,
            sheet.schema_id,
            sheet.header_row,
            str(period.first) if period else None,
            str(period.last) if period else None,
            sheet.coverage,
            json.dumps(sheet.fields),
            len(sheet.claims),
        ),
    ).lastrowid


def _append_entry(connection: sqlite3.Connection, run: int | None, entry: Entry, receipt: int | None) -> None:
    connection.execute(
        "INSERT INTO entry (run, kind, schema_id, key, content, receipt, reason, document_number)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run,
            entry.kind.value,
            entry.schema_id,
            entry.key,
            entry.content,
            receipt,
            entry.reason,
            entry.document_number,
        ),
    )


def _load(connection: sqlite3.Connection) -> Contents:
    runs = tuple(
        Run(*row)
        for row in connection.execute(
            "SELECT number, command, as_of, program, undoes FROM run ORDER BY number"
        )
    )
    receipts = {receipt.number: receipt for receipt in _load_receipts(connection)}
    return Contents(runs, tuple(receipts.values()), tuple(_load_entries(connection, receipts)))


def _load_receipts(connection: sqlite3.Connection) -> Iterator[Receipt]:
    for row in connection.execute("SELECT * FROM receipt ORDER BY number"):
        number, run, file, sha256, sheet, schema_id, header, first, last, coverage, fields, count = row
        yield Receipt(
            number,
            run,
            Source(file, sha256, sheet),
            schema_id,
            header,
            _read_period(first, last),
            coverage,
            tuple(json.loads(fields)),
            count,
        )


def _load_entries(connection: sqlite3.Connection, receipts: dict[int, Receipt]) -> Iterator[Entry]:
    query = (
        "SELECT number, run, kind, schema_id, key, content, receipt, row, reason, document_number"
        " FROM entry ORDER BY number"
    )
    for number, run, kind, schema_id, key, content, receipt, row, reason, document in connection.execute(
        query
    ):
        sheet = receipts.get(receipt)
        source = Source(sheet.source.file, sheet.source.sha256, sheet.source.sheet, row) if sheet else None
        period = sheet.period if sheet else None
        yield Entry(
            number, run, EntryKind(kind), schema_id, key, content, source, period, receipt, reason, document
        )


def _read_period(first: str | None, last: str | None) -> Period | None:
    if first is None or last is None:
        return None
    return Period(Month.of_text(first), Month.of_text(last))


def _damaged(path: Path) -> SanwuError:
    return SanwuError(
        "台账文件已损坏，或不是 sanwu 的台账",
        place=path.name,
        remedy="请不要改动它，用备份恢复；没有备份时把它改名，再重新导入 inbox 里的全部表格",
        status=ExitStatus.LEDGER_DAMAGED,
    )


def _translate(error: sqlite3.Error, path: Path) -> SanwuError:
    """Say in the user's words what SQLite met."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return SanwuError(
            "台账正被另一次运行占用", place=path.name, remedy="请稍后再试", status=ExitStatus.BUSY
        )
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return _damaged(path)
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return SanwuError(
            "台账写不进去：磁盘已满、只读或没有权限，台账没有改动",
            place=path.name,
            remedy="请腾出空间或改正权限后重新运行",
            status=ExitStatus.IO_FAILED,
        )
    raise error
